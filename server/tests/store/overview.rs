//! The system at a glance: what depends on what, the day, what the database is.

use app::domain::{
    Audience, DatabaseKind, ExportStatus, Micros, Reason, RefreshStatus, RunStatus,
    SegmentDefinition, SegmentId, SourceId, TaskKind, TimelineWork,
};
use server::store::segments::NewSegment;
use server::store::tasks::TaskEnd;
use server::store::{Engine, Store, operation, queue, segments, tasks};

use super::fixtures::{
    Draft, LONG, add_connection, add_export, add_run, add_snapshot, add_source, add_tables,
    claim_one, end, ended, id, item, schema, simple_export,
};
use crate::support::databases::{NOON, on_both_databases};

const DAY: Micros = 24 * 3_600 * 1_000_000;

async fn ask(store: &Store, source: SourceId) {
    let mut tx = store.begin().await.expect("begins");
    tasks::ask_refresh(&mut tx, source, None, "Ada", NOON)
        .await
        .expect("asks");
    tx.commit().await.expect("commits");
}

on_both_databases! {
    async fn the_picture_shows_what_depends_on_what(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        let shop = add_source(store, "Shop").await;
        let web = add_source(store, "Web").await;
        let tables = add_tables(store, shop, &["customers", "orders"]).await;
        let visits = add_tables(store, web, &["visits"]).await[0];
        let segment = SegmentId::new(id());
        let definition = SegmentDefinition::Sql { sql: "SELECT 1 AS one".to_owned() };
        let new = NewSegment {
            id: segment,
            name: "Regulars",
            definition: &definition,
            inputs: &[tables[0], tables[1], visits],
            schema: &schema("int32"),
            at: NOON,
            by: "Ada",
        };
        let mut tx = store.begin().await.expect("begins");
        segments::create(&mut tx, &new).await.expect("adds a segment");
        tx.commit().await.expect("commits");
        let draft = |name, items| Draft { name, connection, items, at: NOON, by: "Ada" };
        let both = vec![item(tables[0]), item(tables[1]), item(segment.table())];
        let failing = add_export(store, draft("Whole", both)).await;
        let empty = add_export(store, draft("Empty", Vec::new())).await;
        add_run(store, failing).await;
        let run = claim_one(store).await;
        end(store, &run, &ended(RunStatus::Failed, NOON + 30)).await.expect("ends");
        ask(store, web).await;

        let found = operation::pipeline(store).await.expect("reads");
        assert_eq!(found.left_out, 0);
        let made: Vec<_> = found.sources.iter().map(|node| (node.id, node.status)).collect();
        assert_eq!(
            made,
            [(web, RefreshStatus::Queued), (shop, RefreshStatus::NotStarted)],
            "what needs a look first"
        );
        assert!(found.sources.iter().all(|node| node.sources.is_empty() && node.segments.is_empty()));
        assert_eq!(found.segments.len(), 1);
        let made = &found.segments[0];
        assert_eq!((made.id, made.name.as_str()), (segment, "Regulars"));
        assert_eq!((made.sources.clone(), made.segments.clone()), (vec![shop, web], vec![]));
        let exports: Vec<_> = found
            .exports
            .iter()
            .map(|node| (node.id, node.status, node.sources.clone(), node.segments.clone()))
            .collect();
        assert_eq!(
            exports,
            [
                (failing, ExportStatus::Failed, vec![shop], vec![segment]),
                (empty, ExportStatus::NotStarted, vec![], vec![]),
            ]
        );
        let history = operation::task_history(store, segment.source()).await.expect("reads");
        assert_eq!(history.map(|history| history.kind), Some(TaskKind::Segment));
    }

    async fn the_picture_says_how_much_it_leaves_out(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        for number in 0..203 {
            simple_export(store, &format!("e{number:03}"), connection).await;
        }
        let found = operation::pipeline(store).await.expect("reads");
        assert_eq!((found.exports.len(), found.left_out), (200, 3));
        assert_eq!(found.exports[199].name, "e199");
    }

    async fn the_day_is_what_was_at_work_in_it(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        let mut exports = Vec::new();
        for name in ["Gone", "Held", "Going", "Late"] {
            exports.push(simple_export(store, name, connection).await);
        }
        let [gone, held, going, late] = exports[..] else { panic!("four exports") };
        let source = add_source(store, "Shop").await;
        ask(store, source).await;
        let task = tasks::claim(store, "worker", LONG)
            .await
            .expect("claims")
            .expect("a task");
        add_run(store, gone).await;
        let run = claim_one(store).await;
        end(store, &run, &ended(RunStatus::Failed, NOON + 30)).await.expect("ends");
        add_run(store, held).await;
        let run = claim_one(store).await;
        database.clock.set(NOON + 40);
        let mut tx = store.begin().await.expect("begins");
        queue::hold(&mut tx, run.id, run.fence, &Reason::new("held_empty"), store.now())
            .await
            .expect("holds");
        tx.commit().await.expect("commits");
        add_run(store, going).await;
        let going_run = claim_one(store).await;
        database.clock.set(NOON + 100);
        let mut tx = store.begin().await.expect("begins");
        tasks::finish(&mut tx, task.id, task.fence, TaskEnd::Successful, store.now())
            .await
            .expect("ends");
        tx.commit().await.expect("commits");
        // One that has not started is not at work.
        add_run(store, late).await;

        database.clock.set(NOON + 35 + DAY);
        let found = operation::timeline(store).await.expect("reads");
        assert_eq!((found.from, found.until, found.left_out), (NOON + 35, NOON + 35 + DAY, 0));
        let seen: Vec<_> = found
            .bars
            .iter()
            .map(|bar| (bar.name.as_str(), bar.started_at, bar.ended_at))
            .collect();
        assert_eq!(
            seen,
            [
                ("Shop", NOON, Some(NOON + 100)),
                ("Going", NOON + 40, None),
                ("Held", NOON, Some(NOON + 40)),
            ],
            "what ended before the day is left out"
        );
        let TimelineWork::Task { kind, source_id, status, .. } = found.bars[0].work else {
            panic!("a task")
        };
        assert_eq!(
            (kind, source_id, status),
            (TaskKind::Source, source, RefreshStatus::Successful)
        );
        let expected = TimelineWork::Run {
            run_id: going_run.id,
            export_id: going,
            status: RunStatus::Processing,
        };
        assert_eq!(found.bars[1].work, expected);
        assert_eq!(found.bars[1].queued_at, NOON);

        database.clock.set(NOON + 50 + DAY);
        let found = operation::timeline(store).await.expect("reads");
        let names: Vec<_> = found.bars.iter().map(|bar| bar.name.as_str()).collect();
        assert_eq!(names, ["Shop", "Going"], "what is held is not at work");
    }

    async fn the_database_tells_what_it_is(database: Database) {
        let store = &database.store;
        let source = add_source(store, "Shop").await;
        let tables = add_tables(store, source, &["a", "b"]).await;
        assert_eq!(operation::facts(store).await.expect("asks").snapshot_bytes, 0);
        for table in tables {
            add_snapshot(store, table, NOON).await;
        }
        let facts = operation::facts(store).await.expect("asks");
        let expected = match store.engine() {
            Engine::Sqlite => DatabaseKind::Sqlite,
            Engine::Postgres => DatabaseKind::Postgres,
        };
        assert_eq!(facts.database, expected);
        let is_number = |part: &str| part.parse::<u32>().is_ok();
        assert!(facts.database_version.split('.').all(is_number), "{facts:?}");
        let migrated = store.migrate().await.expect("does nothing");
        assert_eq!(facts.schema_version, migrated.to);
        assert_eq!(facts.snapshot_bytes, 200);
    }
}
