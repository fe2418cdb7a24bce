//! Several workers at once: nothing is done twice.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use app::domain::{Audience, RunStatus};
use server::store::queue::{Claim, Enqueued, Heartbeat, Progress};
use server::store::{Store, StoreError, connections, exports, queue, runs, tasks};

use super::fixtures::{
    LONG, add_connection, add_run, add_source, ask, claim, claim_by, claim_one, end, ended,
    let_pass, of_one, simple_export,
};
use crate::support::databases::{Database, NOON, on_both_databases};

/// Much longer than anything takes that does not wait for ever.
const LONG_ENOUGH: Duration = Duration::from_secs(30);

/// A second server on the same database.
async fn another(database: &Database) -> Store {
    let clock = Arc::clone(&database.clock) as Arc<dyn base::Clock>;
    Store::open(&database.url, clock).await.expect("opens")
}

on_both_databases! {
    async fn workers_that_claim_at_once_never_get_the_same_run(database: Database) {
        let store = &database.store;
        let other = another(&database).await;
        let mut asked = BTreeSet::new();
        for number in 0..12 {
            let connection =
                add_connection(store, &format!("c{number}"), Audience::Contributors).await;
            let export = simple_export(store, &format!("e{number}"), connection).await;
            asked.insert(add_run(store, export).await);
        }
        let mut workers = Vec::new();
        for number in 0..6 {
            let store = if number % 2 == 0 {
                store.clone()
            } else {
                other.clone()
            };
            workers.push(tokio::spawn(async move {
                let mut got = Vec::new();
                let mut nothing = 0;
                // On PostgreSQL a claim may find everything locked by others; it asks again.
                while nothing < 20 {
                    let claim = Claim {
                        most: 1 + number % 3,
                        ..of_one("worker")
                    };
                    let runs = claim_by(&store, claim).await;
                    nothing += u32::from(runs.is_empty());
                    got.extend(runs.into_iter().map(|run| run.id));
                }
                got
            }));
        }
        let mut got = Vec::new();
        for worker in workers {
            got.extend(worker.await.expect("works"));
        }
        assert_eq!(got.len(), 12);
        assert_eq!(got.into_iter().collect::<BTreeSet<_>>(), asked);
        other.close().await;
    }

    async fn workers_that_claim_at_once_never_take_more_places_than_there_are(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        for number in 0..8 {
            let export = simple_export(store, &format!("e{number}"), connection).await;
            add_run(store, export).await;
        }
        let claims = (0..8).map(|number| {
            let store = store.clone();
            tokio::spawn(async move {
                let claim = Claim {
                    most: 1 + number % 3,
                    ..of_one("worker")
                };
                claim_by(&store, claim).await.len()
            })
        });
        let mut got = 0;
        for claim in claims.collect::<Vec<_>>() {
            got += claim.await.expect("works");
        }
        let left = Claim {
            most: 10,
            ..of_one("last")
        };
        let left = claim_by(store, left).await.len();
        assert!(got <= 2 && got + left == 2, "{got} {left}");
        assert_eq!(
            runs::counts(store).await.expect("counts"),
            [(RunStatus::Processing, 2), (RunStatus::Queued, 6)],
        );
    }

    async fn people_who_press_run_at_once_get_one_run(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        let export = simple_export(store, "Clients", connection).await;
        let presses = (0..8).map(|_| {
            let store = store.clone();
            tokio::spawn(async move { ask(&store, export).await })
        });
        let mut ids = BTreeSet::new();
        let mut new = 0;
        for press in presses.collect::<Vec<_>>() {
            match press.await.expect("answers") {
                Enqueued::New(id) => {
                    new += 1;
                    ids.insert(id);
                }
                Enqueued::UnderWay(id) => {
                    ids.insert(id);
                }
                other => panic!("{other:?}"),
            }
        }
        assert_eq!((new, ids.len()), (1, 1));
    }

    async fn a_run_is_taken_over_once_while_its_old_worker_writes(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        let export = simple_export(store, "Clients", connection).await;
        add_run(store, export).await;
        let old = claim_one(store).await;
        let_pass(store, &old).await;
        let how = ended(RunStatus::Successful, NOON);
        let nothing_new = Progress::default();
        let take_over = || async {
            queue::reap(store).await.expect("reaps");
            claim(store).await
        };
        let (first, second, ending, beat) = tokio::join!(
            take_over(),
            take_over(),
            end(store, &old, &how),
            queue::heartbeat(store, old.id, old.fence, LONG, &nothing_new),
        );
        let mut taken: Vec<_> = [first, second].into_iter().flatten().collect();
        match ending {
            Ok(()) => assert!(taken.is_empty(), "it ended before it was taken over"),
            Err(StoreError::FenceLost) => {
                // On PostgreSQL both may have looked before the other gave it back.
                taken.extend(claim(store).await);
                assert_eq!(taken.len(), 1, "somebody has it, and nobody else");
                assert_eq!(beat.expect("answers"), Heartbeat::Lost);
            }
            Err(other) => panic!("{other}"),
        }
    }

    async fn claims_ends_and_questions_at_once_do_not_block_each_other(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        let mut exports_made = Vec::new();
        for number in 0..4 {
            exports_made.push(simple_export(store, &format!("e{number}"), connection).await);
        }
        let work = exports_made.iter().map(|export| {
            let (store, export) = (store.clone(), *export);
            tokio::spawn(async move {
                for _round in 0..5 {
                    ask(&store, export).await;
                    if let Some(run) = claim(&store).await {
                        let beat =
                            queue::heartbeat(&store, run.id, run.fence, LONG, &Progress::default())
                                .await;
                        assert!(matches!(beat.expect("beats"), Heartbeat::Alive { .. }));
                        end(&store, &run, &ended(RunStatus::Successful, NOON))
                            .await
                            .expect("ends");
                    }
                }
            })
        });
        for worker in work.collect::<Vec<_>>() {
            worker.await.expect("works");
        }
        while let Some(run) = claim(store).await {
            end(store, &run, &ended(RunStatus::Successful, NOON))
                .await
                .expect("ends");
        }
        assert!(
            runs::counts(store).await.expect("counts").is_empty(),
            "nothing is left behind"
        );
    }

    async fn one_worker_at_a_time_renews_a_source(database: Database) {
        let store = &database.store;
        let source = add_source(store, "Shop").await;
        let tables = crate::store::fixtures::add_tables(store, source, &["a", "b"]).await;
        for table in &tables {
            let mut tx = store.begin().await.expect("begins");
            tasks::ask_refresh(&mut tx, source, Some(&[*table]), "Ada", NOON)
                .await
                .expect("asks");
            tx.commit().await.expect("commits");
        }
        let claims = (0..6).map(|_| {
            let store = store.clone();
            tokio::spawn(async move { tasks::claim(&store, "w", LONG).await.expect("claims") })
        });
        let mut got = 0;
        for claim in claims.collect::<Vec<_>>() {
            got += usize::from(claim.await.expect("works").is_some());
        }
        assert_eq!(got, 1);
    }
}

/// On SQLite whoever writes waits for the other.
#[tokio::test]
async fn a_run_is_asked_for_while_its_connection_is_held_on_postgres() {
    let database = Database::postgres().await;
    let store = &database.store;
    let connection = add_connection(store, "Depot", Audience::Contributors).await;
    let export = simple_export(store, "Loyalty", connection).await;
    let mut saver = store.begin().await.expect("begins");
    connections::lock_all(&mut saver, &[connection].into())
        .await
        .expect("locks");
    // The run refers to the connection; the saver comes to the export next.
    tokio::time::timeout(LONG_ENOUGH, ask(store, export))
        .await
        .expect("does not wait");
    exports::lock_all(&mut saver, &[export])
        .await
        .expect("locks");
    saver.commit().await.expect("commits");
}
