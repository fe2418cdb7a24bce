//! The main job through REST: set up, run, look at the waybill, find the file.

use app::domain::Role;
use serde_json::{Value, json};

use super::stage::Stage;
use crate::support::app::{Client, TestApp, eventually, export_body, furnish, id_of};

#[tokio::test]
async fn an_export_runs_and_leaves_a_file_and_a_waybill_that_adds_up() {
    let app = TestApp::start().await;
    let administrator = app.person("admin@example.org", Role::Administrator).await;
    let contributor = app
        .person("contributor@example.org", Role::Contributor)
        .await;
    let furniture = furnish(&app, &administrator).await;
    let body = export_body("Weekly", &furniture.shared, &furniture.table);
    let export = id_of(&contributor.post("/api/v1/exports", &body).await.expect(201));
    let started = contributor
        .post(&format!("/api/v1/exports/{export}/runs"), &json!({}))
        .await;
    let run = id_of(&started.expect(202));
    assert_eq!(started.header("location"), format!("/api/v1/runs/{run}"));
    let path = format!("/api/v1/runs/{run}");
    let mut ended = Value::Null;
    eventually(async || {
        ended = contributor.get(&path).await.expect(200);
        ended["ended_at"].is_string()
    })
    .await;
    assert_eq!(ended["status"], "successful", "{ended}");
    assert_eq!(
        (&ended["trigger"], &ended["started_by"]),
        (&json!("api"), &json!("contributor@example.org"))
    );
    let waybill = contributor
        .get(&format!("{path}/waybill"))
        .await
        .expect(200);
    let task = &waybill["tasks"][0];
    let count = |name: &str| task[name].as_i64().expect("a count");
    let sum: i64 = [
        "rows_written",
        "rows_unchanged",
        "rows_withheld",
        "rows_rejected",
        "rows_in_doubt",
    ]
    .map(count)
    .iter()
    .sum();
    assert_eq!((count("rows_read"), sum), (3, 3));
    let file = &task["files"][0];
    let delivered = std::fs::read(
        app.files()
            .join("out")
            .join(file["path"].as_str().expect("a path")),
    )
    .expect("the file");
    assert_eq!(file["bytes"].as_u64(), Some(delivered.len() as u64));
    assert_eq!(
        String::from_utf8(delivered).expect("text"),
        "id,email,city\n1,ada@example.org,Liège\n2,,Brest\n3,c@example.org,\n"
    );
    let listed = contributor.get("/api/v1/exports").await.expect(200);
    assert_eq!(listed["items"][0]["status"], "successful");
    assert_eq!(listed["items"][0]["refreshed_at"], ended["ended_at"]);
    let runs = contributor
        .get(&format!(
            "/api/v1/runs?export_id={export}&status=successful"
        ))
        .await
        .expect(200);
    assert_eq!(runs["items"][0]["id"], json!(run));

    let delivered_to = file["path"].as_str().expect("a path");
    let (_, name) = delivered_to.rsplit_once('/').expect("a folder");
    let found = contributor
        .get(&format!(
            "/api/v1/runs?file={name}&connection_id={}&from=2000-01-01T00:00:00Z",
            furniture.shared
        ))
        .await
        .expect(200);
    let summary = &found["items"][0];
    assert_eq!(
        (
            &summary["id"],
            &summary["first_file"],
            &summary["files"],
            &summary["export_removed"],
            &summary["connection"]["name"],
        ),
        (
            &json!(run),
            &file["path"],
            &json!(1),
            &json!(false),
            &json!("Shared"),
        )
    );
    for nothing in [
        "to=2000-01-01T01:00:00%2B01:00",
        "file=no-such-file",
        "status=failed",
    ] {
        let found = contributor
            .get(&format!("/api/v1/runs?{nothing}"))
            .await
            .expect(200);
        assert_eq!(found["items"], json!([]), "{nothing}");
    }
    for wrong in ["from=yesterday", "connection_id=7", "files=a"] {
        contributor
            .get(&format!("/api/v1/runs?{wrong}"))
            .await
            .problem(422);
    }
}

#[tokio::test]
async fn the_run_of_a_removed_export_is_for_administrators_to_manage() {
    let stage = Stage::set().await;
    let (administrator, contributor) = (stage.administrator(), stage.contributor());
    let path = format!("/api/v1/exports/{}", id_of(&stage.export().await));
    let started = contributor.post(&format!("{path}/runs"), &json!({})).await;
    let run = format!("/api/v1/runs/{}", id_of(&started.expect(202)));
    let permission =
        async |client: &Client| client.get(&run).await.expect(200)["permission"].take();
    assert_eq!(permission(contributor).await, "edit");
    let removed = administrator.delete(&path, 1).await;
    assert!(removed.status.is_success(), "{}", removed.status);
    assert_eq!(permission(administrator).await, "edit");
    assert_eq!(permission(contributor).await, "view");
    contributor
        .post(&format!("{run}/cancel"), &json!({}))
        .await
        .problem(403);
}

#[tokio::test]
async fn personal_columns_are_masked_for_viewers() {
    let app = TestApp::start().await;
    let administrator = app.person("admin@example.org", Role::Administrator).await;
    let viewer = app.person("viewer@example.org", Role::Viewer).await;
    let furniture = furnish(&app, &administrator).await;
    let path = format!("/api/v1/tables/{}/preview", furniture.table);
    let clear = administrator.get(&path).await.expect(200);
    assert_eq!(
        (&clear["masked"], &clear["rows"][0][1]),
        (&json!(false), &json!("ada@example.org"))
    );
    let masked = viewer.get(&path).await.expect(200);
    assert_eq!(masked["masked"], json!(true));
    assert!(!masked.to_string().contains("ada@example.org"), "{masked}");
    assert_eq!(masked["rows"][0][2], "Liège");
}
