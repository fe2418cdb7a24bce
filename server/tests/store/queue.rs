//! The life of a run, step by step.

use app::domain::{
    Audience, ExportId, ExportStatus, ItemCounts, Reason, Refused, RunId, RunStatus,
};
use serde_json::json;
use server::store::queue::{Enqueued, Heartbeat, ItemProgress, NewRun, Progress};
use server::store::{SignalKind, Store, StoreError, exports, queue, runs};

use super::fixtures::{
    LONG, add_connection, add_run, ask, ask_for, claim, claim_one, delivered_item, end, ended,
    new_run, pinned, save_export, simple_export, step, waybill, whole_export,
};
use super::starting::listed;
use crate::support::databases::{Database, NOON, on_both_databases};

pub(super) async fn status(store: &Store, run: RunId) -> RunStatus {
    runs::run(store, run)
        .await
        .expect("reads")
        .expect("is there")
        .summary
        .status
}

pub(super) async fn export_of(database: &Database, name: &str) -> ExportId {
    let connection = add_connection(&database.store, "Depot", Audience::Contributors).await;
    simple_export(&database.store, name, connection).await
}

on_both_databases! {
    async fn a_run_goes_from_the_queue_to_its_waybill(database: Database) {
        let store = &database.store;
        let (export, table, snapshot) = whole_export(store).await;
        let mut signals = store.signals().subscribe();
        let id = add_run(store, export).await;
        let kinds: Vec<_> = std::iter::from_fn(|| signals.try_recv().ok())
            .map(|signal| signal.kind)
            .collect();
        for kind in [SignalKind::Run, SignalKind::Export, SignalKind::Queue] {
            assert!(kinds.contains(&kind), "{kinds:?}");
        }
        let run = claim_one(store).await;
        assert_eq!(
            (run.id, run.fence, run.attempt, run.export_version),
            (id, 1, 1, 1)
        );
        let mut tx = store.begin().await.expect("begins");
        let items = [pinned(0, table, snapshot)];
        queue::pin_items(&mut tx, id, run.fence, &items, Some(NOON - 5), None)
            .await
            .expect("pins");
        queue::set_plan(&mut tx, id, run.fence, &json!({"folder": "f"}))
            .await
            .expect("plans");
        tx.commit().await.expect("commits");
        let progress = Progress {
            rows: 4,
            bytes: 40,
            items: vec![ItemProgress {
                place: 0,
                read: 5,
                written: 4,
                bytes: 40,
            }],
        };
        let beat = queue::heartbeat(store, id, run.fence, LONG, &progress)
            .await
            .expect("beats");
        assert_eq!(
            beat,
            Heartbeat::Alive {
                cancel_requested: false
            }
        );
        let row = listed(store, export).await;
        assert_eq!(
            (row.status, row.rows_so_far, row.run_id),
            (ExportStatus::Processing, Some(4), Some(id))
        );
        let under_way = runs::run_items(store, id).await.expect("reads");
        assert_eq!(
            (under_way[0].status, under_way[0].counts.written),
            (RunStatus::Processing, 4)
        );

        let counts = ItemCounts {
            read: 10,
            written: 10,
            bytes: 7,
            ..ItemCounts::default()
        };
        let mut how = ended(RunStatus::Successful, NOON + 9);
        how.data_as_of = None;
        how.items = vec![delivered_item(0, counts)];
        how.waybill = Some(waybill(&run));
        end(store, &run, &how).await.expect("ends");

        let row = runs::run(store, id)
            .await
            .expect("reads")
            .expect("is there");
        assert_eq!(row.summary.status, RunStatus::Successful);
        assert_eq!((row.summary.rows_written, row.summary.bytes), (10, 7));
        assert_eq!(
            (row.summary.data_as_of, row.summary.ended_at),
            (Some(NOON - 5), Some(NOON + 9))
        );
        assert_eq!(runs::waybill(store, id).await.expect("reads"), how.waybill);
        let items = runs::run_items(store, id).await.expect("reads");
        assert_eq!(
            (
                items[0].counts,
                items[0].escaped_cells,
                items[0].files.len()
            ),
            (counts, 3, 1)
        );
        let row = listed(store, export).await;
        assert_eq!(
            (row.status, row.rows_so_far),
            (ExportStatus::Successful, None)
        );
        assert_eq!(
            (row.refreshed_at, row.data_as_of),
            (Some(NOON + 9), Some(NOON - 5))
        );
        let last = runs::last_delivery(store, export)
            .await
            .expect("reads")
            .expect("delivered");
        assert_eq!((last.run_id, last.tables), (id, vec![(table, 10)]));

        assert_eq!(runs::unswept(store, 10).await.expect("finds").len(), 1);
        let mut tx = store.begin().await.expect("begins");
        queue::mark_swept(&mut tx, id).await.expect("notes");
        tx.commit().await.expect("commits");
        assert!(runs::unswept(store, 10).await.expect("finds").is_empty());
        assert!(claim(store).await.is_none());
    }

    async fn a_delivery_that_does_not_add_up_is_refused(database: Database) {
        let store = &database.store;
        let (export, table, snapshot) = whole_export(store).await;
        add_run(store, export).await;
        let run = claim_one(store).await;
        let mut tx = store.begin().await.expect("begins");
        queue::pin_items(
            &mut tx,
            run.id,
            run.fence,
            &[pinned(0, table, snapshot)],
            None,
            None,
        )
        .await
        .expect("pins");
        tx.commit().await.expect("commits");
        let counts = ItemCounts {
            read: 10,
            written: 9,
            ..ItemCounts::default()
        };
        let mut how = ended(RunStatus::Successful, NOON);
        how.items = vec![delivered_item(0, counts)];
        let refused = end(store, &run, &how).await;
        assert!(matches!(
            refused,
            Err(StoreError::Refused(Refused {
                read: 10,
                accounted: 9,
                ..
            }))
        ));
        assert_eq!(status(store, run.id).await, RunStatus::Processing);
    }

    async fn asking_again_returns_the_run_of_the_same_version(database: Database) {
        let store = &database.store;
        let export = export_of(&database, "Clients").await;
        let first = add_run(store, export).await;
        assert_eq!(ask(store, export).await, Enqueued::UnderWay(first));
        claim_one(store).await;
        assert_eq!(ask(store, export).await, Enqueued::UnderWay(first));
    }

    async fn after_an_edit_one_more_waits_and_moves_to_the_newest_version(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        let export = simple_export(store, "Clients", connection).await;
        let first = add_run(store, export).await;
        claim_one(store).await;
        save_export(store, export, 1, "Clients", Some(connection))
            .await
            .expect("saves");
        let second = add_run(store, export).await;
        assert_ne!(first, second);
        save_export(store, export, 2, "Clients", Some(connection))
            .await
            .expect("saves");
        assert_eq!(ask(store, export).await, Enqueued::Moved(second));
        assert_eq!(ask(store, export).await, Enqueued::UnderWay(second));
        let unfinished = runs::unfinished_of(store, export).await.expect("reads");
        let seen: Vec<_> = unfinished
            .iter()
            .map(|run| (run.id, run.export_version))
            .collect();
        assert_eq!(seen, [(first, 1), (second, 3)]);
        assert!(
            claim(store).await.is_none(),
            "one run of an export at a time"
        );
        let row = listed(store, export).await;
        assert_eq!(
            row.status,
            ExportStatus::Processing,
            "active before queued"
        );
        let mut told = Vec::new();
        for id in [first, second] {
            let run = runs::run(store, id).await.expect("reads").expect("is there");
            told.push((run.summary.status_reason, run.summary.started_at));
        }
        let behind = Some(Reason::new("behind_another_run"));
        assert_eq!(told, [(None, row.attempted_at), (behind, None)]);
    }

    async fn a_start_of_the_schedule_leads_to_one_run(database: Database) {
        let store = &database.store;
        let export = export_of(&database, "Clients").await;
        let start = NewRun {
            scheduled_for: Some(NOON),
            ..new_run(export)
        };
        let Enqueued::New(first) = ask_for(store, &start).await else {
            panic!("a new run")
        };
        let run = claim_one(store).await;
        end(store, &run, &ended(RunStatus::Failed, NOON))
            .await
            .expect("ends");
        let again = NewRun {
            scheduled_for: Some(NOON),
            ..new_run(export)
        };
        assert_eq!(ask_for(store, &again).await, Enqueued::UnderWay(first));
    }

    async fn a_detached_or_removed_export_does_not_run(database: Database) {
        let store = &database.store;
        let export = export_of(&database, "Clients").await;
        let mut tx = store.begin().await.expect("begins");
        exports::detach(&mut tx, export, &step(NOON, "Ada"))
            .await
            .expect("detaches");
        tx.commit().await.expect("commits");
        assert_eq!(ask(store, export).await, Enqueued::Detached);
        let mut tx = store.begin().await.expect("begins");
        exports::remove(&mut tx, export, None, &step(NOON, "Ada"))
            .await
            .expect("removes");
        let refused = queue::enqueue(&mut tx, &new_run(export)).await;
        assert!(matches!(refused, Err(StoreError::NotFound)));
    }

    async fn the_last_run_that_ended_gives_the_status(database: Database) {
        let store = &database.store;
        let export = export_of(&database, "Clients").await;
        for (status, at) in [(RunStatus::Successful, 10), (RunStatus::Failed, 20)] {
            add_run(store, export).await;
            let run = claim_one(store).await;
            end(store, &run, &ended(status, NOON + at))
                .await
                .expect("ends");
        }
        let row = listed(store, export).await;
        assert_eq!(
            (row.status, row.refreshed_at),
            (ExportStatus::Failed, Some(NOON + 10))
        );
        let id = add_run(store, export).await;
        let row = listed(store, export).await;
        assert_eq!((row.status, row.run_id), (ExportStatus::Queued, Some(id)));
    }
}
