use super::*;

fn parse(text: &str) -> CronExpression {
    text.parse()
        .unwrap_or_else(|reason| panic!("{text}: {reason:?}"))
}

/// What one field comes to, the others being `*`.
fn values_of(field: CronField, text: &str) -> Option<Vec<u8>> {
    let place = CronField::ALL.iter().position(|one| *one == field)?;
    let mut fields = ["*"; 5];
    fields[place] = text;
    let expression: CronExpression = fields.join(" ").parse().ok()?;
    let (_, values) = expression.fields()[place];
    Some(values.iter().collect())
}

#[track_caller]
fn assert_refused(text: &str, code: &str, arguments: &[(&str, &str)]) {
    let reason = text.parse::<CronExpression>().expect_err(text);
    assert_eq!(reason.code, code, "{text}");
    for (name, value) in arguments {
        assert_eq!(reason.arg(name), *value, "{text}");
    }
}

#[test]
fn fields_hold_values_ranges_lists_and_steps() {
    use CronField::{DayOfMonth, DayOfWeek, Hour, Minute, Month};
    let cases: [(CronField, &str, &[u8]); 12] = [
        (Minute, "0", &[0]),
        (Minute, "59", &[59]),
        (Minute, "05", &[5]),
        (Minute, "1-3", &[1, 2, 3]),
        (Minute, "3,1,2-3", &[1, 2, 3]),
        (Minute, "*/20", &[0, 20, 40]),
        (Minute, "50-59/4", &[50, 54, 58]),
        (Hour, "8-18/5,23", &[8, 13, 18, 23]),
        (Hour, "*/23", &[0, 23]),
        (DayOfMonth, "*/10", &[1, 11, 21, 31]),
        (Month, "*/5", &[1, 6, 11]),
        (DayOfWeek, "*/2", &[0, 2, 4, 6]),
    ];
    for (field, text, expected) in cases {
        assert_eq!(values_of(field, text).as_deref(), Some(expected), "{text}");
    }
}

#[test]
fn months_and_weekdays_have_names_in_any_case() {
    assert_eq!(values_of(CronField::Month, "jan,Dec"), Some(vec![1, 12]));
    assert_eq!(values_of(CronField::Month, "JUN-aug"), Some(vec![6, 7, 8]));
    assert_eq!(
        values_of(CronField::DayOfWeek, "mon-fri"),
        Some(vec![1, 2, 3, 4, 5])
    );
    assert_eq!(values_of(CronField::Minute, "mon"), None);
    assert_eq!(values_of(CronField::DayOfWeek, "jan"), None);
    assert_eq!(values_of(CronField::DayOfWeek, "monday"), None);
}

#[test]
fn sunday_is_0_and_7() {
    for text in ["0", "7", "sun", "0,7"] {
        assert_eq!(
            values_of(CronField::DayOfWeek, text),
            Some(vec![0]),
            "{text}"
        );
    }
    assert_eq!(values_of(CronField::DayOfWeek, "5-7"), Some(vec![0, 5, 6]));
    assert_eq!(
        values_of(CronField::DayOfWeek, "0-7").map(|days| days.len()),
        Some(7)
    );
    assert_eq!(values_of(CronField::DayOfWeek, "8"), None);
}

#[test]
fn what_is_out_of_range_or_malformed_names_its_field() {
    let cases = [
        ("60 * * * *", "minute", "60", "0", "59"),
        ("* 24 * * *", "hour", "24", "0", "23"),
        ("* * 0 * *", "day_of_month", "0", "1", "31"),
        ("* * * 13 *", "month", "13", "1", "12"),
        ("* * * * 8", "day_of_week", "8", "0", "7"),
    ];
    for (text, field, value, least, most) in cases {
        let arguments = [
            ("field", field),
            ("value", value),
            ("least", least),
            ("most", most),
        ];
        assert_refused(text, "cron_field", &arguments);
    }
    for minute in [
        ",", "1,", "-", "1-", "-1", "3-1", "*/0", "*/", "/5", "1/", "**", "*-5", "?", "1.5", "+1",
    ] {
        assert_refused(
            &format!("{minute} * * * *"),
            "cron_field",
            &[("value", minute)],
        );
    }
}

#[test]
fn a_step_from_one_value_is_refused_since_crons_disagree_on_it() {
    assert_refused(
        "5/10 * * * *",
        "cron_field",
        &[("field", "minute"), ("value", "5/10")],
    );
    assert_eq!(
        values_of(CronField::Minute, "5-59/10"),
        Some(vec![5, 15, 25, 35, 45, 55])
    );
}

#[test]
fn other_than_five_fields_are_refused() {
    assert_refused("", "cron_five_fields", &[("found", "0")]);
    assert_refused("* * * *", "cron_five_fields", &[("found", "4")]);
    assert_refused("0 * * * * *", "cron_five_fields", &[("found", "6")]);
    assert_refused("@daily", "cron_five_fields", &[("found", "1")]);
}

#[test]
fn the_text_is_kept_with_single_blanks() {
    assert_eq!(parse("  0\t6  * * MON-fri ").as_str(), "0 6 * * MON-fri");
}

#[test]
fn an_expression_that_never_matches_is_refused() {
    for text in [
        "0 0 30 2 *",
        "0 0 30,31 feb *",
        "0 0 31 2,4,6,9,11 *",
        "0 0 31 4 */1",
    ] {
        assert_refused(text, "cron_never", &[]);
    }
    for text in [
        "0 0 29 2 *",
        "0 0 31 4,5 *",
        "0 0 30 2 mon",
        "0 0 30 2 */2",
        "0 0 * 2 mon",
    ] {
        parse(text);
    }
}

#[test]
fn a_field_is_starred_when_it_is_a_star_or_a_step_of_all() {
    let hour = |text: &str| parse(&format!("0 {text} * * *")).hour;
    for text in ["*", "*/1", "*/2", "*/12"] {
        assert!(hour(text).is_starred(), "{text}");
    }
    for text in ["0-23", "0,2,4", "0-23/2", "*/2,5", "5,*", "*,5", "7"] {
        assert!(!hour(text).is_starred(), "{text}");
    }
}

#[test]
fn two_restricted_day_fields_mean_either() {
    for text in [
        "0 0 1 * mon",
        "0 0 1-31 * mon",
        "0 0 */2 * mon",
        "0 0 1 * */2",
        "0 0 1 * 0-6",
    ] {
        assert!(parse(text).matches_either_day(), "{text}");
    }
    for text in [
        "0 0 * * *",
        "0 0 1 * *",
        "0 0 * * mon",
        "0 0 */1 * mon",
        "0 0 */2 * *",
        "0 0 1 * */1",
    ] {
        assert!(!parse(text).matches_either_day(), "{text}");
    }
}
