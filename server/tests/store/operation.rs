//! Operating the system: the pause that stops every claim, stopping one task, what tasks did.

use std::sync::Arc;
use std::time::Duration;

use app::domain::{
    Audience, Micros, Reason, RefreshId, RefreshStatus, RefreshTrigger, RunId, SourceId,
    SystemPause, TaskHistory, TaskId, TaskKind,
};
use server::store::operation::{end_pause, set_pause};
use server::store::queue::{Enqueued, Heartbeat, NewRun, Progress};
use server::store::refreshes::NewRefresh;
use server::store::tasks::{ClaimedTask, TaskEnd};
use server::store::{SignalKind, Store, StoreError, operation, queue, refreshes, sources, tasks};

use super::fixtures::{
    LONG, PASSED, add_connection, add_run, add_source, ask_for, claim, claim_one, id, let_pass,
    new_run, simple_export,
};
use crate::support::databases::{Database, NOON, on_both_databases};

const SECOND: Micros = 1_000_000;

/// A second server on the same database.
async fn another(database: &Database) -> Store {
    let clock = Arc::clone(&database.clock) as Arc<dyn base::Clock>;
    Store::open(&database.url, clock).await.expect("opens")
}

async fn pause(store: &Store, reason: &str) {
    let pause = SystemPause {
        reason: reason.to_owned(),
        since: store.now(),
        by: "Ada".to_owned(),
    };
    let mut tx = store.begin().await.expect("begins");
    set_pause(&mut tx, &pause).await.expect("pauses");
    tx.commit().await.expect("commits");
}

async fn resume(store: &Store) -> Option<SystemPause> {
    let mut tx = store.begin().await.expect("begins");
    let ended = end_pause(&mut tx, store.now())
        .await
        .expect("ends the pause");
    tx.commit().await.expect("commits");
    ended
}

async fn ask(store: &Store, source: SourceId) -> TaskId {
    let mut tx = store.begin().await.expect("begins");
    let task = tasks::ask_refresh(&mut tx, source, None, "Ada", store.now())
        .await
        .expect("asks");
    tx.commit().await.expect("commits");
    task
}

async fn take(store: &Store) -> Option<ClaimedTask> {
    tasks::claim(store, "worker", LONG).await.expect("claims")
}

async fn finish(store: &Store, task: &ClaimedTask, how: TaskEnd<'_>) {
    let mut tx = store.begin().await.expect("begins");
    tasks::finish(&mut tx, task.id, task.fence, how, store.now())
        .await
        .expect("ends");
    tx.commit().await.expect("commits");
}

async fn need(store: &Store, run: RunId, task: TaskId, until: Micros) {
    let mut tx = store.begin().await.expect("begins");
    tasks::need(&mut tx, run, task, until).await.expect("waits");
    tx.commit().await.expect("commits");
}

async fn stop(store: &Store, task: TaskId) -> bool {
    let mut tx = store.begin().await.expect("begins");
    let stopped = tasks::cancel(&mut tx, task, NOON + 5, "Bob")
        .await
        .expect("stops");
    tx.commit().await.expect("commits");
    stopped
}

async fn history(store: &Store, source: SourceId) -> TaskHistory {
    operation::task_history(store, source)
        .await
        .expect("reads")
        .expect("is there")
}

on_both_databases! {
    async fn while_everything_is_paused_no_server_claims_anything(database: Database) {
        let store = &database.store;
        let other = another(&database).await;
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        let dying = simple_export(store, "Dying", connection).await;
        let waiting = simple_export(store, "Waiting", connection).await;
        let dying = add_run(store, dying).await;
        let going = claim_one(store).await;
        assert_eq!(going.id, dying);
        let shop = add_source(store, "Shop").await;
        let web = add_source(store, "Web").await;
        ask(store, shop).await;
        let renewing = take(store).await.expect("a task");
        let waiting = add_run(store, waiting).await;
        let asked = ask(store, web).await;

        assert_eq!(operation::pause(store).await.expect("reads"), None);
        pause(&other, "Moving house").await;
        let found = operation::pause(store).await.expect("reads").expect("is paused");
        assert_eq!((found.reason.as_str(), found.since), ("Moving house", NOON));
        for server in [store, &other] {
            assert!(claim(server).await.is_none());
            assert!(take(server).await.is_none());
        }

        // What is under way goes on, and dead workers are seen to.
        let beat = tasks::heartbeat(store, renewing.id, renewing.fence, LONG).await;
        assert_eq!(beat.expect("beats"), Heartbeat::Alive { cancel_requested: false });
        finish(store, &renewing, TaskEnd::Successful).await;
        let beat = queue::heartbeat(store, going.id, going.fence, LONG, &Progress::default()).await;
        assert_eq!(beat.expect("beats"), Heartbeat::Alive { cancel_requested: false });
        let_pass(store, &going).await;
        for server in [store, &other] {
            assert!(claim(server).await.is_none(), "nobody takes it over");
        }
        assert_eq!(queue::reap(store).await.expect("reaps").runs, 1);
        for server in [store, &other] {
            assert!(claim(server).await.is_none(), "nobody tries it again");
        }

        let before = resume(store).await.expect("it was paused");
        assert_eq!(before, found);
        assert_eq!(resume(&other).await, None);
        let first = claim(&other).await.expect("a run");
        let second = claim(store).await.expect("another");
        let mut claimed = [first.id, second.id];
        claimed.sort();
        let mut expected = [dying, waiting];
        expected.sort();
        assert_eq!(claimed, expected);
        assert_eq!(take(&other).await.map(|task| task.id), Some(asked));
        other.close().await;
    }

    async fn a_task_of_a_dead_worker_is_not_taken_over_while_everything_is_paused(database: Database) {
        let store = &database.store;
        let source = add_source(store, "Shop").await;
        ask(store, source).await;
        let dead = take(store).await.expect("a task");
        pause(store, "Moving house").await;
        tasks::heartbeat(store, dead.id, dead.fence, PASSED).await.expect("beats");
        assert!(take(store).await.is_none());
        assert_eq!(queue::reap(store).await.expect("reaps").tasks, 1);
        assert!(take(store).await.is_none());
        resume(store).await.expect("it was paused");
        assert_eq!(take(store).await.map(|task| (task.id, task.attempt)), Some((dead.id, 2)));
    }

    async fn the_time_of_a_pause_is_no_time_of_waiting(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        let first = simple_export(store, "First", connection).await;
        let second = simple_export(store, "Second", connection).await;
        let task = ask(store, add_source(store, "Shop").await).await;
        let before = add_run(store, first).await;
        need(store, before, task, NOON + 2 * SECOND).await;
        pause(store, "Moving house").await;
        database.clock.advance(Duration::from_secs(5));
        let meanwhile = NewRun { at: NOON + 5 * SECOND, ..new_run(second) };
        assert_eq!(ask_for(store, &meanwhile).await, Enqueued::New(meanwhile.id));
        need(store, meanwhile.id, task, NOON + 7 * SECOND).await;
        database.clock.advance(Duration::from_secs(5));
        assert_eq!(queue::end_waits(store).await.expect("looks"), 0, "both are late, but paused");
        resume(store).await.expect("it was paused");
        assert_eq!(queue::end_waits(store).await.expect("looks"), 0, "two seconds are left to both");
        assert!(claim(store).await.is_none());
        database.clock.advance(Duration::from_secs(2));
        assert_eq!(queue::end_waits(store).await.expect("lets go"), 2);
        let mut claimed = [claim_one(store).await.id, claim_one(store).await.id];
        claimed.sort();
        let mut expected = [before, meanwhile.id];
        expected.sort();
        assert_eq!(claimed, expected);
    }

    async fn what_a_run_needs_may_end_while_everything_is_paused(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        let export = simple_export(store, "Clients", connection).await;
        ask(store, add_source(store, "Shop").await).await;
        let task = take(store).await.expect("a task");
        let run = add_run(store, export).await;
        need(store, run, task.id, NOON + LONG).await;
        pause(store, "Moving house").await;
        finish(store, &task, TaskEnd::Successful).await;
        assert!(claim(store).await.is_none());
        resume(store).await.expect("it was paused");
        assert_eq!(claim_one(store).await.id, run);
    }

    async fn pausing_and_resuming_are_told(database: Database) {
        let store = &database.store;
        let mut signals = store.signals().subscribe();
        pause(store, "Moving house").await;
        let told = signals.try_recv().expect("a hint");
        assert_eq!((told.kind, told.id.as_str()), (SignalKind::System, "pause"));
        resume(store).await.expect("it was paused");
        let told = signals.try_recv().expect("a hint");
        assert_eq!((told.kind, told.id.as_str()), (SignalKind::System, "pause"));
        assert_eq!(signals.try_recv().expect("a hint").kind, SignalKind::Queue);
    }

    async fn a_task_that_waits_ends_when_it_is_stopped(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        let export = simple_export(store, "Clients", connection).await;
        let source = add_source(store, "Shop").await;
        let task = ask(store, source).await;
        let kept = ask(store, add_source(store, "Web").await).await;
        let run = add_run(store, export).await;
        need(store, run, task, NOON + LONG).await;
        assert!(stop(store, task).await);
        assert!(!stop(store, task).await, "it has ended");
        let reason = Reason::new("task_canceled").with("by", "Bob");
        let found = history(store, source).await;
        assert_eq!(found.tasks.len(), 1);
        let stopped = &found.tasks[0];
        assert_eq!(
            (stopped.status, stopped.reason.as_ref(), stopped.ended_at),
            (RefreshStatus::Canceled, Some(&reason), Some(NOON + 5))
        );
        let shown = sources::get(store, source).await.expect("reads").expect("is there");
        assert_eq!((shown.status, shown.status_reason), (RefreshStatus::Canceled, Some(reason)));
        assert_eq!(claim_one(store).await.id, run, "it waits no longer");
        let unmet = tasks::unmet_needs(store, run).await.expect("reads");
        assert_eq!(unmet[0].status, RefreshStatus::Canceled);
        assert_eq!(take(store).await.map(|task| task.id), Some(kept), "only that one");
        let mut tx = store.begin().await.expect("begins");
        let refused = tasks::cancel(&mut tx, TaskId::new(id()), NOON, "Bob").await;
        assert!(matches!(refused, Err(StoreError::NotFound)));
    }

    async fn a_task_that_is_under_way_is_asked_to_stop(database: Database) {
        let store = &database.store;
        let source = add_source(store, "Shop").await;
        ask(store, source).await;
        let going = take(store).await.expect("a task");
        assert!(stop(store, going.id).await);
        assert!(!stop(store, going.id).await, "it was asked before");
        let beat = tasks::heartbeat(store, going.id, going.fence, LONG).await;
        assert_eq!(beat.expect("beats"), Heartbeat::Alive { cancel_requested: true });
        finish(store, &going, TaskEnd::Canceled).await;
        let found = history(store, source).await;
        assert_eq!(found.tasks[0].status, RefreshStatus::Canceled);
        let reason = Reason::new("task_canceled").with("by", "Bob");
        assert_eq!(found.tasks[0].reason, Some(reason));
        assert!(!stop(store, going.id).await);
        assert_eq!(
            operation::source_of(store, going.id).await.expect("reads"),
            Some(source)
        );
        let unknown = TaskId::new(id());
        assert_eq!(operation::source_of(store, unknown).await.expect("reads"), None);
    }

    async fn the_history_of_a_source_is_its_last_fifty_tasks(database: Database) {
        let store = &database.store;
        let source = add_source(store, "Shop").await;
        let other = add_source(store, "Web").await;
        for _round in 0..51 {
            database.clock.advance(Duration::from_secs(1));
            ask(store, source).await;
            let task = take(store).await.expect("a task");
            finish(store, &task, TaskEnd::Successful).await;
        }
        let refresh = NewRefresh {
            id: RefreshId::new(id()),
            trigger: RefreshTrigger::Person,
            asked_by: "Bob",
            at: store.now() + 1,
            scheduled_for: None,
            run_exports: false,
        };
        let mut tx = store.begin().await.expect("begins");
        refreshes::start(&mut tx, &refresh).await.expect("starts");
        tx.commit().await.expect("commits");
        let found = history(store, source).await;
        assert_eq!(
            (found.source_id, found.kind, found.name.as_str()),
            (source, TaskKind::Source, "Shop")
        );
        assert_eq!(found.tasks.len(), 50);
        let newest = &found.tasks[0];
        assert_eq!(
            (newest.refresh_id, newest.trigger, newest.asked_by.as_str(), newest.status),
            (refresh.id, RefreshTrigger::Person, "Bob", RefreshStatus::Queued)
        );
        assert_eq!((newest.attempt, newest.started_at, newest.ended_at), (0, None, None));
        let before = &found.tasks[1];
        assert_eq!((before.trigger, before.asked_by.as_str()), (RefreshTrigger::Need, "Ada"));
        assert_eq!((before.attempt, before.status), (1, RefreshStatus::Successful));
        assert!(found.tasks.is_sorted_by(|one, next| one.created_at > next.created_at));
        assert_eq!(history(store, other).await.tasks.len(), 1);
        let unknown = operation::task_history(store, SourceId::new(id())).await;
        assert_eq!(unknown.expect("reads"), None);
    }
}
