//! What several people do at the same moment, and what somebody gives up in the middle.

use std::collections::BTreeSet;

use app::domain::Role;
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::app::{Client, TestApp, eventually, export_body, furnish, id_of};

/// More than two transactions of a command on many take.
const MANY: usize = 450;
const EXPORTS: &str = "/api/v1/exports";
const BATCH: &str = "/api/v1/exports/batch";

async fn left(client: &Client) -> usize {
    let page = client.get("/api/v1/exports/facets").await.expect(200);
    let total = page["total"].as_u64().expect("a total");
    usize::try_from(total).expect("small")
}

#[tokio::test]
async fn a_command_on_many_goes_on_to_its_end_when_its_page_is_closed() {
    let (_app, administrator, remove) = many().await;
    tokio::select! {
        _ = administrator.post(BATCH, &remove) => panic!("it was not left"),
        () = eventually(async || left(&administrator).await < MANY) => {}
    }
    assert!(left(&administrator).await > 0, "it was left half done");
    eventually(async || left(&administrator).await == 0).await;
}

/// An administrator, and so many exports that their removal takes a while.
async fn many() -> (TestApp, Client, Value) {
    let app = TestApp::start().await;
    let administrator = app.person("admin@example.org", Role::Administrator).await;
    let furniture = furnish(&app, &administrator).await;
    let mut ids = Vec::new();
    for number in 0..MANY {
        let name = format!("Export {number}");
        let body = export_body(&name, &furniture.shared, &furniture.table);
        ids.push(id_of(&administrator.post(EXPORTS, &body).await.expect(201)));
    }
    let remove = json!({ "action": "remove", "ids": ids });
    (app, administrator, remove)
}

#[tokio::test]
async fn a_command_that_was_left_is_answered_to_who_asks_again_under_its_key() {
    let (_app, administrator, remove) = many().await;
    let ask = async || {
        let request = administrator
            .request(Method::POST, BATCH)
            .header("idempotency-key", "k")
            .json(&remove);
        administrator.send(request).await
    };
    tokio::select! {
        _ = ask() => panic!("it was not left"),
        () = eventually(async || left(&administrator).await < MANY) => {}
    }
    eventually(async || {
        let answer = ask().await;
        answer.status == 200 || {
            assert_eq!(answer.problem(409), "idempotency_under_way");
            false
        }
    })
    .await;
    let answer = ask().await;
    assert_eq!(answer.header("idempotency-replayed"), "true");
    assert_eq!(answer.expect(200)["report"]["done"], MANY);
    assert_eq!(left(&administrator).await, 0);
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
