//! What administrators are told on every page.

use app::domain::{Disk, Restored, Role};
use serde_json::{Value, json};
use server::store::{
    Store,
    servers::{self, Sign},
    settings,
};

use crate::support::app::{Client, TestApp};

const DAY: i64 = 86_400_000_000;

async fn warnings(client: &Client) -> Value {
    let me = client.post("/api/ui/account/me", &json!({})).await;
    me.expect(200)["warnings"].take()
}

/// A server beside the one of the test.
async fn look_in(store: &Store, name: &str, free: i64) {
    let sign = Sign {
        id: name,
        name,
        version: "0.1.0",
        started_at: store.now(),
        disk: Some(Disk { total: 1_000, free }),
        refreshes_stopped: free < 100,
        is_first: true,
    };
    servers::look_in(store, &sign).await.expect("it looks in");
}

async fn note(store: &Store, restored: &Restored) {
    let text = serde_json::to_string(restored).expect("JSON");
    let mut tx = store.begin().await.expect("begins");
    settings::set(&mut tx, settings::RESTORED, &text)
        .await
        .expect("is set");
    tx.commit().await.expect("commits");
}

#[tokio::test]
async fn administrators_alone_are_told_of_a_full_disk_and_of_a_restored_backup() {
    let app = TestApp::start().await;
    let administrator = app.person("admin@example.org", Role::Administrator).await;
    let others = [
        app.person("viewer@example.org", Role::Viewer).await,
        app.person("contributor@example.org", Role::Contributor)
            .await,
    ];
    assert_eq!(warnings(&administrator).await, json!([]));

    let store = &app.running.store;
    look_in(store, "atlas", 70).await;
    look_in(store, "borea", 500).await;
    let full = json!({"disk_full": {"percent": 93, "server": "atlas"}});
    assert_eq!(warnings(&administrator).await, json!([full]));

    let now = store.now();
    let mut restored = Restored {
        taken_at: now - DAY,
        at: now,
        resumed_at: None,
        by_version: "0.1.0".to_owned(),
        runs_unknown: 2,
        runs_dropped: 1,
        snapshots_missing: 0,
        tables_missing: 0,
    };
    note(store, &restored).await;
    let told = warnings(&administrator).await;
    assert_eq!(told[0]["restored"]["runs_unknown"], 2, "{told}");
    assert_eq!(told[1], full, "{told}");
    for other in &others {
        assert_eq!(warnings(other).await, json!([]));
    }

    // A week after somebody let it go on, everybody knows.
    restored.resumed_at = Some(now - 7 * DAY);
    note(store, &restored).await;
    assert_eq!(warnings(&administrator).await, json!([full]));
}

#[tokio::test]
async fn the_page_of_an_administrator_says_so_and_that_of_a_viewer_does_not() {
    let app = TestApp::start().await;
    let store = &app.running.store;
    look_in(store, "atlas", 70).await;
    look_in(store, "borea", 500).await;
    for (email, role, is_told) in [
        ("admin@example.org", Role::Administrator, true),
        ("viewer@example.org", Role::Viewer, false),
    ] {
        app.add(email, role).await;
        let page = app.session(email).await.get("/data/exports").await;
        let (body, _data) = page.text.split_once("</html>").expect("a document");
        assert_eq!(body.contains("atlas refreshes nothing"), is_told, "{email}");
        assert!(!page.text.contains("borea"), "{email}");
    }
}
