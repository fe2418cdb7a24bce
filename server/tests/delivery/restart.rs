//! What a stop leaves, and what the next start makes of it.

use std::sync::Arc;

use app::domain::Role;
use base::SystemClock;
use serde_json::{Value, json};
use server::serve::start_at;
use uuid::Uuid;

use super::Scene;
use crate::support::app::{TestApp, eventually, furnish, id_of};

#[tokio::test]
async fn everything_acknowledged_is_there_after_a_restart() {
    let scene = Scene::set().await;
    let export = scene.export("Weekly", json!({})).await;
    let run = scene.run(&export).await;
    let token = scene.admin.authorization.clone();
    let folder = scene.app.stop().await;
    let mut config = server::config::Config::local(&folder.path().join("data"));
    config.allow_roots = vec![folder.path().join("files")];
    let again = start_at(config, Arc::new(SystemClock))
        .await
        .expect("starts again");
    let client = reqwest::Client::builder()
        .no_proxy()
        .build()
        .expect("a client");
    let url = format!(
        "http://{}/api/v1/runs/{}/waybill",
        again.address,
        id_of(&run)
    );
    let answer = client
        .get(url)
        .header("authorization", token.expect("a token"))
        .send()
        .await
        .expect("an answer");
    let waybill: Value = answer.json().await.expect("a waybill");
    assert_eq!(waybill["status"], "successful");
    again.stop().await.expect("stops");
}

#[tokio::test]
async fn a_second_server_on_the_same_folder_is_refused() {
    let app = TestApp::start().await;
    let admin = app.person("admin@example.org", Role::Administrator).await;
    furnish(&app, &admin).await;
    let data = app.files().parent().expect("a folder").join("data");
    let second = start_at(server::config::Config::local(&data), Arc::new(SystemClock)).await;
    assert!(second.is_err(), "the data folder is locked");
}

#[tokio::test]
async fn what_a_crash_left_in_the_lake_long_ago_is_removed_and_nothing_else() {
    let scene = Scene::set().await;
    let lake = scene.app.lake();
    let table = lake.join("snapshots").join(&scene.furniture.table);
    let mut stays = vec![table.join("notes"), table.join(Uuid::now_v7().to_string())];
    for entry in std::fs::read_dir(&table).expect("a folder") {
        stays.push(entry.expect("an entry").path());
    }
    assert_eq!(stays.len(), 3, "the table has a snapshot");
    // Of November 2023.
    let goes = [
        table.join("018bcfe5-6800-7000-8000-000000000001"),
        table.join("018bcfe5-6800-7000-8000-000000000002.tmp"),
    ];
    let folder = scene.app.stop().await;
    for left in stays[..2].iter().chain(&goes) {
        std::fs::create_dir_all(left).expect("made");
        std::fs::write(left.join("part-00000.parquet"), "half").expect("written");
    }
    let config = server::config::Config::local(&folder.path().join("data"));
    let again = start_at(config, Arc::new(SystemClock))
        .await
        .expect("starts again");
    eventually(async || goes.iter().all(|left| !left.exists())).await;
    assert!(stays.iter().all(|kept| kept.exists()));
    again.stop().await.expect("stops");
}
