//! The life of a run, step by step.

use app::domain::{
    Audience, ExportStatus, ItemCounts, NextAttempt, Reason, Refused, RunId, RunQuery, RunStatus,
};
use serde_json::json;
use server::store::queue::{Canceled, Claim, Enqueued, Heartbeat, ItemProgress, NewRun, Progress};
use server::store::{EditScope, SignalKind, Store, StoreError, exports, queue, runs};

use super::fixtures::{
    LONG, PASSED, add_connection, add_run, ask, ask_for, claim, claim_by, claim_one,
    delivered_item, end, ended, let_pass, new_run, of_one, pinned, save_export, simple_export,
    step, waybill, whole_export,
};
use crate::support::databases::{Database, NOON, on_both_databases};

async fn status(store: &Store, run: RunId) -> RunStatus {
    runs::run(store, run)
        .await
        .expect("reads")
        .expect("is there")
        .summary
        .status
}

async fn export_of(database: &Database, name: &str) -> app::domain::ExportId {
    let connection = add_connection(&database.store, "Depot", Audience::Contributors).await;
    simple_export(&database.store, name, connection).await
}

async fn hold(store: &Store, run: &queue::ClaimedRun) {
    let mut tx = store.begin().await.expect("begins");
    queue::hold(
        &mut tx,
        run.id,
        run.fence,
        &Reason::new("empty_input"),
        NOON,
    )
    .await
    .expect("holds");
    tx.commit().await.expect("commits");
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
        let listed = exports::get(store, export, &EditScope::All)
            .await
            .expect("reads")
            .expect("is there");
        let row = listed.details.row;
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
        let listed = exports::get(store, export, &EditScope::All)
            .await
            .expect("reads")
            .expect("is there");
        let row = listed.details.row;
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
        let row = exports::get(store, export, &EditScope::All)
            .await
            .expect("reads")
            .expect("is there");
        assert_eq!(
            row.details.row.status,
            ExportStatus::Processing,
            "active before queued"
        );
        let mut told = Vec::new();
        for id in [first, second] {
            let run = runs::run(store, id).await.expect("reads").expect("is there");
            told.push((run.summary.status_reason, run.summary.started_at));
        }
        let behind = Some(Reason::new("behind_another_run"));
        assert_eq!(told, [(None, row.details.row.attempted_at), (behind, None)]);
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
        let row = exports::get(store, export, &EditScope::All)
            .await
            .expect("reads")
            .expect("is there");
        assert_eq!(row.details.row.status, ExportStatus::Retrying);
        assert_eq!(
            row.details.row.status_reason,
            Some(Reason::new("unavailable"))
        );
        let query = RunQuery::default();
        let listed = runs::list(store, &query).await.expect("lists").items;
        let next = NextAttempt { at: NOON + 1_000_000, number: 2, attempts: 5 };
        assert_eq!(row.details.row.next_attempt, Some(next));
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
        let row = exports::get(store, export, &EditScope::All)
            .await
            .expect("reads")
            .expect("is there")
            .details
            .row;
        assert_eq!(
            (row.status, row.refreshed_at),
            (ExportStatus::Failed, Some(NOON + 10))
        );
        let id = add_run(store, export).await;
        let row = exports::get(store, export, &EditScope::All)
            .await
            .expect("reads")
            .expect("is there")
            .details
            .row;
        assert_eq!((row.status, row.run_id), (ExportStatus::Queued, Some(id)));
    }
}
