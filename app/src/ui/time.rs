//! Instants, as the reader likes them.

use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use leptos::prelude::*;

use crate::i18n::{format, use_language};

const REFRESHED_EVERY: Duration = Duration::from_mins(1);

/// The reader's clock in seconds: nothing until the script runs, so that what the server wrote and
/// what the browser first draws are the same.
#[derive(Clone, Copy)]
struct Now(RwSignal<Option<i64>>);

/// The event of the window that the whole page listens: what draws it may have been loaded after the root of the app.
pub const LISTENS: &str = "listens";

/// Starts the one clock that all times of the page follow, once the page listens. Called once, by the root of the app,
/// which lives as long as the page.
pub fn provide_now() {
    let now = RwSignal::new(None);
    provide_context(Now(now));
    Effect::new(move || {
        let _listening = window_event_listener_untyped(LISTENS, move |_| {
            let tick = move || now.set(Some(read_clock()));
            tick();
            set_interval(tick, REFRESHED_EVERY);
        });
    });
}

/// Reads the clock of the browser; only ever called there.
#[expect(
    clippy::cast_possible_truncation,
    reason = "seconds since 1970 are whole and far inside the range"
)]
fn read_clock() -> i64 {
    (js_sys::Date::now() / 1000.0) as i64
}

/// How far east of UTC the browser's zone is at an instant, in minutes; only ever called there, once the
/// script runs. Summer and winter differ: what counts is the instant that is shown, not now.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "the calendar's milliseconds are exact as a double, the minutes are of a day"
)]
pub fn offset_minutes(at: DateTime<Utc>) -> i32 {
    let date = js_sys::Date::new(&(at.timestamp_millis() as f64).into());
    -(date.get_timezone_offset() as i32)
}

/// An instant: in UTC as the server writes it, then as how long ago it was with the local time as
/// its title, or the local time itself.
///
/// ```ignore
/// view! { <Time at=export.refreshed_at/> }
/// ```
#[component]
pub fn Time(
    /// The instant.
    at: DateTime<Utc>,
    /// Shows the local time rather than how long ago it was.
    #[prop(optional)]
    absolute: bool,
) -> impl IntoView {
    let language = use_language();
    let now = use_context::<Now>();
    let clock = move || now.and_then(|now| now.0.get());
    let utc = format::instant(language, at);
    let local = move || format::instant_at_offset(language, at, offset_minutes(at));
    let text = move || match clock() {
        None => utc.clone(),
        Some(_) if absolute => local(),
        Some(now) => format::relative(language, now - at.timestamp()),
    };
    view! {
        <time
            datetime=at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
            title=move || clock().map(|_| local())
        >
            {text}
        </time>
    }
}
