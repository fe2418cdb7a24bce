//! Instants of the wire as the pages use them, and the zone of the reader's clock.

use chrono::{DateTime, Utc};

use crate::domain::Micros;

/// The instant of a number of microseconds; one beyond the calendar counts as the epoch.
pub fn instant(micros: Micros) -> DateTime<Utc> {
    DateTime::from_timestamp_micros(micros).unwrap_or_default()
}

/// The IANA name of the browser's time zone. None on the server, and while the browser takes its page over,
/// so that both draw the same.
#[cfg(feature = "ssr")]
pub fn browser_time_zone() -> Option<String> {
    None
}

/// The IANA name of the browser's time zone. None on the server, and while the browser takes its page over,
/// so that both draw the same.
#[cfg(not(feature = "ssr"))]
pub fn browser_time_zone() -> Option<String> {
    use leptos::prelude::Owner;

    let context = Owner::current_shared_context();
    if context.is_some_and(|context| context.get_is_hydrating()) {
        return None;
    }
    let options = js_sys::Intl::DateTimeFormat::default().resolved_options();
    js_sys::Reflect::get(&options, &"timeZone".into())
        .ok()?
        .as_string()
}
