//! Evaluations: what they wait for, who shares them, and what becomes of them.

use std::collections::BTreeSet;

use app::domain::{
    Audience, DeliveryOptions, ExportId, Reason, RefreshId, RefreshStatus, RefreshTrigger, Renewal,
    RunId, SegmentId, SourceId, TableId, TaskId, TaskKind,
};
use server::scheduler::starts;
use server::store::refreshes::NewRefresh;
use server::store::tasks::{ClaimedTask, TaskEnd};
use server::store::{EditScope, Store, exports, queue, refreshes, tasks};

use super::fixtures::{
    Draft, LONG, PASSED, add_connection, add_export, add_run, add_source, add_tables, claim, id,
    item, simple_export,
};
use super::segments::{add_segment, segment};
use super::starting::{daily, starting_with};
use crate::support::databases::{NOON, on_both_databases};

/// Two sources with one table each, and a segment of the first.
struct Scene {
    sources: [SourceId; 2],
    tables: [TableId; 2],
    segment: SegmentId,
}

async fn scene(store: &Store) -> Scene {
    let shop = add_source(store, "Shop").await;
    let web = add_source(store, "Web").await;
    let customers = add_tables(store, shop, &["customers"]).await[0];
    let visits = add_tables(store, web, &["visits"]).await[0];
    Scene {
        sources: [shop, web],
        tables: [customers, visits],
        segment: add_segment(store, "Loyal", &[customers]).await,
    }
}

async fn start(store: &Store) -> RefreshId {
    let new = NewRefresh {
        id: RefreshId::new(id()),
        trigger: RefreshTrigger::Person,
        asked_by: "Ada",
        at: NOON,
        scheduled_for: None,
        run_exports: false,
    };
    let mut tx = store.begin().await.expect("begins");
    refreshes::start(&mut tx, &new).await.expect("starts");
    tx.commit().await.expect("commits");
    new.id
}

async fn take(store: &Store) -> Option<ClaimedTask> {
    tasks::claim(store, "worker", LONG).await.expect("claims")
}

async fn take_one(store: &Store) -> ClaimedTask {
    take(store).await.expect("a task")
}

async fn finish(store: &Store, task: &ClaimedTask, end: TaskEnd<'_>) {
    let mut tx = store.begin().await.expect("begins");
    tasks::finish(&mut tx, task.id, task.fence, end, NOON + 7)
        .await
        .expect("ends");
    tx.commit().await.expect("commits");
}

async fn details(store: &Store, refresh: RefreshId) -> app::domain::RefreshDetails {
    refreshes::get(store, refresh)
        .await
        .expect("reads")
        .expect("is there")
}

async fn export_of(store: &Store, name: &str, tables: &[TableId]) -> ExportId {
    let connection = add_connection(store, name, Audience::Contributors).await;
    let items = tables.iter().map(|table| item(*table)).collect();
    let draft = Draft {
        name,
        connection,
        items,
        at: NOON,
        by: "Ada",
    };
    add_export(store, draft).await
}

/// A run of an export that waits for what it needs, as *Run* asks for it.
async fn run_fresh(store: &Store, export: ExportId) -> RunId {
    let run = add_run(store, export).await;
    let mut tx = store.begin().await.expect("begins");
    let record = exports::get(&mut tx, export, &EditScope::All)
        .await
        .expect("reads")
        .expect("is there");
    starts::need_fresh_data(&mut tx, &record.details, run, "Ada", NOON)
        .await
        .expect("asks");
    tx.commit().await.expect("commits");
    run
}

async fn ask(store: &Store, segment: SegmentId, needs: &[TaskId]) -> TaskId {
    let mut tx = store.begin().await.expect("begins");
    let task = tasks::ask_evaluation(&mut tx, segment, needs, "Ada", NOON)
        .await
        .expect("asks");
    tx.commit().await.expect("commits");
    task
}

on_both_databases! {
    async fn in_a_refresh_a_segment_waits_for_its_sources_and_no_other(database: Database) {
        let store = &database.store;
        let scene = scene(store).await;
        let refresh = start(store).await;
        let found = details(store, refresh).await;
        let seen: Vec<_> = found
            .tasks
            .iter()
            .map(|task| (task.kind, task.source_name.as_str()))
            .collect();
        let source = TaskKind::Source;
        assert_eq!(seen, [(source, "Shop"), (source, "Web"), (TaskKind::Segment, "Loyal")]);
        let mut claimed = [take_one(store).await, take_one(store).await];
        assert!(take(store).await.is_none(), "its source is still at work");
        claimed.sort_by_key(|task| task.source_id != scene.sources[0]);
        finish(store, &claimed[0], TaskEnd::Successful).await;
        let evaluation = take_one(store).await;
        assert_eq!(
            (evaluation.kind, evaluation.source_id),
            (TaskKind::Segment, scene.segment.source())
        );
        assert_eq!(segment(store, scene.segment).await.status, RefreshStatus::Processing);
        assert!(tasks::unmet_needs_of_task(store, evaluation.id).await.expect("reads").is_empty());
        finish(store, &evaluation, TaskEnd::Successful).await;
        let row = segment(store, scene.segment).await;
        assert_eq!((row.status, row.refreshed_at), (RefreshStatus::Successful, Some(NOON + 7)));
        finish(store, &claimed[1], TaskEnd::Successful).await;
        let found = details(store, refresh).await.refresh;
        assert_eq!((found.status, found.tasks_done), (RefreshStatus::Successful, 3));
    }

    async fn a_source_that_fails_skips_its_segment_and_who_needs_that_hears_why(database: Database) {
        let store = &database.store;
        let scene = scene(store).await;
        let export = export_of(store, "Clients", &[scene.segment.table()]).await;
        let run = run_fresh(store, export).await;
        let renewal = take_one(store).await;
        assert_eq!(renewal.scope.as_deref(), Some(&scene.tables[..1]));
        finish(store, &renewal, TaskEnd::Failed(&Reason::new("source_unreadable"))).await;
        assert!(claim(store).await.is_none(), "the segment is still to be judged");
        let evaluation = take_one(store).await;
        let unmet = tasks::unmet_needs_of_task(store, evaluation.id).await.expect("reads");
        let seen: Vec<_> = unmet.iter().map(|need| (need.source_name.as_str(), need.status)).collect();
        assert_eq!(seen, [("Shop", RefreshStatus::Failed)]);
        let why = Reason::new("upstream_failed").with("source", "Shop");
        finish(store, &evaluation, TaskEnd::Skipped(&why)).await;
        let row = segment(store, scene.segment).await;
        assert_eq!((row.status, row.status_reason.as_ref()), (RefreshStatus::Skipped, Some(&why)));
        assert_eq!(row.refreshed_at, None);
        assert_eq!(claim(store).await.map(|claimed| claimed.id), Some(run));
        let unmet = tasks::unmet_needs(store, run).await.expect("reads");
        let seen: Vec<_> = unmet
            .into_iter()
            .map(|need| (need.source_name, need.status, need.reason))
            .collect();
        assert_eq!(seen, [("Loyal".to_owned(), RefreshStatus::Skipped, Some(why))]);
        let status = refreshes::status(store).await.expect("reads");
        let listed: Vec<_> = status.segments.iter().map(|row| (row.id, row.status)).collect();
        assert_eq!(listed, [(scene.segment, RefreshStatus::Skipped)]);
        assert_eq!((status.sources.len(), status.segment_counts[0].count), (2, 1));
    }

    async fn runs_share_renewals_and_the_evaluation_after_them(database: Database) {
        let store = &database.store;
        let scene = scene(store).await;
        let both = [scene.segment.table(), scene.tables[0]];
        let one = export_of(store, "One", &both).await;
        let two = export_of(store, "Two", &both[..1]).await;
        let runs = [run_fresh(store, one).await, run_fresh(store, two).await];
        let renewal = take_one(store).await;
        assert_eq!(renewal.kind, TaskKind::Source);
        assert!(take(store).await.is_none(), "one renewal and one evaluation after it");
        finish(store, &renewal, TaskEnd::Successful).await;
        assert!(claim(store).await.is_none());
        let evaluation = take_one(store).await;
        assert!(take(store).await.is_none());
        finish(store, &evaluation, TaskEnd::Successful).await;
        let mut claimed = BTreeSet::new();
        while let Some(run) = claim(store).await {
            claimed.insert(run.id);
        }
        assert_eq!(claimed, BTreeSet::from(runs));
    }

    async fn who_takes_the_latest_snapshot_waits_for_evaluations_that_were_asked_for(database: Database) {
        let store = &database.store;
        let scene = scene(store).await;
        let depot = add_connection(store, "Depot", Audience::Contributors).await;
        let options = DeliveryOptions { renewal: Renewal::LatestSnapshot, ..DeliveryOptions::default() };
        let items = [item(scene.segment.table())];
        let export =
            starting_with(store, "Clients", depot, &items, &daily(&["12:30"]), &options).await;
        let run = run_fresh(store, export).await;
        assert_eq!(claim(store).await.map(|claimed| claimed.id), Some(run), "nothing was asked for");
        let other =
            starting_with(store, "Others", depot, &items, &daily(&["12:30"]), &options).await;
        ask(store, scene.segment, &[]).await;
        let run = run_fresh(store, other).await;
        assert!(claim(store).await.is_none());
        let evaluation = take_one(store).await;
        assert_eq!(evaluation.kind, TaskKind::Segment);
        assert!(take(store).await.is_none(), "no source is renewed");
        finish(store, &evaluation, TaskEnd::Successful).await;
        assert_eq!(claim(store).await.map(|claimed| claimed.id), Some(run));
    }

    async fn an_evaluation_that_waits_serves_who_needs_no_more(database: Database) {
        let store = &database.store;
        let scene = scene(store).await;
        let renew = async |source: SourceId, table: TableId| {
            let mut tx = store.begin().await.expect("begins");
            let task = tasks::ask_refresh(&mut tx, source, Some(&[table]), "Ada", NOON)
                .await
                .expect("asks");
            tx.commit().await.expect("commits");
            task
        };
        let shop = renew(scene.sources[0], scene.tables[0]).await;
        let web = renew(scene.sources[1], scene.tables[1]).await;
        let first = ask(store, scene.segment, &[shop]).await;
        assert_eq!(ask(store, scene.segment, &[shop]).await, first);
        assert_eq!(ask(store, scene.segment, &[]).await, first, "it waits for more, and soon ends");
        let both = ask(store, scene.segment, &[web, shop]).await;
        assert_ne!(both, first);
        assert_eq!(ask(store, scene.segment, &[web]).await, both);
    }

    async fn what_many_ask_of_one_segment_is_done_together(database: Database) {
        let store = &database.store;
        let shop = add_source(store, "Shop").await;
        let made = add_tables(store, shop, &["customers"]).await;
        let loyal = add_segment(store, "Loyal", &made).await;
        let mut asked = BTreeSet::new();
        for number in 0..19 {
            // A source of its own, since one source has sixteen that wait at most.
            let source = add_source(store, &format!("s{number}")).await;
            let mut tx = store.begin().await.expect("begins");
            let need = tasks::ask_refresh(&mut tx, source, None, "Ada", NOON).await.expect("asks");
            let evaluation = tasks::ask_evaluation(&mut tx, loyal, &[need], "Ada", NOON).await;
            asked.insert(evaluation.expect("asks"));
            tx.commit().await.expect("commits");
        }
        assert_eq!(asked.len(), 16);
    }

    async fn a_refresh_that_is_stopped_stops_its_segments(database: Database) {
        let store = &database.store;
        let scene = scene(store).await;
        let export = simple_export(
            store,
            "Clients",
            add_connection(store, "Depot", Audience::Contributors).await,
        )
        .await;
        let refresh = start(store).await;
        let found = details(store, refresh).await;
        let evaluation = found.tasks.last().expect("a task").id;
        let run = add_run(store, export).await;
        let mut tx = store.begin().await.expect("begins");
        tasks::need(&mut tx, run, evaluation, NOON + LONG).await.expect("needs");
        assert!(refreshes::cancel(&mut tx, refresh, NOON, "Bob").await.expect("stops"));
        tx.commit().await.expect("commits");
        assert!(take(store).await.is_none());
        let row = segment(store, scene.segment).await;
        assert_eq!(row.status, RefreshStatus::Canceled);
        assert_eq!(claim(store).await.map(|claimed| claimed.id), Some(run));
        assert_eq!(details(store, refresh).await.refresh.status, RefreshStatus::Canceled);
    }

    async fn an_evaluation_of_a_dead_worker_is_done_by_another(database: Database) {
        let store = &database.store;
        let scene = scene(store).await;
        let asked = ask(store, scene.segment, &[]).await;
        let first = take_one(store).await;
        assert_eq!((first.id, first.attempt), (asked, 1));
        assert_ne!(ask(store, scene.segment, &[]).await, asked, "what is under way is too late");
        assert!(take(store).await.is_none(), "one of a segment at a time");
        tasks::heartbeat(store, first.id, first.fence, PASSED).await.expect("beats");
        assert_eq!(queue::reap(store).await.expect("reaps").tasks, 1);
        let second = take_one(store).await;
        assert_eq!((second.id, second.attempt), (asked, 2));
    }
}
