use super::*;
use crate::domain::FieldErrors;

fn draft(json: &str) -> ScheduleDraft {
    serde_json::from_str(json).expect("a draft")
}

/// The draft with a zone, since every schedule needs one.
fn in_paris(json: &str) -> ScheduleDraft {
    ScheduleDraft {
        time_zone: "Europe/Paris".into(),
        ..draft(json)
    }
}

fn errors(draft: &ScheduleDraft) -> FieldErrors {
    draft.parse().expect_err("a mistake")
}

/// Field and code of every mistake.
fn mistakes(json: &str) -> Vec<(String, String)> {
    let errors = errors(&in_paris(json)).0;
    errors
        .into_iter()
        .map(|error| (error.field, error.reason.code))
        .collect()
}

#[track_caller]
fn assert_mistakes(json: &str, expected: &[(&str, &str)]) {
    let found = mistakes(json);
    let found: Vec<_> = found
        .iter()
        .map(|(field, code)| (field.as_str(), code.as_str()))
        .collect();
    assert_eq!(found, expected, "{json}");
}

#[test]
fn a_new_export_follows_the_system_refresh_and_catches_up_for_a_day() {
    let schedule = ScheduleDraft::system("UTC").parse().expect("parses");
    assert_eq!(
        schedule,
        Schedule {
            recurrence: Recurrence::System,
            time_zone: "UTC".into(),
            starts_on: None,
            ends_on: None,
            pause: None,
            catch_up_hours: 24,
        }
    );
}

#[test]
fn what_was_parsed_is_written_back_and_parses_to_the_same() {
    let written = [
        r#"{"recurrence":"system","time_zone":"UTC","catch_up_hours":24}"#,
        r#"{"recurrence":"hourly","every":6,"from":"00:30","time_zone":"UTC","catch_up_hours":0}"#,
        r#"{"recurrence":"daily","times":["06:00","18:30"],"time_zone":"Asia/Tokyo","catch_up_hours":24}"#,
        r#"{"recurrence":"weekly","every":2,"from":"2026-11-25","days":["mon","sun"],"times":["06:00"],
            "time_zone":"Europe/Paris","starts_on":"2026-12-01","ends_on":"2026-12-01",
            "paused_until":"2027-01-04","pause_reason":"holidays","catch_up_hours":720}"#,
        r#"{"recurrence":"monthly","month_days":[1,31,"last","2nd tue","last fri"],"times":["00:00"],
            "time_zone":"UTC","paused_until":"2027-01-04","catch_up_hours":24}"#,
        r#"{"recurrence":"once","at":"2026-12-24T06:00","time_zone":"UTC","catch_up_hours":24}"#,
        r#"{"recurrence":"cron","cron":"*/15 6-18 * * mon-fri","time_zone":"UTC","catch_up_hours":24}"#,
    ];
    for json in written {
        let draft = draft(json);
        let schedule = draft
            .parse()
            .unwrap_or_else(|errors| panic!("{json}: {errors:?}"));
        let back = ScheduleDraft::from(&schedule);
        assert_eq!(back, draft, "{json}");
        assert_eq!(back.parse(), Ok(schedule));
        let value: serde_json::Value = serde_json::from_str(json).expect("JSON");
        assert_eq!(serde_json::to_value(&back).expect("JSON"), value);
    }
}

#[test]
fn what_people_write_in_any_order_is_put_in_order() {
    let schedule = in_paris(
        r#"{"recurrence":"weekly","days":["sun","mon","sun"],"times":["18:00","06:00","18:00"]}"#,
    );
    let back = ScheduleDraft::from(&schedule.parse().expect("parses"));
    assert_eq!(back.days, Some(vec!["mon".into(), "sun".into()]));
    assert_eq!(back.times, Some(vec!["06:00".into(), "18:00".into()]));
    assert_eq!(back.every, Some(1));

    let schedule = in_paris(
        r#"{"recurrence":"monthly","month_days":["last","15"," 1 ",15],"times":["06:00"]}"#,
    );
    let back = ScheduleDraft::from(&schedule.parse().expect("parses"));
    let json = serde_json::to_value(back.month_days).expect("JSON");
    assert_eq!(json, serde_json::json!([1, 15, "last"]));
}

#[test]
fn blank_days_and_reasons_are_as_good_as_none() {
    let schedule =
        in_paris(r#"{"starts_on":" ","ends_on":"","paused_until":"","pause_reason":" "}"#);
    let schedule = schedule.parse().expect("parses");
    assert_eq!(
        (schedule.starts_on, schedule.ends_on, schedule.pause),
        (None, None, None)
    );
}

#[test]
fn hourly_counts_from_midnight_unless_a_time_is_given() {
    let hourly = in_paris(r#"{"recurrence":"hourly"}"#);
    let from = TimeOfDay::MIDNIGHT;
    let schedule = hourly.parse().expect("parses");
    assert_eq!(schedule.recurrence, Recurrence::Hourly { every: 1, from });
    assert_mistakes(
        r#"{"recurrence":"hourly","from":""}"#,
        &[("from", "not_a_time")],
    );
}

#[test]
fn mistakes_land_on_their_fields_all_at_once() {
    assert_mistakes(
        r#"{"recurrence":"hourly","every":5,"from":"6:00"}"#,
        &[("every", "not_an_hour_step"), ("from", "not_a_time")],
    );
    assert_mistakes(r#"{"recurrence":"daily"}"#, &[("times", "time_needed")]);
    assert_mistakes(
        r#"{"recurrence":"daily","times":["06:00","24:00","6h"]}"#,
        &[("times.1", "not_a_time"), ("times.2", "not_a_time")],
    );
    assert_mistakes(
        r#"{"recurrence":"weekly","every":53,"days":[],"times":[]}"#,
        &[
            ("every", "out_of_range"),
            ("from", "week_to_count_from_needed"),
            ("days", "day_needed"),
            ("times", "time_needed"),
        ],
    );
    assert_mistakes(
        r#"{"recurrence":"weekly","days":["mon","lun"],"times":["06:00"]}"#,
        &[("days", "not_a_weekday")],
    );
    assert_mistakes(
        r#"{"recurrence":"monthly","month_days":["5th mon"],"times":["x"]}"#,
        &[("month_days", "not_a_month_day"), ("times.0", "not_a_time")],
    );
    assert_mistakes(
        r#"{"recurrence":"monthly","times":["06:00"]}"#,
        &[("month_days", "day_needed")],
    );
    assert_mistakes(r#"{"recurrence":"once"}"#, &[("at", "not_a_wall_time")]);
    assert_mistakes(
        r#"{"recurrence":"cron","cron":"@daily"}"#,
        &[("cron", "cron_five_fields")],
    );
    assert_mistakes(
        r#"{"starts_on":"2026-13-01","ends_on":"tomorrow","paused_until":"2026-02-29",
            "pause_reason":"a\nb","catch_up_hours":721}"#,
        &[
            ("starts_on", "not_a_day"),
            ("ends_on", "not_a_day"),
            ("paused_until", "not_a_day"),
            ("pause_reason", "control_character"),
            ("catch_up_hours", "out_of_range"),
        ],
    );
    let no_zone = errors(&ScheduleDraft::default());
    assert_eq!(
        no_zone.of("time_zone").map(|reason| reason.code.as_str()),
        Some("required")
    );
    assert_eq!(no_zone.0.len(), 1);
}

#[test]
fn fields_of_another_recurrence_are_refused_not_ignored() {
    assert_mistakes(
        r#"{"recurrence":"system","times":["06:00"]}"#,
        &[("times", "not_of_this_recurrence")],
    );
    assert_mistakes(
        r#"{"recurrence":"daily","times":["06:00"],"every":2,"from":"06:00","days":["mon"],
            "month_days":[1],"at":"2026-12-24T06:00","cron":"* * * * *"}"#,
        &["every", "from", "days", "month_days", "at", "cron"]
            .map(|field| (field, "not_of_this_recurrence")),
    );
    let unknown = serde_json::from_str::<ScheduleDraft>(r#"{"timezone":"UTC"}"#);
    assert!(unknown.is_err());
}

#[test]
fn a_schedule_ends_on_the_day_it_starts_at_the_earliest() {
    assert_mistakes(
        r#"{"starts_on":"2026-12-02","ends_on":"2026-12-01"}"#,
        &[("ends_on", "ends_before_it_starts")],
    );
    let one_day = in_paris(r#"{"starts_on":"2026-12-01","ends_on":"2026-12-01"}"#);
    assert!(one_day.parse().is_ok());
}

#[test]
fn a_pause_needs_its_end_and_not_its_reason() {
    assert_mistakes(
        r#"{"pause_reason":"holidays"}"#,
        &[("paused_until", "required")],
    );
    assert_mistakes(
        r#"{"paused_until":"monday","pause_reason":"holidays"}"#,
        &[("paused_until", "not_a_day")],
    );
    let pause = in_paris(r#"{"paused_until":"2027-01-04"}"#)
        .parse()
        .expect("parses")
        .pause;
    assert_eq!(pause.map(|pause| pause.reason), Some(String::new()));
}

#[test]
fn every_second_week_needs_a_week_to_count_from() {
    for from in [r#""from":"","#, r#""from":"  ","#, ""] {
        let json = format!(
            r#"{{"recurrence":"weekly","every":2,{from}"days":["mon"],"times":["06:00"]}}"#
        );
        assert_mistakes(&json, &[("from", "week_to_count_from_needed")]);
    }
}

#[test]
fn no_more_than_24_times_of_day() {
    let times = |count: usize| {
        let times: Vec<_> = (0..count).map(|minute| format!("06:{minute:02}")).collect();
        ScheduleDraft {
            recurrence: RecurrenceKind::Daily,
            times: Some(times),
            ..in_paris("{}")
        }
    };
    assert!(times(24).parse().is_ok());
    let errors = errors(&times(25));
    assert_eq!(
        errors.of("times").map(|reason| reason.arg("most")),
        Some("24")
    );
}

#[test]
fn times_of_day_are_those_of_a_clock() {
    for text in ["00:00", "23:59", "06:05"] {
        let time: TimeOfDay = text.parse().expect("a time");
        assert_eq!(time.to_string(), text);
    }
    for text in [
        "", "24:00", "06:60", "6:00", "06:5", "06:00:00", "+6:00", "0600", "-1:00",
    ] {
        assert!(text.parse::<TimeOfDay>().is_err(), "{text}");
    }
}

#[test]
fn days_are_those_of_the_calendar() {
    for text in ["1970-01-01", "2000-02-29", "2028-02-29", "9999-12-31"] {
        let day: Day = text.parse().expect("a day");
        assert_eq!(day.to_string(), text);
    }
    for text in [
        "",
        "1969-12-31",
        "2026-02-29",
        "2100-02-29",
        "2026-04-31",
        "2026-00-10",
        "2026-13-10",
        "2026-1-1",
        "26-01-01",
        "+026-01-01",
        "2026-01-01-",
        "2026/01/01",
        "10000-01-01",
    ] {
        assert!(text.parse::<Day>().is_err(), "{text}");
    }
}

#[test]
fn wall_times_are_a_day_and_a_time() {
    let wall: WallTime = " 2026-12-24T06:00 ".parse().expect("a wall time");
    assert_eq!(wall.to_string(), "2026-12-24T06:00");
    for text in [
        "",
        "2026-12-24",
        "2026-12-24 06:00",
        "2026-12-24T06:00Z",
        "T06:00",
    ] {
        assert!(text.parse::<WallTime>().is_err(), "{text}");
    }
}

#[test]
fn days_of_a_month_are_numbers_last_or_the_nth_of_a_weekday() {
    for text in ["1", "31", "last", "1st mon", "4th sun", "last fri"] {
        let day: MonthDay = text.parse().expect("a day");
        assert_eq!(day.to_string(), text);
    }
    for text in [
        "",
        "0",
        "32",
        "+7",
        "-1",
        "007",
        "first mon",
        "5th mon",
        "2nd",
        "2nd tuesday",
        "Last",
    ] {
        assert!(text.parse::<MonthDay>().is_err(), "{text}");
    }
    let errors = errors(&in_paris(
        r#"{"recurrence":"monthly","month_days":[1,32],"times":["06:00"]}"#,
    ));
    assert_eq!(
        errors.of("month_days").map(|reason| reason.arg("value")),
        Some("32")
    );
}

#[test]
fn codes_lead_back_to_what_they_stand_for() {
    for kind in RecurrenceKind::ALL {
        assert_eq!(RecurrenceKind::from_code(kind.code()), Some(kind));
        assert_eq!(serde_json::to_value(kind).expect("JSON"), kind.code());
    }
    for day in Weekday::ALL {
        assert_eq!(Weekday::from_code(day.code()), Some(day));
    }
}
