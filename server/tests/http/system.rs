//! The system refresh through REST: its schedule, *Refresh all*, cancelling, what starts next.

use app::domain::Role;
use reqwest::Method;
use serde_json::{Value, json};

use super::stage::nightly;
use crate::support::app::{Client, TestApp, eventually, export_body, furnish, id_of};

const SCHEDULE: &str = "/api/v1/system/schedule";
const REFRESHES: &str = "/api/v1/system/refreshes";

/// Waits until a refresh has ended, and gives it.
async fn ended(client: &Client, refresh: &str) -> Value {
    let path = format!("{REFRESHES}/{refresh}");
    let mut found = Value::Null;
    eventually(async || {
        found = client.get(&path).await.expect(200);
        found["ended_at"].is_string()
    })
    .await;
    found
}

#[tokio::test]
async fn the_system_schedule_has_a_version_and_is_daily_or_weekly() {
    let app = TestApp::start().await;
    let client = app.person("admin@example.org", Role::Administrator).await;
    let viewer = app.person("viewer@example.org", Role::Viewer).await;
    let found = viewer.get(SCHEDULE).await;
    assert_eq!(found.header("etag"), "\"1\"");
    let found = found.expect(200);
    assert_eq!(
        (&found["enabled"], &found["starts"]),
        (&json!(false), &json!([]))
    );
    let body = json!({"enabled": true, "schedule": nightly()});
    let without = client.request(Method::PUT, SCHEDULE).json(&body);
    assert_eq!(
        client.send(without).await.problem(428),
        "precondition_required"
    );
    assert_eq!(
        viewer.put(SCHEDULE, 1, &body).await.problem(403),
        "administrators_only"
    );
    let put = client.put(SCHEDULE, 1, &body).await;
    assert_eq!(put.header("etag"), "\"2\"");
    let put = put.expect(200);
    assert_eq!(put["schedule_text"], "Every day at 02:00 (Europe/Paris)");
    let starts = put["starts"].as_array().expect("starts");
    assert_eq!(starts.len(), 5);
    for start in starts {
        let wall = start["wall"].as_str().expect("a wall time");
        assert!(
            wall.ends_with("T02:00") || wall.ends_with("T03:00"),
            "{wall}"
        );
    }
    assert_eq!(client.put(SCHEDULE, 1, &body).await.problem(412), "stale");
    for (wrong, field, code) in [
        (
            json!({"recurrence": "system", "time_zone": "UTC"}),
            "schedule.recurrence",
            "recurrence_not_for_system",
        ),
        (
            json!({"recurrence": "hourly", "time_zone": "UTC"}),
            "schedule.recurrence",
            "recurrence_not_for_system",
        ),
        (
            json!({"recurrence": "daily", "times": ["2"], "time_zone": "UTC"}),
            "schedule.times.0",
            "not_a_time",
        ),
        (
            json!({"recurrence": "daily", "times": ["02:00"], "time_zone": "X"}),
            "schedule.time_zone",
            "unknown_time_zone",
        ),
        (Value::Null, "schedule", "required"),
    ] {
        let body = json!({"enabled": true, "schedule": wrong});
        let refused = client.put(SCHEDULE, 2, &body).await;
        assert_eq!(refused.problem(422), "invalid", "{wrong}");
        let errors = &refused.json()["errors"];
        assert_eq!(
            (&errors[0]["field"], &errors[0]["code"]),
            (&json!(field), &json!(code)),
            "{wrong}"
        );
    }
    let entries = server::store::audit::of(&app.running.store, "system", "schedule", 10)
        .await
        .expect("entries");
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].actor_name, "admin@example.org");
}

#[tokio::test]
async fn refresh_all_renews_every_source_and_delivers_only_when_asked() {
    let app = TestApp::start().await;
    let client = app.person("admin@example.org", Role::Administrator).await;
    let contributor = app
        .person("contributor@example.org", Role::Contributor)
        .await;
    let furniture = furnish(&app, &client).await;
    let follower = export_body("Follower", &furniture.shared, &furniture.table);
    let follower = client.post("/api/v1/exports", &follower).await.expect(201);
    let mut alone = export_body("Alone", &furniture.shared, &furniture.table);
    alone["schedule"] = json!({"recurrence": "once", "at": "2090-01-01T06:00", "time_zone": "UTC"});
    client.post("/api/v1/exports", &alone).await.expect(201);
    assert_eq!(client.get(SCHEDULE).await.expect(200)["followers"], 1);

    let refused = contributor
        .post(REFRESHES, &json!({"run_exports": "yes"}))
        .await;
    assert_eq!(refused.problem(403), "administrators_only");
    let wrong = client.post(REFRESHES, &json!({"run_exports": "yes"})).await;
    assert_eq!(wrong.problem(422), "invalid");

    let bare = client.send(client.request(Method::POST, REFRESHES)).await;
    let refresh = id_of(&bare.expect(202));
    assert_eq!(bare.header("location"), format!("{REFRESHES}/{refresh}"));
    let found = ended(&contributor, &refresh).await;
    assert_eq!(
        (&found["status"], &found["trigger"]),
        (&json!("successful"), &json!("api"))
    );
    assert_eq!(
        (&found["tasks_done"], &found["tasks_total"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(found["tasks"][0]["source"]["name"], "Files");
    assert_eq!(found["runs"], json!([]));
    let again = client
        .post(&format!("{REFRESHES}/{refresh}/cancel"), &json!({}))
        .await;
    assert_eq!(again.problem(409), "refresh_has_ended");

    let delivering = client.post(REFRESHES, &json!({"run_exports": true})).await;
    let refresh = id_of(&delivering.expect(202));
    let path = format!("{REFRESHES}/{refresh}");
    let mut found = Value::Null;
    eventually(async || {
        found = client.get(&path).await.expect(200);
        found["runs"][0]["ended_at"].is_string()
    })
    .await;
    assert_eq!(found["runs"].as_array().map(Vec::len), Some(1), "{found}");
    let run = &found["runs"][0];
    assert_eq!(
        (&run["export"]["id"], &run["status"]),
        (&follower["id"], &json!("successful"))
    );
    let path = format!("/api/v1/runs/{}", id_of(run));
    assert_eq!(client.get(&path).await.expect(200)["trigger"], "refresh");

    let status = contributor.get("/api/v1/system/status").await.expect(200);
    assert_eq!(status["sources"][0]["name"], "Files");
    assert_eq!(status["exports"].as_array().map(Vec::len), Some(2));
    assert_eq!(status["refreshes"][0]["id"], json!(refresh));
}

#[tokio::test]
async fn a_refresh_that_is_stopped_renews_nothing_more() {
    let app = TestApp::with(|config| config.work.max_runs = 1).await;
    let client = app.person("admin@example.org", Role::Administrator).await;
    let folder = app.files().join("source");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("people.csv"), "id\n1\n").expect("written");
    for number in 0..12 {
        let body =
            json!({"name": format!("S{number}"), "kind": "folder", "config": {"path": folder}});
        client.post("/api/v1/sources", &body).await.expect(201);
    }
    eventually(async || {
        let sources = client.get("/api/v1/sources").await.expect(200);
        let items = sources["items"].as_array().expect("items");
        items.iter().all(|source| source["status"] == "successful")
    })
    .await;
    let refresh = id_of(&client.post(REFRESHES, &json!({})).await.expect(202));
    let path = format!("{REFRESHES}/{refresh}/cancel");
    client.post(&path, &json!({})).await.expect(200);
    let found = ended(&client, &refresh).await;
    assert_eq!(found["status"], "canceled", "{found}");
    let tasks = found["tasks"].as_array().expect("tasks");
    let canceled = tasks.iter().find(|task| task["status"] == "canceled");
    let reason = &canceled.expect("a task that was stopped")["status_reason"];
    assert_eq!(reason["code"], "refresh_canceled", "{reason}");
    assert_eq!(
        client.post(&path, &json!({})).await.problem(409),
        "refresh_has_ended"
    );
}

#[tokio::test]
async fn what_starts_within_a_day_is_listed_soonest_first() {
    let app = TestApp::start().await;
    let client = app.person("admin@example.org", Role::Administrator).await;
    let furniture = furnish(&app, &client).await;
    let mut body = export_body("Often", &furniture.shared, &furniture.table);
    body["schedule"] = json!({"recurrence": "hourly", "every": 6, "time_zone": "Asia/Kolkata"});
    let often = client.post("/api/v1/exports", &body).await.expect(201);
    let mut off = export_body("Off", &furniture.shared, &furniture.table);
    off["schedule"] = body["schedule"].clone();
    off["enabled"] = json!(false);
    client.post("/api/v1/exports", &off).await.expect(201);
    // A zone whose days have 24 hours.
    let schedule = json!({"recurrence": "daily", "times": ["02:00"], "time_zone": "UTC"});
    let body = json!({"enabled": true, "schedule": schedule});
    client.put(SCHEDULE, 1, &body).await.expect(200);

    let upcoming = client.get("/api/v1/system/upcoming").await.expect(200);
    let items = upcoming["items"].as_array().expect("items");
    assert_eq!(
        items.len(),
        5,
        "four of the export, one of the refresh: {upcoming}"
    );
    assert!(items.is_sorted_by_key(|item| item["at"].as_str().map(str::to_owned)));
    let refreshes: Vec<_> = items
        .iter()
        .filter(|item| item["export"].is_null())
        .collect();
    assert_eq!(refreshes.len(), 1);
    assert_eq!(refreshes[0]["time_zone"], "UTC");
    let first = items.iter().find(|item| item["export"].is_object());
    let first = first.expect("the export");
    assert_eq!(first["export"]["id"], often["id"]);
    assert_eq!(first["at"], often["next_run_at"]);
    assert_eq!(first["time_zone"], "Asia/Kolkata");
}
