//! A schedule fires, from the clock to the file.

use std::sync::Arc;
use std::time::Duration;

use base::FixedClock;
use serde_json::{Value, json};

use super::Scene;
use crate::support::app::{eventually, export_body, id_of};
use crate::support::databases::NOON;

/// Moves the clock, and tells the planner, which would look within half a minute.
async fn advance(scene: &Scene, clock: &FixedClock, by: Duration) {
    clock.advance(by);
    let mut tx = scene.app.running.store.begin().await.expect("begins");
    tx.signal_planner();
    tx.commit().await.expect("commits");
}

#[tokio::test]
async fn an_export_starts_by_itself_and_delivers() {
    let clock = Arc::new(FixedClock::new(NOON));
    let scene = Scene::at(Arc::clone(&clock) as Arc<dyn base::Clock>).await;
    let mut body = export_body("Daily", &scene.furniture.shared, &scene.furniture.table);
    body["schedule"] = json!({"recurrence": "daily", "times": ["12:30"], "time_zone": "UTC"});
    let export = scene.admin.post("/api/v1/exports", &body).await.expect(201);
    assert_eq!(export["next_run_at"], "2026-11-23T12:30:00Z");
    let path = format!("/api/v1/exports/{}", id_of(&export));
    advance(&scene, &clock, Duration::from_mins(30)).await;
    let mut found = Value::Null;
    eventually(async || {
        found = scene.admin.get(&path).await.expect(200);
        found["status"] == "successful"
    })
    .await;
    assert_eq!(found["next_run_at"], "2026-11-24T12:30:00Z");
    let runs = scene
        .admin
        .get(&format!("/api/v1/runs?export_id={}", id_of(&export)))
        .await
        .expect(200);
    let runs = runs["items"].as_array().expect("runs").clone();
    assert_eq!(runs.len(), 1);
    assert_eq!(runs[0]["trigger"], "schedule");
    let waybill = scene.waybill(&runs[0]).await;
    let path = waybill["tasks"][0]["files"][0]["path"].as_str();
    let path = path.expect("a path");
    assert!(path.starts_with("daily/2026/11/23/123000/people"), "{path}");
    assert!(!scene.delivered(&waybill).is_empty());
}

#[tokio::test]
async fn what_a_stopped_server_missed_is_caught_up_when_it_starts() {
    let clock = Arc::new(FixedClock::new(NOON));
    let scene = Scene::at(Arc::clone(&clock) as Arc<dyn base::Clock>).await;
    let mut body = export_body("Daily", &scene.furniture.shared, &scene.furniture.table);
    body["schedule"] = json!({"recurrence": "daily", "times": ["12:30"], "time_zone": "UTC"});
    let export = scene.admin.post("/api/v1/exports", &body).await.expect(201);
    let export = id_of(&export).parse().expect("an id");
    let folder = scene.app.stop().await;
    clock.advance(Duration::from_hours(49));
    let mut config = server::config::Config::local(&folder.path().join("data"));
    config.allow_roots = vec![folder.path().join("files")];
    let again = server::serve::start_at(config, clock)
        .await
        .expect("starts");
    let query = app::domain::RunQuery {
        export_id: Some(export),
        ..app::domain::RunQuery::default()
    };
    let mut statuses = Vec::new();
    eventually(async || {
        let runs = server::store::runs::list(&again.store, &query)
            .await
            .expect("lists");
        statuses = runs.items.iter().map(|run| run.status.code()).collect();
        statuses.sort_unstable();
        statuses == ["missed", "successful"]
    })
    .await;
    again.stop().await.expect("stops");
}
