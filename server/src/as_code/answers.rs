//! What REST answers, as far as files say it.

use app::domain::{Condition, ConnectionType, ScheduleDraft};
use serde::Deserialize;
use serde_json::{Map, Value};

#[derive(Deserialize)]
pub(super) struct Me {
    pub(super) role: String,
    pub(super) environment: String,
}

#[derive(Deserialize)]
pub(super) struct Listed {
    pub(super) id: String,
}

#[derive(Deserialize)]
pub(super) struct SourceAnswer {
    pub(super) id: String,
    pub(super) version: i64,
    pub(super) name: String,
    pub(super) kind: String,
    pub(super) location: String,
}

#[derive(Deserialize)]
pub(super) struct SegmentAnswer {
    pub(super) id: String,
    pub(super) version: i64,
    pub(super) name: String,
    pub(super) table_id: Option<String>,
    #[serde(rename = "where")]
    pub(super) condition: Option<Condition>,
    pub(super) sql: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct ConnectionAnswer {
    pub(super) id: String,
    pub(super) version: i64,
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) config: Map<String, Value>,
    pub(super) secrets: Vec<SecretAnswer>,
    pub(super) audience: AudienceAnswer,
}

#[derive(Deserialize)]
pub(super) struct SecretAnswer {
    pub(super) name: String,
    pub(super) reference: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum AudienceAnswer {
    Administrators,
    Contributors,
    People(Vec<String>),
}

#[derive(Deserialize)]
pub(super) struct ExportAnswer {
    pub(super) id: String,
    pub(super) version: i64,
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) kind: ConnectionType,
    pub(super) connection: Option<Named>,
    pub(super) items: Vec<ItemAnswer>,
    pub(super) options: Map<String, Value>,
    pub(super) enabled: bool,
    pub(super) schedule: ScheduleDraft,
    pub(super) folder: String,
}

#[derive(Deserialize)]
pub(super) struct Named {
    pub(super) name: String,
}

#[derive(Deserialize)]
pub(super) struct ItemAnswer {
    pub(super) table_id: Option<String>,
    pub(super) segment_id: Option<String>,
    pub(super) table_name: String,
    pub(super) fields: Vec<FieldAnswer>,
    pub(super) include_new: bool,
}

#[derive(Deserialize)]
pub(super) struct FieldAnswer {
    pub(super) source: String,
    pub(super) target: String,
}

#[derive(Deserialize)]
pub(super) struct SystemAnswer {
    pub(super) version: i64,
    pub(super) enabled: bool,
    pub(super) schedule: ScheduleDraft,
}
