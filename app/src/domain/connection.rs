//! Connections: address and terms of one destination.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{ConnectionId, Micros, Reason, TextError, UserId, Version};

/// The types of destination that exist. What later versions bring is not listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConnectionType {
    /// A folder that the server can write to.
    LocalFolder,
}

impl ConnectionType {
    /// All types, in the order in which the pages list them.
    pub const ALL: [Self; 1] = [Self::LocalFolder];

    /// As stored and as REST writes it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::LocalFolder => "local_folder",
        }
    }

    /// Place in lists sorted by type.
    pub const fn rank(self) -> i64 {
        match self {
            Self::LocalFolder => 10,
        }
    }
}

impl FromStr for ConnectionType {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.code() == text)
            .ok_or(TextError::Malformed)
    }
}

/// With whom a connection is shared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    #[default]
    Administrators,
    /// Administrators and contributors.
    Contributors,
    /// Administrators and these people.
    People(Vec<UserId>),
}

/// A connection as an export names it: all that people without rights on it may know.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionRef {
    pub id: ConnectionId,
    pub name: String,
    #[serde(rename = "type")]
    pub kind: ConnectionType,
}

/// A connection that the person looking may give to an export.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionChoice {
    pub connection: ConnectionRef,
}

/// A row of the Connections page (administrators).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionSummary {
    pub id: ConnectionId,
    pub version: Version,
    pub name: String,
    #[serde(rename = "type")]
    pub kind: ConnectionType,
    pub audience: Audience,
    /// How many exports use it.
    pub exports: u32,
    pub created_at: Micros,
    pub updated_at: Micros,
    pub updated_by: String,
}

/// A connection with its configuration (administrators). Secrets are never part of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConnectionDetails {
    pub summary: ConnectionSummary,
    pub config: Map<String, Value>,
    /// Names of the exports that use it, with their ids, by name.
    pub used_by: Vec<(super::ExportId, String)>,
}

/// What creates or replaces a connection. Fields are parsed by the service.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConnectionDraft {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(default)]
    pub config: Map<String, Value>,
    #[serde(default)]
    pub secrets: Map<String, Value>,
    #[serde(default)]
    pub audience: Audience,
    /// The administrator agrees that data leave to this destination.
    #[serde(default)]
    pub consent: bool,
}

/// What a type of destination asks for and can do, as its connector describes it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConnectionTypeInfo {
    #[serde(rename = "type")]
    pub kind: ConnectionType,
    pub fields: Vec<TypeField>,
    pub formats: Vec<String>,
    pub modes: Vec<String>,
    pub publishing: Publishing,
}

/// One field of a type's configuration.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeField {
    pub key: String,
    pub required: bool,
    pub secret: bool,
}

/// The unit in which a reader of the destination sees a delivery change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Publishing {
    /// The whole run or nothing.
    AtomicPerRun,
    /// Each file by itself.
    AtomicPerFile,
    /// Row by row.
    RowByRow,
}

/// What a test of a connection found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestOutcome {
    pub ok: bool,
    /// Why not, or what was found.
    pub reason: Option<Reason>,
}
