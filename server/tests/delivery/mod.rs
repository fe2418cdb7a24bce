//! What a run promises, end to end: from files in a folder to files in a folder.

mod bucket;
mod formats;
mod full_disk;
mod held;
mod in_doubt;
mod preview;
mod restart;
mod scheduled;
mod schema;
mod segments;
mod upstream;
mod webhook;

use std::sync::Arc;

use app::domain::Role;
use base::{Clock, SystemClock};
use serde_json::{Value, json};

use crate::support::app::{Client, Furniture, TestApp, eventually, furnish, id_of};

/// A server with a source, connections, and one export of it.
struct Scene {
    app: TestApp,
    admin: Client,
    furniture: Furniture,
}

impl Scene {
    async fn set() -> Self {
        Self::at(Arc::new(SystemClock)).await
    }

    /// The same with a clock of its own.
    async fn at(clock: Arc<dyn Clock>) -> Self {
        Self::on(TestApp::at(clock, |_| {}).await).await
    }

    /// The same on this server.
    async fn on(app: TestApp) -> Self {
        let admin = app.person("admin@example.org", Role::Administrator).await;
        let furniture = furnish(&app, &admin).await;
        Self {
            app,
            admin,
            furniture,
        }
    }

    /// Replaces the rows of the table `people`.
    fn write_people(&self, text: &str) {
        // Renamed into place, as a careful producer does: a refresh never sees half of it.
        let folder = self.app.files().join("source");
        std::fs::write(folder.join(".new"), text).expect("written");
        std::fs::rename(folder.join(".new"), folder.join("people.csv")).expect("renamed");
    }

    async fn export(&self, name: &str, options: Value) -> String {
        self.export_of(name, json!([{ "table_id": self.furniture.table }]), options)
            .await
    }

    async fn export_of(&self, name: &str, items: Value, options: Value) -> String {
        let body = json!({
            "name": name, "connection_id": self.furniture.shared, "items": items, "options": options,
        });
        id_of(&self.admin.post("/api/v1/exports", &body).await.expect(201))
    }

    /// Starts a run and waits until it needs nobody but a person.
    async fn run(&self, export: &str) -> Value {
        let started = self
            .admin
            .post(&format!("/api/v1/exports/{export}/runs"), &json!({}))
            .await;
        self.rest(&id_of(&started.expect(202))).await
    }

    /// Waits until a run has ended or is held.
    async fn rest(&self, run: &str) -> Value {
        let path = format!("/api/v1/runs/{run}");
        let mut seen = Value::Null;
        eventually(async || {
            seen = self.admin.get(&path).await.expect(200);
            seen["ended_at"].is_string() || seen["status"] == "held"
        })
        .await;
        seen
    }

    async fn waybill(&self, run: &Value) -> Value {
        self.admin
            .get(&format!("/api/v1/runs/{}/waybill", id_of(run)))
            .await
            .expect(200)
    }

    /// The bytes of the only file of the first table.
    fn delivered(&self, waybill: &Value) -> Vec<u8> {
        let path = waybill["tasks"][0]["files"][0]["path"]
            .as_str()
            .expect("a path");
        std::fs::read(self.out().join(path)).expect("the file")
    }

    fn out(&self) -> std::path::PathBuf {
        self.app.files().join("out")
    }
}

/// Every path below a folder that is no record, relative to it, sorted.
fn files_below(folder: &std::path::Path) -> Vec<String> {
    fn walk(root: &std::path::Path, folder: &std::path::Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(root, &path, found);
            } else {
                let relative = path.strip_prefix(root).expect("below");
                found.push(relative.to_string_lossy().into_owned());
            }
        }
    }
    let mut found = Vec::new();
    walk(folder, folder, &mut found);
    found.retain(|path| !path.contains("_runs/"));
    found.sort();
    found
}
