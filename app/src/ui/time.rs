//! Instants, as the reader likes them.

use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use leptos::prelude::*;

use crate::i18n::{format, use_language};

const REFRESHED_EVERY: Duration = Duration::from_mins(1);

/// The reader's clock: nothing until the script runs, so that what the server wrote and what the
/// browser first draws are the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Clock {
    seconds: i64,
    offset_minutes: i32,
}

#[derive(Clone, Copy)]
struct Now(RwSignal<Option<Clock>>);

/// Starts the one clock that all times of the page follow. Called once, by the root of the app.
pub fn provide_now() {
    let now = RwSignal::new(None);
    provide_context(Now(now));
    Effect::new(move || {
        now.set(Some(read_clock()));
        let ticking =
            set_interval_with_handle(move || now.set(Some(read_clock())), REFRESHED_EVERY);
        on_cleanup(move || {
            if let Ok(ticking) = ticking {
                ticking.clear();
            }
        });
    });
}

/// Reads the clock and the zone of the browser; only ever called there.
fn read_clock() -> Clock {
    let now = js_sys::Date::new_0();
    // Both are whole numbers far inside the range of what they become.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "seconds since 1970, minutes of a day"
    )]
    let (seconds, offset_minutes) = (
        (now.get_time() / 1000.0) as i64,
        -(now.get_timezone_offset() as i32),
    );
    Clock {
        seconds,
        offset_minutes,
    }
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
    let local = move |clock: Clock| format::instant_at_offset(language, at, clock.offset_minutes);
    let text = move || match clock() {
        None => utc.clone(),
        Some(clock) if absolute => local(clock),
        Some(clock) => format::relative(language, clock.seconds - at.timestamp()),
    };
    view! {
        <time
            datetime=at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
            title=move || clock().map(local)
        >
            {text}
        </time>
    }
}
