//! Who goes first.

use app::domain::{Audience, ConnectionId, RunId, RunStatus, Trigger};
use server::store::queue::{ClaimedRun, Enqueued, NewRun};
use server::store::{Store, queue};

use super::fixtures::{
    LONG, add_connection, ask, ask_for, claim_one, end, ended, new_run, simple_export,
};
use crate::support::databases::{NOON, on_both_databases};

/// Asks for a run by a schedule, of an export of its own.
async fn scheduled(store: &Store, name: &str, connection: ConnectionId, at: i64) -> RunId {
    let export = simple_export(store, name, connection).await;
    let run = NewRun {
        trigger: Trigger::Schedule,
        at: NOON + at,
        scheduled_for: Some(NOON + at),
        ..new_run(export)
    };
    assert_eq!(ask_for(store, &run).await, Enqueued::New(run.id));
    run.id
}

/// Claims for a server with one place.
async fn next(store: &Store) -> Option<ClaimedRun> {
    queue::claim(store, "worker", LONG, 1)
        .await
        .expect("claims")
}

on_both_databases! {
    async fn what_people_ask_for_goes_before_what_schedules_do(database: Database) {
        let store = &database.store;
        let depot = add_connection(store, "Depot", Audience::Contributors).await;
        let hangar = add_connection(store, "Hangar", Audience::Contributors).await;
        let early = scheduled(store, "early", depot, 1).await;
        scheduled(store, "elsewhere", hangar, 2).await;
        let export = simple_export(store, "by hand", depot).await;
        let run = NewRun {
            at: NOON + 9,
            ..new_run(export)
        };
        ask_for(store, &run).await;
        let first = next(store).await.expect("a run");
        assert_eq!(first.id, run.id);
        end(store, &first, &ended(RunStatus::Successful, NOON)).await.expect("ends");
        let second = next(store).await.expect("a run");
        assert_ne!(second.id, early, "the other connection had its turn later");
    }

    async fn asking_for_a_run_that_waits_lets_it_go_earlier(database: Database) {
        let store = &database.store;
        let depot = add_connection(store, "Depot", Audience::Contributors).await;
        scheduled(store, "first", depot, 1).await;
        let export = simple_export(store, "second", depot).await;
        let run = NewRun {
            trigger: Trigger::Refresh,
            at: NOON + 2,
            ..new_run(export)
        };
        ask_for(store, &run).await;
        assert_eq!(ask(store, export).await, Enqueued::UnderWay(run.id));
        assert_eq!(claim_one(store).await.id, run.id);
    }

    async fn connections_take_turns(database: Database) {
        let store = &database.store;
        let depot = add_connection(store, "Depot", Audience::Contributors).await;
        let hangar = add_connection(store, "Hangar", Audience::Contributors).await;
        for number in 0..4 {
            scheduled(store, &format!("d{number}"), depot, number).await;
        }
        for number in 0..2 {
            scheduled(store, &format!("h{number}"), hangar, 100 + number).await;
        }
        let mut turns = Vec::new();
        while let Some(run) = next(store).await {
            turns.push(run.connection_id);
            assert!(next(store).await.is_none(), "one place");
            end(store, &run, &ended(RunStatus::Successful, NOON)).await.expect("ends");
            database.clock.advance(std::time::Duration::from_secs(1));
        }
        assert_eq!(turns, [depot, hangar, depot, hangar, depot, depot]);
    }

    async fn a_long_queue_of_one_connection_keeps_no_other_waiting(database: Database) {
        let store = &database.store;
        let depot = add_connection(store, "Depot", Audience::Contributors).await;
        let hangar = add_connection(store, "Hangar", Audience::Contributors).await;
        for number in 0..5 {
            scheduled(store, &format!("d{number}"), depot, number).await;
        }
        let other = scheduled(store, "h", hangar, 100).await;
        let mut got = Vec::new();
        for _place in 0..3 {
            got.push(claim_one(store).await);
        }
        assert!(got.iter().any(|run| run.id == other));
        assert_eq!(got[0].connection_id, depot, "who asked first goes first");
        assert_eq!(got[1].id, other, "then who has nothing at work");
    }
}
