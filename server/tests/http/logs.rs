//! Lines of the log: by the id of a request one finds the run it asked for, and by that of the run all else.

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use app::domain::Role;
use serde_json::{Value, json};
use tracing::subscriber::set_default;

use crate::support::app::{TestApp, eventually, export_body, furnish, id_of};

/// What was logged on this thread.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Lines {
    /// Whether there is a line like that.
    fn has(&self, is: impl Fn(&Value) -> bool) -> bool {
        let bytes = self.0.lock().expect("nobody panics").clone();
        let text = String::from_utf8(bytes).expect("text");
        let mut lines = text
            .lines()
            .filter_map(|line| serde_json::from_str::<Value>(line).ok());
        lines.any(|line| is(&line))
    }
}

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().expect("nobody panics").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

// One thread: what is logged on it is the log of this server.
#[tokio::test]
async fn a_line_carries_its_request_and_its_run() {
    let lines = Lines::default();
    let written = lines.clone();
    let log = tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(true)
        .with_span_list(false)
        .with_writer(move || written.clone())
        .finish();
    let _log = set_default(log);
    let app = TestApp::start().await;
    let administrator = app.person("admin@example.org", Role::Administrator).await;
    let furniture = furnish(&app, &administrator).await;
    let body = export_body("People", &furniture.shared, &furniture.table);
    let export = administrator.post("/api/v1/exports", &body).await;
    let path = format!("/api/v1/exports/{}/runs", id_of(&export.expect(201)));
    // Where it delivers to there is no folder any more: it cannot, and says so.
    let place = app.files().join("out");
    std::fs::remove_dir_all(&place).expect("it is there");
    std::fs::write(&place, "no folder\n").expect("written");
    let asked = administrator.post(&path, &json!({})).await;
    let run = id_of(&asked.expect(202));
    let request = asked.header("x-request-id").to_owned();
    assert!(lines.has(|line| {
        line["run.id"] == run.as_str() && line["span"]["request.id"] == request.as_str()
    }));
    eventually(async || {
        lines.has(|line| line["span"]["name"] == "run" && line["span"]["run.id"] == run.as_str())
    })
    .await;
    app.stop().await;
}
