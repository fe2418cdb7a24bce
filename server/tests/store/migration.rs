//! From nothing to a database that is ready, and what is refused.

use std::sync::Arc;

use base::SystemClock;
use server::store::{Engine, Migrated, Store, StoreError, settings};
use sqlx::any::install_default_drivers;
use sqlx::{AnyConnection, Connection as _};

use crate::support::databases::{Database, on_both_databases};

/// Writes a version into the schema row, as another version of the program would.
async fn pretend(url: &str, version: i64, readable_from: i64) {
    install_default_drivers();
    let mut connection = AnyConnection::connect(url).await.expect("connects");
    sqlx::query("UPDATE schema_info SET version = $1, readable_from = $2")
        .bind(version)
        .bind(readable_from)
        .execute(&mut connection)
        .await
        .expect("writes");
    connection.close().await.expect("closes");
}

async fn migrates_from_nothing(database: Database) {
    let store = &database.store;
    assert!(matches!(
        store.check().await,
        Err(StoreError::Behind { found: 0, .. })
    ));
    let first = store.migrate().await.expect("migrates");
    assert_eq!(first.from, 0);
    store.check().await.expect("is ready");
    let again = store.migrate().await.expect("does nothing");
    assert_eq!(
        again,
        Migrated {
            from: first.to,
            to: first.to
        }
    );
    store.ping().await.expect("answers");
}

#[tokio::test]
async fn an_empty_database_is_migrated_once_on_sqlite() {
    migrates_from_nothing(Database::empty_sqlite().await).await;
}

#[tokio::test]
async fn an_empty_database_is_migrated_once_on_postgres() {
    migrates_from_nothing(Database::empty_postgres().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn servers_that_migrate_at_the_same_time_do_it_once() {
    let database = Database::empty_postgres().await;
    let other = Store::open(&database.url, Arc::new(SystemClock))
        .await
        .expect("opens");
    let (one, two) = tokio::join!(database.store.migrate(), other.migrate());
    assert_eq!(one.expect("migrates").to, two.expect("migrates").to);
    other.check().await.expect("is ready");
    other.close().await;
}

on_both_databases! {
    async fn a_newer_database_is_refused_by_name(database: Database) {
        let known = database.store.migrate().await.expect("migrates").to;
        pretend(&database.url, known + 2, known + 1).await;
        for refused in [
            database.store.check().await,
            database.store.migrate().await.map(|_| ()),
        ] {
            let error = refused.expect_err("is refused");
            assert!(
                matches!(error, StoreError::Newer { found, known: ours } if found == known + 2 && ours == known),
                "{error}",
            );
            assert!(error.to_string().contains(&(known + 2).to_string()));
        }
    }

    async fn a_newer_database_that_older_programs_can_read_is_used(database: Database) {
        let known = database.store.migrate().await.expect("migrates").to;
        pretend(&database.url, known + 1, known).await;
        database.store.check().await.expect("is usable");
        assert_eq!(
            database.store.migrate().await.expect("does nothing").to,
            known + 1
        );
    }

    async fn what_is_not_committed_has_never_been(database: Database) {
        let store = &database.store;
        let mut tx = store.begin().await.expect("begins");
        settings::set(&mut tx, "environment", "Test")
            .await
            .expect("sets");
        assert_eq!(
            settings::get(&mut tx, "environment")
                .await
                .expect("reads")
                .as_deref(),
            Some("Test")
        );
        drop(tx);
        assert_eq!(
            settings::get(store, "environment").await.expect("reads"),
            None
        );
        let mut tx = store.begin().await.expect("begins again");
        settings::set(&mut tx, "environment", "Test")
            .await
            .expect("sets");
        tx.commit().await.expect("commits");
        assert_eq!(
            settings::get(store, "environment")
                .await
                .expect("reads")
                .as_deref(),
            Some("Test")
        );
    }
}

#[tokio::test]
async fn sqlite_writes_ahead_so_that_readers_do_not_wait() {
    let database = Database::sqlite().await;
    assert_eq!(database.store.engine(), Engine::Sqlite);
    let mut connection = AnyConnection::connect(&database.url)
        .await
        .expect("connects");
    let mode: String = sqlx::query_scalar("PRAGMA journal_mode")
        .fetch_one(&mut connection)
        .await
        .expect("reads");
    assert_eq!(mode, "wal");
    let tx = database.store.begin().await.expect("begins");
    assert_eq!(
        settings::get(&database.store, "anything")
            .await
            .expect("reads"),
        None
    );
    tx.rollback().await.expect("rolls back");
}

#[tokio::test]
async fn an_address_of_another_database_is_refused_without_repeating_it() {
    let refused = Store::open("mysql://root:secret@localhost/x", Arc::new(SystemClock)).await;
    let message = refused.expect_err("is refused").to_string();
    assert!(!message.contains("secret"), "{message}");
}
