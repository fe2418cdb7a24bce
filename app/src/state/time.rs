//! Instants of the wire as the pages use them, and the zone of the reader's clock.

use chrono::{DateTime, Utc};

use super::script::is_page_begun;
use crate::domain::Micros;

/// The instant of a number of microseconds; one beyond the calendar counts as the epoch.
pub fn instant(micros: Micros) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).unwrap_or_default()
}

/// The IANA name of the browser's time zone. None on the server, and while the browser takes its page over,
/// so that both draw the same.
pub fn browser_time_zone() -> Option<String> {
    if is_page_begun() {
        return None;
    }
    let options = js_sys::Intl::DateTimeFormat::default().resolved_options();
    js_sys::Reflect::get(&options, &"timeZone".into())
        .ok()?
        .as_string()
}
