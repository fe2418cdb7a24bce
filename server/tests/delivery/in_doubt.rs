//! A server that is killed in the last attempt of a run: whether it has published, the destination knows.

use std::sync::Arc;

use base::SystemClock;
use serde_json::{Value, json};
use server::config::Config;
use server::serve::{Running, start_at};
use sqlx::{AnyConnection, Connection as _};
use tempfile::TempDir;

use super::Scene;
use crate::support::app::{eventually, id_of};

/// What a kill leaves in the database between publishing and the end of the run, in its last attempt.
async fn forget_the_end(config: &Config, run: &str) {
    let mut connection = AnyConnection::connect(config.storage.database.expose())
        .await
        .expect("connects");
    for sql in [
        "UPDATE runs SET status = 'processing', reason = NULL, ended_at = NULL, attempt = max_attempts,
                         rows_written = 0, lease_owner = 'killed', lease_until = 0, swept = 0
         WHERE id = $1",
        "DELETE FROM waybills WHERE run_id = $1",
        "DELETE FROM run_files WHERE run_id = $1",
    ] {
        sqlx::query(sql)
            .bind(run)
            .execute(&mut connection)
            .await
            .expect("writes");
    }
    connection.close().await.expect("closes");
}

struct Restarted {
    running: Running,
    token: String,
    folder: TempDir,
}

impl Restarted {
    async fn get(&self, path: &str) -> Value {
        let client = reqwest::Client::builder()
            .no_proxy()
            .build()
            .expect("a client");
        let answer = client
            .get(format!("http://{}{path}", self.running.address))
            .header("authorization", &self.token)
            .send()
            .await
            .expect("an answer");
        answer.json().await.expect("an object")
    }

    /// Waits for the end of a run.
    async fn ended(&self, run: &str) -> Value {
        let path = format!("/api/v1/runs/{run}");
        let mut seen = Value::Null;
        eventually(async || {
            seen = self.get(&path).await;
            seen["ended_at"].is_string()
        })
        .await;
        seen
    }
}

/// Runs an export, stops the server, changes what it left, and starts it again.
async fn killed(change: impl FnOnce(&std::path::Path)) -> (Restarted, Value) {
    let scene = Scene::set().await;
    let export = scene.export("Weekly", json!({})).await;
    let run = scene.run(&export).await;
    assert_eq!(run["status"], "successful", "{run}");
    let token = scene.admin.authorization.clone().expect("a token");
    let folder = scene.app.stop().await;
    let mut config = Config::local(&folder.path().join("data"));
    config.allow_roots = vec![folder.path().join("files")];
    forget_the_end(&config, &id_of(&run)).await;
    change(&folder.path().join("files/out"));
    let running = start_at(config, Arc::new(SystemClock))
        .await
        .expect("starts again");
    let restarted = Restarted {
        running,
        token,
        folder,
    };
    (restarted, run)
}

#[tokio::test]
async fn what_was_published_is_finished_from_its_record() {
    let (again, before) = killed(|_| {}).await;
    let run = again.ended(&id_of(&before)).await;
    assert_eq!(run["status"], "successful", "{run}");
    assert_eq!(run["tasks"][0]["rows_written"], 3);
    let waybill = again
        .get(&format!("/api/v1/runs/{}/waybill", id_of(&before)))
        .await;
    assert_eq!(waybill["status"], "successful", "{waybill}");
    assert_eq!(
        waybill["tasks"][0]["files"].as_array().map(Vec::len),
        Some(1)
    );
    again.running.stop().await.expect("stops");
}

#[tokio::test]
async fn what_was_not_published_has_failed_and_is_not_published_anew() {
    let (again, before) = killed(|out| {
        std::fs::remove_dir_all(out.join("weekly")).expect("removed");
    })
    .await;
    let run = again.ended(&id_of(&before)).await;
    assert_eq!(run["status"], "failed", "{run}");
    assert_eq!(run["status_reason"]["code"], "attempts_used_up");
    assert!(!again.folder.path().join("files/out/weekly").exists());
    again.running.stop().await.expect("stops");
}
