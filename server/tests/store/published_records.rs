//! The records of deliveries to destinations that keep no file.

use app::domain::{Audience, ConnectionId};
use serde_json::{Value, json};
use server::store::published_records::{self, NewRecord};
use server::store::{Store, StoreError};

use super::fixtures::{add_connection, id};
use crate::support::databases::{NOON, on_both_databases};

async fn keep(
    store: &Store,
    connection: ConnectionId,
    run_id: &str,
    publish: i64,
    record: &Value,
) -> Result<(), StoreError> {
    let mut tx = store.begin().await?;
    let new = NewRecord {
        connection,
        run_id,
        export_folder: "daily",
        publish,
        record,
        at: NOON,
    };
    published_records::keep(&mut tx, &new).await?;
    tx.commit().await
}

async fn kept(store: &Store, connection: ConnectionId, run_id: &str) -> Option<Value> {
    let found = published_records::of(store, connection, run_id).await;
    found.expect("reads")
}

async fn newest(store: &Store, connection: ConnectionId, folder: &str) -> i64 {
    let found = published_records::newest(store, connection, folder).await;
    found.expect("reads")
}

on_both_databases! {
    async fn a_run_has_one_record_which_is_the_first(database: Database) {
        let store = &database.store;
        let one = add_connection(store, "One", Audience::Administrators).await;
        let other = add_connection(store, "Other", Audience::Administrators).await;
        assert_eq!(kept(store, one, "run-1").await, None);
        let first = json!({"attempt": 1, "text": "é\u{0}"});
        for record in [&first, &json!({"attempt": 2})] {
            keep(store, one, "run-1", 1, record).await.expect("keeps");
        }
        assert_eq!(kept(store, one, "run-1").await, Some(first));
        assert_eq!(kept(store, other, "run-1").await, None);
        assert_eq!(kept(store, one, "run-2").await, None);
    }

    async fn deliveries_are_counted_for_each_folder_of_a_connection(database: Database) {
        let store = &database.store;
        let one = add_connection(store, "One", Audience::Administrators).await;
        let other = add_connection(store, "Other", Audience::Administrators).await;
        assert_eq!(newest(store, one, "daily").await, 0);
        for (run_id, publish) in [("run-1", 1), ("run-3", 3), ("run-2", 2)] {
            keep(store, one, run_id, publish, &json!({})).await.expect("keeps");
        }
        assert_eq!(newest(store, one, "daily").await, 3);
        assert_eq!(newest(store, one, "weekly").await, 0);
        assert_eq!(newest(store, other, "daily").await, 0);
    }

    async fn a_record_is_withdrawn_and_a_connection_must_be_there(database: Database) {
        let store = &database.store;
        let one = add_connection(store, "One", Audience::Administrators).await;
        keep(store, one, "run-1", 1, &json!({})).await.expect("keeps");
        for _ in 0..2 {
            let mut tx = store.begin().await.expect("begins");
            let withdrawn = published_records::withdraw(&mut tx, one, "run-1").await;
            withdrawn.expect("withdraws");
            tx.commit().await.expect("commits");
        }
        assert_eq!(kept(store, one, "run-1").await, None);
        assert_eq!(newest(store, one, "daily").await, 0);
        let nobody = ConnectionId::new(id());
        keep(store, nobody, "run-1", 1, &json!({})).await.expect_err("there is no such connection");
    }
}
