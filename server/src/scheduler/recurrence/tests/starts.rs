//! What planner and pages ask: the next start, a preview, overdue starts, zones.

use app::domain::PlannedStart;

use super::*;
use crate::scheduler::recurrence::{Due, Missed, zone_data_version, zone_names};

const PARIS: &str = "Europe/Paris";

#[test]
fn the_next_start_is_strictly_later() {
    let timetable = timetable(PARIS, &daily("06:00"));
    let six = instant("2026-11-25T05:00:00Z");
    assert_eq!(timetable.next_after(six - 1), Some(six));
    assert_eq!(
        timetable.next_after(six),
        Some(instant("2026-11-26T05:00:00Z"))
    );
    assert_eq!(
        timetable.next_after(six + 1),
        Some(instant("2026-11-26T05:00:00Z"))
    );
}

#[test]
fn any_instant_may_be_asked_for() {
    let timetable = timetable(PARIS, &daily("06:00"));
    assert_eq!(
        timetable.next_after(Micros::MIN),
        Some(instant("1970-01-01T05:00:00Z"))
    );
    let last = instant("9999-12-30T06:00:00Z");
    assert_eq!(
        timetable.next_after(last),
        Some(instant("9999-12-31T05:00:00Z"))
    );
    assert_eq!(timetable.next_after(Micros::MAX), None);
}

#[test]
fn a_preview_shows_instants_and_what_clocks_show() {
    let preview = timetable(PARIS, &daily("02:30")).preview(instant("2026-03-28T12:00:00Z"), 2);
    let expected = [
        ("2026-03-29T01:00:00Z", "2026-03-29T03:00"),
        ("2026-03-30T00:30:00Z", "2026-03-30T02:30"),
    ];
    let expected = expected.map(|(at, wall)| PlannedStart {
        at: instant(at),
        wall: wall.into(),
    });
    assert_eq!(preview, expected);
    let once = timetable(PARIS, r#"{"recurrence":"once","at":"2026-12-24T06:00"}"#);
    assert_eq!(once.preview(instant("2026-11-25T00:00:00Z"), 5).len(), 1);
}

fn due(catch_up_hours: u16, planned_until: &str, now: &str) -> Due {
    let json =
        format!(r#"{{"recurrence":"daily","times":["06:00"],"catch_up_hours":{catch_up_hours}}}"#);
    timetable("UTC", &json).due(instant(planned_until), instant(now))
}

#[test]
fn nothing_is_due_before_its_time() {
    assert_eq!(
        due(24, "2026-11-24T06:00:00Z", "2026-11-25T05:59:59.999999Z"),
        Due::default()
    );
    assert_eq!(
        due(24, "2026-11-25T06:00:00Z", "2026-11-25T06:00:00Z"),
        Due::default()
    );
    assert_eq!(
        due(24, "2026-11-26T06:00:00Z", "2026-11-25T06:00:00Z"),
        Due::default()
    );
}

#[test]
fn a_start_that_is_due_runs() {
    let run = Some(instant("2026-11-25T06:00:00Z"));
    let expected = Due { run, missed: None };
    assert_eq!(
        due(24, "2026-11-24T06:00:00Z", "2026-11-25T06:00:00Z"),
        expected
    );
    assert_eq!(
        due(24, "2026-11-24T12:00:00Z", "2026-11-26T05:59:59Z"),
        expected
    );
}

#[test]
fn the_newest_runs_and_the_others_are_one_entry() {
    let found = due(24, "2026-11-20T06:00:00Z", "2026-11-25T08:00:00Z");
    let missed = Missed {
        count: 4,
        first: instant("2026-11-21T06:00:00Z"),
        last: instant("2026-11-24T06:00:00Z"),
    };
    assert_eq!(found.run, Some(instant("2026-11-25T06:00:00Z")));
    assert_eq!(found.missed, Some(missed));
}

#[test]
fn out_of_the_window_all_are_missed() {
    let found = due(2, "2026-11-23T06:00:00Z", "2026-11-25T08:00:00Z");
    let missed = Missed {
        count: 2,
        first: instant("2026-11-24T06:00:00Z"),
        last: instant("2026-11-25T06:00:00Z"),
    };
    assert_eq!(found.run, None);
    assert_eq!(found.missed, Some(missed));
    let in_time = due(2, "2026-11-23T06:00:00Z", "2026-11-25T07:59:59.999999Z");
    assert_eq!(in_time.run, Some(instant("2026-11-25T06:00:00Z")));
}

#[test]
fn a_window_of_nothing_still_runs_what_was_seen_at_once() {
    let run = Some(instant("2026-11-25T06:00:00Z"));
    assert_eq!(
        due(0, "2026-11-24T06:00:00Z", "2026-11-25T06:00:30Z").run,
        run
    );
    assert_eq!(
        due(0, "2026-11-24T06:00:00Z", "2026-11-25T06:05:00Z").run,
        None
    );
}

#[test]
fn zones_are_those_of_the_database() {
    for name in [
        PARIS,
        "UTC",
        "America/Argentina/Buenos_Aires",
        "Asia/Calcutta",
        "Asia/Kolkata",
        "Etc/GMT+5",
        "EST5EDT",
    ] {
        assert!(Zone::parse(name).is_some(), "{name}");
    }
    for name in [
        "",
        "Europe/Atlantis",
        "europe/paris",
        "CEST",
        "+01:00",
        " UTC",
    ] {
        assert!(Zone::parse(name).is_none(), "{name}");
    }
    let schedule = ScheduleDraft::system("Europe/Atlantis")
        .parse()
        .expect("parses");
    let reason = Timetable::new(&schedule).expect_err("no such zone");
    assert_eq!(reason.code, "unknown_time_zone");
    assert_eq!(reason.arg("name"), "Europe/Atlantis");
}

#[test]
fn the_zones_to_choose_among_are_places_and_utc_in_order() {
    let names = zone_names();
    assert!(names.is_sorted());
    assert!(names.len() > 400, "{}", names.len());
    for name in [
        PARIS,
        "UTC",
        "America/Argentina/Buenos_Aires",
        "Asia/Kolkata",
        "Asia/Calcutta",
    ] {
        assert!(names.contains(&name), "{name}");
    }
    for name in ["Etc/GMT+5", "EST5EDT", "US/Pacific", "GMT"] {
        assert!(!names.contains(&name), "{name}");
    }
    assert!(names.iter().all(|name| Zone::parse(name).is_some()));
}

#[test]
fn the_edition_of_the_zones_is_known() {
    let (year, letter) = zone_data_version().split_at(4);
    assert!(year.parse::<u16>().is_ok_and(|year| year >= 2025));
    assert!(letter.chars().all(|letter| letter.is_ascii_lowercase()));
}
