//! Who goes first, and how many go at once.

use app::domain::{Audience, ConnectionId, RunId, RunStatus, Trigger};
use server::store::queue::{Claim, ClaimedRun, Enqueued, NewRun};
use server::store::{Store, queue, runs};

use super::fixtures::{
    add_connection, add_run, ask, ask_for, claim, claim_by, claim_one, end, ended, let_pass,
    new_run, of_one, simple_export,
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
    let claim = Claim {
        at_once: 1,
        ..of_one("worker")
    };
    claim_by(store, claim).await.pop()
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

    async fn many_are_claimed_at_once_in_the_order_in_which_they_would_be_one_by_one(database: Database) {
        let store = &database.store;
        let depot = add_connection(store, "Depot", Audience::Contributors).await;
        let hangar = add_connection(store, "Hangar", Audience::Contributors).await;
        let mut expected = Vec::new();
        for (name, connection, at) in [("d0", depot, 0), ("h0", hangar, 1), ("d1", depot, 2), ("h1", hangar, 3)] {
            expected.push(scheduled(store, name, connection, at).await);
        }
        let by_hand = NewRun {
            at: NOON + 9,
            ..new_run(simple_export(store, "by hand", hangar).await)
        };
        ask_for(store, &by_hand).await;
        scheduled(store, "one too many", depot, 10).await;
        let claim = Claim { most: 10, ..of_one("worker") };
        let got: Vec<RunId> = claim_by(store, claim).await.iter().map(|run| run.id).collect();
        assert_eq!(got, [by_hand.id, expected[0], expected[1], expected[2]], "two places each");
        assert!(claim_by(store, claim).await.is_empty());
    }

    async fn no_more_are_claimed_at_once_than_was_asked_for_and_than_there_are_places(database: Database) {
        let store = &database.store;
        for number in 0..6 {
            let connection = add_connection(store, &format!("c{number}"), Audience::Contributors).await;
            scheduled(store, &format!("e{number}"), connection, number).await;
        }
        let claim = Claim { most: 2, at_once: 5, ..of_one("worker") };
        assert_eq!(claim_by(store, claim).await.len(), 2);
        let claim = Claim { most: 10, ..claim };
        assert_eq!(claim_by(store, claim).await.len(), 3, "five places of all servers");
        assert!(claim_by(store, claim).await.is_empty());
        let none = Claim { most: 0, at_once: 50, ..claim };
        assert!(claim_by(store, none).await.is_empty());
    }

    async fn the_connection_and_the_server_have_so_many_places(database: Database) {
        let store = &database.store;
        let depot = add_connection(store, "Depot", Audience::Contributors).await;
        let hangar = add_connection(store, "Hangar", Audience::Contributors).await;
        for name in ["a", "b", "c"] {
            let export = simple_export(store, name, depot).await;
            add_run(store, export).await;
        }
        let first = claim_one(store).await;
        let second = claim_one(store).await;
        assert!(claim(store).await.is_none(), "two at once per connection");
        let export = simple_export(store, "d", hangar).await;
        let elsewhere = add_run(store, export).await;
        let full = Claim {
            at_once: 2,
            ..of_one("worker")
        };
        let full = claim_by(store, full).await;
        assert!(full.is_empty(), "two at once on all servers");
        assert_eq!(
            claim_one(store).await.id,
            elsewhere,
            "one connection's queue does not hold up another's"
        );
        end(store, &first, &ended(RunStatus::Failed, NOON))
            .await
            .expect("ends");
        let third = claim_one(store).await;
        assert_eq!(third.connection_id, depot);
        let_pass(store, &second).await;
        assert_eq!(queue::reap(store).await.expect("reaps").runs, 1);
        assert_eq!(
            claim_one(store).await.id,
            second.id,
            "places expire with their lease"
        );
        assert_eq!(
            runs::counts(store).await.expect("counts"),
            [(RunStatus::Processing, 3)]
        );
    }

    async fn runs_are_claimed_in_the_order_they_were_asked_for(database: Database) {
        let store = &database.store;
        let mut asked = Vec::new();
        for (name, at) in [("late", 3), ("early", 1), ("middle", 2)] {
            let connection = add_connection(store, name, Audience::Contributors).await;
            let export = simple_export(store, name, connection).await;
            let run = NewRun {
                at: NOON + at,
                ..new_run(export)
            };
            ask_for(store, &run).await;
            asked.push((at, run.id));
        }
        asked.sort();
        for (_, id) in asked {
            assert_eq!(claim_one(store).await.id, id);
        }
    }
}
