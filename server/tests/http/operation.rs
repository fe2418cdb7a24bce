//! Operating the system through REST: pausing everything, stopping a task, what depends on what, the day, what the
//! program is.

use app::domain::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::app::{Answer, Client, TestApp, eventually, export_body, furnish, id_of};

const PAUSE: &str = "/api/v1/system/pause";
const REFRESHES: &str = "/api/v1/system/refreshes";

/// Pauses everything or ends the pause, as administrators may, or tries to.
async fn put(client: &Client, body: &Value) -> Answer {
    client
        .send(client.request(Method::PUT, PAUSE).json(body))
        .await
}

/// The first error of an answer: field and code.
fn first_error(answer: &Answer) -> (String, String) {
    assert_eq!(answer.problem(422), "invalid");
    let error = &answer.json()["errors"][0];
    let text = |key: &str| error[key].as_str().unwrap_or_default().to_owned();
    (text("field"), text("code"))
}

#[tokio::test]
async fn what_is_queued_waits_until_the_pause_of_everything_ends() {
    let app = TestApp::start().await;
    let client = app.person("admin@example.org", Role::Administrator).await;
    let viewer = app.person("viewer@example.org", Role::Viewer).await;
    let contributor = app
        .person("contributor@example.org", Role::Contributor)
        .await;
    let furniture = furnish(&app, &client).await;
    let nothing = json!({"paused": false, "reason": null, "since": null, "by": null});
    assert_eq!(viewer.get(PAUSE).await.expect(200), nothing);

    for refused in [&viewer, &contributor] {
        for body in [json!({"paused": true, "reason": "Moving house"}), json!({})] {
            assert_eq!(
                put(refused, &body).await.problem(403),
                "administrators_only"
            );
        }
    }
    let long = "x".repeat(201);
    for (body, field, code) in [
        (json!({}), "paused", "required"),
        (json!({"paused": "yes"}), "paused", "wrong_type"),
        (json!({"paused": true}), "reason", "required"),
        (json!({"paused": true, "reason": " "}), "reason", "required"),
        (
            json!({"paused": true, "reason": long}),
            "reason",
            "too_long",
        ),
        (
            json!({"paused": true, "reason": "A", "until": 1}),
            "until",
            "unknown_field",
        ),
    ] {
        let expected = (field.to_owned(), code.to_owned());
        assert_eq!(first_error(&put(&client, &body).await), expected, "{body}");
    }
    assert_eq!(viewer.get(PAUSE).await.expect(200), nothing);

    let paused = put(
        &client,
        &json!({"paused": true, "reason": " Moving house "}),
    )
    .await;
    let paused = paused.expect(200);
    assert_eq!(
        (&paused["paused"], &paused["reason"], &paused["by"]),
        (
            &json!(true),
            &json!("Moving house"),
            &json!("admin@example.org")
        )
    );
    assert_eq!(viewer.get(PAUSE).await.expect(200), paused);
    assert_eq!(
        viewer.get("/api/v1/me").await.expect(200)["paused"],
        json!(true)
    );
    assert_eq!(app.anonymous().get("/readyz").await.status, 200);

    let body = export_body("Clients", &furniture.shared, &furniture.table);
    let export = id_of(&client.post("/api/v1/exports", &body).await.expect(201));
    let path = format!("/api/v1/exports/{export}/runs");
    let run = id_of(&client.post(&path, &json!({})).await.expect(202));
    let refresh = id_of(&client.post(REFRESHES, &json!({})).await.expect(202));
    let anew = put(&client, &json!({"paused": true, "reason": "Still moving"})).await;
    let anew = anew.expect(200);
    assert_eq!(
        (&anew["reason"], &anew["since"]),
        (&json!("Still moving"), &paused["since"])
    );
    let run = format!("/api/v1/runs/{run}");
    let refresh = format!("{REFRESHES}/{refresh}");
    assert_eq!(client.get(&run).await.expect(200)["status"], "queued");
    assert_eq!(client.get(&refresh).await.expect(200)["status"], "queued");

    let resumed = put(&client, &json!({"paused": false})).await;
    assert_eq!(resumed.expect(200), nothing);
    let again = put(&client, &json!({"paused": false})).await;
    assert_eq!(again.expect(200), nothing, "ending none is no error");
    assert_eq!(
        viewer.get("/api/v1/me").await.expect(200)["paused"],
        json!(false)
    );
    eventually(async || {
        let run = client.get(&run).await.expect(200);
        let refresh = client.get(&refresh).await.expect(200);
        run["status"] == "successful" && refresh["status"] == "successful"
    })
    .await;

    let entries = server::store::audit::of(&app.running.store, "system", "pause", 10)
        .await
        .expect("entries");
    let actions: Vec<_> = entries.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(actions, ["system.resume", "system.pause", "system.pause"]);
}

#[tokio::test]
async fn one_task_is_stopped_and_the_history_says_by_whom() {
    let app = TestApp::start().await;
    let client = app.person("admin@example.org", Role::Administrator).await;
    let contributor = app
        .person("contributor@example.org", Role::Contributor)
        .await;
    furnish(&app, &client).await;
    let body = json!({"paused": true, "reason": "So that it waits"});
    put(&client, &body).await.expect(200);
    let refresh = id_of(&client.post(REFRESHES, &json!({})).await.expect(202));
    let refresh = format!("{REFRESHES}/{refresh}");
    let task = client.get(&refresh).await.expect(200)["tasks"][0].clone();
    assert_eq!(task["kind"], "source");
    let source = id_of(&task["source"]);
    let cancel = format!("/api/v1/system/tasks/{}/cancel", id_of(&task));

    let refused = contributor.post(&cancel, &json!({})).await;
    assert_eq!(refused.problem(403), "administrators_only");
    let stopped = client.post(&cancel, &json!({})).await.expect(200);
    assert_eq!(
        (&stopped["kind"], &stopped["source"]),
        (&json!("source"), &json!({"id": source, "name": "Files"}))
    );
    let newest = &stopped["tasks"][0];
    assert_eq!(
        (&newest["id"], &newest["status"]),
        (&task["id"], &json!("canceled"))
    );
    let reason = &newest["status_reason"];
    assert_eq!(reason["code"], "task_canceled");
    assert_eq!(reason["text"], "The task was stopped by admin@example.org.");
    let tasks = stopped["tasks"].as_array().expect("tasks");
    assert_eq!(
        tasks.len(),
        2,
        "the first refresh of the source, and this one"
    );
    let again = client.post(&cancel, &json!({})).await;
    assert_eq!(again.problem(409), "task_has_ended");
    assert_eq!(client.get(&refresh).await.expect(200)["status"], "canceled");

    let history = format!("/api/v1/system/tasks?source_id={source}");
    assert_eq!(contributor.get(&history).await.expect(200), stopped);
    let nobody = uuid::Uuid::now_v7();
    for (query, field, code) in [
        (String::new(), "source_id", "required"),
        (format!("?source_id={nobody}"), "source_id", "not_found"),
        (format!("?segment_id={nobody}"), "segment_id", "not_found"),
        (
            format!("?source_id={source}&segment_id={source}"),
            "segment_id",
            "malformed",
        ),
        ("?source_id=x".to_owned(), "source_id", "malformed"),
    ] {
        let refused = client.get(&format!("/api/v1/system/tasks{query}")).await;
        let expected = (field.to_owned(), code.to_owned());
        assert_eq!(first_error(&refused), expected, "{query}");
    }
    let unknown = format!("/api/v1/system/tasks/{nobody}/cancel");
    assert_eq!(
        client.post(&unknown, &json!({})).await.problem(404),
        "not_found"
    );
    let entries = server::store::audit::of(&app.running.store, "task", &id_of(&task), 10)
        .await
        .expect("entries");
    assert_eq!(entries.len(), 1);
}

#[tokio::test]
async fn everybody_sees_what_depends_on_what_and_what_was_at_work() {
    let app = TestApp::start().await;
    let client = app.person("admin@example.org", Role::Administrator).await;
    let viewer = app.person("viewer@example.org", Role::Viewer).await;
    let furniture = furnish(&app, &client).await;
    let body = export_body("Clients", &furniture.shared, &furniture.table);
    let export = id_of(&client.post("/api/v1/exports", &body).await.expect(201));
    let path = format!("/api/v1/exports/{export}/runs");
    let run = id_of(&client.post(&path, &json!({})).await.expect(202));
    let path = format!("/api/v1/runs/{run}");
    eventually(async || client.get(&path).await.expect(200)["ended_at"].is_string()).await;

    let picture = viewer.get("/api/v1/system/pipeline").await.expect(200);
    let source = id_of(&picture["sources"][0]);
    assert_eq!(picture["sources"][0]["name"], "Files");
    assert_eq!(picture["segments"], json!([]));
    let found = &picture["exports"][0];
    assert_eq!(
        (&found["id"], &found["status"], &found["sources"]),
        (&json!(export), &json!("successful"), &json!([source]))
    );
    assert_eq!(picture["left_out"], 0);

    let day = viewer.get("/api/v1/system/timeline").await.expect(200);
    let bars = day["bars"].as_array().expect("bars");
    let (last, tasks) = bars.split_last().expect("a bar");
    assert_eq!(
        (&last["kind"], &last["id"], &last["run_id"], &last["status"]),
        (
            &json!("export"),
            &json!(export),
            &json!(run),
            &json!("successful")
        )
    );
    assert!(!tasks.is_empty(), "{day}");
    for task in tasks {
        assert_eq!(
            (&task["kind"], &task["id"]),
            (&json!("source"), &json!(source))
        );
        assert!(
            task["refresh_id"].is_string() && task["ended_at"].is_string(),
            "{task}"
        );
    }
}

#[tokio::test]
async fn about_names_versions_and_room_but_no_folder_and_no_host() {
    let app = TestApp::start().await;
    let client = app.person("admin@example.org", Role::Administrator).await;
    let viewer = app.person("viewer@example.org", Role::Viewer).await;
    furnish(&app, &client).await;
    let answer = viewer.get("/api/v1/system/about").await;
    let about = answer.expect(200);
    assert_eq!(about["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(about["database"], "sqlite");
    assert!(
        about["schema_version"]
            .as_i64()
            .is_some_and(|version| version > 0)
    );
    assert!(
        about["snapshot_bytes"]
            .as_i64()
            .is_some_and(|bytes| bytes > 0),
        "{about}"
    );
    let room = |key: &str| about["disk"][key].as_i64().expect("bytes");
    assert!(
        (0..=room("total_bytes")).contains(&room("free_bytes")),
        "{about}"
    );
    let zones = about["time_zone_data"].as_str().expect("a version");
    assert!(zones.starts_with("20"), "{zones}");
    let files = app.files();
    let folder = files.parent().expect("a folder").display().to_string();
    assert!(!answer.text.contains(&folder), "{}", answer.text);
    assert!(!answer.text.contains("127.0.0.1"), "{}", answer.text);
}
