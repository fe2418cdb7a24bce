//! What several people do at the same moment, and what somebody gives up in the middle.

use std::collections::BTreeSet;
use std::time::Duration;

use app::domain::Role;
use futures::future::join_all;
use serde_json::{Value, json};

use crate::support::app::{Client, TestApp, export_body, furnish, id_of};

/// More than one transaction of a command on many takes.
const MANY: usize = 250;
const EXPORTS: &str = "/api/v1/exports";

async fn left(client: &Client) -> usize {
    let page = client.get("/api/v1/exports/facets").await.expect(200);
    let total = page["total"].as_u64().expect("a total");
    usize::try_from(total).expect("small")
}

/// Waits until so many exports are left.
async fn until(client: &Client, enough: impl Fn(usize) -> bool) {
    for _ in 0..3000 {
        if enough(left(client).await) {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("{} are left", left(client).await);
}

#[tokio::test]
async fn a_command_on_many_goes_on_to_its_end_when_its_page_is_closed() {
    let app = TestApp::start().await;
    let administrator = app.person("admin@example.org", Role::Administrator).await;
    let furniture = furnish(&app, &administrator).await;
    let mut ids = Vec::new();
    for number in 0..MANY {
        let name = format!("Export {number}");
        let body = export_body(&name, &furniture.shared, &furniture.table);
        ids.push(id_of(&administrator.post(EXPORTS, &body).await.expect(201)));
    }
    let all = json!({ "action": "remove", "ids": ids });
    tokio::select! {
        _ = administrator.post("/api/v1/exports/batch", &all) => {}
        () = until(&administrator, |left| left < MANY) => {}
    }
    until(&administrator, |left| left == 0).await;
}

#[tokio::test]
async fn two_who_save_at_once_never_share_a_folder() {
    let app = TestApp::start().await;
    let administrator = app.person("admin@example.org", Role::Administrator).await;
    let furniture = furnish(&app, &administrator).await;
    for number in 0..8 {
        let names = ["A b", "A-b", "a.b", "A  B!"].map(|name| format!("{name} {number}"));
        let bodies = names.map(|name| export_body(&name, &furniture.shared, &furniture.table));
        let asked = bodies.iter().map(|body| administrator.post(EXPORTS, body));
        let mut folders = BTreeSet::new();
        for answer in join_all(asked).await {
            let refused = answer.status.as_u16() == 422;
            let body: Value = if refused {
                answer.expect(422)
            } else {
                answer.expect(201)
            };
            if refused {
                assert!(body.to_string().contains("path_collision"), "{body}");
                continue;
            }
            let folder = body["folder"].as_str().expect("a folder").to_owned();
            assert!(folders.insert(folder), "{body}");
        }
        assert!(!folders.is_empty());
    }
}
