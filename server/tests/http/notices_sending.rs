//! Notices on their way to several addresses at once.

use app::domain::Role;
use serde_json::json;

use super::notices::miss;
use crate::support::app::{TestApp, eventually, export_body, furnish, id_of};
use crate::support::receivers::{UNANSWERED, WebSink};

/// More than are sent at once.
const EXPORTS: usize = 9;

#[tokio::test]
async fn an_address_that_does_not_answer_keeps_no_other_waiting() {
    let sink = WebSink::open(&[]).await;
    let app = TestApp::with(|config| {
        config.allow_addresses = vec!["127.0.0.1".parse().expect("a range")];
    })
    .await;
    let administrator = app.person("admin@example.org", Role::Administrator).await;
    let furniture = furnish(&app, &administrator).await;
    for (name, path) in [("Asleep", UNANSWERED), ("Awake", "/hook")] {
        let body = json!({"name": name, "kind": "webhook", "address": sink.url(path)});
        administrator
            .post("/api/v1/notice-channels", &body)
            .await
            .expect(201);
    }
    for number in 1..=EXPORTS {
        let name = format!("Clients {number}");
        let body = export_body(&name, &furniture.shared, &furniture.table);
        let export = administrator
            .post("/api/v1/exports", &body)
            .await
            .expect(201);
        miss(&app, &id_of(&export), &furniture.shared, 1).await;
    }
    let received = |path: &str| {
        let all = sink.received();
        all.iter().filter(|one| one.path == path).count()
    };
    eventually(async || received("/hook") == EXPORTS).await;
    // It has one place. Given up and tried anew in the meantime, that is a second one at most.
    let asleep = received(UNANSWERED);
    assert!((1..=2).contains(&asleep), "{asleep}");
}
