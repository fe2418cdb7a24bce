//! A disk that is nearly full: refreshes stop, deliveries go on.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use app::domain::Disk;
use reqwest::Method;
use serde_json::{Value, json};
use server::scheduler::DiskProbe;

use super::Scene;
use crate::support::app::{TestApp, eventually, id_of};

/// A server whose disk is as full as the test says.
struct Filling {
    scene: Scene,
    percent: Arc<AtomicI64>,
}

impl Filling {
    async fn set() -> Self {
        let percent = Arc::new(AtomicI64::new(50));
        let seen = Arc::clone(&percent);
        let disk = DiskProbe::new(move || {
            Some(Disk {
                total: 100_000,
                free: 100_000 - seen.load(Ordering::SeqCst) * 1_000,
            })
        });
        Self {
            scene: Scene::on(TestApp::on_disk(disk).await).await,
            percent,
        }
    }

    /// Fills the disk so far, has the server look at it by changing a setting, and waits until it has.
    async fn fill(&self, percent: i64, setting: Value, is_stopped: bool) {
        self.percent.store(percent, Ordering::SeqCst);
        let request = self.scene.admin.request(Method::PUT, "/api/v1/settings");
        let answer = self.scene.admin.send(request.json(&setting)).await;
        answer.expect(200);
        eventually(async || {
            let storage = self.scene.admin.get("/api/v1/system/storage").await;
            let storage = storage.expect(200);
            let server = &storage["servers"][0];
            server["free_bytes"] == 100_000 - percent * 1_000
                && server["refreshes_stopped"] == is_stopped
        })
        .await;
    }

    async fn source(&self) -> Value {
        let sources = self.scene.admin.get("/api/v1/sources").await.expect(200);
        sources["items"][0].clone()
    }
}

#[tokio::test]
async fn refreshes_stop_and_runs_deliver_what_there_is_until_there_is_room() {
    let filling = Filling::set().await;
    let scene = &filling.scene;
    // Left to itself, it would be skipped when its data are not renewed.
    let export = scene.export("Whole", json!({})).await;
    let fresh = scene.run(&export).await;
    assert_eq!(fresh["status_reason"], Value::Null, "{fresh}");

    filling.fill(90, json!({"keep_runs_days": 300}), true).await;
    scene.write_people("id,email,city\n1,a@example.org,Lille\n");
    let run = scene.run(&export).await;
    assert_eq!(run["status"], "successful", "{run}");
    let reason = &run["status_reason"];
    assert_eq!(
        (&reason["code"], &reason["args"]["source"]),
        (&json!("delivered_previous"), &json!("Files"))
    );
    assert_eq!(reason["args"]["data_as_of"], fresh["data_as_of"]);
    let source = filling.source().await;
    let reason = &source["status_reason"];
    assert_eq!(
        (
            &source["status"],
            &reason["code"],
            &reason["args"]["percent"]
        ),
        (&json!("skipped"), &json!("disk_full"), &json!("90")),
        "{source}"
    );

    filling.fill(88, json!({"keep_runs_days": 301}), true).await;
    filling
        .fill(87, json!({"keep_runs_days": 302}), false)
        .await;
    let run = scene.run(&export).await;
    assert_eq!(run["status_reason"], Value::Null, "{run}");
    let waybill = scene.waybill(&run).await;
    let text = String::from_utf8(scene.delivered(&waybill)).expect("text");
    assert_eq!(text.lines().count(), 2, "the new rows: {text}");
    assert_eq!(filling.source().await["status"], "successful");

    // Another limit counts at once.
    filling
        .fill(87, json!({"stop_refreshes_percent": 87}), true)
        .await;
    filling
        .fill(87, json!({"stop_refreshes_percent": 88}), false)
        .await;
}

#[tokio::test]
async fn what_a_segment_takes_is_delivered_as_it_was_too() {
    let filling = Filling::set().await;
    let scene = &filling.scene;
    let body = json!({
        "name": "All", "table_id": scene.furniture.table, "where": { "all": [] },
    });
    let segment = id_of(
        &scene
            .admin
            .post("/api/v1/segments", &body)
            .await
            .expect(201),
    );
    let path = format!("/api/v1/segments/{segment}");
    eventually(async || scene.admin.get(&path).await.expect(200)["members"] == 3).await;
    let items = json!([{ "segment_id": segment }]);
    let export = scene.export_of("Chosen", items, json!({})).await;

    filling.fill(95, json!({"keep_runs_days": 300}), true).await;
    scene.write_people("id,email,city\n1,a@example.org,Lille\n");
    let run = scene.run(&export).await;
    assert_eq!(run["status"], "successful", "{run}");
    assert_eq!(run["status_reason"]["code"], "delivered_previous", "{run}");
    let waybill = scene.waybill(&run).await;
    let text = String::from_utf8(scene.delivered(&waybill)).expect("text");
    assert_eq!(text.lines().count(), 4, "the rows from before: {text}");
}
