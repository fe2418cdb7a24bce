//! Attempts that fail in passing, and runs whose worker is gone.

use app::domain::{Audience, ExportStatus, NextAttempt, Reason, RunQuery, RunStatus};
use serde_json::json;
use server::store::queue::{Canceled, Enqueued, Heartbeat, NewRun, Progress};
use server::store::{StoreError, queue, runs};

use super::fixtures::{
    LONG, PASSED, add_connection, add_run, ask_for, claim, claim_one, end, ended, let_pass,
    new_run, pinned, simple_export, whole_export,
};
use super::queue::export_of;
use super::starting::listed;
use crate::support::databases::{NOON, on_both_databases};

on_both_databases! {
    async fn an_attempt_that_failed_in_passing_comes_again_when_it_is_time(database: Database) {
        let store = &database.store;
        let export = export_of(&database, "Clients").await;
        let id = add_run(store, export).await;
        let run = claim_one(store).await;
        let mut tx = store.begin().await.expect("begins");
        queue::retry_at(
            &mut tx,
            id,
            run.fence,
            NOON + 1_000_000,
            &Reason::new("unavailable"),
            false,
        )
        .await
        .expect("retries");
        tx.commit().await.expect("commits");
        assert_eq!(
            runs::next_attempt(store).await.expect("finds"),
            Some(NOON + 1_000_000)
        );
        let row = listed(store, export).await;
        assert_eq!(row.status, ExportStatus::Retrying);
        assert_eq!(
            row.status_reason,
            Some(Reason::new("unavailable"))
        );
        let query = RunQuery::default();
        let listed = runs::list(store, &query).await.expect("lists").items;
        let next = NextAttempt { at: NOON + 1_000_000, number: 2, attempts: 5 };
        assert_eq!(row.next_attempt, Some(next));
        assert_eq!(listed[0].next_attempt(), Some(next));
        let read = runs::run(store, id).await.expect("reads").expect("is there");
        assert_eq!(listed, [read.summary]);
        let told = (listed[0].attempt, listed[0].attempts, listed[0].next_attempt_at);
        assert_eq!(told, (1, 5, Some(NOON + 1_000_000)));
        assert!(claim(store).await.is_none());
        database.clock.advance(std::time::Duration::from_secs(1));
        let again = claim_one(store).await;
        assert_eq!((again.id, again.attempt, again.fence), (id, 2, 2));
        assert_eq!(
            again.started_at, run.started_at,
            "the run started with its first attempt"
        );
        assert_eq!(runs::next_attempt(store).await.expect("finds"), None);
    }

    async fn a_look_beyond_the_last_attempt_is_counted_alike_in_the_list_and_in_the_run(
        database: Database
    ) {
        let store = &database.store;
        let export = export_of(&database, "Clients").await;
        let run = NewRun {
            max_attempts: 3,
            ..new_run(export)
        };
        assert!(matches!(ask_for(store, &run).await, Enqueued::New(_)));
        for attempt in 1..=3 {
            let claimed = claim_one(store).await;
            assert_eq!(claimed.attempt, attempt);
            let mut tx = store.begin().await.expect("begins");
            let reason = Reason::new("destination_unavailable");
            queue::retry_at(&mut tx, claimed.id, claimed.fence, NOON, &reason, true)
                .await
                .expect("retries");
            tx.commit().await.expect("commits");
        }
        let row = listed(store, export).await;
        let read = runs::run(store, run.id).await.expect("reads").expect("is there");
        let next = NextAttempt { at: NOON, number: 4, attempts: 4 };
        assert_eq!((row.status, row.next_attempt), (ExportStatus::Retrying, Some(next)));
        assert_eq!(read.summary.next_attempt(), Some(next));
        assert!(claim_one(store).await.only_looks());
    }

    async fn every_write_of_an_old_fence_is_refused(database: Database) {
        let store = &database.store;
        let (export, table, snapshot) = whole_export(store).await;
        let id = add_run(store, export).await;
        let old = claim_one(store).await;
        let_pass(store, &old).await;
        assert!(claim(store).await.is_none(), "it is taken back first");
        assert_eq!(queue::reap(store).await.expect("reaps").runs, 1);
        let new = claim_one(store).await;
        assert_eq!(
            (new.id, new.attempt, new.fence),
            (id, 2, 3),
            "a takeover counts an attempt"
        );
        let beat = queue::heartbeat(store, id, old.fence, LONG, &Progress::default()).await;
        assert_eq!(beat.expect("answers"), Heartbeat::Lost);
        let reason = Reason::new("late");
        let items = [pinned(0, table, snapshot)];
        let mut tx = store.begin().await.expect("begins");
        let refusals = [
            queue::pin_items(&mut tx, id, old.fence, &items, None, None).await,
            queue::set_plan(&mut tx, id, old.fence, &json!({})).await,
            queue::hold(&mut tx, id, old.fence, &reason, NOON).await,
            queue::retry_at(&mut tx, id, old.fence, NOON, &reason, false).await,
            queue::put_back(&mut tx, id, old.fence, NOON).await,
            queue::end(&mut tx, id, old.fence, &ended(RunStatus::Successful, NOON)).await,
        ];
        tx.rollback().await.expect("rolls back");
        for refused in refusals {
            assert!(matches!(refused, Err(StoreError::FenceLost)), "{refused:?}");
        }
        end(store, &new, &ended(RunStatus::Successful, NOON))
            .await
            .expect("ends");
        let twice = end(store, &new, &ended(RunStatus::Failed, NOON)).await;
        assert!(
            matches!(twice, Err(StoreError::FenceLost)),
            "a run that ended never changes"
        );
    }

    async fn a_run_that_a_stopping_server_gives_back_loses_no_attempt(database: Database) {
        let store = &database.store;
        let export = export_of(&database, "Clients").await;
        let id = add_run(store, export).await;
        let run = claim_one(store).await;
        let mut tx = store.begin().await.expect("begins");
        queue::put_back(&mut tx, id, run.fence, NOON)
            .await
            .expect("gives back");
        tx.commit().await.expect("commits");
        let again = claim_one(store).await;
        assert_eq!(
            (again.id, again.max_attempts - again.attempt),
            (id, run.max_attempts - run.attempt)
        );
    }

    async fn the_reaper_takes_runs_from_the_dead(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        let mut claimed = Vec::new();
        for (name, most) in [("again", 5), ("used up", 1), ("canceled", 5), ("alive", 5)] {
            let connection = if claimed.len() < 2 {
                connection
            } else {
                add_connection(store, name, Audience::Contributors).await
            };
            let export = simple_export(store, name, connection).await;
            let run = NewRun {
                max_attempts: most,
                ..new_run(export)
            };
            assert!(matches!(ask_for(store, &run).await, Enqueued::New(_)));
            claimed.push(claim_one(store).await);
        }
        let mut tx = store.begin().await.expect("begins");
        let asked =
            queue::request_cancel(&mut tx, claimed[2].id, &Reason::new("canceled_by"), NOON).await;
        assert_eq!(asked.expect("asks"), Canceled::Asked);
        tx.commit().await.expect("commits");
        assert_eq!(queue::reap(store).await.expect("reaps").runs, 0);
        for run in &claimed[..2] {
            let_pass(store, run).await;
        }
        let beat = queue::heartbeat(
            store,
            claimed[2].id,
            claimed[2].fence,
            PASSED,
            &Progress::default(),
        )
        .await;
        assert_eq!(
            beat.expect("beats"),
            Heartbeat::Alive {
                cancel_requested: true
            }
        );
        assert_eq!(queue::reap(store).await.expect("reaps").runs, 3);
        assert_eq!(
            queue::reap(store).await.expect("reaps").runs,
            0,
            "repeating it changes nothing"
        );
        let mut seen = Vec::new();
        for run in &claimed {
            let row = runs::run(store, run.id)
                .await
                .expect("reads")
                .expect("is there")
                .summary;
            seen.push((row.status, row.status_reason.map(|reason| reason.code)));
        }
        let reason = |code: &str| Some(code.to_owned());
        assert_eq!(
            seen,
            [
                (RunStatus::Retrying, reason("worker_lost")),
                (RunStatus::Failed, reason("attempts_used_up")),
                (RunStatus::Canceled, reason("canceled_by")),
                (RunStatus::Processing, None),
            ]
        );
        let late = end(store, &claimed[0], &ended(RunStatus::Successful, NOON)).await;
        assert!(matches!(late, Err(StoreError::FenceLost)));
        assert_eq!(claim_one(store).await.id, claimed[0].id);
    }

    async fn a_server_that_starts_alone_takes_what_its_predecessor_left(database: Database) {
        let store = &database.store;
        let export = export_of(&database, "Clients").await;
        let id = add_run(store, export).await;
        let old = claim_one(store).await;
        assert!(claim(store).await.is_none());
        let mut tx = store.begin().await.expect("begins");
        queue::expire_leases(&mut tx)
            .await
            .expect("ends the leases");
        tx.commit().await.expect("commits");
        assert_eq!(queue::reap(store).await.expect("reaps").runs, 1);
        let new = claim_one(store).await;
        assert_eq!((new.id, new.attempt), (id, old.attempt + 1));
    }

    async fn a_run_whose_attempts_are_used_up_is_not_taken_over(database: Database) {
        let store = &database.store;
        let export = export_of(&database, "Clients").await;
        let run = NewRun {
            max_attempts: 1,
            ..new_run(export)
        };
        ask_for(store, &run).await;
        let_pass(store, &claim_one(store).await).await;
        assert!(claim(store).await.is_none());
    }
}
