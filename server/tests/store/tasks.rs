//! Tasks: who waits for whom, and what a source's status says.

use std::collections::BTreeSet;

use app::domain::{Audience, ExportId, Reason, RefreshStatus, RunId, SourceId, TableId};
use server::store::queue::Heartbeat;
use server::store::tasks::TaskEnd;
use server::store::{EditScope, Store, StoreError, TaskId, exports, queue, runs, sources, tasks};

use super::fixtures::{
    LONG, PASSED, add_connection, add_run, add_source, add_tables, claim, simple_export,
};
use crate::support::databases::{NOON, on_both_databases};

async fn ask(store: &Store, source: SourceId, scope: Option<&[TableId]>) -> TaskId {
    let mut tx = store.begin().await.expect("begins");
    let task = tasks::ask_refresh(&mut tx, source, scope, "Ada", NOON)
        .await
        .expect("asks");
    tx.commit().await.expect("commits");
    task
}

async fn take(store: &Store) -> Option<tasks::ClaimedTask> {
    tasks::claim(store, "worker", LONG).await.expect("claims")
}

async fn finish(store: &Store, task: &tasks::ClaimedTask, end: TaskEnd<'_>) {
    let mut tx = store.begin().await.expect("begins");
    tasks::finish(&mut tx, task.id, task.fence, end, NOON + 7)
        .await
        .expect("ends");
    tx.commit().await.expect("commits");
}

async fn status(store: &Store, source: SourceId) -> (RefreshStatus, Option<i64>) {
    let row = sources::get(store, source)
        .await
        .expect("reads")
        .expect("is there");
    (row.status, row.refreshed_at)
}

/// Why a run is as it is, as it says itself and as its export is listed.
async fn reasons(store: &Store, run: RunId, export: ExportId) -> [Option<Reason>; 2] {
    let row = runs::run(store, run)
        .await
        .expect("reads")
        .expect("is there");
    let record = exports::get(store, export, &EditScope::All)
        .await
        .expect("reads")
        .expect("is there");
    [row.summary.status_reason, record.details.row.status_reason]
}

on_both_databases! {
    async fn a_refresh_that_waits_serves_everybody_it_covers(database: Database) {
        let store = &database.store;
        let source = add_source(store, "Shop").await;
        let tables = add_tables(store, source, &["a", "b"]).await;
        let first = ask(store, source, Some(&tables[..1])).await;
        assert_eq!(ask(store, source, Some(&tables[..1])).await, first);
        let both = ask(store, source, Some(&tables)).await;
        assert_ne!(both, first);
        assert_eq!(ask(store, source, Some(&tables[1..])).await, both);
        let whole = ask(store, source, None).await;
        assert_ne!(whole, both);
        assert_eq!(ask(store, source, None).await, whole);
        let claimed = take(store).await.expect("a task");
        assert_eq!(
            (claimed.id, claimed.scope.as_deref()),
            (first, Some(&tables[..1]))
        );
        assert_ne!(
            ask(store, source, Some(&tables[..1])).await,
            first,
            "what is under way is too late"
        );
        let mut tx = store.begin().await.expect("begins");
        let unknown = SourceId::new(crate::store::fixtures::id());
        let refused = tasks::ask_refresh(&mut tx, unknown, None, "Ada", NOON).await;
        assert!(matches!(refused, Err(StoreError::NotFound)));
    }

    async fn a_source_shows_what_becomes_of_its_tasks(database: Database) {
        let store = &database.store;
        let source = add_source(store, "Shop").await;
        ask(store, source, None).await;
        assert_eq!(status(store, source).await, (RefreshStatus::Queued, None));
        let task = take(store).await.expect("a task");
        assert_eq!(
            status(store, source).await,
            (RefreshStatus::Processing, None)
        );
        finish(store, &task, TaskEnd::Successful).await;
        assert_eq!(
            status(store, source).await,
            (RefreshStatus::Successful, Some(NOON + 7))
        );
        assert_eq!(
            tasks::status(store, task.id).await.expect("reads"),
            Some(RefreshStatus::Successful)
        );
        ask(store, source, None).await;
        let task = take(store).await.expect("a task");
        finish(
            store,
            &task,
            TaskEnd::Failed(&Reason::new("source_unreadable")),
        )
        .await;
        assert_eq!(
            status(store, source).await,
            (RefreshStatus::Failed, Some(NOON + 7))
        );
        let row = sources::get(store, source)
            .await
            .expect("reads")
            .expect("is there");
        assert_eq!(row.status_reason, Some(Reason::new("source_unreadable")));
    }

    async fn a_run_waits_for_all_it_needs_and_learns_what_failed(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        let export = simple_export(store, "Clients", connection).await;
        let sources = [
            add_source(store, "Shop").await,
            add_source(store, "Web").await,
        ];
        let run = add_run(store, export).await;
        for source in sources {
            let task = ask(store, source, None).await;
            let mut tx = store.begin().await.expect("begins");
            for _twice in 0..2 {
                tasks::need(&mut tx, run, task, NOON + LONG)
                    .await
                    .expect("waits");
            }
            tx.commit().await.expect("commits");
        }
        assert!(claim(store).await.is_none());
        let first = take(store).await.expect("a task");
        finish(store, &first, TaskEnd::Successful).await;
        assert!(claim(store).await.is_none());
        let unmet = tasks::unmet_needs(store, run).await.expect("reads");
        assert_eq!(unmet.len(), 1, "one is still to come");
        let second = take(store).await.expect("a task");
        finish(
            store,
            &second,
            TaskEnd::Failed(&Reason::new("source_unreadable")),
        )
        .await;
        assert_eq!(claim(store).await.map(|claimed| claimed.id), Some(run));
        let unmet = tasks::unmet_needs(store, run).await.expect("reads");
        let seen: Vec<_> = unmet
            .into_iter()
            .map(|need| (need.source_name, need.status, need.reason))
            .collect();
        let reason = Reason::new("source_unreadable");
        assert_eq!(
            seen,
            [("Web".to_owned(), RefreshStatus::Failed, Some(reason))]
        );
    }

    async fn a_run_that_waits_names_what_it_waits_for_until_that_has_ended(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        let export = simple_export(store, "Clients", connection).await;
        let run = add_run(store, export).await;
        assert_eq!(reasons(store, run, export).await, [None, None]);
        let sources = [
            add_source(store, "Shop").await,
            add_source(store, "Web").await,
        ];
        for source in sources {
            let task = ask(store, source, None).await;
            let mut tx = store.begin().await.expect("begins");
            tasks::need(&mut tx, run, task, NOON + LONG)
                .await
                .expect("waits");
            tx.commit().await.expect("commits");
        }
        for name in ["Shop", "Web"] {
            let reason = Reason::new("upstream_running").with("source", name);
            let told = [Some(reason.clone()), Some(reason)];
            assert_eq!(reasons(store, run, export).await, told);
            let task = take(store).await.expect("a task");
            assert_eq!(reasons(store, run, export).await, told, "under way");
            finish(store, &task, TaskEnd::Successful).await;
        }
        assert_eq!(reasons(store, run, export).await, [None, None]);
    }

    async fn a_task_of_a_dead_worker_is_done_by_another_but_not_for_ever(database: Database) {
        let store = &database.store;
        let source = add_source(store, "Shop").await;
        ask(store, source, None).await;
        let first = take(store).await.expect("a task");
        assert!(take(store).await.is_none());
        let beat = tasks::heartbeat(store, first.id, first.fence, PASSED)
            .await
            .expect("beats");
        assert_eq!(
            beat,
            Heartbeat::Alive {
                cancel_requested: false
            }
        );
        let second = take(store).await.expect("is taken over");
        assert_eq!((second.id, second.attempt, second.fence), (first.id, 2, 2));
        let lost = tasks::heartbeat(store, first.id, first.fence, LONG)
            .await
            .expect("answers");
        assert_eq!(lost, Heartbeat::Lost);
        let mut tx = store.begin().await.expect("begins");
        let refused = tasks::finish(&mut tx, first.id, first.fence, TaskEnd::Successful, NOON).await;
        assert!(matches!(refused, Err(StoreError::FenceLost)));
        // What it made is not recorded any more.
        let refused = tasks::hold(&mut tx, first.id, first.fence).await;
        assert!(matches!(refused, Err(StoreError::FenceLost)));
        tasks::hold(&mut tx, second.id, second.fence).await.expect("has it");
        drop(tx);

        let mut current = second;
        tasks::heartbeat(store, current.id, current.fence, PASSED)
            .await
            .expect("beats");
        assert_eq!(queue::reap(store).await.expect("reaps").tasks, 1);
        assert_eq!(status(store, source).await.0, RefreshStatus::Queued);
        current = take(store).await.expect("a task");
        assert_eq!(current.attempt, 3);
        tasks::heartbeat(store, current.id, current.fence, PASSED)
            .await
            .expect("beats");
        assert!(take(store).await.is_none());
        assert_eq!(queue::reap(store).await.expect("reaps").tasks, 1);
        assert_eq!(queue::reap(store).await.expect("reaps").tasks, 0);
        let row = sources::get(store, source)
            .await
            .expect("reads")
            .expect("is there");
        assert_eq!(row.status, RefreshStatus::Failed);
        assert_eq!(
            row.status_reason.map(|reason| reason.code).as_deref(),
            Some("attempts_used_up")
        );
    }

    async fn a_task_that_a_stopping_server_gives_back_loses_no_attempt(database: Database) {
        let store = &database.store;
        let source = add_source(store, "Shop").await;
        ask(store, source, None).await;
        let task = take(store).await.expect("a task");
        let mut tx = store.begin().await.expect("begins");
        tasks::put_back(&mut tx, task.id, task.fence, false)
            .await
            .expect("gives back");
        tx.commit().await.expect("commits");
        assert_eq!(take(store).await.map(|again| again.attempt), Some(1));
    }
    async fn a_task_that_failed_in_passing_is_tried_again_but_not_for_ever(database: Database) {
        let store = &database.store;
        let source = add_source(store, "Shop").await;
        ask(store, source, None).await;
        let task = take(store).await.expect("a task");
        let mut tx = store.begin().await.expect("begins");
        tasks::put_back(&mut tx, task.id, task.fence, true)
            .await
            .expect("gives back");
        tx.commit().await.expect("commits");
        assert_eq!(take(store).await.map(|again| again.attempt), Some(2));
    }

    async fn what_many_ask_of_one_source_becomes_all_of_it(database: Database) {
        let store = &database.store;
        let source = add_source(store, "Shop").await;
        let names: Vec<String> = (0..20).map(|number| format!("t{number:02}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let tables = add_tables(store, source, &names).await;
        let mut asked = BTreeSet::new();
        for table in &tables {
            asked.insert(ask(store, source, Some(&[*table])).await);
        }
        assert_eq!(asked.len(), 17, "sixteen of one table, then one of all");
        let whole = asked.last().expect("the last");
        assert_eq!(ask(store, source, None).await, *whole);
        let first = ask(store, source, Some(&tables[..1])).await;
        assert_eq!(Some(&first), asked.first(), "what covers it first");
    }

    async fn a_run_does_not_wait_for_what_has_ended_nor_for_ever(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        let export = simple_export(store, "Clients", connection).await;
        let other = simple_export(store, "Other", connection).await;
        let source = add_source(store, "Shop").await;
        let done = ask(store, source, None).await;
        let task = take(store).await.expect("a task");
        finish(store, &task, TaskEnd::Successful).await;
        let run = add_run(store, export).await;
        let late = add_run(store, other).await;
        let open = ask(store, source, None).await;
        let mut tx = store.begin().await.expect("begins");
        tasks::need(&mut tx, run, done, NOON + LONG)
            .await
            .expect("needs");
        tasks::need(&mut tx, late, open, NOON + 2_000_000)
            .await
            .expect("needs");
        tx.commit().await.expect("commits");
        assert_eq!(claim(store).await.map(|claimed| claimed.id), Some(run));
        assert!(claim(store).await.is_none());
        assert_eq!(queue::end_waits(store).await.expect("looks"), 0);
        database.clock.advance(std::time::Duration::from_secs(2));
        assert_eq!(queue::end_waits(store).await.expect("lets go"), 1);
        assert_eq!(queue::end_waits(store).await.expect("looks"), 0);
        assert_eq!(claim(store).await.map(|claimed| claimed.id), Some(late));
        let unmet = tasks::unmet_needs(store, late).await.expect("reads");
        assert_eq!(unmet[0].status, RefreshStatus::Queued);
    }
}
