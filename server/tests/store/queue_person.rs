//! What people say of a run: *Deliver*, *Discard*, *Cancel*.

use app::domain::{Audience, Reason, RunId, RunStatus};
use server::store::queue::{Canceled, Enqueued, Heartbeat, Progress};
use server::store::{StoreError, queue, runs};

use super::fixtures::{
    LONG, add_connection, add_run, ask, claim, claim_one, end, ended, hold, save_export,
    simple_export,
};
use super::queue::{export_of, status};
use crate::support::databases::{NOON, on_both_databases};

on_both_databases! {
    async fn a_held_run_waits_for_a_person_and_goes_first_when_released(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        let export = simple_export(store, "Clients", connection).await;
        let id = add_run(store, export).await;
        let run = claim_one(store).await;
        save_export(store, export, 1, "Clients", Some(connection))
            .await
            .expect("saves");
        let waiting = add_run(store, export).await;
        hold(store, &run).await;
        assert_eq!(ask(store, export).await, Enqueued::Held(id));
        assert!(
            claim(store).await.is_none(),
            "what waits stays behind the held run"
        );
        assert_eq!(
            runs::held_before(store, NOON + 1, 10).await.expect("finds"),
            [id]
        );
        assert!(
            runs::held_before(store, NOON, 10)
                .await
                .expect("finds")
                .is_empty()
        );

        let mut tx = store.begin().await.expect("begins");
        assert!(
            queue::release(&mut tx, id, NOON + 5)
                .await
                .expect("releases")
        );
        assert!(
            !queue::release(&mut tx, id, NOON + 5)
                .await
                .expect("is released already")
        );
        tx.commit().await.expect("commits");
        assert_eq!(status(store, id).await, RunStatus::Queued);
        let again = claim_one(store).await;
        assert_eq!((again.id, again.released, again.attempt), (id, true, 2));
        assert_eq!(
            again.max_attempts,
            run.max_attempts + 1,
            "being held is no failed attempt"
        );
        assert!(claim(store).await.is_none());
        end(store, &again, &ended(RunStatus::Successful, NOON + 6))
            .await
            .expect("ends");
        assert_eq!(claim_one(store).await.id, waiting);
    }

    async fn a_held_run_that_is_discarded_has_ended(database: Database) {
        let store = &database.store;
        let export = export_of(&database, "Clients").await;
        let id = add_run(store, export).await;
        let mut tx = store.begin().await.expect("begins");
        assert!(
            !queue::discard(&mut tx, id, &Reason::new("discarded"), NOON)
                .await
                .expect("is not held")
        );
        tx.commit().await.expect("commits");
        let run = claim_one(store).await;
        hold(store, &run).await;
        let mut tx = store.begin().await.expect("begins");
        assert!(
            queue::discard(&mut tx, id, &Reason::new("discarded"), NOON)
                .await
                .expect("discards")
        );
        tx.commit().await.expect("commits");
        assert_eq!(status(store, id).await, RunStatus::Canceled);
        add_run(store, export).await;
    }

    async fn canceling_ends_what_nobody_works_on_and_asks_the_worker_otherwise(database: Database) {
        let store = &database.store;
        let export = export_of(&database, "Clients").await;
        let waiting = add_run(store, export).await;
        let reason = Reason::new("canceled_by").with("name", "Ada");
        let mut tx = store.begin().await.expect("begins");
        assert_eq!(
            queue::request_cancel(&mut tx, waiting, &reason, NOON)
                .await
                .expect("cancels"),
            Canceled::Now
        );
        assert_eq!(
            queue::request_cancel(&mut tx, waiting, &reason, NOON)
                .await
                .expect("has ended"),
            Canceled::Ended
        );
        tx.commit().await.expect("commits");
        let row = runs::run(store, waiting)
            .await
            .expect("reads")
            .expect("is there");
        assert_eq!(
            (row.summary.status, row.summary.status_reason),
            (RunStatus::Canceled, Some(reason.clone()))
        );

        let id = add_run(store, export).await;
        let run = claim_one(store).await;
        let mut tx = store.begin().await.expect("begins");
        assert_eq!(
            queue::request_cancel(&mut tx, id, &reason, NOON)
                .await
                .expect("asks"),
            Canceled::Asked
        );
        let later = Reason::new("canceled_by").with("name", "Bob");
        assert_eq!(
            queue::request_cancel(&mut tx, id, &later, NOON)
                .await
                .expect("asks"),
            Canceled::Asked
        );
        tx.commit().await.expect("commits");
        assert_eq!(
            queue::cancel_reason(store, id).await.expect("reads"),
            Some(reason),
            "the first is named"
        );
        let after = add_run(store, export).await;
        assert_eq!(ask(store, export).await, Enqueued::UnderWay(after), "one at most waits");
        let beat = queue::heartbeat(store, id, run.fence, LONG, &Progress::default()).await;
        assert_eq!(
            beat.expect("beats"),
            Heartbeat::Alive {
                cancel_requested: true
            }
        );
        let unknown = RunId::new(crate::store::fixtures::id());
        let mut tx = store.begin().await.expect("begins");
        let refused = queue::request_cancel(&mut tx, unknown, &later, NOON).await;
        assert!(matches!(refused, Err(StoreError::NotFound)));
    }
}
