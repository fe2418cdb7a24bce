//! The rules of product page §4, each on days on which a clock really did it.

mod clock_changes;
mod days;
mod span;
mod starts;

use app::domain::{Micros, ScheduleDraft};
use chrono::{DateTime, Utc};

use super::{Timetable, Zone};

/// The timetable of a draft in JSON.
fn timetable(zone: &str, json: &str) -> Timetable {
    let draft: ScheduleDraft = serde_json::from_str(json).expect("a draft");
    let draft = ScheduleDraft {
        time_zone: zone.into(),
        ..draft
    };
    let schedule = draft
        .parse()
        .unwrap_or_else(|errors| panic!("{json}: {errors:?}"));
    Timetable::new(&schedule).expect("a zone")
}

fn instant(text: &str) -> Micros {
    let at: DateTime<Utc> = text
        .parse()
        .unwrap_or_else(|error| panic!("{text}: {error}"));
    at.timestamp_micros()
}

/// As clocks of the zone show it, with their distance from UTC: `2026-03-08T03:00-04:00`.
fn shown(zone: &str, at: Micros) -> String {
    let zone = Zone::parse(zone).expect("a zone");
    let utc = DateTime::from_timestamp_micros(at)
        .expect("an instant")
        .naive_utc();
    let ahead = (zone.wall(at) - utc).num_minutes();
    let sign = if ahead < 0 { '-' } else { '+' };
    let (hours, minutes) = (ahead.abs() / 60, ahead.abs() % 60);
    let wall = zone.wall(at).format("%Y-%m-%dT%H:%M");
    format!("{wall}{sign}{hours:02}:{minutes:02}")
}

/// Starts after `after`, up to and including `until`, as shown.
fn starts(zone: &str, json: &str, after: &str, until: &str) -> Vec<String> {
    let (timetable, until) = (timetable(zone, json), instant(until));
    let starts = timetable
        .starts_after(instant(after))
        .take_while(|at| *at <= until);
    starts.map(|at| shown(zone, at)).collect()
}

fn cron(expression: &str) -> String {
    format!(r#"{{"recurrence":"cron","cron":"{expression}"}}"#)
}

fn daily(time: &str) -> String {
    format!(r#"{{"recurrence":"daily","times":["{time}"]}}"#)
}
