//! What a stop leaves, and what the next start makes of it.

use std::sync::Arc;

use app::domain::Role;
use base::SystemClock;
use serde_json::{Value, json};
use server::serve::start_at;

use super::Scene;
use crate::support::app::{TestApp, furnish, id_of};

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
