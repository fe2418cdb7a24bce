use serde_json::json;

use super::*;

fn export(more: &Value) -> anyhow::Result<Value> {
    let mut body = json!({"name": "Orders", "items": [{"table": "Shop/orders"}]});
    let members = body.as_object_mut().expect("an object");
    members.extend(more.as_object().expect("an object").clone());
    let read: ExportBody = serde_json::from_value(body)?;
    Ok(serde_json::to_value(read.canonical()?)?)
}

#[test]
fn what_is_as_it_would_be_anyway_is_left_out() {
    let bare = export(&json!({})).expect("right");
    assert_eq!(
        bare,
        json!({"name": "Orders", "items": [{"table": "Shop/orders"}]})
    );
    let said = json!({
        "name": " Orders ", "mode": "full", "enabled": true, "labels": [], "note": " ",
        "options": {"format": "csv", "held": {"fewer_percent": 20}},
        "schedule": {"recurrence": "system", "time_zone": "Asia/Tokyo"},
        "items": [{"table": "Shop/orders", "include_new": false}],
    });
    assert_eq!(export(&said).expect("right"), bare);
}

#[test]
fn what_is_not_is_written_as_the_server_writes_it() {
    let said = json!({
        "enabled": false, "labels": [" CRM "], "note": "one\r\ntwo\n",
        "options": {"bom": true, "held": {"fewer_percent": 20, "fewer_rows": 5}},
        "schedule": {"recurrence": "weekly", "days": ["fri", "mon"], "times": ["18:00", "06:00"], "every": 1,
            "time_zone": "Europe/Paris", "catch_up_hours": 24},
        "items": [{"table": "Shop/orders", "fields": ["id", {"source": "a", "target": " A "}, {"source": "b", "target": "b"}]}],
    });
    let expected = json!({
        "name": "Orders", "enabled": false, "labels": ["CRM"], "note": "one\ntwo",
        "options": {"bom": true, "held": {"fewer_rows": 5}},
        "schedule": {"recurrence": "weekly", "days": ["mon", "fri"], "times": ["06:00", "18:00"],
            "time_zone": "Europe/Paris"},
        "items": [{"table": "Shop/orders", "fields": ["id", {"source": "a", "target": "A"}, "b"]}],
    });
    let once = export(&said).expect("right");
    assert_eq!(once, expected);
    assert_eq!(export(&once).expect("right"), once);
}

#[test]
fn what_has_no_connection_says_what_type_it_is_for() {
    let detached = json!({"type": "azure_blob"});
    assert_eq!(export(&detached).expect("right")["type"], "azure_blob");
}

#[test]
fn the_zone_of_a_schedule_that_has_days_counts() {
    let paused = json!({"schedule": {"recurrence": "system", "paused_until": "2026-12-24", "time_zone": "Asia/Tokyo"}});
    let written = export(&paused).expect("right");
    assert_eq!(written["schedule"]["time_zone"], "Asia/Tokyo");
    let nowhere = json!({"schedule": {"recurrence": "system", "paused_until": "2026-12-24"}});
    let error = export(&nowhere).expect_err("refused").to_string();
    assert!(error.starts_with("schedule.time_zone: "), "{error}");
}

#[test]
fn what_is_wrong_is_said_with_its_field() {
    for (more, words) in [
        (json!({"colour": "red"}), "unknown field `colour`"),
        (
            json!({"options": {"colour": "red"}}),
            "options: unknown field `colour`",
        ),
        (json!({"mode": "mirror"}), "mode: `mirror`"),
        (json!({"type": "pigeon"}), "unknown variant `pigeon`"),
        (
            json!({"type": "sftp", "connection": "Partner"}),
            "type: it is that of its connection",
        ),
        (json!({"name": " "}), "name: "),
        (json!({"name": 2026}), "invalid type"),
        (json!({"labels": ["a".repeat(41)]}), "labels.0: "),
        (json!({"items": [{}]}), "a `table` or a `segment`"),
        (
            json!({"schedule": {"recurrence": "daily", "times": ["6"], "time_zone": "UTC"}}),
            "schedule.times.0: ",
        ),
    ] {
        let error = export(&more).expect_err("refused").to_string();
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn a_secret_is_named_and_never_written() {
    let read = |secret: &str| {
        let body = json!({
            "name": "Partner", "type": "sftp", "secrets": {"password": secret},
            "audience": {"people": ["b@example.org", "a@example.org"]},
        });
        serde_json::from_value::<ConnectionBody>(body)
            .expect("its form is right")
            .canonical()
    };
    let error = read("hunter2").expect_err("refused").to_string();
    assert!(
        error.contains("secrets.password") && !error.contains("hunter2"),
        "{error}"
    );
    // Neither is one that YAML takes for no text.
    for secrets in [
        json!({"password": 5_318_008}),
        json!({"password": 5_318_008.5}),
        json!({"password": {"is": 5_318_008}}),
        json!({"password": [5_318_008]}),
        json!({"password": true}),
        json!({"password": null}),
        json!("5318008"),
        json!(5_318_008),
    ] {
        let body = json!({"name": "Partner", "type": "sftp", "secrets": secrets});
        let error = serde_json::from_value::<ConnectionBody>(body).expect_err("refused");
        let error = error.to_string();
        assert!(error.starts_with("secrets"), "{error}");
        assert!(
            !error.contains("5318008") && !error.contains("true"),
            "{error}"
        );
    }
    for reference in ["env:WAYBILL_SECRET_PARTNER_PASSWORD", "file:partner"] {
        let body = read(reference).expect("right");
        let people = Sharing::People(vec!["a@example.org".into(), "b@example.org".into()]);
        assert_eq!(body.audience, people);
    }
}

#[test]
fn a_segment_takes_rows_in_one_way() {
    let read = |body: Value| -> anyhow::Result<SegmentBody> {
        serde_json::from_value::<SegmentBody>(body)?.canonical()
    };
    let all = json!({"all": []});
    for (body, is_right) in [
        (json!({"name": "a"}), false),
        (json!({"name": "a", "table": "s/t", "where": all}), true),
        (json!({"name": "a", "sql": " SELECT 1 AS one\n"}), true),
        (json!({"name": "a", "table": "s/t"}), false),
        (
            json!({"name": "a", "sql": "SELECT 1 AS one", "where": all}),
            false,
        ),
        (json!({"name": "a", "sql": " "}), false),
    ] {
        assert_eq!(read(body.clone()).is_ok(), is_right, "{body}");
    }
    let read = read(json!({"name": "a", "sql": " SELECT 1 AS one\n"})).expect("right");
    assert_eq!(read.sql.as_deref(), Some("SELECT 1 AS one"));
}
