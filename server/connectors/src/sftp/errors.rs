//! What went wrong on the way to the server or there, by its meaning.

use std::io;

use russh::Error as SshError;
use russh_sftp::client::error::Error as SftpError;
use russh_sftp::protocol::StatusCode;

use crate::error::ConnectorError;

/// For `map_err` on SSH calls.
pub(super) fn ssh(action: &str) -> impl FnOnce(SshError) -> ConnectorError {
    let action = action.to_owned();
    move |error| {
        let is_lasting = matches!(
            error,
            SshError::NoCommonAlgo { .. }
                | SshError::UnknownAlgo
                | SshError::Version
                | SshError::WrongServerSig
                | SshError::ChannelOpenFailure(_)
                | SshError::RequestDenied
                | SshError::Keys(_)
                | SshError::SshKey(_)
                | SshError::Signature(_)
        );
        let source = error.into();
        if is_lasting {
            ConnectorError::Other { action, source }
        } else {
            ConnectorError::Unavailable { action, source }
        }
    }
}

/// Sorts by what the server answered, or that it did not.
pub(super) fn sftp(error: SftpError, action: &str, path: &str) -> ConnectorError {
    let shown = path.to_owned();
    let action = format!("{action} `{path}`");
    match error {
        _ if is_lost(&error) => ConnectorError::Unavailable {
            action,
            source: error.into(),
        },
        SftpError::Status(status) => match status.status_code {
            StatusCode::NoSuchFile => ConnectorError::NotFound { path: shown },
            StatusCode::PermissionDenied => ConnectorError::PermissionDenied { path: shown },
            _ if names_full(&status.error_message) => ConnectorError::NoSpace { path: shown },
            _ => ConnectorError::Other {
                action,
                source: SftpError::Status(status).into(),
            },
        },
        error => ConnectorError::Other {
            action,
            source: error.into(),
        },
    }
}

/// Whether the session is of no use any more: nobody answers, or what comes is not understood.
pub(super) fn is_lost(error: &SftpError) -> bool {
    match error {
        SftpError::Status(status) => matches!(
            status.status_code,
            StatusCode::NoConnection | StatusCode::ConnectionLost
        ),
        SftpError::Limited(_) | SftpError::UnexpectedPacket => false,
        SftpError::IO(_) | SftpError::Timeout | SftpError::UnexpectedBehavior(_) => true,
    }
}

/// Whether the server answered that there is no such file or folder.
pub(super) fn is_absence(error: &SftpError) -> bool {
    has_status(error, StatusCode::NoSuchFile)
}

/// Whether the server answered that it failed and not why, as version 3 has it for most causes.
pub(super) fn is_failure(error: &SftpError) -> bool {
    has_status(error, StatusCode::Failure)
}

/// Whether the server answered at all.
pub(super) const fn is_answer(error: &SftpError) -> bool {
    matches!(error, SftpError::Status(_))
}

pub(super) fn has_status(error: &SftpError, code: StatusCode) -> bool {
    matches!(error, SftpError::Status(status) if status.status_code == code)
}

/// Servers that say why they failed say it as the system does.
fn names_full(message: &str) -> bool {
    let message = message.to_ascii_lowercase();
    ["no space left", "quota exceeded", "disk full"]
        .iter()
        .any(|words| message.contains(words))
}

/// A server that closes the connection in the middle of something.
pub(super) fn closed(action: &str) -> ConnectorError {
    ConnectorError::Unavailable {
        action: action.to_owned(),
        source: io::Error::from(io::ErrorKind::ConnectionReset).into(),
    }
}

#[cfg(test)]
mod tests {
    use russh_sftp::protocol::Status;

    use super::*;

    fn answered(status_code: StatusCode, message: &str) -> ConnectorError {
        let status = Status {
            id: 1,
            status_code,
            error_message: message.to_owned(),
            language_tag: String::new(),
        };
        sftp(SftpError::Status(status), "write", "in/a.csv")
    }

    #[test]
    fn answers_are_sorted_by_meaning() {
        for (code, message, meaning) in [
            (
                StatusCode::NoSuchFile,
                "No such file",
                "destination_not_found",
            ),
            (
                StatusCode::PermissionDenied,
                "Permission denied",
                "destination_permission_denied",
            ),
            (
                StatusCode::Failure,
                "No space left on device",
                "destination_no_space",
            ),
            (
                StatusCode::Failure,
                "Disk quota exceeded",
                "destination_no_space",
            ),
            (StatusCode::Failure, "Failure", "destination_failed"),
            (
                StatusCode::OpUnsupported,
                "Unsupported",
                "destination_failed",
            ),
            (StatusCode::ConnectionLost, "", "destination_unavailable"),
        ] {
            assert_eq!(
                answered(code, message).code(),
                meaning,
                "{code:?} {message}"
            );
        }
        let failed = answered(StatusCode::Failure, "Failure");
        assert_eq!(failed.args()["action"], "write `in/a.csv`");
    }

    #[test]
    fn silence_may_pass_and_disagreement_does_not() {
        let silent = sftp(SftpError::Timeout, "write", "a");
        assert!(silent.is_transient(), "{silent}");
        assert!(ssh("sign in")(SshError::HUP).is_transient());
        assert!(!ssh("connect")(SshError::Version).is_transient());
    }
}
