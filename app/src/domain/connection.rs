//! Connections: address and terms of one destination.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::text::single_line;
use super::{ConnectionId, Micros, PersonRef, Reason, TextError, UserId, Version};

/// The types of destination that are known. Which of them a server delivers to, its connectors say
/// ([`ConnectionTypeInfo`]). What later versions bring is not listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConnectionType {
    /// A folder that the server can write to.
    LocalFolder,
    /// A folder of an SFTP server.
    Sftp,
    /// A bucket of Amazon S3, or of what speaks its protocol.
    S3,
    /// A container of Azure Blob Storage.
    AzureBlob,
    /// A container of Azure Data Lake Storage Gen2.
    AdlsGen2,
    /// An address that takes rows by HTTP.
    Webhook,
}

impl ConnectionType {
    /// All types, in the order in which the pages list them.
    pub const ALL: [Self; 6] = [
        Self::LocalFolder,
        Self::Sftp,
        Self::S3,
        Self::AzureBlob,
        Self::AdlsGen2,
        Self::Webhook,
    ];

    /// As stored and as REST writes it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::LocalFolder => "local_folder",
            Self::Sftp => "sftp",
            Self::S3 => "s3",
            Self::AzureBlob => "azure_blob",
            Self::AdlsGen2 => "adls_gen2",
            Self::Webhook => "webhook",
        }
    }

    /// Whether deliveries are files. Elsewhere rows go as JSON, and what an export says of formats and paths is not for them.
    pub const fn has_files(self) -> bool {
        !matches!(self, Self::Webhook)
    }

    /// Place in lists sorted by type.
    pub const fn rank(self) -> i64 {
        match self {
            Self::LocalFolder => 10,
            Self::Sftp => 20,
            Self::S3 => 30,
            Self::AzureBlob => 40,
            Self::AdlsGen2 => 50,
            Self::Webhook => 60,
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
    /// None: not tested since it was set up.
    pub test: Option<LastTest>,
    /// Its runs wait.
    pub pause: Option<ConnectionPause>,
    /// What it signs in with or trusts and that ends, soonest first.
    pub expires: Vec<Expiry>,
    pub created_at: Micros,
    pub created_by: String,
    pub updated_at: Micros,
    pub updated_by: String,
}

/// How the last test of a connection went.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastTest {
    pub at: Micros,
    pub ok: bool,
    /// Why not, or what was found.
    pub reason: Option<Reason>,
}

/// A connection whose runs wait until it is resumed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionPause {
    pub since: Micros,
    /// Empty: the server, after sign-in was refused.
    pub by: String,
    pub reason: Option<Reason>,
}

impl ConnectionPause {
    /// Most characters of the reason that a person gives.
    pub const MOST_WORDS: u32 = 200;

    /// Why a person pauses a connection, which need not be said: one line.
    pub fn reason_of(words: Option<&str>) -> Result<Option<Reason>, TextError> {
        let Some(words) = words.filter(|words| !words.trim().is_empty()) else {
            return Ok(None);
        };
        let words = single_line(words, Self::MOST_WORDS)?;
        Ok(Some(
            Reason::new("connection_paused_for").with("words", words),
        ))
    }
}

/// Something of a connection that ends.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expiry {
    /// `token`, `sas` or `certificate`.
    pub what: String,
    pub at: Micros,
}

/// A secret as administrators may know it: that it is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecretState {
    /// The key of its field.
    pub name: String,
    /// Where it is read from at each use (`env:NAME`, `file:PATH`); none: it is kept here, sealed.
    pub reference: Option<String>,
    pub updated_at: Micros,
    pub updated_by: String,
}

/// A connection with its configuration (administrators). Secrets are never part of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ConnectionDetails {
    pub summary: ConnectionSummary,
    pub config: Map<String, Value>,
    /// Which secrets are set.
    pub secrets: Vec<SecretState>,
    /// The people of its audience, where it names people.
    pub people: Vec<PersonRef>,
    /// Names of the exports that use it, with their ids, by name.
    pub used_by: Vec<(super::ExportId, String)>,
}

/// What creates or replaces a connection. Fields are parsed by the service.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConnectionDraft {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: String,
    #[serde(default)]
    pub config: Map<String, Value>,
    /// By the key of the field: left out, it stays; `null` takes it away; a text is kept sealed, but `env:NAME` and
    /// `file:PATH` say where it is read from.
    #[serde(default)]
    pub secrets: Map<String, Value>,
    #[serde(default)]
    pub audience: Audience,
    /// The administrator agrees that data leave to this destination.
    #[serde(default)]
    pub consent: bool,
}

/// Of the secrets only the keys: what was typed in is nowhere printed.
impl fmt::Debug for ConnectionDraft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let secrets: Vec<&String> = self.secrets.keys().collect();
        f.debug_struct("ConnectionDraft")
            .field("name", &self.name)
            .field("kind", &self.kind)
            .field("config", &self.config)
            .field("secrets", &secrets)
            .field("audience", &self.audience)
            .field("consent", &self.consent)
            .finish()
    }
}

/// A connection in *Removed*.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemovedConnection {
    pub id: ConnectionId,
    pub name: String,
    #[serde(rename = "type")]
    pub kind: ConnectionType,
    pub removed_at: Micros,
    pub removed_by: String,
    /// Until then it can be restored.
    pub kept_until: Micros,
}

/// How exports leave a connection that is to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Release {
    /// They stay, without a connection.
    Detach,
    /// They are removed; runs under way are let finish.
    Remove,
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
    pub kind: FieldKind,
    pub required: bool,
    pub secret: bool,
    /// What counts where it is left out.
    pub default: Option<String>,
    /// Of the fields that share a group exactly one is given.
    pub one_of: Option<String>,
    /// Few need it.
    pub rare: bool,
}

/// How a field is typed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    Text,
    /// A folder of the server.
    Path,
    Number,
    Url,
    /// One of these.
    Choice(Vec<String>),
    /// Yes or no.
    Flag,
    /// A text of several lines.
    Lines,
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
    /// What was tried, in its order; empty where there is nothing to tell apart.
    #[serde(default)]
    pub steps: Vec<TestStepResult>,
}

/// One step of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestStepResult {
    pub stage: TestStage,
    pub ok: bool,
    /// How long it took, if it went well.
    pub millis: Option<u64>,
}

/// The stages of a test, in the order in which a destination has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TestStage {
    /// The host's name has an address.
    Name,
    /// Somebody answers there.
    Address,
    /// The connection is encrypted, with a certificate that is trusted.
    Tls,
    /// The server is the one that was named by its key.
    HostKey,
    /// The credentials are taken.
    SignIn,
    /// The folder, bucket or container may be used.
    Permission,
    /// A file can be written and removed.
    Write,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_prints_which_secrets_it_brings_and_not_what_they_say() {
        let text = r#"{"name": "N", "type": "sftp", "secrets": {"password": "hunter2"}}"#;
        let draft: ConnectionDraft = serde_json::from_str(text).expect("a draft");
        let printed = format!("{draft:?}");
        assert!(printed.contains("password") && !printed.contains("hunter2"));
    }

    #[test]
    fn a_pause_needs_no_reason_and_takes_one_of_one_line() {
        assert_eq!(ConnectionPause::reason_of(None), Ok(None));
        assert_eq!(ConnectionPause::reason_of(Some("  ")), Ok(None));
        let given = ConnectionPause::reason_of(Some(" moving house "));
        let reason = given.ok().flatten().expect("a reason");
        assert_eq!(reason.arg("words"), "moving house");
        let most = ConnectionPause::MOST_WORDS;
        assert_eq!(
            ConnectionPause::reason_of(Some(&"x".repeat(201))),
            Err(TextError::TooLong(most))
        );
    }
}
