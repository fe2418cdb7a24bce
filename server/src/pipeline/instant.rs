//! Instants inside reasons, which are made into sentences for a reader who is not known yet.

use app::domain::Micros;
use chrono::{DateTime, SecondsFormat};

/// An instant as RFC 3339, with `Z`.
pub(crate) fn rfc3339(at: Micros) -> String {
    DateTime::from_timestamp_micros(at)
        .unwrap_or_default()
        .to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
