//! Data sources, their tables, and the schemas of these.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{Micros, Reason, SourceId, TableId, Version};

/// Kinds of data source that exist. What later versions bring is not listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SourceKind {
    /// A folder of Parquet, CSV and JSON Lines files.
    Folder,
}

impl SourceKind {
    /// As stored and as REST writes it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Folder => "folder",
        }
    }

    /// The kind of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        (code == Self::Folder.code()).then_some(Self::Folder)
    }
}

/// Where a refresh stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RefreshStatus {
    /// Never asked for.
    NotStarted,
    Queued,
    Processing,
    Successful,
    Failed,
    /// A person stopped it.
    Canceled,
    /// What it depends on was not renewed.
    Skipped,
}

impl RefreshStatus {
    /// Every state.
    pub const ALL: [Self; 7] = [
        Self::NotStarted,
        Self::Queued,
        Self::Processing,
        Self::Successful,
        Self::Failed,
        Self::Canceled,
        Self::Skipped,
    ];

    /// As stored and as REST writes it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotStarted => "not_started",
            Self::Queued => "queued",
            Self::Processing => "processing",
            Self::Successful => "successful",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
            Self::Skipped => "skipped",
        }
    }

    /// The state of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }

    /// Queued or processing.
    pub const fn is_unfinished(self) -> bool {
        matches!(self, Self::Queued | Self::Processing)
    }
}

/// A data source as the Data page shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceSummary {
    pub id: SourceId,
    pub version: Version,
    pub name: String,
    pub kind: SourceKind,
    /// Where it is; for administrators, else empty.
    pub location: String,
    pub tables: u32,
    pub status: RefreshStatus,
    pub status_reason: Option<Reason>,
    /// End of its last successful refresh.
    pub refreshed_at: Option<Micros>,
    pub updated_at: Micros,
    pub updated_by: String,
}

/// What creates or replaces a data source.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceDraft {
    pub name: String,
    pub kind: String,
    #[serde(default)]
    pub config: Map<String, Value>,
    #[serde(default)]
    pub secrets: Map<String, Value>,
}

/// One field of a schema. Types: `text`, `integer`, `int32`, …, `double`, `decimal(p,s)`, `boolean`,
/// `date`, `timestamp`, `timestamp_utc`, `binary`; others as the engine names them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchemaField {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(default = "yes")]
    pub nullable: bool,
    /// Shown masked to viewers.
    #[serde(default)]
    pub personal: bool,
}

const fn yes() -> bool {
    true
}

/// A field whose type changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangedField {
    pub name: String,
    pub from: String,
    pub to: String,
}

/// What the last refresh found different from the schema before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchemaChange {
    pub added: Vec<String>,
    pub removed: Vec<String>,
    pub changed: Vec<ChangedField>,
}

impl SchemaChange {
    /// Nothing is different.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }
}

/// A table as lists show it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableSummary {
    pub id: TableId,
    pub version: Version,
    pub source_id: SourceId,
    pub source_name: String,
    pub name: String,
    /// Rows of its snapshot; none until the first refresh.
    pub rows: Option<i64>,
    pub bytes: Option<i64>,
    pub refreshed_at: Option<Micros>,
    pub schema: Vec<SchemaField>,
    /// What the last refresh found different, until a person has seen to it.
    pub change: Option<SchemaChange>,
    /// Why its last refresh failed.
    pub problem: Option<Reason>,
}

impl TableSummary {
    /// Whether it is the result of a segment: table and source are then one (`SegmentId`).
    pub fn is_segment(&self) -> bool {
        self.id.uuid() == self.source_id.uuid()
    }
}

/// A table with the exports that use it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableDetails {
    pub table: TableSummary,
    pub used_by: Vec<(super::ExportId, String)>,
    /// May the person looking correct its schema?
    pub may_edit: bool,
    /// A person corrected its schema: what is detected no longer changes it.
    pub corrected: bool,
}

/// A corrected schema: the same columns, with types and *personal* marks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TableUpdate {
    pub schema: Vec<SchemaField>,
}

/// The first rows of a table as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PreviewRows {
    pub columns: Vec<SchemaField>,
    /// One value per column; none is null. Masked values are `•••`.
    pub rows: Vec<Vec<Option<String>>>,
    /// Columns were masked for the person looking.
    pub masked: bool,
}
