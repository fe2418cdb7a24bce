//! What a restored database ends, and that it catches nothing up.

use std::path::Path;
use std::sync::Arc;

use app::domain::{Audience, ExportStatus, Reason, Restored, RunStatus};
use base::{Clock, FixedClock, Secret};
use server::backup::{Done, Place, Restoring, restore, take};
use server::config::StorageConfig;
use server::scheduler::{Planned, plan_once};
use server::store::{Store, audit, operation, queue, refreshes, tables, tasks};
use tempfile::TempDir;

use super::fixtures::{
    LONG, add_connection, add_run, add_snapshot, add_source, add_tables, claim, claim_one, end,
    ended, save_export,
};
use super::starting::{
    DAY, HOUR, MINUTE, daily, listed, plan, refresh_at, runs_of, starting_export,
};
use crate::support::databases::{Database, NOON, on_both_databases};

/// Half past noon, on the day of [`NOON`].
const START: i64 = NOON + 30 * MINUTE;

/// A restored database, with its folder and a clock of its own.
struct Elsewhere {
    store: Store,
    clock: Arc<FixedClock>,
    done: Done,
    _folder: TempDir,
    _database: Database,
}

/// Restores what is in a database into a database of the other kind.
async fn elsewhere(database: &Database) -> Elsewhere {
    restored_as(database, Restoring::default())
        .await
        .expect("restores")
}

async fn restored_as(database: &Database, how: Restoring) -> anyhow::Result<Elsewhere> {
    let folder = tempfile::tempdir().expect("a folder");
    let place = Place::File(folder.path().join("a.tar.zst"));
    take(&database.store, &place).await.expect("a backup");
    let other = match database.store.engine() {
        server::store::Engine::Sqlite => Database::empty_postgres().await,
        server::store::Engine::Postgres => Database::empty_sqlite().await,
    };
    let storage = storage(folder.path(), &other.url);
    let (store, done) = restore(&place, &storage, how).await?;
    store.close().await;
    let clock = Arc::new(FixedClock::new(NOON));
    let store = Store::open(&other.url, Arc::clone(&clock) as Arc<dyn Clock>)
        .await
        .expect("opens");
    Ok(Elsewhere {
        store,
        clock,
        done,
        _folder: folder,
        _database: other,
    })
}

fn storage(folder: &Path, url: &str) -> StorageConfig {
    StorageConfig {
        database: Secret::new(url.to_owned()),
        ..StorageConfig::in_folder(&folder.join("data"))
    }
}

async fn resume(store: &Store) {
    let mut tx = store.begin().await.expect("begins");
    let at = tx.now();
    let ended = operation::end_pause(&mut tx, at).await.expect("resumes");
    assert!(ended.is_some(), "it was paused");
    tx.commit().await.expect("commits");
}

async fn restored(store: &Store) -> Restored {
    operation::restored(store)
        .await
        .expect("reads")
        .expect("it was restored")
}

on_both_databases! {
    async fn a_restored_server_plans_nothing_and_after_it_goes_on_catches_nothing_up(database: Database) {
        let depot = add_connection(&database.store, "Depot", Audience::Contributors).await;
        let export = starting_export(&database.store, "Clients", depot, &[], &daily(&["12:30"])).await;
        let other = elsewhere(&database).await;
        let store = &other.store;
        assert_eq!((other.done.restored.runs_unknown, other.done.restored.runs_dropped), (0, 0));
        let pause = operation::pause(store).await.expect("reads").expect("paused");
        assert_eq!(pause.reason, "Restored from the backup of 2026-11-23 12:00 UTC");
        let noted = audit::of(store, "system", "backup", 5).await.expect("reads");
        assert_eq!(noted[0].action, "system.restore");

        other.clock.set(NOON + 3 * DAY);
        assert_eq!(plan_once(store).await.expect("plans"), Planned::default());
        assert!(restored(store).await.is_waiting());
        resume(store).await;
        assert_eq!(restored(store).await.resumed_at, Some(NOON + 3 * DAY));
        let planned = plan(store).await;
        assert_eq!((planned.runs, planned.missed), (0, 1));
        assert_eq!(planned.next, Some(START + 3 * DAY));
        let runs = runs_of(store, export).await;
        let reason = Reason::new("missed_restored")
            .with("count", 3)
            .with("first", "2026-11-23T12:30:00Z")
            .with("last", "2026-11-25T12:30:00Z");
        assert_eq!(runs.len(), 1);
        assert_eq!(
            (runs[0].status, runs[0].status_reason.as_ref()),
            (RunStatus::Missed, Some(&reason))
        );
        assert_eq!(listed(store, export).await.next_run_at, Some(START + 3 * DAY));

        other.clock.set(START + 3 * DAY + MINUTE);
        let planned = plan(store).await;
        assert_eq!((planned.runs, planned.missed), (1, 0), "from here on all is as ever");
        assert_eq!(claim_one(store).await.id, runs_of(store, export).await[1].id);
        // A second pause is one like any other.
        let paused = app::domain::SystemPause {
            reason: "Upgrade".to_owned(),
            since: store.now(),
            by: "Ada".to_owned(),
        };
        let mut tx = store.begin().await.expect("begins");
        operation::set_pause(&mut tx, &paused).await.expect("pauses");
        tx.commit().await.expect("commits");
        other.clock.set(START + 4 * DAY + HOUR);
        resume(store).await;
        assert_eq!(restored(store).await.resumed_at, Some(NOON + 3 * DAY));
        assert_eq!(plan(store).await.missed, 0, "one start, which it catches up");
        store.close().await;
    }

    async fn the_system_refresh_is_not_caught_up_either(database: Database) {
        refresh_at(&database.store, &daily(&["02:00"])).await;
        let other = elsewhere(&database).await;
        let store = &other.store;
        other.clock.set(NOON + 2 * DAY);
        resume(store).await;
        assert_eq!(plan(store).await.refreshes, 0);
        let noted = refreshes::following(store).await.expect("reads");
        assert!(noted.is_none(), "who follows it is told in the same look");
        store.close().await;
    }

    async fn what_was_under_way_is_not_known_and_what_waited_does_not_start(database: Database) {
        let first = &database.store;
        let depot = add_connection(first, "Depot", Audience::Contributors).await;
        let going = starting_export(first, "Going", depot, &[], &daily(&["06:00"])).await;
        let waiting = starting_export(first, "Waiting", depot, &[], &daily(&["06:00"])).await;
        let done = starting_export(first, "Done", depot, &[], &daily(&["06:00"])).await;
        let held = starting_export(first, "Held", depot, &[], &daily(&["06:00"])).await;
        add_run(first, done).await;
        let run = claim_one(first).await;
        end(first, &run, &ended(RunStatus::Successful, NOON + 1)).await.expect("ends");
        add_run(first, held).await;
        let asks = claim_one(first).await;
        let mut tx = first.begin().await.expect("begins");
        queue::hold(&mut tx, asks.id, asks.fence, &Reason::new("held_empty"), NOON + 1).await.expect("holds");
        tx.commit().await.expect("commits");
        add_run(first, going).await;
        claim_one(first).await;
        // The next one of the same export, which was edited, and one of another.
        save_export(first, going, 1, "Going", Some(depot)).await.expect("saves");
        add_run(first, going).await;
        add_run(first, waiting).await;
        let source = add_source(first, "Shop").await;
        let mut tx = first.begin().await.expect("begins");
        let task = tasks::ask_refresh(&mut tx, source, None, "Ada", NOON).await.expect("asks");
        tx.commit().await.expect("commits");

        let other = elsewhere(&database).await;
        let store = &other.store;
        assert_eq!((other.done.restored.runs_unknown, other.done.restored.runs_dropped), (1, 3));
        let runs = runs_of(store, going).await;
        let unknown = runs.iter().find(|run| run.status == RunStatus::Failed).expect("the first");
        assert_eq!(unknown.status_reason, Some(Reason::new("restored_unknown")));
        let dropped = runs.iter().find(|run| run.status == RunStatus::Skipped).expect("the second");
        assert_eq!(dropped.status_reason, Some(Reason::new("restored")));
        let row = listed(store, going).await;
        assert_eq!((row.status, row.run_id), (ExportStatus::Failed, Some(unknown.id)));
        let row = listed(store, waiting).await;
        assert_eq!((row.status, row.status_reason), (ExportStatus::Skipped, Some(Reason::new("restored"))));
        let row = listed(store, held).await;
        assert_eq!((row.status, row.run_id), (ExportStatus::Skipped, Some(asks.id)));
        assert_eq!(row.status_reason, Some(Reason::new("restored")), "nobody let it deliver");
        let row = listed(store, done).await;
        assert_eq!((row.status, row.run_id), (ExportStatus::Successful, Some(run.id)));
        for (run, status) in [(unknown.id, "failed"), (dropped.id, "skipped"), (asks.id, "skipped")] {
            let entries = audit::of(store, "run", &run.to_string(), 5).await.expect("reads");
            let last = entries.first().expect("it is told of");
            assert_eq!(last.action, "run.end");
            assert_eq!(last.after.as_ref().map(|after| &after["status"]), Some(&serde_json::json!(status)));
        }
        let ended = tasks::status(store, task).await.expect("reads");
        assert_eq!(ended, Some(app::domain::RefreshStatus::Skipped));

        resume(store).await;
        assert!(claim(store).await.is_none(), "nothing of before starts");
        assert!(tasks::claim(store, "worker", LONG).await.expect("claims").is_none());
        assert_eq!(queue::reap(store).await.expect("reaps").runs, 0);
        add_run(store, going).await;
        claim_one(store).await;
        store.close().await;
    }

    async fn a_table_whose_snapshot_is_not_in_the_lake_waits_for_its_next_refresh(database: Database) {
        let first = &database.store;
        let source = add_source(first, "Shop").await;
        let table = add_tables(first, source, &["customers"]).await[0];
        let snapshot = add_snapshot(first, table, NOON).await;
        let mut tx = first.begin().await.expect("begins");
        server::store::settings::set(&mut tx, "lake_id", "a-lake").await.expect("sets");
        tx.commit().await.expect("commits");
        let refused = restored_as(&database, Restoring::default()).await.map(drop).expect_err("no lake");
        assert!(refused.to_string().contains("--new-lake"), "{refused:#}");
        let how = Restoring { new_lake: true };
        let other = restored_as(&database, how).await.expect("restores");
        let store = &other.store;
        let restored = &other.done.restored;
        assert_eq!((restored.snapshots_missing, restored.tables_missing), (1, 1));
        assert_eq!(tables::snapshot(store, snapshot).await.expect("reads"), None);
        assert!(tables::latest_snapshots(store, &[table]).await.expect("reads").is_empty());
        store.close().await;
    }
}
