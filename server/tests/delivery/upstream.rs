//! What becomes of a run whose data could not be renewed.

use reqwest::Method;
use serde_json::{Value, json};
use server::store::tasks;

use super::Scene;
use crate::support::app::{eventually, id_of};

/// A row that does not fit the table `people`.
const MISFIT: &str = "id,email,city\n1,a@example.org,Lille\nseven,b@example.org,Metz\n";

fn previous() -> Value {
    json!({ "upstream": { "on_failure": "deliver_previous" } })
}

#[tokio::test]
async fn a_source_that_fails_keeps_the_run_back_by_name() {
    let scene = Scene::set().await;
    let export = scene.export("Whole", json!({})).await;
    scene.write_people(MISFIT);
    let run = scene.run(&export).await;
    assert_eq!(run["status"], "skipped", "{run}");
    let reason = &run["status_reason"];
    assert_eq!(
        (
            &reason["code"],
            &reason["args"]["source"],
            &reason["detail"]
        ),
        (
            &json!("upstream_failed"),
            &json!("Files"),
            &json!("source_file_misfit")
        ),
        "{run}"
    );
    let listed = scene
        .admin
        .get(&format!("/api/v1/exports/{export}"))
        .await
        .expect(200);
    assert_eq!(listed["status"], "skipped", "it is no mark");
}

#[tokio::test]
async fn the_previous_data_are_delivered_with_a_warning_where_that_is_wanted() {
    let scene = Scene::set().await;
    let export = scene.export("Anyway", previous()).await;
    let fresh = scene.run(&export).await;
    assert_eq!(fresh["status_reason"], Value::Null, "{fresh}");
    scene.write_people(MISFIT);
    let run = scene.run(&export).await;
    assert_eq!(run["status"], "successful", "{run}");
    let reason = &run["status_reason"];
    assert_eq!(
        (&reason["code"], &reason["args"]["source"]),
        (&json!("delivered_previous"), &json!("Files"))
    );
    assert_eq!(reason["args"]["data_as_of"], run["data_as_of"], "{run}");
    assert_eq!(run["data_as_of"], fresh["data_as_of"]);
    let waybill = scene.waybill(&run).await;
    let text = String::from_utf8(scene.delivered(&waybill)).expect("text");
    assert_eq!(text.lines().count(), 4, "the rows from before: {text}");
    let listed = scene
        .admin
        .get(&format!("/api/v1/exports/{export}"))
        .await
        .expect(200);
    assert_eq!(
        (&listed["status"], &listed["status_reason"]["code"]),
        (&json!("successful"), &json!("delivered_previous"))
    );
}

#[tokio::test]
async fn a_table_that_fails_keeps_no_run_back_that_does_not_use_it() {
    let scene = Scene::set().await;
    let orders = scene.app.files().join("source/orders.csv");
    std::fs::write(&orders, "order\n1\n2\n").expect("written");
    let sources = scene.admin.get("/api/v1/sources").await.expect(200);
    let source = format!("/api/v1/sources/{}", id_of(&sources["items"][0]));
    scene
        .admin
        .post(&format!("{source}/refresh"), &json!({}))
        .await;
    eventually(async || {
        let tables = scene.admin.get("/api/v1/tables").await.expect(200);
        tables["items"].as_array().is_some_and(|tables| {
            tables.len() == 2 && tables.iter().all(|table| table["rows"].is_i64())
        })
    })
    .await;
    std::fs::write(&orders, "order\n1\ntwo\n").expect("written");
    let export = scene.export("People", json!({})).await;
    let body = json!({ "run_exports": true });
    let refresh = scene.admin.post("/api/v1/system/refreshes", &body).await;
    let refresh = format!("/api/v1/system/refreshes/{}", id_of(&refresh.expect(202)));
    let mut found = Value::Null;
    eventually(async || {
        found = scene.admin.get(&refresh).await.expect(200);
        found["runs"][0]["ended_at"].is_string()
    })
    .await;
    assert_eq!(found["status"], "failed", "{found}");
    assert_eq!(found["runs"][0]["export"]["id"], json!(export));
    assert_eq!(found["runs"][0]["status"], "successful", "{found}");
}

#[tokio::test]
async fn a_table_that_is_gone_keeps_back_what_depends_on_it_and_nothing_else() {
    let scene = Scene::set().await;
    let orders = scene.app.files().join("source/orders.csv");
    std::fs::write(&orders, "order\n1\n2\n").expect("written");
    let sources = scene.admin.get("/api/v1/sources").await.expect(200);
    let source = format!("/api/v1/sources/{}", id_of(&sources["items"][0]));
    scene
        .admin
        .post(&format!("{source}/refresh"), &json!({}))
        .await;
    let mut table = String::new();
    eventually(async || {
        let tables = scene.admin.get("/api/v1/tables").await.expect(200);
        let tables = tables["items"].as_array().cloned().unwrap_or_default();
        let found = tables.iter().find(|table| table["name"] == "orders");
        found.is_some_and(|found| {
            table = id_of(found);
            found["rows"].is_i64()
        })
    })
    .await;
    let body = json!({ "name": "Chosen", "table_id": table, "where": { "all": [] } });
    let segment = scene.admin.post("/api/v1/segments", &body).await;
    let segment = format!("/api/v1/segments/{}", id_of(&segment.expect(201)));
    eventually(async || scene.admin.get(&segment).await.expect(200)["members"] == 2).await;
    let of_orders = json!([{ "table_id": table }]);
    scene.export_of("Orders", of_orders, json!({})).await;
    scene.export("People", json!({})).await;

    std::fs::remove_file(&orders).expect("removed");
    let found = refreshed(&scene).await;
    assert_eq!(found["status"], "failed", "{found}");
    let reasons: Vec<_> = found["tasks"]
        .as_array()
        .expect("tasks")
        .iter()
        .map(|task| (&task["status"], &task["status_reason"]["code"]))
        .collect();
    assert_eq!(
        reasons,
        [
            (&json!("failed"), &json!("table_missing")),
            (&json!("skipped"), &json!("upstream_failed")),
        ],
        "{found}"
    );
    let (orders_run, people_run) = (&found["runs"][0], &found["runs"][1]);
    assert_eq!(orders_run["status"], "skipped", "{found}");
    let reason = &orders_run["status_reason"];
    assert_eq!(
        (&reason["args"]["source"], &reason["detail"]),
        (&json!("Files"), &json!("table_missing")),
        "{found}"
    );
    assert_eq!(people_run["status"], "successful", "{found}");

    std::fs::write(&orders, "order\n1\n2\n3\n").expect("written");
    let found = refreshed(&scene).await;
    assert_eq!(found["status"], "successful", "{found}");
    assert_eq!(found["runs"][0]["status"], "successful", "{found}");
}

/// A refresh of everything with the exports that follow it, once all has ended.
async fn refreshed(scene: &Scene) -> Value {
    let body = json!({ "run_exports": true });
    let refresh = scene.admin.post("/api/v1/system/refreshes", &body).await;
    let refresh = format!("/api/v1/system/refreshes/{}", id_of(&refresh.expect(202)));
    let mut found = Value::Null;
    eventually(async || {
        found = scene.admin.get(&refresh).await.expect(200);
        found["runs"].as_array().is_some_and(|runs| {
            runs.len() == 2 && runs.iter().all(|run| run["ended_at"].is_string())
        })
    })
    .await;
    found
}

#[tokio::test]
async fn a_run_that_moves_to_a_newer_version_renews_what_that_adds() {
    let scene = Scene::set().await;
    let folder = scene.app.files().join("more");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(folder.join("orders.csv"), "order\n1\n").expect("written");
    let body = json!({"name": "More", "kind": "folder", "config": {"path": folder}});
    let source = scene.admin.post("/api/v1/sources", &body).await;
    let source = format!("/api/v1/sources/{}", id_of(&source.expect(201)));
    let read = async |path: &str| scene.admin.get(path).await.expect(200);
    eventually(async || read(&source).await["status"] == "successful").await;
    let tables = read("/api/v1/tables").await;
    let mut tables = tables["items"].as_array().into_iter().flatten().map(id_of);
    let orders = tables.find(|table| *table != scene.furniture.table);
    let export = scene.export("Grows", json!({})).await;
    let path = format!("/api/v1/exports/{export}");
    let pause = scene.admin.request(Method::PUT, "/api/v1/system/pause");
    let pause = pause.json(&json!({"paused": true, "reason": "Looking"}));
    scene.admin.send(pause).await.expect(200);

    let store = &scene.app.running.store;
    let needed = async || {
        let started = scene.admin.post(&format!("{path}/runs"), &json!({})).await;
        let run = id_of(&started.json());
        let needs = tasks::unmet_needs(store, run.parse().expect("an id")).await;
        let needs = needs.expect("reads").into_iter();
        (run, needs.map(|need| need.source_name).collect::<Vec<_>>())
    };
    let (first, needs) = needed().await;
    assert_eq!(needs, ["Files"]);
    let items = json!([{"table_id": scene.furniture.table}, {"table_id": orders}]);
    let body = json!({"name": "Grows", "connection_id": scene.furniture.shared, "items": items});
    scene.admin.put(&path, 1, &body).await.expect(200);
    let (moved, needs) = needed().await;
    assert_eq!(moved, first);
    assert_eq!(needs, ["Files", "More"]);
}
