//! The strip of an export: the marks of its last runs.

use app::domain::{
    Audience, ExportId, ItemCounts, Micros, Reason, RunId, RunStatus, RunStrip, StripMark,
};
use server::store::queue::{Canceled, ClaimedRun, NewRun};
use server::store::{Store, queue};

use super::fixtures::{
    add_connection, add_run, ask_for, claim_one, delivered_item, end, ended, hold, let_pass,
    new_run, simple_export,
};
use super::starting::{DAY, HOUR, MINUTE, daily, listed, plan, starting_export};
use crate::support::databases::{Database, NOON, on_both_databases};

/// Half past noon, on the day of [`NOON`].
const START: Micros = NOON + 30 * MINUTE;

async fn export_of(database: &Database) -> ExportId {
    let connection = add_connection(&database.store, "Depot", Audience::Contributors).await;
    simple_export(&database.store, "Clients", connection).await
}

async fn strip(store: &Store, export: ExportId) -> String {
    listed(store, export).await.strip.into()
}

async fn claimed(store: &Store, export: ExportId) -> ClaimedRun {
    add_run(store, export).await;
    claim_one(store).await
}

async fn discard(store: &Store, run: RunId) {
    let mut tx = store.begin().await.expect("begins");
    let reason = Reason::new("discarded");
    assert!(
        queue::discard(&mut tx, run, &reason, NOON)
            .await
            .expect("answers")
    );
    tx.commit().await.expect("commits");
}

async fn cancel(store: &Store, run: RunId) -> Canceled {
    let mut tx = store.begin().await.expect("begins");
    let reason = Reason::new("canceled_by");
    let canceled = queue::request_cancel(&mut tx, run, &reason, NOON)
        .await
        .expect("answers");
    tx.commit().await.expect("commits");
    canceled
}

on_both_databases! {
    async fn every_end_of_a_run_leaves_its_mark_and_nothing_else_does(database: Database) {
        let store = &database.store;
        let export = export_of(&database).await;
        let run = claimed(store, export).await;
        assert_eq!(strip(store, export).await, "", "nothing has ended");
        let counts = ItemCounts {
            read: 12,
            written: 12,
            ..ItemCounts::default()
        };
        let mut delivered = ended(RunStatus::Successful, NOON + 1);
        delivered.items = vec![delivered_item(0, counts)];
        end(store, &run, &delivered).await.expect("ends");
        assert_eq!(strip(store, export).await, "s2");

        let run = claimed(store, export).await;
        end(store, &run, &ended(RunStatus::Failed, NOON + 2))
            .await
            .expect("ends");
        assert_eq!(strip(store, export).await, "s2f0");

        let run = claimed(store, export).await;
        hold(store, &run).await;
        assert_eq!(strip(store, export).await, "s2f0", "held is no end");
        discard(store, run.id).await;
        assert_eq!(strip(store, export).await, "s2f0c0");

        let run = claimed(store, export).await;
        assert_eq!(cancel(store, run.id).await, Canceled::Asked);
        assert_eq!(strip(store, export).await, "s2f0c0", "its worker ends it");
        end(store, &run, &ended(RunStatus::Canceled, NOON + 3))
            .await
            .expect("ends");
        let waiting = add_run(store, export).await;
        assert_eq!(cancel(store, waiting).await, Canceled::Now);
        assert_eq!(cancel(store, waiting).await, Canceled::Ended);
        assert_eq!(strip(store, export).await, "s2f0c0c0c0");
    }

    async fn a_run_that_a_dead_worker_leaves_is_marked_once_it_has_failed(database: Database) {
        let store = &database.store;
        let export = export_of(&database).await;
        let twice = NewRun {
            max_attempts: 2,
            ..new_run(export)
        };
        ask_for(store, &twice).await;
        let run = claim_one(store).await;
        let_pass(store, &run).await;
        assert_eq!(queue::reap(store).await.expect("reaps").runs, 1);
        assert_eq!(strip(store, export).await, "", "it is tried again");
        let run = claim_one(store).await;
        let_pass(store, &run).await;
        assert_eq!(queue::reap(store).await.expect("reaps").runs, 1);
        assert_eq!(strip(store, export).await, "f0");
        assert_eq!(queue::reap(store).await.expect("reaps").runs, 0);
        assert_eq!(strip(store, export).await, "f0");
    }

    async fn of_more_than_thirty_runs_the_oldest_is_forgotten(database: Database) {
        let store = &database.store;
        let export = export_of(&database).await;
        let mut expected = RunStrip::default();
        let count = i64::try_from(RunStrip::MOST).expect("a count") + 1;
        for number in 0..count {
            let status = if number == 0 {
                RunStatus::Failed
            } else {
                RunStatus::Successful
            };
            let run = claimed(store, export).await;
            end(store, &run, &ended(status, NOON + number))
                .await
                .expect("ends");
            expected.push(StripMark::of(status, 0, false));
        }
        let strip = listed(store, export).await.strip;
        assert_eq!(strip.marks().len(), RunStrip::MOST);
        assert_eq!(strip, expected);
    }

    async fn starts_that_do_not_run_stand_in_the_strip(database: Database) {
        let store = &database.store;
        let depot = add_connection(store, "Depot", Audience::Contributors).await;
        let schedule = daily(&["12:30", "13:30", "14:30"]);
        let busy = starting_export(store, "Clients", depot, &[], &schedule).await;
        database.clock.set(START);
        plan(store).await;
        let run = claim_one(store).await;
        for hour in [1, 2] {
            database.clock.set(START + hour * HOUR);
            plan(store).await;
        }
        assert_eq!(strip(store, busy).await, "K0", "a mark is told from a run that was skipped");
        end(store, &run, &ended(RunStatus::Successful, START + 2 * HOUR))
            .await
            .expect("ends");
        assert_eq!(strip(store, busy).await, "K0s0");
    }

    async fn starts_that_were_missed_stand_in_the_strip_once(database: Database) {
        let store = &database.store;
        let depot = add_connection(store, "Depot", Audience::Contributors).await;
        let late = starting_export(store, "Clients", depot, &[], &daily(&["12:30"])).await;
        database.clock.set(START + 3 * DAY + HOUR);
        plan(store).await;
        assert_eq!(strip(store, late).await, "m0", "three that are one entry");
        plan(store).await;
        assert_eq!(strip(store, late).await, "m0");
    }
}
