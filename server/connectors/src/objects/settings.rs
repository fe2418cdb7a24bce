//! Settings that stores of objects have in common, read and judged. Contacts nothing.

use base::may_be_unencrypted;
use object_store::{BackoffConfig, ClientOptions, RetryConfig};
use reqwest::Url;
use serde_json::Value;

use crate::error::ConnectorError;
use crate::registry::Secrets;

/// Of a prefix, in bytes: an object's name has 1 024.
const LONGEST_PREFIX: usize = 400;

/// What the names of files say of their content, for who downloads them.
const CONTENT_TYPES: [(&str, &str); 6] = [
    ("csv", "text/csv"),
    ("gz", "application/gzip"),
    ("json", "application/json"),
    ("jsonl", "application/x-ndjson"),
    ("parquet", "application/vnd.apache.parquet"),
    ("zst", "application/zstd"),
];

/// A text; empty is left out.
pub(crate) fn text<'a>(config: &'a Value, field: &str) -> Result<Option<&'a str>, ConnectorError> {
    match config.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.trim().is_empty() => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.trim())),
        Some(_) => Err(ConnectorError::invalid(field, "must be a text")),
    }
}

/// A text that must be there.
pub(crate) fn required<'a>(config: &'a Value, field: &str) -> Result<&'a str, ConnectorError> {
    text(config, field)?.ok_or_else(|| ConnectorError::invalid(field, "is required"))
}

/// One of several words; the first where it is left out.
pub(crate) fn choice(
    config: &Value,
    field: &str,
    choices: &[&'static str],
) -> Result<&'static str, ConnectorError> {
    let first = choices.first().copied().unwrap_or_default();
    let Some(given) = text(config, field)? else {
        return Ok(first);
    };
    let known = choices.iter().copied().find(|&choice| choice == given);
    known.ok_or_else(|| {
        let problem = format!("must be one of {}", choices.join(", "));
        ConnectorError::invalid(field, problem)
    })
}

/// The address of a service: a host, with a port and a path at most. Encrypted, except within a private network.
pub(crate) fn endpoint(config: &Value) -> Result<Option<Url>, ConnectorError> {
    const FIELD: &str = "endpoint";
    let Some(given) = text(config, FIELD)? else {
        return Ok(None);
    };
    let wrong = |problem: &str| ConnectorError::invalid(FIELD, problem);
    let url = Url::parse(given).map_err(|error| wrong(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(wrong("must begin with https://"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("must not hold a user or a password"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("must be a host, with a port and a path at most"));
    }
    if url.scheme() == "http" && !may_be_unencrypted(&url) {
        return Err(wrong(
            "must begin with https:// outside of a private network",
        ));
    }
    Ok(Some(url))
}

/// The folder, so to speak, of a connection: parts of names of objects, without `/` at its ends. Empty is the whole
/// bucket.
pub(crate) fn prefix(config: &Value) -> Result<String, ConnectorError> {
    const FIELD: &str = "prefix";
    let prefix = text(config, FIELD)?.unwrap_or_default().trim_matches('/');
    let is_segment = |segment: &str| {
        !segment.is_empty()
            && !segment.trim_matches('.').is_empty()
            && !segment.chars().any(|c| c.is_control() || c == '\\')
    };
    if prefix.len() > LONGEST_PREFIX {
        let problem = format!("must have {LONGEST_PREFIX} bytes at most");
        return Err(ConnectorError::invalid(FIELD, problem));
    }
    if !prefix.is_empty() && !prefix.split('/').all(is_segment) {
        let problem = "must be names joined by single `/`, none of them of dots alone";
        return Err(ConnectorError::invalid(FIELD, problem));
    }
    Ok(prefix.to_owned())
}

/// A secret that goes into a header or a signature: one line of ASCII without spaces.
pub(crate) fn secret<'a>(
    secrets: &'a Secrets,
    field: &str,
) -> Result<Option<&'a str>, ConnectorError> {
    let Some(secret) = secrets.expose().get(field) else {
        return Ok(None);
    };
    let secret = secret.trim();
    if secret.is_empty() || !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
        let problem = "must be letters, digits and signs without spaces";
        return Err(ConnectorError::invalid(field, problem));
    }
    Ok(Some(secret))
}

/// A secret that must be there.
pub(crate) fn required_secret<'a>(
    secrets: &'a Secrets,
    field: &str,
) -> Result<&'a str, ConnectorError> {
    secret(secrets, field)?.ok_or_else(|| ConnectorError::invalid(field, "is required"))
}

/// What a store of objects tells of files. Of the rest, our own client decides.
pub(crate) fn client_options() -> ClientOptions {
    CONTENT_TYPES
        .into_iter()
        .fold(ClientOptions::new(), |options, (extension, mime)| {
            options.with_content_type_for_suffix(extension, mime)
        })
}

/// For connections that break off. What a service refuses is tried again by [`crate::Retry`], which knows what it said.
pub(crate) fn retry_config() -> RetryConfig {
    RetryConfig {
        backoff: BackoffConfig::default(),
        max_retries: 3,
        retry_timeout: std::time::Duration::from_secs(30),
    }
}

/// What a builder refuses although the settings were judged before.
pub(crate) fn unbuilt(error: object_store::Error) -> ConnectorError {
    ConnectorError::Other {
        action: "set up the client of the store".to_owned(),
        source: error.into(),
    }
}
