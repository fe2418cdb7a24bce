//! What a connection is set to, parsed.

use std::ops::RangeInclusive;

use base::may_be_unencrypted;
use reqwest::Url;
use serde_json::Value;

use super::chunks::Limits;
use super::description::DEFAULT_LIMITS;
use crate::error::ConnectorError;
use crate::objects::settings::required;

const ROWS: RangeInclusive<usize> = 1..=100_000;
/// The most that is worth holding in memory for one message.
const BYTES: RangeInclusive<usize> = 4_096..=16_777_216;

/// Where messages go. Encrypted, except within a private network.
pub(super) fn url(config: &Value) -> Result<Url, ConnectorError> {
    const FIELD: &str = "url";
    let wrong = |problem: &str| ConnectorError::invalid(FIELD, problem);
    let mut url =
        Url::parse(required(config, FIELD)?).map_err(|error| wrong(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(wrong("must begin with https://"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("must not hold a user or a password"));
    }
    if url.scheme() == "http" && !may_be_unencrypted(&url) {
        return Err(wrong(
            "must begin with https:// outside of a private network",
        ));
    }
    // Browsers keep it to themselves, and so do we.
    url.set_fragment(None);
    Ok(url)
}

/// How much goes into one message.
pub(super) fn limits(config: &Value) -> Result<Limits, ConnectorError> {
    Ok(Limits {
        rows: number(config, "rows_per_message", DEFAULT_LIMITS.rows, &ROWS)?,
        bytes: number(config, "max_bytes", DEFAULT_LIMITS.bytes, &BYTES)?,
    })
}

fn number(
    config: &Value,
    field: &str,
    default: usize,
    range: &RangeInclusive<usize>,
) -> Result<usize, ConnectorError> {
    let given = match config.get(field) {
        None | Some(Value::Null) => return Ok(default),
        Some(given) => given.as_u64(),
    };
    given
        .and_then(|number| usize::try_from(number).ok())
        .filter(|number| range.contains(number))
        .ok_or_else(|| {
            let problem = format!("must be a number from {} to {}", range.start(), range.end());
            ConnectorError::invalid(field, problem)
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn refused(error: ConnectorError) -> (String, String) {
        match error {
            ConnectorError::InvalidConfig { field, problem } => (field, problem),
            other => panic!("expected a field error, found {other:?}"),
        }
    }

    #[test]
    fn an_address_is_encrypted_except_within_a_private_network() {
        for (given, expected) in [
            (
                "https://hooks.example/in?token=x#y",
                Some("https://hooks.example/in?token=x"),
            ),
            (" https://hooks.example ", Some("https://hooks.example/")),
            ("http://127.0.0.1:9/in", Some("http://127.0.0.1:9/in")),
            ("http://hooks.example/in", None),
            ("https://me@hooks.example/in", None),
            ("https://me:x@hooks.example/in", None),
            ("ftp://hooks.example/in", None),
            ("hooks.example/in", None),
            ("", None),
        ] {
            let found = url(&json!({"url": given}));
            let shown = found.as_ref().map(Url::as_str).ok();
            assert_eq!(shown, expected, "{given}");
            if let Err(error) = found {
                assert_eq!(refused(error).0, "url");
            }
        }
    }

    #[test]
    fn limits_have_defaults_and_bounds() {
        let found = limits(&json!({"max_bytes": null})).unwrap();
        assert_eq!(found, DEFAULT_LIMITS);
        let found = limits(&json!({"rows_per_message": 1, "max_bytes": 4096})).unwrap();
        assert_eq!((found.rows, found.bytes), (1, 4096));
        for (field, wrong) in [
            ("rows_per_message", json!(0)),
            ("rows_per_message", json!("500")),
            ("rows_per_message", json!(1.5)),
            ("max_bytes", json!(4095)),
            ("max_bytes", json!(20_000_000)),
            ("max_bytes", json!(-1)),
        ] {
            let mut config = json!({});
            config[field] = wrong.clone();
            let (named, problem) = refused(limits(&config).unwrap_err());
            assert_eq!(named, field, "{wrong}");
            assert!(problem.starts_with("must be a number from "), "{problem}");
        }
    }
}
