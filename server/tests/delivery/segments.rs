//! Segments, from files in a folder to files in a folder.

use serde_json::{Value, json};

use super::Scene;
use crate::support::app::{eventually, id_of};

/// A row that does not fit the table `people`.
const MISFIT: &str = "id,email,city\n1,a@example.org,Lille\nseven,b@example.org,Metz\n";

impl Scene {
    /// Creates a segment and waits for its first evaluation.
    async fn segment(&self, body: &Value) -> Value {
        let segment = self.admin.post("/api/v1/segments", body).await.expect(201);
        self.evaluated(&id_of(&segment)).await
    }

    /// The people of a city.
    async fn people_of(&self, name: &str, city: &str) -> Value {
        let test = json!({ "field": "city", "operator": "is", "values": [city] });
        let body = json!({
            "name": name, "table_id": self.furniture.table, "where": { "test": test },
        });
        self.segment(&body).await
    }

    /// Waits until nothing of a segment is under way.
    async fn evaluated(&self, id: &str) -> Value {
        let path = format!("/api/v1/segments/{id}");
        let mut seen = Value::Null;
        eventually(async || {
            seen = self.admin.get(&path).await.expect(200);
            seen["status"] != "queued" && seen["status"] != "processing"
        })
        .await;
        seen
    }
}

#[tokio::test]
async fn a_run_renews_its_segment_and_delivers_who_is_in_it_now() {
    let scene = Scene::set().await;
    let segment = scene.people_of("Brest", "Brest").await;
    assert_eq!(
        (&segment["status"], &segment["members"]),
        (&json!("successful"), &json!(1)),
        "{segment}"
    );
    assert_eq!(segment["made_from"], json!(["people"]));
    let items = json!([{ "segment_id": segment["id"] }]);
    let export = scene.export_of("Brestois", items, json!({})).await;
    scene.write_people("id,email,city\n1,a@example.org,Brest\n2,b@example.org,Brest\n3,,Metz\n");
    let run = scene.run(&export).await;
    assert_eq!(run["status"], "successful", "{run}");
    let waybill = scene.waybill(&run).await;
    let text = String::from_utf8(scene.delivered(&waybill)).expect("text");
    assert_eq!(
        text,
        "id,email,city\n1,a@example.org,Brest\n2,b@example.org,Brest\n"
    );
    let segment = scene.evaluated(&id_of(&segment)).await;
    assert_eq!(segment["members"], 2, "{segment}");
}

#[tokio::test]
async fn what_would_come_out_the_same_is_only_confirmed() {
    let scene = Scene::set().await;
    let segment = scene.people_of("Brest", "Brest").await;
    let items = json!([{ "segment_id": segment["id"] }]);
    let export = scene.export_of("Brestois", items, json!({})).await;
    let mut snapshots = Vec::new();
    for _twice in 0..2 {
        let run = scene.run(&export).await;
        let waybill = scene.waybill(&run).await;
        snapshots.push(waybill["tasks"][0]["snapshot"].clone());
    }
    assert_eq!(snapshots[0], snapshots[1]);
    let path = format!("/api/v1/segments/{}", id_of(&segment));
    let test = json!({ "field": "city", "operator": "is_not", "values": ["Brest"] });
    let body = json!({
        "name": "Brest", "table_id": scene.furniture.table, "where": { "test": test },
    });
    scene.admin.put(&path, 1, &body).await.expect(200);
    let run = scene.run(&export).await;
    assert_eq!(run["status"], "successful", "{run}");
    let waybill = scene.waybill(&run).await;
    assert_ne!(waybill["tasks"][0]["snapshot"], snapshots[0]);
    assert_eq!(
        waybill["tasks"][0]["rows_read"], 2,
        "whoever has no city is not of Brest: {waybill}"
    );
}

#[tokio::test]
async fn the_tables_of_a_run_are_of_the_moment_that_its_segment_was_made_from() {
    let scene = Scene::set().await;
    let segment = scene.people_of("Brest", "Brest").await;
    let items = json!([
        { "segment_id": segment["id"] }, { "table_id": scene.furniture.table },
    ]);
    let latest = json!({ "renewal": "latest_snapshot" });
    let export = scene.export_of("Both", items, latest).await;
    scene.write_people("id,email,city\n1,a@example.org,Brest\n2,b@example.org,Brest\n3,,\n4,,\n");
    let sources = scene.admin.get("/api/v1/sources").await.expect(200);
    let source = id_of(&sources["items"][0]);
    let refresh = format!("/api/v1/sources/{source}/refresh");
    scene.admin.post(&refresh, &json!({})).await;
    let table = format!("/api/v1/tables/{}", scene.furniture.table);
    eventually(async || scene.admin.get(&table).await.expect(200)["rows"] == 4).await;
    let rows = |waybill: &Value| {
        let tasks = waybill["tasks"].as_array().expect("tasks");
        let rows = tasks.iter().map(|task| task["rows_read"].as_i64());
        rows.collect::<Vec<_>>()
    };
    let run = scene.run(&export).await;
    let waybill = scene.waybill(&run).await;
    assert_eq!(rows(&waybill), [Some(1), Some(3)], "{waybill}");

    let path = format!("/api/v1/segments/{}/refresh", id_of(&segment));
    scene.admin.post(&path, &json!({})).await;
    scene.evaluated(&id_of(&segment)).await;
    let run = scene.run(&export).await;
    let waybill = scene.waybill(&run).await;
    assert_eq!(rows(&waybill), [Some(2), Some(4)], "{waybill}");
}

#[tokio::test]
async fn a_source_that_fails_skips_the_segment_and_the_run_by_name() {
    let scene = Scene::set().await;
    let segment = scene.people_of("Brestois", "Brest").await;
    let items = json!([{ "segment_id": segment["id"] }]);
    let export = scene.export_of("Skipping", items.clone(), json!({})).await;
    let previous = json!({ "upstream": { "on_failure": "deliver_previous" } });
    let anyway = scene.export_of("Anyway", items, previous).await;
    scene.write_people(MISFIT);
    let run = scene.run(&export).await;
    assert_eq!(run["status"], "skipped", "{run}");
    let reason = &run["status_reason"];
    assert_eq!(
        (&reason["code"], &reason["args"]),
        (
            &json!("upstream_skipped"),
            &json!({ "source": "Brestois", "upstream": "Files" })
        ),
        "{run}"
    );
    let segment = scene.evaluated(&id_of(&segment)).await;
    assert_eq!(segment["status"], "skipped", "{segment}");
    assert_eq!(segment["status_reason"]["code"], "upstream_failed");
    assert_eq!(segment["members"], 1, "the last result is kept");
    let run = scene.run(&anyway).await;
    assert_eq!(run["status"], "successful", "{run}");
    assert_eq!(run["status_reason"]["code"], "delivered_previous");
    assert_eq!(run["status_reason"]["args"]["source"], "Brestois");
}

#[tokio::test]
async fn a_column_that_is_gone_fails_the_segment_by_name() {
    let scene = Scene::set().await;
    let segment = scene.people_of("Brestois", "Brest").await;
    let items = json!([{ "segment_id": segment["id"] }]);
    let export = scene.export_of("Skipping", items, json!({})).await;
    scene.write_people("id,email\n1,a@example.org\n");
    let run = scene.run(&export).await;
    assert_eq!(run["status"], "skipped", "{run}");
    let reason = &run["status_reason"];
    assert_eq!(
        (&reason["code"], &reason["detail"]),
        (&json!("upstream_failed"), &json!("segment_column_missing")),
        "{run}"
    );
    let segment = scene.evaluated(&id_of(&segment)).await;
    assert_eq!(segment["status"], "failed", "{segment}");
    assert_eq!(segment["status_reason"]["args"]["column"], "city");
}

#[tokio::test]
async fn a_statement_over_tables_is_delivered_as_any_table() {
    let scene = Scene::set().await;
    let sql = "SELECT city, COUNT(*) AS people FROM people WHERE city IS NOT NULL \
               GROUP BY city ORDER BY city";
    let segment = scene
        .segment(&json!({ "name": "Cities", "sql": sql }))
        .await;
    assert_eq!(segment["members"], 2, "{segment}");
    let columns: Vec<_> = segment["schema"]
        .as_array()
        .expect("columns")
        .iter()
        .map(|column| column["name"].clone())
        .collect();
    assert_eq!(columns, [json!("city"), json!("people")]);
    let items = json!([{ "segment_id": segment["id"] }]);
    let export = scene.export_of("Cities", items, json!({})).await;
    let run = scene.run(&export).await;
    assert_eq!(run["status"], "successful", "{run}");
    let waybill = scene.waybill(&run).await;
    let text = String::from_utf8(scene.delivered(&waybill)).expect("text");
    assert_eq!(text, "city,people\nBrest,1\nLiège,1\n");
}

#[tokio::test]
async fn a_refresh_of_everything_evaluates_segments_after_their_sources() {
    let scene = Scene::set().await;
    let segment = scene.people_of("Brestois", "Brest").await;
    scene.write_people("id,email,city\n1,a@example.org,Brest\n2,b@example.org,Brest\n");
    let refresh = scene
        .admin
        .post("/api/v1/system/refreshes", &json!({}))
        .await;
    let refresh = format!("/api/v1/system/refreshes/{}", id_of(&refresh.expect(202)));
    let mut found = Value::Null;
    eventually(async || {
        found = scene.admin.get(&refresh).await.expect(200);
        found["ended_at"].is_string()
    })
    .await;
    assert_eq!(found["status"], "successful", "{found}");
    assert_eq!(found["tasks"].as_array().map(Vec::len), Some(2), "{found}");
    let segment = scene.evaluated(&id_of(&segment)).await;
    assert_eq!(segment["members"], 2, "{segment}");
}

#[tokio::test]
async fn a_reason_does_not_tell_where_the_lake_is() {
    let scene = Scene::set().await;
    let segment = scene.people_of("Brestois", "Brest").await;
    let snapshots = scene.app.lake().join("snapshots");
    let snapshots = snapshots.join(&scene.furniture.table);
    for part in parts_below(&snapshots) {
        std::fs::write(part, "no Parquet").expect("written");
    }
    let path = format!("/api/v1/segments/{}", id_of(&segment));
    let test = json!({ "field": "city", "operator": "is", "values": ["Liège"] });
    let body = json!({
        "name": "Liégeois", "table_id": scene.furniture.table, "where": { "test": test },
    });
    scene.admin.put(&path, 1, &body).await.expect(200);
    let segment = scene.evaluated(&id_of(&segment)).await;
    assert_eq!(segment["status"], "failed", "{segment}");
    let reason = &segment["status_reason"];
    assert_eq!(reason["code"], "snapshot_unreadable", "{segment}");
    let lake = scene.app.lake().display().to_string();
    assert!(!segment.to_string().contains(&lake), "{segment}");
    let preview = format!("/api/v1/tables/{}/preview", scene.furniture.table);
    let answer = scene.admin.get(&preview).await;
    assert_eq!(answer.status.as_u16(), 409, "{}", answer.text);
    assert!(!answer.text.contains(&lake), "{}", answer.text);
}

/// Every Parquet file below a folder.
fn parts_below(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut parts = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            parts.extend(parts_below(&path));
        } else if path.extension().is_some_and(|ending| ending == "parquet") {
            parts.push(path);
        }
    }
    assert!(!parts.is_empty(), "{} is empty", folder.display());
    parts
}
