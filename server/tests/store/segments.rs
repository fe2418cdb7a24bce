//! Segments: sources that make their one table from others, kept apart from real ones.

use app::domain::{
    Audience, Condition, Permission, RefreshStatus, Role, SegmentDefinition, SegmentId, TableId,
};
use server::store::segments::{NewSegment, SegmentChange, SegmentRow};
use server::store::tables::{MadeFrom, NewSnapshot};
use server::store::{
    EditScope, Result, SnapshotId, Store, StoreError, Tx, segments, sources, tables, tasks,
};

use super::fixtures::{
    Draft, LONG, add_connection, add_export, add_snapshot, add_source, add_tables, add_user, id,
    item, schema,
};
use crate::support::databases::{NOON, on_both_databases};

pub(super) fn all_of(table: TableId) -> SegmentDefinition {
    SegmentDefinition::Conditions {
        table_id: table,
        condition: Condition::All(Vec::new()),
    }
}

pub(super) async fn insert_segment(
    tx: &mut Tx,
    segment: SegmentId,
    name: &str,
    inputs: &[TableId],
) -> Result<()> {
    let new = NewSegment {
        id: segment,
        name,
        definition: &all_of(inputs[0]),
        inputs,
        schema: &schema("integer"),
        at: NOON,
        by: "Ada",
    };
    segments::create(tx, &new).await
}

/// A segment that is made from these tables.
pub(super) async fn add_segment(store: &Store, name: &str, inputs: &[TableId]) -> SegmentId {
    let segment = SegmentId::new(id());
    let mut tx = store.begin().await.expect("begins");
    insert_segment(&mut tx, segment, name, inputs)
        .await
        .expect("adds a segment");
    tx.commit().await.expect("commits");
    segment
}

pub(super) async fn segment(store: &Store, id: SegmentId) -> SegmentRow {
    segments::get(store, id, &EditScope::All)
        .await
        .expect("reads")
        .expect("is there")
}

fn change<'a>(
    name: &'a str,
    definition: &'a SegmentDefinition,
    inputs: &'a [TableId],
    schema: &'a [app::domain::SchemaField],
) -> SegmentChange<'a> {
    SegmentChange {
        name,
        definition,
        inputs,
        schema,
        at: NOON + 1,
        by: "Bob",
    }
}

on_both_databases! {
    async fn a_segment_is_no_source_and_its_table_no_table_of_one(database: Database) {
        let store = &database.store;
        let shop = add_source(store, "Shop").await;
        let table = add_tables(store, shop, &["customers"]).await[0];
        let loyal = add_segment(store, "shop", &[table]).await;
        let mut tx = store.begin().await.expect("begins");
        let taken = insert_segment(&mut tx, SegmentId::new(id()), "SHOP", &[table]).await;
        assert!(matches!(taken, Err(StoreError::NameTaken)));
        drop(tx);

        let listed = sources::list(store).await.expect("lists");
        assert_eq!(listed.iter().map(|row| row.id).collect::<Vec<_>>(), [shop]);
        assert_eq!(sources::get(store, loyal.source()).await.expect("reads"), None);
        let names: Vec<_> = tables::tables(store, None).await.expect("lists");
        assert_eq!(names.iter().map(|row| row.summary.id).collect::<Vec<_>>(), [table]);
        let result = tables::table(store, loyal.table()).await.expect("reads").expect("is there");
        assert!(result.summary.is_segment());
        assert_eq!((result.summary.name.as_str(), result.summary.rows), ("shop", None));
        let mut tx = store.begin().await.expect("begins");
        let refused = sources::remove(&mut tx, loyal.source(), None, NOON).await;
        assert!(matches!(refused, Err(StoreError::NotFound)));
        let refused = tasks::ask_refresh(&mut tx, loyal.source(), None, "Ada", NOON).await;
        assert!(matches!(refused, Err(StoreError::NotFound)));
        let no_segment = SegmentId::new(shop.uuid());
        let refused = tasks::ask_evaluation(&mut tx, no_segment, &[], "Ada", NOON).await;
        assert!(matches!(refused, Err(StoreError::NotFound)));
    }

    async fn a_segment_keeps_its_versions_and_follows_the_last(database: Database) {
        let store = &database.store;
        let shop = add_source(store, "Shop").await;
        let made = add_tables(store, shop, &["customers", "Orders"]).await;
        let loyal = add_segment(store, "Loyal", &made[..1]).await;
        let row = segment(store, loyal).await;
        assert_eq!((row.version, row.status), (1, RefreshStatus::NotStarted));
        assert_eq!((row.made_from.join(", ").as_str(), row.members), ("customers", None));
        assert_eq!((row.created_by.as_str(), row.updated_by.as_str()), ("Ada", "Ada"));

        let sql = SegmentDefinition::Sql { sql: "SELECT 1 AS one".into() };
        let columns = schema("text");
        let both = [made[1], made[0]];
        let mut tx = store.begin().await.expect("begins");
        let saved = change("Faithful", &sql, &both, &columns);
        assert_eq!(segments::update(&mut tx, loyal, 1, &saved).await.expect("saves"), 2);
        let stale = segments::update(&mut tx, loyal, 1, &saved).await;
        assert!(matches!(stale, Err(StoreError::Stale { current: 2 })));
        tx.commit().await.expect("commits");
        let row = segments::list(store, &EditScope::All).await.expect("lists").remove(0);
        assert_eq!(row, segment(store, loyal).await);
        assert_eq!((row.name.as_str(), row.version, &row.definition), ("Faithful", 2, &sql));
        assert_eq!((row.made_from.join(", ").as_str(), &row.schema), ("customers, Orders", &columns));
        assert_eq!((row.created_by.as_str(), row.updated_by.as_str()), ("Ada", "Bob"));
        let mut inputs = made;
        inputs.sort();
        assert_eq!(segments::inputs(store, loyal).await.expect("reads"), inputs);
        let result = tables::table(store, loyal.table()).await.expect("reads").expect("is there");
        assert_eq!((result.summary.name.as_str(), result.summary.version), ("Faithful", 2));
    }

    async fn exports_that_take_a_segment_are_told_with_what_one_may_do(database: Database) {
        let store = &database.store;
        let mine = add_connection(store, "Mine", Audience::Contributors).await;
        let theirs = add_connection(store, "Theirs", Audience::Administrators).await;
        let me = add_user(store, "Camille", Role::Contributor).await;
        let shop = add_source(store, "Shop").await;
        let table = add_tables(store, shop, &["customers"]).await[0];
        let loyal = add_segment(store, "Loyal", &[table]).await;
        for (name, connection) in [("b", theirs), ("a", mine)] {
            let items = vec![item(loyal.table()), item(table)];
            add_export(store, Draft { name, connection, items, at: NOON, by: "Ada" }).await;
        }
        let used = async |scope: EditScope| {
            let row = segments::get(store, loyal, &scope).await.expect("reads").expect("is there");
            let uses = segments::used_by(store, loyal, &scope).await.expect("lists");
            let uses: Vec<_> = uses.into_iter().map(|one| (one.name, one.permission)).collect();
            ((row.used_by, row.used_by_others), uses)
        };
        let (edit, view) = (Permission::Edit, Permission::View);
        let told = |a, b| vec![("a".to_owned(), a), ("b".to_owned(), b)];
        assert_eq!(used(EditScope::All).await, ((2, 0), told(edit, edit)));
        assert_eq!(used(EditScope::Contributor(me)).await, ((2, 1), told(edit, view)));
        assert_eq!(used(EditScope::None).await, ((2, 2), told(view, view)));
        let mut tx = store.begin().await.expect("begins");
        let refused = segments::remove(&mut tx, loyal, None, NOON, "Ada").await;
        assert!(matches!(refused, Err(StoreError::InUse)));
    }

    async fn what_segments_are_made_from_stays(database: Database) {
        let store = &database.store;
        let shop = add_source(store, "Shop").await;
        let table = add_tables(store, shop, &["customers", "orders"]).await[0];
        let loyal = add_segment(store, "Loyal", &[table]).await;
        let using = segments::using_tables_of(store, shop).await.expect("lists");
        assert_eq!(using, [(loyal, "Loyal".to_owned())]);
        assert_eq!(segments::using_table(store, table).await.expect("lists"), [loyal]);
        let mut tx = store.begin().await.expect("begins");
        let refused = sources::remove(&mut tx, shop, None, NOON).await;
        assert!(matches!(refused, Err(StoreError::InUse)));
        drop(tx);
        add_tables(store, shop, &[]).await;
        let left = tables::tables(store, None).await.expect("lists");
        let problems: Vec<_> = left
            .into_iter()
            .map(|row| (row.summary.id, row.summary.problem.map(|problem| problem.code)))
            .collect();
        assert_eq!(problems, [(table, Some("table_missing".to_owned()))]);

        let mut tx = store.begin().await.expect("begins");
        let task = tasks::ask_evaluation(&mut tx, loyal, &[], "Ada", NOON).await.expect("asks");
        segments::remove(&mut tx, loyal, Some(1), NOON, "Ada").await.expect("removes");
        sources::remove(&mut tx, shop, None, NOON).await.expect("removes");
        tx.commit().await.expect("commits");
        let status = tasks::status(store, task).await.expect("reads");
        assert_eq!(status, Some(RefreshStatus::Failed));
        assert!(segments::list(store, &EditScope::All).await.expect("lists").is_empty());
        let shop = add_source(store, "Shop").await;
        let table = add_tables(store, shop, &["customers"]).await[0];
        add_segment(store, "Loyal", &[table]).await;
        let mut tx = store.begin().await.expect("begins");
        let gone = insert_segment(&mut tx, SegmentId::new(id()), "Late", &[loyal.table()]).await;
        assert!(matches!(gone, Err(StoreError::NotFound)), "a table that is gone");
    }

    async fn a_snapshot_remembers_what_it_was_made_from_and_the_age_of_that(database: Database) {
        let store = &database.store;
        let shop = add_source(store, "Shop").await;
        let table = add_tables(store, shop, &["customers"]).await[0];
        let before = add_snapshot(store, table, NOON - 9).await;
        let loyal = add_segment(store, "Loyal", &[table]).await;
        let seen = [before];
        let mut tx = store.begin().await.expect("begins");
        let new = NewSnapshot {
            id: SnapshotId::new(id()),
            table_id: loyal.table(),
            path: "snapshots/two",
            rows: 3,
            bytes: 30,
            schema: &schema("integer"),
            files: &serde_json::json!([]),
            fingerprint: "f",
            dialect: None,
            change: None,
            made_from: Some(MadeFrom {
                snapshots: &seen,
                data_as_of: NOON - 9,
            }),
            taken_at: NOON,
        };
        tables::record_snapshot(&mut tx, &new).await.expect("records");
        tx.commit().await.expect("commits");
        let latest = async || {
            let found = tables::latest_snapshots(store, &[loyal.table()]).await;
            found.expect("reads").remove(0)
        };
        let snapshot = latest().await;
        assert_eq!((snapshot.made_from, snapshot.confirmed_at), (vec![before], NOON - 9));
        let mut tx = store.begin().await.expect("begins");
        tables::confirm_made(&mut tx, loyal.table(), NOON - 4, NOON + 1)
            .await
            .expect("confirms");
        tx.commit().await.expect("commits");
        assert_eq!(latest().await.confirmed_at, NOON - 4);
        let result = tables::table(store, loyal.table()).await.expect("reads").expect("is there");
        assert_eq!(result.summary.refreshed_at, Some(NOON + 1));
        assert_eq!(segment(store, loyal).await.members, Some(3));

        for at in 1..=4 {
            add_snapshot(store, table, NOON + at).await;
        }
        let to_drop = async || {
            let rows = tables::snapshots_to_drop(store, 3).await.expect("finds");
            rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
        };
        assert_eq!(to_drop().await.first(), Some(&before), "what it remembers may go");
        let mut tx = store.begin().await.expect("begins");
        tasks::ask_evaluation(&mut tx, loyal, &[], "Ada", NOON).await.expect("asks");
        tx.commit().await.expect("commits");
        assert!(tasks::claim(store, "worker", LONG).await.expect("claims").is_some());
        assert!(to_drop().await.is_empty(), "not while it is being evaluated");
    }
}
