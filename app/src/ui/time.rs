//! Instants, as the reader likes them.

use std::time::Duration;

use chrono::{DateTime, SecondsFormat, Utc};
use leptos::{
    prelude::*,
    wasm_bindgen::{JsCast, JsValue},
};

use super::erase::Erase;
use crate::i18n::{Language, format, use_language};

const REFRESHED_EVERY: Duration = Duration::from_mins(1);

/// Whether the reader's clock goes, told anew with each of its beats: not until the script runs, so that what the server
/// wrote and what the browser first draws are the same.
#[derive(Clone, Copy)]
struct Beat(RwSignal<bool>);

/// The event of the window that the whole page listens: what draws it may have been loaded after the root of the app.
pub const LISTENS: &str = "listens";

/// Starts the one clock that all times of the page follow, once the page listens. Called once, by the root of the app,
/// which lives as long as the page.
pub fn provide_now() {
    let beat = RwSignal::new(false);
    provide_context(Beat(beat));
    Effect::new(move || {
        let _listening = window_event_listener_untyped(LISTENS, move |_| {
            let tick = move || beat.set(true);
            tick();
            set_interval(tick, REFRESHED_EVERY);
        });
    });
}

/// The clock of the browser, in seconds; only ever called there.
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

/// How the reader likes instants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Times {
    /// Day and time, rather than how long ago it was.
    pub exact: bool,
    /// On which clock.
    pub zone: TimesZone,
}

/// The clock that instants are written by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TimesZone {
    /// The browser's.
    #[default]
    Local,
    /// None but UTC.
    Utc,
    /// That of what the instant belongs to where it has a zone, else the browser's.
    Own,
}

/// The zone that the reader keeps, in place of the browser's.
#[derive(Clone, Copy)]
struct Home(StoredValue<String>);

/// Says to everything below by which zone the reader likes instants; empty, by the browser's.
pub fn provide_home_zone(zone: String) {
    if !zone.is_empty() {
        provide_context(Home(StoredValue::new(zone)));
    }
}

/// Says to everything below how the reader likes instants. Called once, by the root of the app.
pub fn provide_times(times: Times) {
    provide_context(times);
}

/// The reader's clock, and how they like instants: for rows that draw several at once.
#[derive(Clone, Copy)]
pub struct Clock {
    beat: Option<Beat>,
    times: Times,
    home: Option<Home>,
}

/// The clock of this page.
pub fn use_clock() -> Clock {
    Clock {
        beat: use_context(),
        times: use_context().unwrap_or_default(),
        home: use_context(),
    }
}

impl Clock {
    /// Whether it goes: then the script runs. Whatever calls this is called again once it does.
    pub fn runs(self) -> bool {
        self.beat.is_some_and(|beat| beat.0.get())
    }

    /// The time, in seconds; nothing until the script runs. What happens between two beats is told by when it is drawn.
    fn now(self) -> Option<i64> {
        self.runs().then(read_clock)
    }

    /// What stands for an instant, and its title. `zone` is the zone of what it belongs to. Whatever calls this is called
    /// again every minute.
    pub fn tell(
        self,
        language: Language,
        at: DateTime<Utc>,
        zone: Option<&str>,
    ) -> (String, Option<String>) {
        match self.now() {
            None => (format::instant(language, at), None),
            Some(_) if self.times.exact => (self.write(language, at, zone), None),
            Some(now) => {
                let ago = format::relative(language, now - at.timestamp());
                (ago, Some(self.write(language, at, zone)))
            }
        }
    }

    /// How many seconds it is until an instant, fewer than none after it; nothing until the script runs. Whatever calls
    /// this is called again every minute.
    pub fn until(self, at: DateTime<Utc>) -> Option<i64> {
        Some(at.timestamp() - self.now()?)
    }

    /// The instant itself, as the reader likes it; only ever called in the browser, once the script runs.
    pub fn write(self, language: Language, at: DateTime<Utc>, zone: Option<&str>) -> String {
        match self.offset(at, zone) {
            None => format::instant(language, at),
            Some(offset) => format::instant_at_offset(language, at, offset),
        }
    }

    /// The time of day of an instant near enough to need no day: in UTC as the server writes it, then by the reader's own
    /// clock, or in UTC if that is how they like instants.
    pub fn time_of_day(self, language: Language, at: DateTime<Utc>) -> String {
        let offset = self.runs().then(|| self.offset(at, None)).flatten();
        format::time_at_offset(language, at, offset)
    }

    /// How far east of UTC the clock is that the reader likes, in minutes; none where that is UTC.
    fn offset(self, at: DateTime<Utc>, zone: Option<&str>) -> Option<i32> {
        let own = || offset_in_zone(zone.filter(|_| self.times.zone == TimesZone::Own)?, at);
        let home = || self.home?.0.with_value(|zone| offset_in_zone(zone, at));
        match self.times.zone {
            TimesZone::Utc => None,
            TimesZone::Local | TimesZone::Own => {
                Some(own().or_else(home).unwrap_or_else(|| offset_minutes(at)))
            }
        }
    }
}

/// An instant by the clocks of a zone, or in UTC where the browser does not know it; only ever called in the browser, once
/// the script runs.
pub fn write_in_zone(language: Language, at: DateTime<Utc>, zone: &str) -> String {
    match offset_in_zone(zone, at) {
        Some(offset) => format::instant_at_offset(language, at, offset),
        None => format::instant(language, at),
    }
}

/// How far east of UTC a zone is at an instant, in minutes, by the browser's tables; none if they lack it. Asked for in a
/// way that cannot stop the program.
#[expect(
    clippy::cast_precision_loss,
    reason = "the calendar's milliseconds are exact as a double"
)]
fn offset_in_zone(zone: &str, at: DateTime<Utc>) -> Option<i32> {
    let text = JsValue::from_str;
    let options = JsValue::from(js_sys::Object::new());
    js_sys::Reflect::set(&options, &text("timeZone"), &text(zone)).ok()?;
    js_sys::Reflect::set(&options, &text("timeZoneName"), &text("longOffset")).ok()?;
    let date = JsValue::from(js_sys::Date::new(&(at.timestamp_millis() as f64).into()));
    let write = js_sys::Reflect::get(&date, &text("toLocaleString")).ok()?;
    let write: js_sys::Function = write.dyn_into().ok()?;
    let written = write.call2(&date, &text("en-US"), &options).ok()?;
    offset_of(&written.as_string()?)
}

/// The offset at the end of a text like `11/26/2026, 2:49:48 AM GMT+01:00`; `GMT` alone is none.
fn offset_of(text: &str) -> Option<i32> {
    let (_, offset) = text.rsplit_once("GMT")?;
    if offset.is_empty() {
        return Some(0);
    }
    let sign = offset.chars().next()?;
    let (hours, minutes) = offset.strip_prefix(sign)?.split_once(':')?;
    let distance = hours.parse::<i32>().ok()? * 60 + minutes.parse::<i32>().ok()?;
    Some(if sign == '+' { distance } else { -distance })
}

/// An instant as machines read it, to the second: the value of `datetime`.
pub fn datetime(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// An instant: in UTC as the server writes it, then as the reader likes it; if that is how long ago it was, the instant
/// is its title.
///
/// ```ignore
/// view! { <Time at=export.refreshed_at/> }
/// ```
#[component]
pub fn Time(
    /// The instant.
    at: DateTime<Utc>,
    /// Shows the instant rather than how long ago it was, however the reader likes it.
    #[prop(optional)]
    absolute: bool,
) -> impl IntoView {
    let language = use_language();
    let mut clock = use_clock();
    clock.times.exact |= absolute;
    view! {
        <time datetime=datetime(at) title=move || clock.tell(language, at, None).1>
            {move || clock.tell(language, at, None).0}
        </time>
    }
    .erased()
}

/// A start of a schedule: in UTC as the server writes it, then by the clocks of the schedule's zone, which is named.
#[component]
pub fn StartTime(
    /// The instant.
    at: DateTime<Utc>,
    /// IANA name of the schedule's zone.
    zone: String,
) -> impl IntoView {
    let language = use_language();
    let clock = use_clock();
    let text = move || {
        if clock.runs() {
            let written = write_in_zone(language, at, &zone);
            // UTC is named as it is written.
            if zone == "UTC" {
                written
            } else {
                format!("{written}, {zone}")
            }
        } else {
            format::instant(language, at)
        }
    };
    view! { <time datetime=datetime(at)>{text}</time> }.erased()
}

#[cfg(test)]
mod tests {
    use super::offset_of;

    #[test]
    fn offsets_are_read_from_what_the_browser_writes() {
        let text = |offset: &str| format!("11/26/2026, 2:49:48 AM GMT{offset}");
        for (written, minutes) in [("", 0), ("+01:00", 60), ("-03:30", -210), ("+05:45", 345)] {
            assert_eq!(offset_of(&text(written)), Some(minutes), "{written}");
        }
        assert_eq!(offset_of("noon"), None);
        assert_eq!(offset_of("GMT+x"), None);
    }
}
