//! Two servers on one database, with one lake and one key.

use app::domain::Role;
use base::Secret;
use serde_json::Value;
use server::config::LakePlace;

use super::events::Stream;
use crate::support::app::{Client, TestApp, export_body, furnish, id_of, name_key};
use crate::support::databases::Database;

/// Two servers with the same people, who have the same credentials at both.
struct Pair {
    one: TestApp,
    other: TestApp,
    database: Database,
}

impl Pair {
    async fn start() -> Self {
        let database = Database::postgres().await;
        let mut key = None;
        let one = TestApp::with(|config| {
            config.storage.database = Secret::new(database.url.clone());
            key = Some(name_key(config));
        })
        .await;
        let (files, lake) = (one.files(), one.lake());
        let other = TestApp::with(|config| {
            config.storage.database = Secret::new(database.url.clone());
            config.storage.lake = LakePlace::Folder(lake);
            config.key = key.expect("the key of the first");
            config.allow_roots = vec![files];
        })
        .await;
        Self {
            one,
            other,
            database,
        }
    }

    /// The same person at the other server.
    fn elsewhere(&self, client: &Client) -> Client {
        let mut elsewhere = self.other.anonymous();
        elsewhere.authorization.clone_from(&client.authorization);
        elsewhere.cookie.clone_from(&client.cookie);
        elsewhere
    }

    /// The first one last: its folder has the lake.
    async fn stop(self) {
        self.other.stop().await;
        self.one.stop().await;
        drop(self.database);
    }
}

/// Waits for the hint about this thing.
async fn hears(stream: &mut Stream, kind: &str, id: &str) {
    loop {
        let (_, hint) = stream.next().await.expect("the stream goes on");
        if hint["kind"] == kind && hint["id"] == id {
            return;
        }
    }
}

async fn total(client: &Client) -> Value {
    let facets = client.get("/api/v1/exports/facets").await.expect(200);
    facets["total"].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_at_one_server_is_told_to_pages_of_the_other_which_counts_anew() {
    let pair = Pair::start().await;
    let here = pair
        .one
        .person("admin@example.org", Role::Administrator)
        .await;
    let there = pair.elsewhere(&here);
    let furniture = furnish(&pair.one, &here).await;
    let mut stream = Stream::open(&there).await;
    assert_eq!(total(&there).await, 0);
    let body = export_body("A", &furniture.shared, &furniture.table);
    let export = id_of(&here.post("/api/v1/exports", &body).await.expect(201));
    hears(&mut stream, "export", &export).await;
    assert_eq!(total(&there).await, 1);
    drop(stream);
    pair.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_is_one_at_both_servers_and_ends_at_both() {
    let pair = Pair::start().await;
    pair.one.add("ada@example.org", Role::Viewer).await;
    let here = pair.one.session("ada@example.org").await;
    let mut stream = Stream::open(&pair.elsewhere(&here)).await;
    here.form("/api/ui/account/sign-out", &[]).await;
    while stream.next().await.is_some() {}
    pair.stop().await;
}
