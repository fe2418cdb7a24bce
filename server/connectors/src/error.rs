//! What can go wrong at a destination, by meaning and not by transport, so that the server can
//! decide (try again, pause the connection, ask a person) without knowing the type.

use std::collections::BTreeMap;
use std::error::Error as StdError;
use std::io;
use std::path::Path;
use std::time::Duration;

use base::{AddressRefused, DialError, RootError, TestStage};
use thiserror::Error;

use crate::template::TemplateError;

/// An error of someone else, carried through.
pub type BoxError = Box<dyn StdError + Send + Sync>;

#[derive(Debug, Error)]
pub enum ConnectorError {
    #[error("`{path}` was not found")]
    NotFound { path: String },
    #[error("no permission for `{path}`")]
    PermissionDenied { path: String },
    #[error("sign-in was refused")]
    Unauthenticated,
    /// It says that it is there no more, and never will be.
    #[error("the destination is gone")]
    Gone,
    /// A private or local address, which the machine's configuration does not allow.
    #[error(transparent)]
    AddressRefused(#[from] AddressRefused),
    /// The server is not the one that the connection names by its key.
    #[error("the server has the host key `{found}`")]
    HostKey { found: String },
    /// No answer in time; `stage` is what was under way.
    #[error("the destination did not answer in time")]
    Timeout { stage: TestStage },
    /// The clock of this machine differs too much from the destination's for signatures to hold.
    #[error("the clocks of this machine and of the destination differ")]
    Clock,
    /// The store writes over what it was told to create.
    #[error("the store knows no conditional writes")]
    NoConditions,
    #[error("the destination asks to wait")]
    RateLimited { retry_after: Option<Duration> },
    #[error("the destination cannot be reached while trying to {action}")]
    Unavailable {
        action: String,
        #[source]
        source: BoxError,
    },
    #[error("no space left for `{path}`")]
    NoSpace { path: String },
    /// A setting of the connection or of the export's options; `field` is its key.
    #[error("`{field}`: {problem}")]
    InvalidConfig { field: String, problem: String },
    /// The folder of a connection, its `path`, may not be used: roots decide.
    #[error(transparent)]
    Folder(RootError),
    /// The template of an export's paths cannot be used.
    #[error(transparent)]
    Template(#[from] TemplateError),
    /// What keeps the records of deliveries for the destination did not.
    #[error("the record of a delivery cannot be kept or read")]
    Ledger(#[source] BoxError),
    /// Something else stands where this run must publish. Nothing of it was touched.
    #[error("`{path}` exists already and is not of this run")]
    Collision { path: String },
    /// The rows could not be written in this format.
    #[error("cannot write table `{table}`")]
    Encoding {
        table: String,
        #[source]
        source: Box<formats::FormatError>,
    },
    /// The stream of rows failed; its own error is kept.
    #[error("the rows of table `{table}` could not be read")]
    Source {
        table: String,
        #[source]
        source: BoxError,
    },
    #[error("cannot {action}")]
    Other {
        action: String,
        #[source]
        source: BoxError,
    },
}

impl ConnectorError {
    /// Whether trying the same again later may help. Errors of the source are judged by who knows
    /// them.
    pub const fn is_transient(&self) -> bool {
        matches!(
            self,
            Self::RateLimited { .. }
                | Self::Unavailable { .. }
                | Self::Timeout { .. }
                | Self::Ledger(_)
        )
    }

    /// Stable, for `reason_code` in the store; texts are made from it in the reader's language.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "destination_not_found",
            Self::PermissionDenied { .. } => "destination_permission_denied",
            Self::Unauthenticated => "destination_unauthenticated",
            Self::Gone => "destination_gone",
            Self::AddressRefused(_) => "destination_address_refused",
            Self::HostKey { .. } => "destination_host_key",
            Self::Timeout { .. } => "destination_slow",
            Self::Clock => "destination_clock",
            Self::NoConditions => "destination_no_conditions",
            Self::RateLimited { .. } => "destination_rate_limited",
            Self::Unavailable { .. } => "destination_unavailable",
            Self::NoSpace { .. } => "destination_no_space",
            Self::Folder(RootError::NotADirectory { .. }) => "destination_no_folder",
            Self::InvalidConfig { .. } | Self::Folder(_) => "destination_invalid_config",
            Self::Template(error) => error.code(),
            Self::Ledger(_) => "database_failed",
            Self::Collision { .. } => "destination_collision",
            Self::Encoding { .. } => "table_not_writable",
            Self::Source { .. } => "source_failed",
            Self::Other { .. } => "destination_failed",
        }
    }

    /// What the text of [`ConnectorError::code`] mentions. Hosts, buckets, accounts and names of users stand in `detail`
    /// alone, `found` and `flag` apart: who is no administrator is told none of these. Words of ours that are in English
    /// alone stand there too: pages show them apart from the sentence.
    pub fn args(&self) -> BTreeMap<String, String> {
        let pairs: Vec<(&str, String)> = match self {
            Self::NotFound { path }
            | Self::PermissionDenied { path }
            | Self::NoSpace { path }
            | Self::Collision { path } => vec![("path", path.clone())],
            Self::Unauthenticated
            | Self::Gone
            | Self::Clock
            | Self::NoConditions
            | Self::Ledger(_) => vec![],
            Self::AddressRefused(refused) => vec![("flag", refused.flag())],
            Self::HostKey { found } => vec![("found", found.clone())],
            Self::Timeout { stage } => vec![("stage", stage.code().to_owned())],
            Self::RateLimited { retry_after } => retry_after
                .map(|wait| ("retry_after_seconds", wait.as_secs().to_string()))
                .into_iter()
                .collect(),
            Self::Unavailable { action, source } | Self::Other { action, source } => {
                vec![
                    ("action", action.clone()),
                    ("detail", chain(source.as_ref())),
                ]
            }
            Self::InvalidConfig { field, .. } => {
                vec![("field", field.clone()), ("detail", self.to_string())]
            }
            Self::Folder(error) => {
                vec![("field", "path".to_owned()), ("detail", error.to_string())]
            }
            Self::Template(error) => error.args(),
            Self::Encoding { table, source } => {
                vec![("table", table.clone()), ("detail", chain(source.as_ref()))]
            }
            Self::Source { table, source } => {
                vec![("table", table.clone()), ("detail", chain(source.as_ref()))]
            }
        };
        pairs
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect()
    }

    /// For `map_err` on file system calls: sorts by what the system said.
    pub(crate) fn io(action: &str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| {
            let shown = path.display().to_string();
            match source.kind() {
                io::ErrorKind::NotFound => Self::NotFound { path: shown },
                io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                    Self::PermissionDenied { path: shown }
                }
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                    Self::NoSpace { path: shown }
                }
                io::ErrorKind::StaleNetworkFileHandle
                | io::ErrorKind::TimedOut
                | io::ErrorKind::HostUnreachable
                | io::ErrorKind::NetworkDown
                | io::ErrorKind::ResourceBusy
                | io::ErrorKind::Interrupted => Self::Unavailable {
                    action: format!("{action} `{shown}`"),
                    source: source.into(),
                },
                _ => Self::Other {
                    action: format!("{action} `{shown}`"),
                    source: source.into(),
                },
            }
        }
    }

    pub(crate) fn invalid(field: &str, problem: impl ToString) -> Self {
        Self::InvalidConfig {
            field: field.to_owned(),
            problem: problem.to_string(),
        }
    }
}

/// The error and its causes in one line.
pub(crate) fn chain(error: &(dyn StdError + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// A name, an address or the guard that is in the way.
impl From<DialError> for ConnectorError {
    fn from(error: DialError) -> Self {
        match error {
            DialError::Refused(refused) => Self::AddressRefused(refused),
            DialError::Slow => Self::Timeout {
                stage: TestStage::Address,
            },
            failed => Self::Unavailable {
                action: "connect".to_owned(),
                source: failed.into(),
            },
        }
    }
}

/// What the roots refuse, except a failure of the system.
impl From<RootError> for ConnectorError {
    fn from(error: RootError) -> Self {
        match error {
            RootError::Io { path, source } => Self::io("open", &path)(source),
            RootError::NotFound { path } => Self::NotFound {
                path: path.display().to_string(),
            },
            refused => Self::Folder(refused),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    #[test]
    fn what_is_said_in_english_alone_stands_apart_from_the_sentence() {
        let path = PathBuf::from("/x");
        let folder = ConnectorError::from(RootError::NotADirectory { path: path.clone() });
        assert_eq!(folder.code(), "destination_no_folder");
        assert_eq!(folder.args()["detail"], "`/x` is not a folder");
        let malformed = ConnectorError::from(RootError::Malformed { path });
        assert_eq!(malformed.code(), "destination_invalid_config");
        let setting = ConnectorError::invalid("region", "is required");
        assert_eq!(setting.args()["detail"], "`region`: is required");
        assert_eq!(setting.args()["field"], "region");
    }

    #[test]
    fn system_errors_are_sorted_by_meaning() {
        let sorted = |code| {
            let error = io::Error::from_raw_os_error(code);
            ConnectorError::io("write", Path::new("/x"))(error)
        };
        assert!(matches!(sorted(28), ConnectorError::NoSpace { .. }));
        assert!(matches!(
            sorted(13),
            ConnectorError::PermissionDenied { .. }
        ));
        assert!(matches!(
            sorted(30),
            ConnectorError::PermissionDenied { .. }
        ));
        assert!(matches!(sorted(2), ConnectorError::NotFound { .. }));
        let stale = sorted(116);
        assert!(stale.is_transient(), "{stale}");
        let broken = sorted(5);
        assert!(!broken.is_transient(), "{broken}");
        assert_eq!(broken.code(), "destination_failed");
        assert_eq!(broken.args()["action"], "write `/x`");
    }
}
