//! Schedules of exports through REST: in their bodies, and of several at once.

use app::domain::Role;
use reqwest::Method;
use serde_json::{Value, json};

use super::conventions::field_codes;
use crate::support::app::{Client, Furniture, TestApp, export_body, furnish, id_of};

async fn stage() -> (TestApp, Client, Furniture) {
    let app = TestApp::start().await;
    let administrator = app.person("admin@example.org", Role::Administrator).await;
    let furniture = furnish(&app, &administrator).await;
    (app, administrator, furniture)
}

/// The body of an export with a schedule.
fn scheduled(furniture: &Furniture, name: &str, schedule: &Value) -> Value {
    let mut body = export_body(name, &furniture.shared, &furniture.table);
    body["schedule"] = schedule.clone();
    body
}

fn daily() -> Value {
    json!({"recurrence": "daily", "times": ["06:00"], "time_zone": "Europe/Paris"})
}

async fn create(client: &Client, body: &Value) -> Value {
    client.post("/api/v1/exports", body).await.expect(201)
}

#[tokio::test]
async fn a_schedule_is_sent_back_in_order_and_can_be_sent_again() {
    let (_app, client, furniture) = stage().await;
    let given = json!({
        "recurrence": "monthly", "month_days": ["last", 15, "2nd tue"], "times": ["18:00", "06:00"],
        "time_zone": "Asia/Tokyo", "starts_on": "2026-01-01", "catch_up_hours": 2,
    });
    let export = create(&client, &scheduled(&furniture, "A", &given)).await;
    let schedule = &export["schedule"];
    assert_eq!(schedule["month_days"], json!([15, "last", "2nd tue"]));
    assert_eq!(schedule["times"], json!(["06:00", "18:00"]));
    assert_eq!(export["enabled"], true);
    let next = export["next_run_at"].as_str().expect("a next start");
    assert!(next.ends_with(":00:00Z"), "{next}");
    let again = scheduled(&furniture, "A", schedule);
    let path = format!("/api/v1/exports/{}", id_of(&export));
    let kept = client.put(&path, 1, &again).await.expect(200);
    assert_eq!(kept["schedule"], *schedule);
    assert_eq!(kept["next_run_at"], export["next_run_at"]);
}

#[tokio::test]
async fn what_an_update_leaves_out_stays_as_it_was() {
    let (_app, client, furniture) = stage().await;
    let mut body = scheduled(&furniture, "A", &daily());
    body["enabled"] = json!(false);
    let export = create(&client, &body).await;
    assert_eq!(export["next_run_at"], Value::Null, "it is off");
    let path = format!("/api/v1/exports/{}", id_of(&export));
    let bare = export_body("B", &furniture.shared, &furniture.table);
    let renamed = client.put(&path, 1, &bare).await.expect(200);
    assert_eq!(renamed["schedule"], export["schedule"]);
    assert_eq!(renamed["enabled"], false);
    let mut on = bare.clone();
    on["enabled"] = json!(true);
    let on = client.put(&path, 2, &on).await.expect(200);
    assert!(on["next_run_at"].is_string(), "{on}");
    let renamed = client.put(&path, 3, &bare).await.expect(200);
    assert_eq!(renamed["next_run_at"], on["next_run_at"]);
    assert_eq!(renamed["enabled"], true);
}

#[tokio::test]
async fn the_zone_of_a_new_export_is_that_of_the_system_refresh() {
    let (_app, client, furniture) = stage().await;
    let nightly = json!({"recurrence": "daily", "times": ["02:00"], "time_zone": "Europe/Paris"});
    let body = json!({"enabled": false, "schedule": nightly});
    client
        .put("/api/v1/system/schedule", 1, &body)
        .await
        .expect(200);
    for schedule in [Value::Null, json!({"recurrence": "system"})] {
        let name = schedule.to_string();
        let export = create(&client, &scheduled(&furniture, &name, &schedule)).await;
        assert_eq!(export["schedule"]["recurrence"], "system");
        assert_eq!(export["schedule"]["time_zone"], "Europe/Paris");
        assert_eq!(export["next_run_at"], Value::Null, "the refresh is off");
    }
}

#[tokio::test]
async fn what_follows_the_system_refresh_starts_with_it_within_its_own_days() {
    const SYSTEM: &str = "/api/v1/system/schedule";
    let (_app, client, furniture) = stage().await;
    let body = json!({"enabled": true, "schedule": daily()});
    let system = client.put(SYSTEM, 1, &body).await.expect(200);
    let start = &system["starts"][0]["at"];
    assert!(start.is_string(), "{system}");
    let follows = json!({"recurrence": "system", "time_zone": "Europe/Paris"});
    let export = create(&client, &scheduled(&furniture, "A", &follows)).await;
    assert_eq!(&export["next_run_at"], start);
    let path = format!("/api/v1/exports/{}", id_of(&export));
    assert_eq!(&client.get(&path).await.expect(200)["next_run_at"], start);
    let listed = client.get("/api/v1/exports").await.expect(200);
    assert_eq!(&listed["items"][0]["next_run_at"], start);

    for (day, expected) in [("2020-01-01", start), ("2999-01-01", &Value::Null)] {
        let mut paused = follows.clone();
        paused["paused_until"] = json!(day);
        let body = scheduled(&furniture, &format!("Paused until {day}"), &paused);
        let export = create(&client, &body).await;
        assert_eq!(&export["next_run_at"], expected, "{day}");
        let listed = client.get(&format!("/api/v1/exports?q={day}")).await;
        assert_eq!(&listed.expect(200)["items"][0]["next_run_at"], expected);
    }
    let detached = client.post(&format!("{path}/detach"), &json!({})).await;
    assert_eq!(detached.expect(200)["next_run_at"], Value::Null);
}

#[tokio::test]
async fn every_fault_of_a_schedule_is_named_at_its_field() {
    let (_app, client, furniture) = stage().await;
    for (wrong, field, code) in [
        (
            json!({"recurrence": "fortnightly"}),
            "recurrence",
            "malformed",
        ),
        (json!({"times": ["06:00"]}), "recurrence", "required"),
        (json!({"colour": "red"}), "colour", "unknown_field"),
        (json!({"recurrence": "daily"}), "times", "time_needed"),
        (
            json!({"recurrence": "daily", "times": ["6"]}),
            "times.0",
            "not_a_time",
        ),
        (
            json!({"recurrence": "daily", "times": "06:00"}),
            "times",
            "malformed",
        ),
        (
            json!({"recurrence": "daily", "cron": "0 6 * * *"}),
            "cron",
            "not_of_this_recurrence",
        ),
        (
            json!({"recurrence": "hourly", "every": 5}),
            "every",
            "not_an_hour_step",
        ),
        (
            json!({"recurrence": "weekly", "times": ["06:00"]}),
            "days",
            "day_needed",
        ),
        (
            json!({"recurrence": "weekly", "days": ["lundi"], "times": ["06:00"]}),
            "days",
            "not_a_weekday",
        ),
        (
            json!({"recurrence": "weekly", "every": 2, "days": ["mon"], "times": ["06:00"]}),
            "from",
            "week_to_count_from_needed",
        ),
        (
            json!({"recurrence": "monthly", "month_days": [32], "times": ["06:00"]}),
            "month_days",
            "not_a_month_day",
        ),
        (
            json!({"recurrence": "once", "at": "tomorrow"}),
            "at",
            "not_a_wall_time",
        ),
        (
            json!({"recurrence": "cron", "cron": "* * *"}),
            "cron",
            "cron_five_fields",
        ),
        (
            json!({"recurrence": "cron", "cron": "99 * * * *"}),
            "cron",
            "cron_field",
        ),
        (
            json!({"recurrence": "cron", "cron": "0 0 30 2 *"}),
            "cron",
            "cron_never",
        ),
        (
            json!({"recurrence": "hourly", "time_zone": "Mars/Olympus"}),
            "time_zone",
            "unknown_time_zone",
        ),
        (
            json!({"recurrence": "hourly", "time_zone": ""}),
            "time_zone",
            "required",
        ),
        (
            json!({"recurrence": "hourly", "starts_on": "soon"}),
            "starts_on",
            "not_a_day",
        ),
        (
            json!({"recurrence": "hourly", "starts_on": "2026-02-02", "ends_on": "2026-02-01"}),
            "ends_on",
            "ends_before_it_starts",
        ),
        (
            json!({"recurrence": "hourly", "catch_up_hours": 999}),
            "catch_up_hours",
            "out_of_range",
        ),
    ] {
        let mut schedule = wrong.clone();
        if schedule.get("time_zone").is_none() {
            schedule["time_zone"] = json!("Europe/Paris");
        }
        let body = scheduled(&furniture, "A", &schedule);
        let codes = field_codes(&client.post("/api/v1/exports", &body).await);
        let expected = (format!("schedule.{field}"), code.to_owned());
        assert!(codes.contains(&expected), "{wrong}: {codes:?}");
    }
    let mut body = scheduled(&furniture, "A", &daily());
    body["options"] = json!({"upstream": {"on_failure": "deliver_previous", "limit_hours": 49}});
    let codes = field_codes(&client.post("/api/v1/exports", &body).await);
    let expected = (
        "options.upstream.limit_hours".to_owned(),
        "out_of_range".to_owned(),
    );
    assert_eq!(codes, [expected]);
}

#[tokio::test]
async fn a_schedule_is_told_in_the_reader_s_language() {
    let (_app, client, furniture) = stage().await;
    let export = create(&client, &scheduled(&furniture, "A", &daily())).await;
    assert_eq!(export["schedule_text"], "Every day at 06:00 (Europe/Paris)");
    let path = format!("/api/v1/exports/{}", id_of(&export));
    let french = client
        .request(Method::GET, &path)
        .header("accept-language", "fr");
    let french = client.send(french).await.expect(200);
    assert_eq!(
        french["schedule_text"],
        "Tous les jours à 06:00 (Europe/Paris)"
    );
    let detached = client
        .post(&format!("{path}/detach"), &json!({}))
        .await
        .expect(200);
    assert_eq!(detached["schedule_text"], "No connection");
    assert_eq!(detached["next_run_at"], Value::Null);
    assert_eq!(detached["schedule"], export["schedule"], "it is kept");
    assert_eq!(detached["enabled"], true);
}

#[tokio::test]
async fn a_copy_has_the_schedule_switched_off() {
    let (_app, client, furniture) = stage().await;
    let export = create(&client, &scheduled(&furniture, "A", &daily())).await;
    let path = format!("/api/v1/exports/{}/duplicate", id_of(&export));
    let copy = client.post(&path, &json!({})).await.expect(201);
    assert_eq!(copy["schedule"], export["schedule"]);
    assert_eq!(copy["enabled"], false);
    assert_eq!(copy["next_run_at"], Value::Null);
}

#[tokio::test]
async fn a_change_of_several_leaves_out_what_one_may_not_edit() {
    let (app, administrator, furniture) = stage().await;
    let contributor = app
        .person("contributor@example.org", Role::Contributor)
        .await;
    let shared = create(&administrator, &scheduled(&furniture, "Shared", &daily())).await;
    let mut hidden = export_body("Hidden", &furniture.private, &furniture.table);
    hidden["schedule"] = daily();
    let hidden = create(&administrator, &hidden).await;
    let (shared, hidden) = (id_of(&shared), id_of(&hidden));
    let unknown = "00000000-0000-7000-8000-000000000000";
    let change = |mode: &str, enabled: bool, schedule: Value| {
        let ids = [hidden.as_str(), shared.as_str(), unknown, shared.as_str()];
        json!({"ids": ids, "mode": mode, "enabled": enabled, "schedule": schedule})
    };
    let path = "/api/v1/exports/schedule";
    let off = contributor
        .post(path, &change("keep", false, Value::Null))
        .await;
    let off = off.expect(200);
    let outcomes: Vec<_> = off["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|outcome| (&outcome["id"], &outcome["name"], &outcome["error"]["code"]))
        .collect();
    assert_eq!(
        outcomes,
        [
            (
                &json!(hidden),
                &json!("Hidden"),
                &json!("connection_not_shared_with_you")
            ),
            (&json!(shared), &json!("Shared"), &Value::Null),
            (&json!(unknown), &Value::Null, &json!("not_found")),
        ]
    );
    let read = async |id: &str| {
        let path = format!("/api/v1/exports/{id}");
        administrator.get(&path).await.expect(200)
    };
    let (kept, untouched) = (read(&shared).await, read(&hidden).await);
    assert_eq!(
        kept["schedule"]["times"],
        json!(["06:00"]),
        "only switched off"
    );
    assert_eq!(
        (&kept["enabled"], &kept["version"]),
        (&json!(false), &json!(2))
    );
    assert_eq!(kept["updated_by"], "contributor@example.org");
    assert_eq!(
        (&untouched["enabled"], &untouched["version"]),
        (&json!(true), &json!(1))
    );

    let hourly = json!({"recurrence": "hourly", "every": 6, "from": "00:00", "time_zone": "UTC"});
    administrator
        .post(path, &change("define", true, hourly))
        .await
        .expect(200);
    for id in [&shared, &hidden] {
        let export = read(id).await;
        assert_eq!(export["schedule"]["recurrence"], "hourly");
        assert_eq!(export["enabled"], true);
        assert!(export["next_run_at"].is_string(), "{export}");
    }
    let versions = [
        read(&shared).await["version"].clone(),
        read(&hidden).await["version"].clone(),
    ];
    administrator
        .post(path, &change("keep", true, Value::Null))
        .await
        .expect(200);
    let after = [
        read(&shared).await["version"].clone(),
        read(&hidden).await["version"].clone(),
    ];
    assert_eq!(versions, after, "what changes nothing makes no version");
}

#[tokio::test]
async fn a_change_of_several_is_one_step_of_the_audit_log() {
    let (app, client, furniture) = stage().await;
    let one = create(&client, &scheduled(&furniture, "A", &daily())).await;
    let other = create(&client, &scheduled(&furniture, "B", &daily())).await;
    let ids = [id_of(&one), id_of(&other)];
    let change = json!({"ids": ids, "mode": "keep", "enabled": false});
    client
        .post("/api/v1/exports/schedule", &change)
        .await
        .expect(200);
    let mut steps = Vec::new();
    for id in &ids {
        let entries = server::store::audit::of(&app.running.store, "export", id, 1)
            .await
            .expect("entries");
        assert_eq!(entries[0].action, "export.schedule");
        let (before, after) = (entries[0].before.clone(), entries[0].after.clone());
        assert_eq!(before.expect("before")["enabled"], true);
        let after = after.expect("after");
        assert_eq!(after["enabled"], false);
        steps.push(after["change"].clone());
    }
    assert!(steps[0].is_string() && steps[0] == steps[1], "{steps:?}");
}

#[tokio::test]
async fn the_schedule_of_one_follows_the_version_that_it_was_made_from_or_changes_nothing() {
    let (_app, client, furniture) = stage().await;
    let export = id_of(&create(&client, &scheduled(&furniture, "A", &daily())).await);
    let at = |hour: &str, version: Value| {
        let mut schedule = daily();
        schedule["times"] = json!([hour]);
        let mut change = json!({
            "ids": [export], "mode": "define", "enabled": true, "schedule": schedule,
        });
        change["version"] = version;
        change
    };
    let path = "/api/v1/exports/schedule";
    client.post(path, &at("07:00", json!(1))).await.expect(200);
    let late = client.post(path, &at("08:00", json!(1))).await;
    late.expect(412);
    let shown = format!("/api/v1/exports/{export}");
    let times = |export: &Value| export["schedule"]["times"].clone();
    assert_eq!(
        times(&client.get(&shown).await.expect(200)),
        json!(["07:00"])
    );
    client.post(path, &at("08:00", json!(2))).await.expect(200);
    client
        .post(path, &at("09:00", Value::Null))
        .await
        .expect(200);
    assert_eq!(
        times(&client.get(&shown).await.expect(200)),
        json!(["09:00"])
    );
}

#[tokio::test]
async fn a_change_that_says_too_little_or_too_much_is_refused_at_its_field() {
    let (app, administrator, furniture) = stage().await;
    let viewer = app.person("viewer@example.org", Role::Viewer).await;
    let export = id_of(&create(&administrator, &scheduled(&furniture, "A", &daily())).await);
    let path = "/api/v1/exports/schedule";
    for (wrong, field, code) in [
        (json!({"ids": []}), "ids", "required"),
        (
            json!({"ids": vec![export.clone(); 10_001]}),
            "ids",
            "too_many",
        ),
        (json!({"ids": ["x"]}), "ids", "malformed"),
        (json!({"mode": "define"}), "schedule", "required"),
        (
            json!({"schedule": daily()}),
            "schedule",
            "schedule_only_with_define",
        ),
        (json!({"mode": "replace"}), "mode", "malformed"),
        (json!({"enabled": null}), "enabled", "required"),
        (
            json!({"mode": "define", "schedule": {"recurrence": "hourly", "time_zone": "X"}}),
            "schedule.time_zone",
            "unknown_time_zone",
        ),
        (
            json!({"ids": [export, export], "version": 1}),
            "version",
            "version_of_one_only",
        ),
        (json!({"version": "one"}), "version", "malformed"),
    ] {
        let mut body = json!({"ids": [export], "mode": "keep", "enabled": true});
        for (key, value) in wrong.as_object().expect("an object") {
            body[key] = value.clone();
        }
        let codes = field_codes(&administrator.post(path, &body).await);
        assert!(
            codes.contains(&(field.to_owned(), code.to_owned())),
            "{wrong}: {codes:?}"
        );
        let refused = viewer.post(path, &body).await;
        assert_eq!(refused.problem(403), "viewer_may_not_edit", "{wrong}");
    }
}

#[tokio::test]
async fn what_comes_to_match_after_the_plan_keeps_the_change_from_being_made() {
    let (_app, client, furniture) = stage().await;
    create(&client, &scheduled(&furniture, "North", &daily())).await;
    let filter = json!({"q": "north"});
    let asked = json!({"filter": filter, "action": "remove", "dry_run": true});
    let planned = client
        .post("/api/v1/exports/batch", &asked)
        .await
        .expect(200);
    let change = json!({
        "filter": filter, "mode": "keep", "enabled": false, "seal": planned["plan"]["seal"],
    });
    let late = create(&client, &scheduled(&furniture, "Northwest", &daily())).await;
    let path = "/api/v1/exports/schedule";
    assert_eq!(
        client.post(path, &change).await.problem(409),
        "changed_since"
    );
    let read = client
        .get(&format!("/api/v1/exports/{}", id_of(&late)))
        .await;
    assert_eq!(read.expect(200)["enabled"], true);
    let mut again = change.clone();
    again["except"] = json!([id_of(&late)]);
    client.post(path, &again).await.expect(200);
}

#[tokio::test]
async fn all_that_match_are_changed_but_for_some() {
    let (_app, client, furniture) = stage().await;
    let mut ids = Vec::new();
    for name in ["North", "Northwest", "Northeast", "South"] {
        let export = create(&client, &scheduled(&furniture, name, &daily())).await;
        ids.push(id_of(&export));
    }
    let change = json!({
        "filter": {"q": "north"}, "except": [ids[2]], "mode": "keep", "enabled": false,
    });
    let done = client.post("/api/v1/exports/schedule", &change).await;
    let done = done.expect(200);
    let changed: Vec<_> = done["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|outcome| &outcome["name"])
        .collect();
    assert_eq!(changed, ["North", "Northwest"]);
    for (place, id) in ids.iter().enumerate() {
        let export = client.get(&format!("/api/v1/exports/{id}")).await;
        assert_eq!(export.expect(200)["enabled"], place > 1, "{place}");
    }
}
