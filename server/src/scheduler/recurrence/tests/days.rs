//! Which days each recurrence names.

use super::*;

/// The first walls after the first day of a year, in UTC.
fn first(json: &str, year: u16, most: usize) -> Vec<String> {
    let timetable = timetable("UTC", json);
    let planned = timetable.preview(instant(&format!("{year}-01-01T00:00:00Z")) - 1, most);
    planned.into_iter().map(|start| start.wall).collect()
}

#[test]
fn system_refresh_has_no_starts_of_its_own() {
    assert_eq!(first(r#"{"recurrence":"system"}"#, 2026, 5), [""; 0]);
}

#[test]
fn hourly_counts_from_its_time_both_ways_each_day_alike() {
    let every_eight = r#"{"recurrence":"hourly","every":8,"from":"17:45"}"#;
    let expected = [
        "2026-01-01T01:45",
        "2026-01-01T09:45",
        "2026-01-01T17:45",
        "2026-01-02T01:45",
    ];
    assert_eq!(first(every_eight, 2026, 4), expected);
}

#[test]
fn daily_has_each_of_its_times() {
    let daily = r#"{"recurrence":"daily","times":["18:30","06:00"]}"#;
    assert_eq!(
        first(daily, 2026, 3),
        ["2026-01-01T06:00", "2026-01-01T18:30", "2026-01-02T06:00"]
    );
}

#[test]
fn weekly_has_each_of_its_days() {
    let weekly = r#"{"recurrence":"weekly","days":["sun","mon"],"times":["06:00"]}"#;
    assert_eq!(
        first(weekly, 2026, 3),
        ["2026-01-04T06:00", "2026-01-05T06:00", "2026-01-11T06:00"]
    );
}

#[test]
fn every_nth_week_is_counted_both_ways_from_the_week_of_a_date() {
    // The 14th of January 2026 is a Wednesday; its week begins on Monday the 12th.
    let weekly = r#"{"recurrence":"weekly","every":3,"from":"2026-01-14","days":["mon","sun"],"times":["06:00"]}"#;
    let expected = [
        "2026-01-12T06:00",
        "2026-01-18T06:00",
        "2026-02-02T06:00",
        "2026-02-08T06:00",
    ];
    assert_eq!(first(weekly, 2026, 4), expected);
    let before = timetable("UTC", weekly).preview(instant("2025-12-20T00:00:00Z"), 2);
    assert_eq!(before[0].wall, "2025-12-22T06:00");
    assert_eq!(before[1].wall, "2025-12-28T06:00");
}

#[test]
fn a_day_that_a_month_lacks_is_left_out() {
    let monthly = r#"{"recurrence":"monthly","month_days":[31],"times":["06:00"]}"#;
    assert_eq!(
        first(monthly, 2026, 3),
        ["2026-01-31T06:00", "2026-03-31T06:00", "2026-05-31T06:00"]
    );
}

#[test]
fn the_last_day_and_the_last_weekday_follow_the_length_of_the_month() {
    let monthly =
        r#"{"recurrence":"monthly","month_days":["last","last fri","2nd tue"],"times":["06:00"]}"#;
    let expected = [
        "2028-02-08T06:00",
        "2028-02-25T06:00",
        "2028-02-29T06:00",
        "2028-03-14T06:00",
        "2028-03-31T06:00",
        "2028-04-11T06:00",
    ];
    let found = timetable("UTC", monthly).preview(instant("2028-02-01T00:00:00Z"), 6);
    let found: Vec<_> = found.into_iter().map(|start| start.wall).collect();
    assert_eq!(found, expected);
}

#[test]
fn cron_sundays_are_0_and_7_and_names_are_those_of_posix() {
    for sunday in ["0", "7", "sun"] {
        assert_eq!(
            first(&cron(&format!("0 6 * * {sunday}")), 2026, 2),
            ["2026-01-04T06:00", "2026-01-11T06:00"]
        );
    }
    assert_eq!(
        first(&cron("0 6 * * 1-5"), 2026, 3),
        ["2026-01-01T06:00", "2026-01-02T06:00", "2026-01-05T06:00"]
    );
}

#[test]
fn cron_with_two_restricted_day_fields_means_either() {
    let either = [
        "2026-01-05T06:00",
        "2026-01-12T06:00",
        "2026-01-13T06:00",
        "2026-01-19T06:00",
    ];
    assert_eq!(first(&cron("0 6 13 * mon"), 2026, 4), either);
    let stepped = [
        "2026-01-01T06:00",
        "2026-01-03T06:00",
        "2026-01-05T06:00",
        "2026-01-07T06:00",
    ];
    assert_eq!(first(&cron("0 6 */2 * mon"), 2026, 4), stepped);
    let every_day = ["2026-01-01T06:00", "2026-01-02T06:00"];
    assert_eq!(first(&cron("0 6 1-31 * mon"), 2026, 2), every_day);
    // February has no 30th, but it has Mondays.
    assert_eq!(
        first(&cron("0 6 30 2 mon"), 2026, 2),
        ["2026-02-02T06:00", "2026-02-09T06:00"]
    );
}

#[test]
fn cron_with_one_restricted_day_field_means_that_one() {
    assert_eq!(first(&cron("0 6 * 2 mon"), 2026, 1), ["2026-02-02T06:00"]);
    assert_eq!(first(&cron("0 6 13 2 */1"), 2026, 1), ["2026-02-13T06:00"]);
}

#[test]
fn leap_days_are_found_however_far_apart() {
    let leap_day = cron("0 6 29 2 *");
    assert_eq!(
        first(&leap_day, 2025, 2),
        ["2028-02-29T06:00", "2032-02-29T06:00"]
    );
    // 2100 is no leap year, and `cron` looks no further.
    assert_eq!(first(&leap_day, 2096, 2), ["2096-02-29T06:00"]);
}
