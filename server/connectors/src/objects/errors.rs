//! What services of objects refuse, by meaning.

use std::error::Error as StdError;
use std::time::Duration;

use base::{TestStage, address_refused};
use object_store::client::{HttpError, HttpErrorKind};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use thiserror::Error;

use crate::error::ConnectorError;
use crate::redact::beginning;

/// Our code for an object that is being copied and is not whole.
pub(super) const COPY_PENDING: &str = "CopyPending";

/// Of the words of a service, and of its code.
const LONGEST_MESSAGE: usize = 300;
const LONGEST_CODE: usize = 100;

/// What a service answered in place of what was asked for.
#[derive(Debug, Error)]
#[error("the service answers {status}{words}")]
pub(crate) struct Refusal {
    pub(crate) status: u16,
    /// The service's own code, where it gives one: answers to `HEAD` have none at Amazon.
    pub(crate) code: String,
    words: String,
    /// Where the bucket is instead.
    region: Option<String>,
    wait: Option<Duration>,
}

impl Refusal {
    /// None for what `object_store` has a meaning for: done, not there, not changed, there already.
    pub(super) fn of(status: u16, headers: &HeaderMap, body: &[u8]) -> Option<Self> {
        let text = |name: &str| {
            let value = headers.get(name).and_then(|value| value.to_str().ok());
            value.map(str::to_owned)
        };
        // Amazon may begin to answer before it knows how an upload ends.
        let failed_late = status == 200 && is_error(body);
        let body = if status == 200 && !failed_late {
            ""
        } else {
            std::str::from_utf8(body).unwrap_or_default()
        };
        let is_pending = text("x-ms-copy-status").as_deref() == Some("pending");
        let code = if is_pending {
            COPY_PENDING.to_owned()
        } else {
            let code = text("x-ms-error-code").or_else(|| between(body, "Code"));
            let code = code.unwrap_or_default();
            beginning(&code, LONGEST_CODE).to_owned()
        };
        let has_a_meaning = match status {
            200..=299 if is_pending => false,
            200 => !failed_late,
            201..=299 | 304 | 412 => true,
            404 => !is_of_the_container(&code),
            409 => code == "BlobAlreadyExists",
            _ => false,
        };
        if has_a_meaning {
            return None;
        }
        let message = between(body, "Message").unwrap_or_default();
        let first_line = message.lines().next().unwrap_or_default();
        let message = beginning(first_line, LONGEST_MESSAGE);
        let words = [code.as_str(), message];
        let words = words.into_iter().filter(|word| !word.is_empty());
        Some(Self {
            // To be asked again later.
            status: if status < 300 { 503 } else { status },
            words: words.map(|word| format!(": {word}")).collect(),
            code,
            region: text("x-amz-bucket-region").or_else(|| between(body, "Region")),
            wait: headers.get(RETRY_AFTER).and_then(|value| {
                let seconds = value.to_str().ok()?.trim().parse().ok()?;
                Some(Duration::from_secs(seconds))
            }),
        })
    }

    /// What it means for who asked for `path`.
    fn sorted(&self, path: &str) -> Option<ConnectorError> {
        const UNAUTHENTICATED: [&str; 9] = [
            "AuthenticationFailed",
            "ExpiredToken",
            "InvalidAccessKeyId",
            "InvalidAuthenticationInfo",
            "InvalidSecurity",
            "InvalidToken",
            "NoAuthenticationInformation",
            "SignatureDoesNotMatch",
            "TokenRefreshRequired",
        ];
        const FULL: [&str; 4] = [
            "InsufficientStorage",
            "QuotaExceeded",
            "StorageQuotaExceeded",
            "XMinioStorageFull",
        ];
        const SLOWER: [&str; 4] = ["ServerBusy", "SlowDown", "SlowDownRead", "SlowDownWrite"];
        let path = path.to_owned();
        let is = |codes: &[&str]| codes.contains(&self.code.as_str());
        // What Azure says of a key, some services that speak like it say under another code.
        let of_the_key = is(&UNAUTHENTICATED) || self.words.contains("failed to authenticate");
        Some(match self.status {
            _ if self.code == "RequestTimeTooSkewed" => ConnectorError::Clock,
            301 | 302 | 307 | 308 | 400 if self.region.is_some() => {
                let region = self.region.as_deref().unwrap_or_default();
                ConnectorError::invalid("region", format!("the bucket is in `{region}`"))
            }
            301 | 302 | 303 | 307 | 308 => {
                ConnectorError::invalid("endpoint", "the service leads elsewhere")
            }
            404 if self.code == "NoSuchBucket" => {
                ConnectorError::invalid("bucket", "there is no such bucket")
            }
            404 | 409 if is_of_the_container(&self.code) => {
                ConnectorError::invalid("container", "there is no such container")
            }
            _ if is(&FULL) || self.status == 507 => ConnectorError::NoSpace { path },
            401 => ConnectorError::Unauthenticated,
            400 | 403 if of_the_key => ConnectorError::Unauthenticated,
            403 => ConnectorError::PermissionDenied { path },
            429 => ConnectorError::RateLimited {
                retry_after: self.wait,
            },
            503 if self.wait.is_some() || is(&SLOWER) => ConnectorError::RateLimited {
                retry_after: self.wait,
            },
            _ => return None,
        })
    }

    /// Whether it may pass. Two writers in each other's way are told so with 409.
    const fn is_transient(&self) -> bool {
        matches!(self.status, 408 | 409 | 500 | 502 | 503 | 504)
    }
}

fn is_of_the_container(code: &str) -> bool {
    matches!(
        code,
        "NoSuchBucket" | "ContainerNotFound" | "ContainerBeingDeleted" | "ContainerDisabled"
    )
}

/// Whether a body says that something failed.
fn is_error(body: &[u8]) -> bool {
    let start = body.trim_ascii_start();
    let start = &start[..start.len().min(512)];
    start.starts_with(b"<Error>")
        || (start.starts_with(b"<?xml") && start.windows(7).any(|window| window == b"<Error>"))
}

/// The text of the first element of this name.
fn between(body: &str, name: &str) -> Option<String> {
    let (_, rest) = body.split_once(&format!("<{name}>"))?;
    let (text, _) = rest.split_once(&format!("</{name}>"))?;
    Some(text.trim().to_owned())
}

/// The refusal that an error comes of.
pub(crate) fn refusal<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a Refusal> {
    find(error)
}

/// The first of an error and its causes that is of this type.
pub(super) fn find<'a, T: StdError + 'static>(
    error: &'a (dyn StdError + 'static),
) -> Option<&'a T> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        cause = error.source();
    }
    None
}

/// An error by its meaning; `path` is what was asked for, relative to the connection's folder.
pub(crate) fn sorted(action: &str, path: &str, error: object_store::Error) -> ConnectorError {
    if let Some(refused) = address_refused(&error) {
        return refused.into();
    }
    let refused = refusal(&error);
    if let Some(known) = refused.and_then(|refusal| refusal.sorted(path)) {
        return known;
    }
    let kind = find::<HttpError>(&error).map(HttpError::kind);
    if kind == Some(HttpErrorKind::Timeout) {
        return ConnectorError::Timeout {
            stage: TestStage::Address,
        };
    }
    let may_pass = refused.map_or_else(
        || {
            matches!(
                kind,
                Some(HttpErrorKind::Connect | HttpErrorKind::Request | HttpErrorKind::Interrupted)
            )
        },
        Refusal::is_transient,
    );
    let path = path.to_owned();
    match error {
        object_store::Error::NotFound { .. } => ConnectorError::NotFound { path },
        object_store::Error::AlreadyExists { .. } => ConnectorError::Collision { path },
        object_store::Error::PermissionDenied { .. } => ConnectorError::PermissionDenied { path },
        // One of many that are removed in one request, told in the answer to it.
        error if error.to_string().contains("code: AccessDenied") => {
            ConnectorError::PermissionDenied { path }
        }
        error => {
            let action = format!("{action} `{path}`");
            let source = error.into();
            if may_pass {
                ConnectorError::Unavailable { action, source }
            } else {
                ConnectorError::Other { action, source }
            }
        }
    }
}
