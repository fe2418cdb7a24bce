//! What files say of each kind of thing, and the one form in which it is written and compared.

use std::collections::BTreeMap;

use anyhow::{anyhow, bail};
use app::domain::{
    Condition, ConnectionType, DEFAULT_CATCH_UP_HOURS, DeliveryOptions, DisplayName,
    ExportAboutDraft, FieldErrors, Reason, RecurrenceKind, ScheduleDraft, SegmentDefinition,
};
use app::i18n::{Language, reasons};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::secrets;

/// A source, and the tables whose columns a person corrected.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SourceBody {
    pub(super) name: String,
    pub(super) kind: String,
    #[serde(default)]
    pub(super) config: Map<String, Value>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) tables: BTreeMap<String, TableBody>,
}

/// Columns by name. Those that are not named stay as they are.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TableBody {
    pub(super) columns: BTreeMap<String, ColumnBody>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ColumnBody {
    /// Left out: as it is.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub(super) kind: Option<String>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) personal: bool,
}

/// A segment: `table` and `where`, or `sql`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SegmentBody {
    pub(super) name: String,
    /// `source/table`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) table: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) sql: Option<String>,
    #[serde(rename = "where", default, skip_serializing_if = "Option::is_none")]
    pub(super) condition: Option<Condition>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ConnectionBody {
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    #[serde(default)]
    pub(super) config: Map<String, Value>,
    /// Where each is: `env:NAME` or `file:PATH`, on the server.
    #[serde(
        default,
        skip_serializing_if = "BTreeMap::is_empty",
        deserialize_with = "secrets::read"
    )]
    pub(super) secrets: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "Sharing::is_default")]
    pub(super) audience: Sharing,
}

/// With whom a connection is shared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Sharing {
    #[default]
    Administrators,
    Contributors,
    /// By address; service accounts by name.
    People(Vec<String>),
}

impl Sharing {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExportBody {
    pub(super) name: String,
    /// Name of the connection; left out of one that is detached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) connection: Option<String>,
    /// Of one that is detached: the type of connection that it is for. Counts for one that is made.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub(super) kind: Option<ConnectionType>,
    pub(super) items: Vec<ItemBody>,
    /// `full`, which is never written.
    #[serde(default, skip_serializing)]
    pub(super) mode: Option<String>,
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub(super) options: Map<String, Value>,
    /// Written when it is off.
    #[serde(default = "on", skip_serializing_if = "Clone::clone")]
    pub(super) enabled: bool,
    /// Left out: after every scheduled refresh.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) schedule: Option<ScheduleDraft>,
    /// Left out: as it is; of a new one, made from the name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) folder: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) labels: Vec<String>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) note: String,
}

/// A table (`source/table`) or a segment.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ItemBody {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) table: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) segment: Option<String>,
    /// Left out: as they are; of what is new, all of the day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) fields: Option<Vec<FieldBody>>,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) include_new: bool,
}

/// A field, with the name that it is delivered under where that is another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum FieldBody {
    Same(String),
    Renamed(Renaming),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Renaming {
    pub(super) source: String,
    pub(super) target: String,
}

impl FieldBody {
    pub(super) fn new(source: String, target: &str) -> Self {
        let target = target.trim();
        if source == target {
            return Self::Same(source);
        }
        Self::Renamed(Renaming {
            source,
            target: target.to_owned(),
        })
    }

    /// The field, and its name in the delivery.
    pub(super) fn names(&self) -> (&str, &str) {
        match self {
            Self::Same(name) => (name, name),
            Self::Renamed(renaming) => (&renaming.source, &renaming.target),
        }
    }
}

/// When the system refresh starts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SystemBody {
    #[serde(default = "on", skip_serializing_if = "Clone::clone")]
    pub(super) enabled: bool,
    pub(super) schedule: ScheduleDraft,
}

const fn on() -> bool {
    true
}

impl SourceBody {
    pub(super) fn canonical(self) -> anyhow::Result<Self> {
        Ok(Self {
            name: name(&self.name)?,
            ..self
        })
    }
}

impl SegmentBody {
    pub(super) fn canonical(self) -> anyhow::Result<Self> {
        let by_sql = self.sql.is_some();
        if by_sql == self.table.is_some() || by_sql == self.condition.is_some() {
            bail!("it needs `table` and `where`, or `sql` alone");
        }
        let sql = self.sql.as_deref().map(SegmentDefinition::sql);
        let sql = sql.transpose().map_err(|error| wrong("sql", error))?;
        Ok(Self {
            name: name(&self.name)?,
            sql,
            ..self
        })
    }
}

impl ConnectionBody {
    pub(super) fn canonical(mut self) -> anyhow::Result<Self> {
        secrets::check(&self.secrets)?;
        if let Sharing::People(people) = &mut self.audience {
            for address in people.iter_mut().filter(|address| address.contains('@')) {
                *address = address.to_lowercase();
            }
            people.sort();
            people.dedup();
        }
        Ok(Self {
            name: name(&self.name)?,
            ..self
        })
    }
}

impl ExportBody {
    /// One with nothing but its items.
    pub(super) fn new(name: String, items: Vec<ItemBody>) -> Self {
        Self {
            name,
            connection: None,
            kind: None,
            items,
            mode: None,
            options: Map::new(),
            enabled: true,
            schedule: None,
            folder: None,
            labels: Vec::new(),
            note: String::new(),
        }
    }

    pub(super) fn canonical(self) -> anyhow::Result<Self> {
        if let Some(mode) = self.mode.filter(|mode| mode != "full") {
            bail!("mode: `{mode}` is not available");
        }
        if self.connection.is_some() && self.kind.is_some() {
            bail!("type: it is that of its connection: leave it out");
        }
        let about = ExportAboutDraft {
            labels: self.labels,
            owner_id: None,
            note: self.note,
        };
        let about = about.stored().map_err(|errors| all_wrong("", &errors))?;
        let labels = about.labels.into_iter().map(String::from).collect();
        let items = self.items.into_iter().map(ItemBody::canonical);
        let schedule = self.schedule.as_ref().map(usual).transpose()?;
        Ok(Self {
            name: name(&self.name)?,
            items: items.collect::<anyhow::Result<_>>()?,
            mode: None,
            options: short(self.options)?,
            schedule: schedule.filter(|schedule| *schedule != ScheduleDraft::default()),
            labels,
            note: about.note,
            connection: self.connection,
            kind: self.kind,
            enabled: self.enabled,
            folder: self.folder,
        })
    }
}

impl ItemBody {
    fn canonical(self) -> anyhow::Result<Self> {
        if self.table.is_some() == self.segment.is_some() {
            bail!("items: each is a `table` or a `segment`");
        }
        let fields = self.fields.map(|fields| {
            let fields = fields.into_iter();
            let canonical = |field: FieldBody| {
                let (source, target) = field.names();
                FieldBody::new(source.to_owned(), target)
            };
            fields.map(canonical).collect()
        });
        Ok(Self { fields, ..self })
    }
}

impl SystemBody {
    pub(super) fn canonical(self) -> anyhow::Result<Self> {
        Ok(Self {
            schedule: usual(&self.schedule)?,
            ..self
        })
    }
}

/// Options without those that are as they are anyway. What is no option is refused.
fn short(options: Map<String, Value>) -> anyhow::Result<Map<String, Value>> {
    let read: Result<DeliveryOptions, _> = serde_json::from_value(Value::Object(options));
    let read = read.map_err(|error| anyhow!("options: {error}"))?;
    let default = serde_json::to_value(DeliveryOptions::default())?;
    match beside(serde_json::to_value(read)?, &default) {
        Some(Value::Object(options)) => Ok(options),
        _ => Ok(Map::new()),
    }
}

/// What of a value is not as the default.
fn beside(value: Value, default: &Value) -> Option<Value> {
    if value == *default {
        return None;
    }
    let Value::Object(members) = value else {
        return Some(value);
    };
    let members = members.into_iter().filter_map(|(key, value)| {
        let default = default.get(&key).unwrap_or(&Value::Null);
        beside(value, default).map(|value| (key, value))
    });
    Some(Value::Object(members.collect()))
}

/// A schedule as the server writes it back, without what it would be anyway. The zone of one that only follows the system
/// refresh means nothing.
fn usual(draft: &ScheduleDraft) -> anyhow::Result<ScheduleDraft> {
    let mut draft = draft.clone();
    let has_days = [&draft.starts_on, &draft.ends_on, &draft.paused_until];
    let follows =
        draft.recurrence == RecurrenceKind::System && has_days.into_iter().all(Option::is_none);
    if follows {
        "UTC".clone_into(&mut draft.time_zone);
    }
    let parsed = draft
        .parse()
        .map_err(|errors| all_wrong("schedule.", &errors))?;
    let mut usual = ScheduleDraft::from(&parsed);
    usual.catch_up_hours = usual
        .catch_up_hours
        .filter(|hours| *hours != DEFAULT_CATCH_UP_HOURS);
    usual.every = usual.every.filter(|every| *every != 1);
    if usual.recurrence == RecurrenceKind::Hourly {
        usual.from = usual.from.filter(|from| from != "00:00");
    }
    if follows {
        usual.time_zone.clear();
    }
    Ok(usual)
}

/// A name, of what a server has or of what a file asks for. What of a new one is refused today, the server says.
fn name(text: &str) -> anyhow::Result<String> {
    let name = DisplayName::stored(text).map_err(|error| wrong("name", error))?;
    Ok(name.into())
}

fn wrong(field: &str, reason: impl Into<Reason>) -> anyhow::Error {
    let sentence = reasons::text(Language::English, &reason.into());
    anyhow!("{field}: {sentence}")
}

fn all_wrong(prefix: &str, errors: &FieldErrors) -> anyhow::Error {
    let told = errors.0.iter().map(|error| {
        let sentence = reasons::text(Language::English, &error.reason);
        format!("{prefix}{}: {sentence}", error.field)
    });
    anyhow!(told.collect::<Vec<_>>().join("; "))
}

#[cfg(test)]
mod tests;
