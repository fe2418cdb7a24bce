//! What a receiver answers, by meaning.

use std::time::Duration;

use base::{TestStage, address_refused};
use chrono::DateTime;
use reqwest::StatusCode;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use thiserror::Error;

use crate::error::ConnectorError;

/// The longest that a receiver may keep us waiting.
const LONGEST_WAIT: Duration = Duration::from_hours(1);
const ACTION: &str = "deliver a message";

#[derive(Debug, Error)]
#[error("the receiver answers {0}")]
struct Refused(StatusCode);

/// `id`: of the message that was sent. What the answer says beside its status is of no interest.
pub(super) fn judge(
    status: StatusCode,
    headers: &HeaderMap,
    id: &str,
    now_us: i64,
) -> Result<(), ConnectorError> {
    if status.is_success() {
        return Ok(());
    }
    let retry_after = retry_after(headers, now_us);
    let action = ACTION.to_owned();
    let source = Refused(status).into();
    Err(match status.as_u16() {
        300..=399 => ConnectorError::invalid(
            "url",
            "the address leads to another one, which is not followed",
        ),
        401 | 403 => ConnectorError::Unauthenticated,
        404 | 405 => ConnectorError::invalid(
            "url",
            format!("nobody takes messages there (status {})", status.as_u16()),
        ),
        410 => ConnectorError::Gone,
        413 => ConnectorError::invalid("max_bytes", "the receiver takes no message that long"),
        429 => ConnectorError::RateLimited { retry_after },
        507 => ConnectorError::NoSpace {
            path: id.to_owned(),
        },
        // 409: the same message is being taken at this moment (`idempotency-key`).
        408 | 409 | 425 | 500..=599 => match retry_after {
            Some(_) => ConnectorError::RateLimited { retry_after },
            None => ConnectorError::Unavailable { action, source },
        },
        _ => ConnectorError::Other { action, source },
    })
}

/// In seconds, or until an instant.
fn retry_after(headers: &HeaderMap, now_us: i64) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let wait = match text.parse() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let until = DateTime::parse_from_rfc2822(text).ok()?;
            let wait = until.timestamp_micros().saturating_sub(now_us);
            Duration::from_micros(u64::try_from(wait).unwrap_or(0))
        }
    };
    Some(wait.min(LONGEST_WAIT))
}

/// There is no answer. The address is left out: it may hold a token.
pub(super) fn none(error: reqwest::Error) -> ConnectorError {
    let error = error.without_url();
    if let Some(refused) = address_refused(&error) {
        return refused.into();
    }
    if error.is_timeout() {
        return ConnectorError::Timeout {
            stage: TestStage::Write,
        };
    }
    ConnectorError::Unavailable {
        action: ACTION.to_owned(),
        source: error.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: i64 = 1_795_435_200_000_000;

    fn judged(status: u16, retry_after: Option<&str>) -> Result<(), ConnectorError> {
        let mut headers = HeaderMap::new();
        if let Some(text) = retry_after {
            headers.insert(RETRY_AFTER, text.parse().unwrap());
        }
        judge(StatusCode::from_u16(status).unwrap(), &headers, "msg", NOON)
    }

    fn code(status: u16) -> (&'static str, bool) {
        let error = judged(status, None).unwrap_err();
        (error.code(), error.is_transient())
    }

    #[test]
    fn every_status_has_its_meaning() {
        for status in [200, 201, 202, 204, 299] {
            assert!(judged(status, None).is_ok(), "{status}");
        }
        for (statuses, expected) in [
            (
                &[301, 302, 304, 307, 308, 404, 405, 413][..],
                ("destination_invalid_config", false),
            ),
            (&[401, 403], ("destination_unauthenticated", false)),
            (&[410], ("destination_gone", false)),
            (&[507], ("destination_no_space", false)),
            (&[429], ("destination_rate_limited", true)),
            (
                &[408, 409, 425, 500, 502, 503, 504, 599],
                ("destination_unavailable", true),
            ),
            (&[400, 402, 418, 422, 451], ("destination_failed", false)),
        ] {
            for &status in statuses {
                assert_eq!(code(status), expected, "{status}");
            }
        }
        let moved = judged(302, None).unwrap_err();
        assert_eq!(moved.args()["field"], "url");
        let long = judged(413, None).unwrap_err();
        assert_eq!(long.args()["field"], "max_bytes");
    }

    #[test]
    fn a_receiver_may_ask_to_wait_for_an_hour_at_most() {
        for (text, seconds) in [
            ("7", Some(7)),
            ("0", Some(0)),
            ("86400", Some(3600)),
            ("Mon, 23 Nov 2026 12:00:05 GMT", Some(5)),
            ("Mon, 23 Nov 2026 11:59:00 GMT", Some(0)),
            ("Mon, 30 Nov 2026 12:00:00 GMT", Some(3600)),
        ] {
            for status in [429, 503, 408] {
                let Err(ConnectorError::RateLimited { retry_after }) = judged(status, Some(text))
                else {
                    panic!("{status}: {text}");
                };
                assert_eq!(retry_after, seconds.map(Duration::from_secs), "{text}");
            }
        }
        assert_eq!(
            judged(503, Some("soon")).unwrap_err().code(),
            "destination_unavailable"
        );
        assert_eq!(
            judged(400, Some("7")).unwrap_err().code(),
            "destination_failed"
        );
    }
}
