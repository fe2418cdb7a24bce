//! Refreshes: what they consist of, how they are stopped, and what the System page says.

use app::domain::{
    Audience, ExportStatus, Reason, RefreshId, RefreshStatus, RefreshTrigger, RunStatus,
};
use server::store::queue::Heartbeat;
use server::store::refreshes::{NewRefresh, Started};
use server::store::tasks::TaskEnd;
use server::store::{Store, StoreError, queue, refreshes, sources, tasks};

use super::fixtures::{
    LONG, PASSED, add_connection, add_run, add_source, claim, claim_one, end, ended, id,
    simple_export,
};
use super::starting::renew_all;
use crate::support::databases::{NOON, on_both_databases};

fn new(scheduled_for: Option<i64>) -> NewRefresh<'static> {
    NewRefresh {
        id: RefreshId::new(id()),
        trigger: RefreshTrigger::Schedule,
        asked_by: "",
        at: NOON,
        scheduled_for,
        run_exports: false,
    }
}

async fn start(store: &Store, new: &NewRefresh<'_>) -> Started {
    let mut tx = store.begin().await.expect("begins");
    let started = refreshes::start(&mut tx, new).await.expect("starts");
    tx.commit().await.expect("commits");
    started
}

async fn cancel(store: &Store, refresh: RefreshId) -> bool {
    let mut tx = store.begin().await.expect("begins");
    let stopped = refreshes::cancel(&mut tx, refresh, NOON + 5, "Bob")
        .await
        .expect("stops");
    tx.commit().await.expect("commits");
    stopped
}

async fn take(store: &Store) -> Option<tasks::ClaimedTask> {
    tasks::claim(store, "worker", LONG).await.expect("claims")
}

async fn details(store: &Store, refresh: RefreshId) -> app::domain::RefreshDetails {
    refreshes::get(store, refresh)
        .await
        .expect("reads")
        .expect("is there")
}

on_both_databases! {
    async fn a_refresh_has_a_task_for_every_source_that_is_there(database: Database) {
        let store = &database.store;
        add_source(store, "Shop").await;
        add_source(store, "web").await;
        let gone = add_source(store, "Gone").await;
        let mut tx = store.begin().await.expect("begins");
        sources::remove(&mut tx, gone, None, NOON).await.expect("removes");
        tx.commit().await.expect("commits");
        let refresh = new(Some(NOON));
        assert_eq!(start(store, &refresh).await, Started::New(refresh.id));
        let found = details(store, refresh.id).await;
        let names: Vec<_> = found.tasks.iter().map(|task| task.source_name.as_str()).collect();
        assert_eq!(names, ["Shop", "web"]);
        assert_eq!(
            (found.refresh.status, found.refresh.tasks_done, found.refresh.tasks),
            (RefreshStatus::Queued, 0, 2)
        );
        let first = take(store).await.expect("a task");
        assert_eq!(details(store, refresh.id).await.refresh.status, RefreshStatus::Processing);
        let mut tx = store.begin().await.expect("begins");
        let reason = Reason::new("source_unreadable");
        tasks::finish(&mut tx, first.id, first.fence, TaskEnd::Failed(&reason), NOON + 1)
            .await
            .expect("ends");
        tx.commit().await.expect("commits");
        let found = details(store, refresh.id).await.refresh;
        assert_eq!((found.status, found.ended_at), (RefreshStatus::Processing, None));
        renew_all(store).await;
        let found = details(store, refresh.id).await.refresh;
        assert_eq!((found.status, found.tasks_done), (RefreshStatus::Failed, 2));
        assert_eq!(found.ended_at, Some(NOON + 1));
        let unknown = refreshes::get(store, RefreshId::new(id())).await.expect("reads");
        assert_eq!(unknown, None);
    }

    async fn a_start_of_the_schedule_leads_to_one_refresh(database: Database) {
        let store = &database.store;
        let first = new(Some(NOON));
        assert_eq!(start(store, &first).await, Started::New(first.id));
        assert_eq!(start(store, &new(Some(NOON))).await, Started::Before(first.id));
        let other = new(None);
        assert_eq!(start(store, &other).await, Started::New(other.id));
        let another = new(None);
        assert_eq!(start(store, &another).await, Started::New(another.id));
        let found = details(store, first.id).await.refresh;
        assert_eq!(found.status, RefreshStatus::Successful, "there is nothing to renew");
        assert_eq!(refreshes::list(store, 2).await.expect("lists").len(), 2);
    }

    async fn what_runs_and_single_sources_ask_for_is_no_refresh_of_everything(database: Database) {
        let store = &database.store;
        let source = add_source(store, "Shop").await;
        let mut tx = store.begin().await.expect("begins");
        tasks::ask_refresh(&mut tx, source, None, "Ada", NOON).await.expect("asks");
        tx.commit().await.expect("commits");
        assert!(refreshes::list(store, 20).await.expect("lists").is_empty());
    }

    async fn stopping_ends_what_waits_and_asks_who_is_at_work(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        let export = simple_export(store, "Clients", connection).await;
        add_source(store, "Shop").await;
        let web = add_source(store, "Web").await;
        let refresh = new(None);
        start(store, &refresh).await;
        let going = take(store).await.expect("a task");
        let waiting = details(store, refresh.id)
            .await
            .tasks
            .into_iter()
            .find(|task| task.source_id == web)
            .expect("a task that waits");
        let run = add_run(store, export).await;
        let mut tx = store.begin().await.expect("begins");
        for task in [going.id, waiting.id] {
            tasks::need(&mut tx, run, task, NOON + LONG).await.expect("needs");
        }
        tx.commit().await.expect("commits");

        assert!(cancel(store, refresh.id).await);
        let found = details(store, refresh.id).await;
        assert_eq!(found.refresh.status, RefreshStatus::Processing);
        assert_eq!(found.runs.len(), 1);
        let stopped = found.tasks.iter().find(|task| task.id == waiting.id).expect("is there");
        let reason = Reason::new("refresh_canceled").with("by", "Bob");
        assert_eq!(
            (stopped.status, stopped.reason.as_ref()),
            (RefreshStatus::Canceled, Some(&reason))
        );
        let shown = sources::get(store, web).await.expect("reads").expect("is there");
        assert_eq!((shown.status, shown.status_reason.as_ref()), (RefreshStatus::Canceled, Some(&reason)));
        assert!(!cancel(store, refresh.id).await, "everything is asked already");
        let beat = tasks::heartbeat(store, going.id, going.fence, LONG).await;
        assert_eq!(beat.expect("beats"), Heartbeat::Alive { cancel_requested: true });
        assert!(claim(store).await.is_none(), "one is not over");
        let mut tx = store.begin().await.expect("begins");
        tasks::finish(&mut tx, going.id, going.fence, TaskEnd::Canceled, NOON + 9)
            .await
            .expect("ends");
        tx.commit().await.expect("commits");
        let found = details(store, refresh.id).await;
        assert_eq!(
            (found.refresh.status, found.refresh.ended_at),
            (RefreshStatus::Canceled, Some(NOON + 9))
        );
        assert!(found.tasks.iter().all(|task| task.reason.as_ref() == Some(&reason)));
        assert_eq!(claim_one(store).await.id, run);
        let unmet = tasks::unmet_needs(store, run).await.expect("reads");
        assert!(unmet.iter().all(|need| need.status == RefreshStatus::Canceled));
        assert_eq!(unmet.len(), 2);
        let mut tx = store.begin().await.expect("begins");
        let refused = refreshes::cancel(&mut tx, RefreshId::new(id()), NOON, "Bob").await;
        assert!(matches!(refused, Err(StoreError::NotFound)));
    }

    async fn a_task_that_was_to_stop_ends_with_its_worker(database: Database) {
        let store = &database.store;
        add_source(store, "Shop").await;
        add_source(store, "Web").await;
        let refresh = new(None);
        start(store, &refresh).await;
        let (dead, stopping) = (
            take(store).await.expect("a task"),
            take(store).await.expect("another"),
        );
        cancel(store, refresh.id).await;
        tasks::heartbeat(store, dead.id, dead.fence, PASSED).await.expect("beats");
        assert!(take(store).await.is_none(), "nobody takes it over");
        assert_eq!(queue::reap(store).await.expect("reaps").tasks, 1);
        let mut tx = store.begin().await.expect("begins");
        tasks::put_back(&mut tx, stopping.id, stopping.fence, false)
            .await
            .expect("gives back");
        tx.commit().await.expect("commits");
        assert!(take(store).await.is_none());
        let found = details(store, refresh.id).await.refresh;
        assert_eq!((found.status, found.tasks_done), (RefreshStatus::Canceled, 2));
    }

    async fn the_status_shows_what_needs_a_look_first(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        let failing = simple_export(store, "b", connection).await;
        simple_export(store, "a", connection).await;
        add_source(store, "Shop").await;
        add_source(store, "Idle").await;
        let started = new(None);
        start(store, &started).await;
        let task = take(store).await.expect("a task");
        add_run(store, failing).await;
        let run = claim_one(store).await;
        end(store, &run, &ended(RunStatus::Failed, NOON + 30)).await.expect("ends");
        database.clock.set(NOON + 100);
        let status = refreshes::status(store).await.expect("reads");
        assert_eq!(status.refreshes.len(), 1);
        let exports: Vec<_> = status
            .exports
            .iter()
            .map(|row| (row.name.as_str(), row.status, row.duration_us, row.updated_at))
            .collect();
        assert_eq!(
            exports,
            [
                ("b", ExportStatus::Failed, Some(30), Some(NOON + 30)),
                ("a", ExportStatus::NotStarted, None, None),
            ]
        );
        let counts: Vec<_> =
            status.export_counts.iter().map(|count| (count.status, count.count)).collect();
        assert_eq!(counts, [(ExportStatus::Failed, 1), (ExportStatus::NotStarted, 1)]);
        let sources: Vec<_> = status
            .sources
            .iter()
            .map(|row| (row.id == task.source_id, row.status, row.duration_us))
            .collect();
        assert_eq!(
            sources,
            [
                (true, RefreshStatus::Processing, Some(100)),
                (false, RefreshStatus::Queued, None),
            ]
        );
        assert_eq!(status.source_counts.iter().map(|count| count.count).sum::<u32>(), 2);
    }
}
