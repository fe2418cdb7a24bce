//! Servers that share a database hear what the others change.

use std::time::Duration;

use server::store::{Signal, SignalKind, Store};
use tokio::sync::broadcast::Receiver;
use tokio::time::timeout;

use super::notices_sending::write;
use crate::support::databases::Database;

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_mins(1);
/// Ends every connection to the database but the one that asks.
const CUT: &str =
    "SELECT COUNT(CASE WHEN pg_terminate_backend(pid) THEN 1 END) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()";

/// Another server on the same database.
async fn another(database: &Database) -> Store {
    let store = Store::open(&database.url, database.clock.clone())
        .await
        .expect("opens");
    store.check().await.expect("it is migrated");
    store
}

/// One transaction that signals runs.
async fn change(store: &Store, runs: &[&str]) {
    let mut tx = store.begin().await.expect("begins");
    for run in runs {
        tx.signal(SignalKind::Run, run, 7);
    }
    tx.commit().await.expect("commits");
}

async fn next(signals: &mut Receiver<Signal>) -> Signal {
    timeout(PATIENCE, signals.recv())
        .await
        .expect("a hint in time")
        .expect("a hint")
}

/// The next hint is of this run.
async fn hears(signals: &mut Receiver<Signal>, run: &str) {
    let hint = next(signals).await;
    assert_eq!(
        (hint.kind, hint.id.as_str(), hint.version),
        (SignalKind::Run, run, 7)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_server_commits_the_others_hear_and_itself_once() {
    let database = Database::postgres().await;
    let (one, other) = (&database.store, another(&database).await);
    let (hearing_one, hearing_other) = (
        one.listen().await.expect("listens"),
        other.listen().await.expect("listens"),
    );
    let (mut at_one, mut at_other) = (one.signals().subscribe(), other.signals().subscribe());
    change(one, &["1", "2"]).await;
    change(&other, &["3"]).await;
    for signals in [&mut at_one, &mut at_other] {
        let mut heard = Vec::new();
        for _ in 0..3 {
            heard.push(next(signals).await.id);
        }
        heard.sort();
        assert_eq!(heard, ["1", "2", "3"]);
    }
    // Whatever had come twice would come before this.
    change(one, &["4"]).await;
    hears(&mut at_one, "4").await;
    hears(&mut at_other, "4").await;
    change(&other, &["5"]).await;
    hears(&mut at_one, "5").await;
    hears(&mut at_other, "5").await;
    hearing_one.stop().await;
    hearing_other.stop().await;
    other.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_taken_back_is_told_to_nobody() {
    let database = Database::postgres().await;
    let other = another(&database).await;
    let hearing = other.listen().await.expect("listens");
    let mut signals = other.signals().subscribe();
    let mut tx = database.store.begin().await.expect("begins");
    tx.signal(SignalKind::Run, "never", 7);
    tx.rollback().await.expect("takes it back");
    change(&database.store, &["1"]).await;
    hears(&mut signals, "1").await;
    hearing.stop().await;
    other.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_lost_the_connection_is_told_that_hints_are_missing_and_hears_again() {
    let database = Database::postgres().await;
    let other = another(&database).await;
    let hearing = other.listen().await.expect("listens");
    let mut signals = other.signals().subscribe();
    write(&database.url, CUT).await;
    assert_eq!(next(&mut signals).await.kind, SignalKind::Missed);
    change(&database.store, &["1"]).await;
    hears(&mut signals, "1").await;
    hearing.stop().await;
    other.close().await;
}

#[tokio::test]
async fn a_database_of_one_server_has_nobody_to_listen_to() {
    let database = Database::sqlite().await;
    let hearing = database.store.listen().await.expect("is no error");
    let mut signals = database.store.signals().subscribe();
    change(&database.store, &["1"]).await;
    hears(&mut signals, "1").await;
    hearing.stop().await;
}

#[tokio::test]
async fn of_several_hints_about_one_thing_the_highest_version_is_told() {
    let database = Database::sqlite().await;
    let mut signals = database.store.signals().subscribe();
    let mut tx = database.store.begin().await.expect("begins");
    // A source is saved, and then its tables are listed anew.
    for (id, version) in [("1", 7), ("1", 0), ("2", 7)] {
        tx.signal(SignalKind::Run, id, version);
    }
    tx.commit().await.expect("commits");
    hears(&mut signals, "1").await;
    hears(&mut signals, "2").await;
}
