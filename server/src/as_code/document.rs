//! One thing in one file.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::bodies::{ConnectionBody, ExportBody, SegmentBody, SourceBody, SystemBody};
use super::yaml;

/// What a file is about, in the order in which things need each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    Source,
    Segment,
    Connection,
    Export,
    /// When the system refresh starts: there is one.
    System,
}

impl Kind {
    /// Those of which there are many.
    pub(super) const NAMED: [Self; 4] =
        [Self::Source, Self::Segment, Self::Connection, Self::Export];

    /// The folder of their files, and how REST names them.
    pub(super) const fn plural(self) -> &'static str {
        match self {
            Self::Source => "sources",
            Self::Segment => "segments",
            Self::Connection => "connections",
            Self::Export => "exports",
            Self::System => "system",
        }
    }

    /// As people say it.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Segment => "segment",
            Self::Connection => "connection",
            Self::Export => "export",
            Self::System => "system",
        }
    }

    /// Where a thing stands, by the slug of its name.
    pub(super) fn file(self, slug: &str) -> String {
        match self {
            Self::System => "system.yaml".to_owned(),
            named => format!("{}/{slug}.yaml", named.plural()),
        }
    }
}

/// What is said of a thing, in the one form of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub(super) enum Body {
    Source(SourceBody),
    Segment(SegmentBody),
    Connection(ConnectionBody),
    Export(Box<ExportBody>),
    System(Box<SystemBody>),
}

impl Body {
    /// Reads what is said of a thing of this kind. What is unknown or wrong is refused.
    pub(super) fn read(kind: Kind, value: Value) -> anyhow::Result<Self> {
        use serde_json::from_value;
        Ok(match kind {
            Kind::Source => Self::Source(from_value::<SourceBody>(value)?.canonical()?),
            Kind::Segment => Self::Segment(from_value::<SegmentBody>(value)?.canonical()?),
            Kind::Connection => Self::Connection(from_value::<ConnectionBody>(value)?.canonical()?),
            Kind::Export => Self::Export(Box::new(from_value::<ExportBody>(value)?.canonical()?)),
            Kind::System => Self::System(Box::new(from_value::<SystemBody>(value)?.canonical()?)),
        })
    }

    pub(super) const fn kind(&self) -> Kind {
        match self {
            Self::Source(_) => Kind::Source,
            Self::Segment(_) => Kind::Segment,
            Self::Connection(_) => Kind::Connection,
            Self::Export(_) => Kind::Export,
            Self::System(_) => Kind::System,
        }
    }

    /// Empty: the system, which has none.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Source(body) => &body.name,
            Self::Segment(body) => &body.name,
            Self::Connection(body) => &body.name,
            Self::Export(body) => &body.name,
            Self::System(_) => "",
        }
    }

    pub(super) fn value(&self) -> anyhow::Result<Value> {
        Ok(serde_json::to_value(self)?)
    }

    /// As its file is written.
    pub(super) fn text(&self) -> anyhow::Result<String> {
        Ok(yaml::write(&self.value()?))
    }
}

/// A file that was read.
#[derive(Clone, Debug)]
pub(super) struct Document {
    /// Its path in the folder.
    pub(super) file: String,
    pub(super) body: Body,
}
