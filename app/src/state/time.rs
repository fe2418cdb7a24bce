//! Instants of the wire as the pages use them.

use chrono::{DateTime, Utc};

use crate::domain::Micros;

/// The instant of a number of microseconds; one beyond the calendar counts as the epoch.
pub fn instant(micros: Micros) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).unwrap_or_default()
}
