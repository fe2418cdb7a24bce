//! First day, last day, and pause.

use super::*;

const PARIS: &str = "Europe/Paris";
const ALWAYS: (&str, &str) = ("1970-01-01T00:00:00Z", "2100-01-01T00:00:00Z");

#[test]
fn first_and_last_day_are_days_of_the_zone_and_belong_to_the_schedule() {
    let json = r#"{"recurrence":"daily","times":["00:00","23:59"],"starts_on":"2026-12-01","ends_on":"2026-12-02"}"#;
    let expected = [
        "2026-12-01T00:00+01:00",
        "2026-12-01T23:59+01:00",
        "2026-12-02T00:00+01:00",
        "2026-12-02T23:59+01:00",
    ];
    assert_eq!(starts(PARIS, json, ALWAYS.0, ALWAYS.1), expected);
}

#[test]
fn nothing_starts_before_the_day_on_which_a_pause_ends_begins() {
    let json = r#"{"recurrence":"hourly","paused_until":"2026-12-01"}"#;
    let next = timetable(PARIS, json).next_after(instant("2026-11-25T00:00:00Z"));
    assert_eq!(next, Some(instant("2026-11-30T23:00:00Z")));
    let long_over = timetable(PARIS, json).next_after(instant("2027-01-01T10:00:00Z"));
    assert_eq!(long_over, Some(instant("2027-01-01T11:00:00Z")));
}

#[test]
fn the_later_of_first_day_and_pause_counts() {
    for (starts_on, paused_until) in [("2026-12-01", "2026-12-05"), ("2026-12-05", "2026-12-01")] {
        let json = format!(
            r#"{{"recurrence":"daily","times":["06:00"],"starts_on":"{starts_on}","paused_until":"{paused_until}"}}"#
        );
        let next = timetable(PARIS, &json).next_after(instant(ALWAYS.0));
        assert_eq!(
            next.map(|at| shown(PARIS, at)).as_deref(),
            Some("2026-12-05T06:00+01:00")
        );
    }
}

#[test]
fn a_day_may_begin_after_a_gap() {
    let json = r#"{"recurrence":"daily","times":["00:00"],"starts_on":"2026-04-24","ends_on":"2026-04-24"}"#;
    let found = starts("Africa/Cairo", json, ALWAYS.0, ALWAYS.1);
    assert_eq!(found, ["2026-04-24T01:00+03:00"]);
}

#[test]
fn a_start_counts_by_the_day_it_was_moved_to() {
    let until = r#"{"recurrence":"daily","times":["06:00"],"starts_on":"2011-12-29","ends_on":"2011-12-30"}"#;
    assert_eq!(
        starts("Pacific/Apia", until, ALWAYS.0, ALWAYS.1),
        ["2011-12-29T06:00-10:00"]
    );
    let from = r#"{"recurrence":"daily","times":["06:00"],"starts_on":"2011-12-31","ends_on":"2011-12-31"}"#;
    let expected = ["2011-12-31T00:00+14:00", "2011-12-31T06:00+14:00"];
    assert_eq!(starts("Pacific/Apia", from, ALWAYS.0, ALWAYS.1), expected);
}

#[test]
fn a_day_that_clocks_return_to_has_not_ended() {
    // At one minute past midnight St. John's went back to 23:01 of the day before.
    let json =
        r#"{"recurrence":"hourly","from":"00:30","starts_on":"2010-11-06","ends_on":"2010-11-06"}"#;
    let found = starts("America/St_Johns", json, "2010-11-07T01:30:00Z", ALWAYS.1);
    assert_eq!(found, ["2010-11-06T23:30-02:30", "2010-11-06T23:30-03:30"]);
    let json = r#"{"recurrence":"hourly","starts_on":"2010-11-07","ends_on":"2010-11-07"}"#;
    let found = starts("America/St_Johns", json, ALWAYS.0, "2010-11-07T04:30:00Z");
    let expected = [
        "2010-11-07T00:00-02:30",
        "2010-11-07T00:00-03:30",
        "2010-11-07T01:00-03:30",
    ];
    assert_eq!(found, expected);
}

#[test]
fn what_is_over_has_no_next_start_and_says_so_at_once() {
    let over = [
        r#"{"recurrence":"once","at":"2026-11-24T06:00"}"#.to_owned(),
        r#"{"recurrence":"daily","times":["06:00"],"ends_on":"2026-11-24"}"#.to_owned(),
        r#"{"recurrence":"cron","cron":"* * * * *","ends_on":"2026-11-24"}"#.to_owned(),
        r#"{"recurrence":"monthly","month_days":[31],"times":["06:00"],"starts_on":"2026-11-25","ends_on":"2026-11-30"}"#
            .to_owned(),
        r#"{"recurrence":"once","at":"2026-12-24T06:00","paused_until":"2026-12-25"}"#.to_owned(),
    ];
    for json in over {
        assert_eq!(
            timetable(PARIS, &json).next_after(instant("2026-11-25T00:00:00Z")),
            None,
            "{json}"
        );
    }
}
