//! What happens when clocks are changed: every row of the table in `reference/data-plane.md` §5.3 where the crate
//! `cron` or `croner` goes wrong, and more.

use super::*;

const NEW_YORK: &str = "America/New_York";
const BERLIN: &str = "Europe/Berlin";

#[test]
fn a_skipped_time_starts_at_the_first_instant_after_the_gap() {
    let found = starts(
        NEW_YORK,
        &daily("02:30"),
        "2026-03-07T12:00:00Z",
        "2026-03-09T12:00:00Z",
    );
    assert_eq!(found, ["2026-03-08T03:00-04:00", "2026-03-09T02:30-04:00"]);
}

#[test]
fn a_weekly_start_is_not_lost_for_a_week() {
    let weekly = r#"{"recurrence":"weekly","days":["sun"],"times":["02:15"]}"#;
    let found = starts(
        BERLIN,
        weekly,
        "2026-03-28T00:00:00Z",
        "2026-04-06T00:00:00Z",
    );
    assert_eq!(found, ["2026-03-29T03:00+02:00", "2026-04-05T02:15+02:00"]);
}

#[test]
fn midnight_may_be_skipped() {
    let cases = [
        (
            "Africa/Cairo",
            "2026-04-23T00:00:00Z",
            "2026-04-24T01:00+03:00",
        ),
        (
            "Asia/Beirut",
            "2026-03-28T12:00:00Z",
            "2026-03-29T01:00+03:00",
        ),
        (
            "America/Sao_Paulo",
            "2018-11-03T12:00:00Z",
            "2018-11-04T01:00-02:00",
        ),
    ];
    for (zone, after, expected) in cases {
        let next = timetable(zone, &daily("00:00")).next_after(instant(after));
        assert_eq!(next.map(|at| shown(zone, at)).as_deref(), Some(expected));
    }
}

#[test]
fn a_repeated_time_starts_once_at_the_first() {
    for recurrence in [daily("01:30"), cron("30 1 * * *"), cron("30 0-23 1 11 *")] {
        let found = starts(
            NEW_YORK,
            &recurrence,
            "2026-11-01T05:00:00Z",
            "2026-11-01T06:59:00Z",
        );
        assert_eq!(found, ["2026-11-01T01:30-04:00"], "{recurrence}");
    }
}

#[test]
fn hourly_runs_in_both_passes_also_when_asked_in_between() {
    for recurrence in [
        r#"{"recurrence":"hourly"}"#,
        &cron("0 * * * *"),
        &cron("0 */1 * * *"),
    ] {
        let expected = [
            "2026-11-01T00:00-04:00",
            "2026-11-01T01:00-04:00",
            "2026-11-01T01:00-05:00",
            "2026-11-01T02:00-05:00",
        ];
        let until = "2026-11-01T07:00:00Z";
        assert_eq!(
            starts(NEW_YORK, recurrence, "2026-11-01T03:30:00Z", until),
            expected
        );
        assert_eq!(
            starts(NEW_YORK, recurrence, "2026-11-01T05:00:00Z", until),
            expected[2..]
        );
        assert_eq!(
            starts(NEW_YORK, recurrence, "2026-11-01T05:59:59.999999Z", until),
            expected[2..]
        );
        assert_eq!(
            starts(NEW_YORK, recurrence, "2026-11-01T06:00:00Z", until),
            expected[3..]
        );
    }
}

#[test]
fn half_hours_never_go_backwards() {
    let found = starts(
        NEW_YORK,
        &cron("*/30 * * * *"),
        "2026-11-01T04:59:00Z",
        "2026-11-01T07:00:00Z",
    );
    let expected = [
        "2026-11-01T01:00-04:00",
        "2026-11-01T01:30-04:00",
        "2026-11-01T01:00-05:00",
        "2026-11-01T01:30-05:00",
        "2026-11-01T02:00-05:00",
    ];
    assert_eq!(found, expected);
}

#[test]
fn every_n_hours_runs_in_both_passes_of_its_own_hours() {
    let found = starts(
        BERLIN,
        &cron("15 */2 * * *"),
        "2026-10-24T22:20:00Z",
        "2026-10-25T03:15:00Z",
    );
    let expected = [
        "2026-10-25T02:15+02:00",
        "2026-10-25T02:15+01:00",
        "2026-10-25T04:15+01:00",
    ];
    assert_eq!(found, expected);
    let every_third = r#"{"recurrence":"hourly","every":3,"from":"23:30"}"#;
    let found = starts(
        BERLIN,
        every_third,
        "2026-10-24T20:00:00Z",
        "2026-10-25T05:00:00Z",
    );
    let expected = [
        "2026-10-24T23:30+02:00",
        "2026-10-25T02:30+02:00",
        "2026-10-25T02:30+01:00",
        "2026-10-25T05:30+01:00",
    ];
    assert_eq!(found, expected);
}

#[test]
fn skipped_times_that_meet_another_at_the_end_of_the_gap_are_one_start() {
    let three = r#"{"recurrence":"daily","times":["02:00","02:30","03:00","03:30"]}"#;
    let found = starts(
        BERLIN,
        three,
        "2026-03-29T00:00:00Z",
        "2026-03-29T02:00:00Z",
    );
    assert_eq!(found, ["2026-03-29T03:00+02:00", "2026-03-29T03:30+02:00"]);
    let found = starts(
        BERLIN,
        r#"{"recurrence":"hourly"}"#,
        "2026-03-29T00:00:00Z",
        "2026-03-29T02:00:00Z",
    );
    assert_eq!(found, ["2026-03-29T03:00+02:00", "2026-03-29T04:00+02:00"]);
}

#[test]
fn half_an_hour_may_be_skipped_and_repeated() {
    let lord_howe = "Australia/Lord_Howe";
    let found = starts(
        lord_howe,
        &daily("02:15"),
        "2026-10-03T00:00:00Z",
        "2026-10-05T00:00:00Z",
    );
    assert_eq!(found, ["2026-10-04T02:30+11:00", "2026-10-05T02:15+11:00"]);
    let found = starts(
        lord_howe,
        &cron("*/15 * * * *"),
        "2026-04-04T14:20:00Z",
        "2026-04-04T15:30:00Z",
    );
    let expected = [
        "2026-04-05T01:30+11:00",
        "2026-04-05T01:45+11:00",
        "2026-04-05T01:30+10:30",
        "2026-04-05T01:45+10:30",
        "2026-04-05T02:00+10:30",
    ];
    assert_eq!(found, expected);
}

#[test]
fn two_hours_may_be_skipped_and_repeated() {
    let troll = "Antarctica/Troll";
    let found = starts(
        troll,
        &daily("01:15"),
        "2026-03-28T12:00:00Z",
        "2026-03-29T12:00:00Z",
    );
    assert_eq!(found, ["2026-03-29T03:00+02:00"]);
    let found = starts(
        troll,
        r#"{"recurrence":"hourly"}"#,
        "2026-10-24T23:00:00Z",
        "2026-10-25T03:00:00Z",
    );
    let expected = [
        "2026-10-25T02:00+02:00",
        "2026-10-25T01:00+00:00",
        "2026-10-25T02:00+00:00",
        "2026-10-25T03:00+00:00",
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_day_that_an_island_skipped_is_one_start_at_the_end_of_it() {
    let apia = starts(
        "Pacific/Apia",
        &daily("06:00"),
        "2011-12-29T00:00:00Z",
        "2011-12-31T00:00:00Z",
    );
    let expected = [
        "2011-12-29T06:00-10:00",
        "2011-12-31T00:00+14:00",
        "2011-12-31T06:00+14:00",
    ];
    assert_eq!(apia, expected);
    let kwajalein = starts(
        "Pacific/Kwajalein",
        &daily("06:00"),
        "1993-08-20T12:00:00Z",
        "1993-08-22T00:00:00Z",
    );
    let expected = [
        "1993-08-20T06:00-12:00",
        "1993-08-22T00:00+12:00",
        "1993-08-22T06:00+12:00",
    ];
    assert_eq!(kwajalein, expected);
}

#[test]
fn a_single_start_in_a_gap_or_a_repeated_hour_is_single() {
    let once = |at: &str| format!(r#"{{"recurrence":"once","at":"{at}"}}"#);
    let always = ("1970-01-01T00:00:00Z", "2100-01-01T00:00:00Z");
    let found = starts(BERLIN, &once("2026-03-29T02:30"), always.0, always.1);
    assert_eq!(found, ["2026-03-29T03:00+02:00"]);
    let found = starts(BERLIN, &once("2026-10-25T02:30"), always.0, always.1);
    assert_eq!(found, ["2026-10-25T02:30+02:00"]);
}

#[test]
fn a_midnight_shown_twice_starts_the_first_time() {
    // At one minute past midnight St. John's went back to 23:01 of the day before.
    let found = starts(
        "America/St_Johns",
        &daily("00:00"),
        "2010-11-06T12:00:00Z",
        "2010-11-08T12:00:00Z",
    );
    assert_eq!(found, ["2010-11-07T00:00-02:30", "2010-11-08T00:00-03:30"]);
}
