//! Runs of which nobody knows whether they have published: their worker died after their paths were fixed, or the
//! destination did not answer.

use app::domain::{Audience, Reason, RunId, RunStatus, RunSummary};
use serde_json::json;
use server::store::queue::{Canceled, ClaimedRun, Enqueued, NewRun, Progress};
use server::store::{Store, queue, runs};

use super::fixtures::{
    PASSED, add_connection, ask_for, claim, claim_one, end, ended, let_pass, new_run, simple_export,
};
use crate::support::databases::{NOON, on_both_databases};

/// A claimed run whose paths are fixed.
async fn with_plan(store: &Store, max_attempts: i64) -> ClaimedRun {
    let connection = add_connection(store, "Depot", Audience::Contributors).await;
    let export = simple_export(store, "Clients", connection).await;
    let new = NewRun {
        max_attempts,
        ..new_run(export)
    };
    assert!(matches!(ask_for(store, &new).await, Enqueued::New(_)));
    let run = claim_one(store).await;
    let mut tx = store.begin().await.expect("begins");
    queue::set_plan(&mut tx, run.id, run.fence, &json!({"folder": "f"}))
        .await
        .expect("plans");
    tx.commit().await.expect("commits");
    run
}

async fn read(store: &Store, run: RunId) -> RunSummary {
    runs::run(store, run)
        .await
        .expect("reads")
        .expect("is there")
        .summary
}

async fn cancel(store: &Store, run: RunId) -> Canceled {
    let reason = Reason::new("canceled_by").with("by", "Ada");
    let mut tx = store.begin().await.expect("begins");
    let canceled = queue::request_cancel(&mut tx, run, &reason, NOON)
        .await
        .expect("asks");
    tx.commit().await.expect("commits");
    canceled
}

on_both_databases! {
    async fn a_run_killed_in_its_last_attempt_is_claimed_to_look_whether_it_has_published(
        database: Database
    ) {
        let store = &database.store;
        let run = with_plan(store, 1).await;
        assert!(!run.only_looks());
        let_pass(store, &run).await;
        assert!(claim(store).await.is_none(), "nobody just takes it over");
        assert_eq!(queue::reap(store).await.expect("reaps").runs, 1);
        assert_eq!(read(store, run.id).await.status, RunStatus::Retrying);
        let look = claim_one(store).await;
        assert_eq!((look.id, look.attempt, look.plan.is_some()), (run.id, 2, true));
        assert!(look.only_looks());
        end(store, &look, &ended(RunStatus::Successful, NOON)).await.expect("ends");
        assert_eq!(read(store, run.id).await.status, RunStatus::Successful);
    }

    async fn looking_is_given_up_some_time(database: Database) {
        let store = &database.store;
        let run = with_plan(store, 1).await;
        let_pass(store, &run).await;
        let mut looks = 0;
        loop {
            assert_eq!(queue::reap(store).await.expect("reaps").runs, 1);
            let Some(look) = claim(store).await else { break };
            looks += 1;
            let_pass(store, &look).await;
        }
        assert_eq!(looks, queue::MOST_LOOKS);
        let run = read(store, run.id).await;
        assert_eq!(
            (run.status, run.status_reason),
            (RunStatus::Failed, Some(Reason::new("attempts_used_up")))
        );
    }

    async fn a_run_killed_before_its_paths_were_fixed_has_failed(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        let export = simple_export(store, "Clients", connection).await;
        let new = NewRun {
            max_attempts: 1,
            ..new_run(export)
        };
        ask_for(store, &new).await;
        let run = claim_one(store).await;
        let_pass(store, &run).await;
        queue::reap(store).await.expect("reaps");
        assert_eq!(read(store, run.id).await.status, RunStatus::Failed);
    }

    async fn who_cancels_a_run_that_may_be_published_waits_until_somebody_has_looked(
        database: Database
    ) {
        let store = &database.store;
        let run = with_plan(store, 5).await;
        let_pass(store, &run).await;
        queue::reap(store).await.expect("reaps");
        assert_eq!(cancel(store, run.id).await, Canceled::Asked);
        assert_eq!(read(store, run.id).await.status, RunStatus::Retrying);
        let look = claim_one(store).await;
        assert_eq!((look.id, look.cancel_requested), (run.id, true));
        end(store, &look, &ended(RunStatus::Canceled, NOON)).await.expect("ends");
        assert_eq!(cancel(store, run.id).await, Canceled::Ended);
    }

    async fn a_worker_killed_while_it_was_to_stop_may_have_published(database: Database) {
        let store = &database.store;
        let run = with_plan(store, 5).await;
        assert_eq!(cancel(store, run.id).await, Canceled::Asked);
        queue::heartbeat(store, run.id, run.fence, PASSED, &Progress::default())
            .await
            .expect("beats");
        assert!(claim(store).await.is_none());
        assert_eq!(queue::reap(store).await.expect("reaps").runs, 1);
        assert!(claim_one(store).await.cancel_requested);
    }

    async fn an_attempt_that_is_known_not_to_have_published_leaves_no_doubt(database: Database) {
        let store = &database.store;
        let run = with_plan(store, 5).await;
        let reason = Reason::new("destination_unavailable");
        let mut tx = store.begin().await.expect("begins");
        queue::retry_at(&mut tx, run.id, run.fence, NOON, &reason, true)
            .await
            .expect("retries");
        tx.commit().await.expect("commits");
        let again = claim_one(store).await;
        let mut tx = store.begin().await.expect("begins");
        queue::retry_at(&mut tx, again.id, again.fence, NOON, &reason, false)
            .await
            .expect("retries");
        tx.commit().await.expect("commits");
        assert_eq!(cancel(store, run.id).await, Canceled::Now);
        let canceled = read(store, run.id).await;
        assert_eq!(canceled.status, RunStatus::Canceled);
        assert_eq!(canceled.status_reason.map(|reason| reason.code).as_deref(), Some("canceled_by"));
    }
}
