//! What is kept for how long: what goes, and above all what does not.

use app::domain::{
    AuditDays, ExportId, ItemCounts, Keeping, Micros, RefreshId, RefreshTrigger, RunId, RunStatus,
    TableId,
};
use serde_json::json;
use server::scheduler::{Forgotten, forget_once};
use server::store::published_records::{self, NewRecord};
use server::store::queue::{self, Ended, NewRun};
use server::store::refreshes::{self, NewRefresh};
use server::store::tasks::{self, TaskEnd};
use server::store::{
    EditScope, SnapshotId, Store, exports, keeping, runs, settings, sources, storage, tables,
};

use super::fixtures::{
    LONG, add_snapshot, add_source, add_tables, ask_for, claim_one, delivered_item, end, ended,
    new_run, pinned, step, waybill, whole_export,
};
use crate::support::databases::{Database, NOON, on_both_databases};

const HOUR: Micros = 3_600_000_000;
const DAY: Micros = 24 * HOUR;

/// An export that delivers one table, and the snapshot that it has.
#[derive(Clone, Copy)]
struct Scene {
    export: ExportId,
    table: TableId,
    snapshot: SnapshotId,
}

async fn scene(store: &Store) -> Scene {
    let (export, table, snapshot) = whole_export(store).await;
    Scene {
        export,
        table,
        snapshot,
    }
}

/// A run from beginning to end at this instant.
async fn run_at(database: &Database, scene: Scene, status: RunStatus, at: Micros) -> RunId {
    let store = &database.store;
    database.clock.set(at);
    let new = NewRun {
        at,
        ..new_run(scene.export)
    };
    ask_for(store, &new).await;
    let run = claim_one(store).await;
    let items = [pinned(0, scene.table, scene.snapshot)];
    let mut tx = store.begin().await.expect("begins");
    queue::pin_items(&mut tx, run.id, run.fence, &items, None, None)
        .await
        .expect("pins");
    tx.commit().await.expect("commits");
    let has_delivered = status.has_delivered();
    let how = Ended {
        items: vec![delivered_item(0, ItemCounts::default())],
        waybill: has_delivered.then(|| waybill(&run)),
        ..ended(status, at)
    };
    end(store, &run, &how).await.expect("ends");
    run.id
}

/// Whether there is such a run, with its tables and its receipt.
async fn is_there(store: &Store, run: RunId) -> bool {
    let row = runs::run(store, run).await.expect("reads");
    let items = runs::run_items(store, run).await.expect("reads");
    let receipt = runs::waybill(store, run).await.expect("reads");
    assert_eq!(row.is_some(), !items.is_empty(), "whole or not at all");
    assert!(row.is_some() || receipt.is_none(), "whole or not at all");
    row.is_some()
}

/// Forgets what ended more than so many days ago; fewer than anybody may set.
async fn forget(database: &Database, runs_days: u32) -> Forgotten {
    let kept = Keeping {
        runs_days,
        ..Keeping::default()
    };
    forget_once(&database.store, kept, database.store.now())
        .await
        .expect("forgets")
}

/// A whole refresh of everything that begins and ends at this instant.
async fn refresh_at(database: &Database, at: Micros) -> RefreshId {
    let store = &database.store;
    database.clock.set(at);
    let new = NewRefresh {
        id: RefreshId::new(server::store::fresh(at)),
        trigger: RefreshTrigger::Person,
        asked_by: "Ada",
        at,
        scheduled_for: None,
        run_exports: false,
    };
    let mut tx = store.begin().await.expect("begins");
    refreshes::start(&mut tx, &new).await.expect("starts");
    tx.commit().await.expect("commits");
    while let Some(task) = tasks::claim(store, "worker", LONG).await.expect("claims") {
        let mut tx = store.begin().await.expect("begins");
        tasks::finish(&mut tx, task.id, task.fence, TaskEnd::Successful, at)
            .await
            .expect("ends");
        tx.commit().await.expect("commits");
    }
    new.id
}

on_both_databases! {
    async fn settings_are_read_one_by_one_and_what_may_not_be_is_as_at_the_start(
        database: Database
    ) {
        let store = &database.store;
        let start = Keeping::default();
        assert_eq!(keeping::get(store).await.expect("reads"), start);
        let kept = Keeping {
            snapshots: 7,
            runs_days: 90,
            stop_refreshes_percent: 75,
            audit_days: AuditDays::parse(60).expect("enough"),
        };
        let mut tx = store.begin().await.expect("begins");
        keeping::set(&mut tx, start, kept).await.expect("sets");
        tx.commit().await.expect("commits");
        assert_eq!(keeping::get(store).await.expect("reads"), kept);
        let mut tx = store.begin().await.expect("begins");
        settings::set(&mut tx, settings::KEEP_RUNS_DAYS, "3").await.expect("sets");
        settings::set(&mut tx, settings::KEEP_SNAPSHOTS, "many").await.expect("sets");
        tx.commit().await.expect("commits");
        let expected = Keeping {
            snapshots: start.snapshots,
            runs_days: start.runs_days,
            ..kept
        };
        assert_eq!(keeping::get(store).await.expect("reads"), expected);
    }

    async fn old_runs_go_with_their_receipts_and_the_newest_and_last_delivered_stay(
        database: Database
    ) {
        let store = &database.store;
        let scene = scene(store).await;
        let delivered = RunStatus::Successful;
        let first = run_at(&database, scene, delivered, NOON).await;
        let last_delivered = run_at(&database, scene, delivered, NOON + HOUR).await;
        let failed = run_at(&database, scene, RunStatus::Failed, NOON + 2 * HOUR).await;
        let newest = run_at(&database, scene, RunStatus::Failed, NOON + 3 * HOUR).await;
        database.clock.set(NOON + 30 * DAY);
        assert_eq!(forget(&database, 31).await, Forgotten::default(), "young enough");
        assert_eq!(forget(&database, 2).await.runs, 2);
        for (run, stays) in [
            (first, false),
            (last_delivered, true),
            (failed, false),
            (newest, true),
        ] {
            assert_eq!(is_there(store, run).await, stays, "{run}");
        }
        let left = exports::left_behind(store, scene.export).await.expect("counts");
        assert_eq!((left.deliveries, left.files), (1, 1));
        let last = runs::last_delivery(store, scene.export).await.expect("reads");
        assert_eq!(last.map(|last| last.run_id), Some(last_delivered));
        assert_eq!(forget(&database, 2).await.runs, 0, "again");
    }

    async fn what_has_not_ended_is_never_forgotten(database: Database) {
        let store = &database.store;
        let scene = scene(store).await;
        run_at(&database, scene, RunStatus::Successful, NOON).await;
        database.clock.set(NOON + HOUR);
        let new = NewRun {
            at: NOON + HOUR,
            ..new_run(scene.export)
        };
        ask_for(store, &new).await;
        let run = claim_one(store).await;
        let items = [pinned(0, scene.table, scene.snapshot)];
        let mut tx = store.begin().await.expect("begins");
        queue::pin_items(&mut tx, run.id, run.fence, &items, None, None).await.expect("pins");
        tx.commit().await.expect("commits");
        database.clock.set(NOON + 100 * DAY);
        assert_eq!(forget(&database, 2).await, Forgotten::default());
        for taken_at in 1..=5 {
            add_snapshot(store, scene.table, NOON + taken_at).await;
        }
        let dropped = tables::snapshots_to_drop(store, 1).await.expect("finds");
        assert!(dropped.iter().all(|row| row.id != scene.snapshot), "it is pinned");
    }

    async fn the_last_record_of_a_folder_stays_for_the_next_delivery_to_count_on(
        database: Database
    ) {
        let store = &database.store;
        let scene = scene(store).await;
        let row = exports::get(store, scene.export, &EditScope::All).await.expect("reads");
        let connection = row.and_then(|row| row.details.row.connection).expect("it has one").id;
        let mut delivered = Vec::new();
        for publish in 1..=3 {
            let at = NOON + publish * HOUR;
            let run = run_at(&database, scene, RunStatus::Successful, at).await;
            let run_id = run.to_string();
            let record = json!({"publish": publish});
            let new = NewRecord {
                connection,
                run_id: &run_id,
                export_folder: "folder",
                publish,
                record: &record,
                at,
            };
            let mut tx = store.begin().await.expect("begins");
            published_records::keep(&mut tx, &new).await.expect("keeps");
            tx.commit().await.expect("commits");
            delivered.push(run_id);
        }
        database.clock.set(NOON + 30 * DAY);
        assert_eq!(forget(&database, 2).await.runs, 2);
        let mut there = Vec::new();
        for run in &delivered {
            let record = published_records::of(store, connection, run).await.expect("reads");
            there.push(record.is_some());
        }
        assert_eq!(there, [false, false, true]);
        let newest = published_records::newest(store, connection, "folder").await;
        assert_eq!(newest.expect("reads"), 3);
    }

    async fn tasks_go_but_for_the_newest_of_each_source_and_what_runs_needed(database: Database) {
        let store = &database.store;
        let scene = scene(store).await;
        let first = refresh_at(&database, NOON).await;
        let second = refresh_at(&database, NOON + HOUR).await;
        let mut tx = store.begin().await.expect("begins");
        let needed = refreshes::tasks_of(&mut tx, first).await.expect("reads")[0].id;
        tx.rollback().await.expect("ends");
        let new = NewRun {
            at: NOON + 2 * HOUR,
            ..new_run(scene.export)
        };
        ask_for(store, &new).await;
        let mut tx = store.begin().await.expect("begins");
        tasks::need(&mut tx, new.id, needed, NOON + DAY).await.expect("needs");
        tx.commit().await.expect("commits");
        database.clock.set(NOON + 30 * DAY);
        assert_eq!(forget(&database, 2).await, Forgotten::default(), "a run needs the first");
        let run = claim_one(store).await;
        end(store, &run, &ended(RunStatus::Failed, NOON + 2 * HOUR)).await.expect("ends");
        // The next one makes the last one a run that may go.
        run_at(&database, scene, RunStatus::Failed, NOON + 3 * HOUR).await;
        database.clock.set(NOON + 30 * DAY);
        let forgotten = forget(&database, 2).await;
        let expected = Forgotten {
            runs: 1,
            tasks: 1,
            refreshes: 1,
            exports: 0,
        };
        assert_eq!(forgotten, expected);
        assert_eq!(refreshes::get(store, first).await.expect("reads"), None);
        let details = refreshes::get(store, second).await.expect("reads").expect("is there");
        assert_eq!(details.tasks.len(), 1);
        let source = sources::get(store, details.tasks[0].source_id).await.expect("reads");
        assert!(source.is_some_and(|source| source.status.code() == "successful"));
    }

    async fn a_removed_export_goes_when_it_cannot_come_back_and_its_runs_are_forgotten(
        database: Database
    ) {
        let store = &database.store;
        let scene = scene(store).await;
        run_at(&database, scene, RunStatus::Successful, NOON).await;
        run_at(&database, scene, RunStatus::Failed, NOON + HOUR).await;
        let mut tx = store.begin().await.expect("begins");
        exports::remove(&mut tx, scene.export, None, &step(NOON + 2 * HOUR, "Ada"))
            .await
            .expect("removes");
        tx.commit().await.expect("commits");
        let removed = async || {
            let found = exports::get_removed(store, scene.export, &EditScope::All).await;
            found.expect("reads").is_some()
        };
        database.clock.set(NOON + 29 * DAY);
        forget(&database, 2).await;
        assert!(removed().await, "it may come back");
        database.clock.set(NOON + 31 * DAY);
        assert_eq!(forget(&database, 60).await, Forgotten::default(), "its runs are kept");
        let forgotten = forget(&database, 2).await;
        assert_eq!((forgotten.runs, forgotten.exports), (2, 1));
        assert!(!removed().await);
    }

    async fn a_table_that_was_removed_long_ago_lets_its_snapshots_go_and_may_come_back(
        database: Database
    ) {
        let store = &database.store;
        let source = add_source(store, "Shop").await;
        let table = add_tables(store, source, &["orders"]).await[0];
        let snapshot = add_snapshot(store, table, NOON).await;
        // The folder lists it no more.
        add_tables(store, source, &["customers"]).await;
        let dropped = async || {
            let rows = tables::snapshots_to_drop(store, 3).await.expect("finds");
            rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
        };
        let let_go = async |before: Micros| {
            let mut tx = store.begin().await.expect("begins");
            let gone = tables::let_go_of_removed(&mut tx, before).await.expect("lets go");
            tx.commit().await.expect("commits");
            gone
        };
        assert_eq!(let_go(NOON).await, 0, "not long enough");
        assert!(dropped().await.is_empty());
        assert_eq!(let_go(NOON + 1).await, 1);
        assert_eq!(dropped().await, [snapshot]);
        let back = add_tables(store, source, &["customers", "orders"]).await;
        assert!(back.contains(&table));
        let row = tables::table(store, table).await.expect("reads").expect("is there");
        assert_eq!((row.snapshot_id, row.fingerprint), (None, None), "read anew");
    }
}

/// What is kept stops growing, however long it goes on: forty days, on the smaller database.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_kept_reaches_a_plateau() {
    let database = Database::sqlite().await;
    let store = &database.store;
    let mut scene = scene(store).await;
    let mut by_day = Vec::new();
    for day in 0..40 {
        for hour in [0, 6, 12, 18] {
            let at = NOON + day * DAY + hour * HOUR;
            refresh_at(&database, at).await;
            scene.snapshot = add_snapshot(store, scene.table, at).await;
            run_at(&database, scene, RunStatus::Successful, at).await;
        }
        database.clock.set(NOON + (day + 1) * DAY);
        forget(&database, 2).await;
        for old in tables::snapshots_to_drop(store, 3).await.expect("finds") {
            let mut tx = store.begin().await.expect("begins");
            tables::delete_snapshot(&mut tx, old.id)
                .await
                .expect("forgets");
            tx.commit().await.expect("commits");
        }
        let left = exports::left_behind(store, scene.export)
            .await
            .expect("counts");
        let snapshots = storage::snapshot_bytes(store).await.expect("adds up");
        let bytes = storage::database_bytes(store).await.expect("asks");
        by_day.push((left.deliveries, left.files, snapshots, bytes));
    }
    let (deliveries, files, snapshots, _) = by_day[39];
    assert_eq!((deliveries, files, snapshots), (8, 8, 300));
    for (day, kept) in by_day.iter().enumerate().skip(3) {
        assert_eq!((kept.0, kept.1, kept.2), (8, 8, 300), "day {day}");
    }
    // The audit log keeps all of its entries for longer than this takes: that is all that it grows by.
    let grown = by_day[39].3 - by_day[20].3;
    assert!(grown < 300_000, "{grown} bytes in twenty days");
}
