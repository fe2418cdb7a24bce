//! Sources, tables and snapshots.

use app::domain::{Audience, ChangedField, Reason, RefreshStatus, SchemaChange, TableId};
use serde_json::{Map, json};
use server::store::sources::SourceChange;
use server::store::tables::NewSnapshot;
use server::store::{SnapshotId, Store, StoreError, queue, sources, tables, tasks};

use super::fixtures::{
    Draft, add_connection, add_export, add_run, add_snapshot, add_source, add_tables, claim_one,
    end, ended, id, item, pinned, schema, whole_export,
};
use crate::support::databases::{NOON, on_both_databases};

async fn table_names(store: &Store) -> Vec<String> {
    let rows = tables::tables(store, None).await.expect("lists");
    rows.into_iter().map(|row| row.summary.name).collect()
}

async fn problem(store: &Store, table: TableId) -> Option<String> {
    let row = tables::table(store, table)
        .await
        .expect("reads")
        .expect("is there");
    row.summary.problem.map(|problem| problem.code)
}

on_both_databases! {
    async fn a_source_keeps_its_versions_apart(database: Database) {
        let store = &database.store;
        let source = add_source(store, "Shop").await;
        let row = sources::get(store, source)
            .await
            .expect("reads")
            .expect("is there");
        assert_eq!(
            (row.version, row.status, row.tables),
            (1, RefreshStatus::NotStarted, 0)
        );
        let mut config = Map::new();
        config.insert("path".into(), json!("/srv"));
        let change = SourceChange {
            name: "Boutique",
            config: &config,
            at: NOON + 1,
            by: "Bob",
        };
        let mut tx = store.begin().await.expect("begins");
        assert_eq!(
            sources::update(&mut tx, source, 1, &change)
                .await
                .expect("saves"),
            2
        );
        let refused = sources::update(&mut tx, source, 1, &change).await;
        assert!(matches!(refused, Err(StoreError::Stale { current: 2 })));
        tx.commit().await.expect("commits");
        let row = sources::list(store).await.expect("lists").remove(0);
        assert_eq!(
            (row.name.as_str(), row.config, row.updated_by.as_str()),
            ("Boutique", config, "Bob")
        );
    }

    async fn tables_come_and_go_with_their_files(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        let source = add_source(store, "Shop").await;
        let first = add_tables(store, source, &["orders", "Événements", "customers"]).await;
        assert_eq!(
            table_names(store).await,
            ["customers", "Événements", "orders"]
        );
        let [orders, _events, customers] = first[..] else {
            panic!("three tables")
        };
        add_export(
            store,
            Draft {
                name: "Clients",
                connection,
                items: vec![item(customers)],
                at: NOON,
                by: "Ada",
            },
        )
        .await;
        let mut tx = store.begin().await.expect("begins");
        tables::update_schema(&mut tx, orders, 1, &schema("text"), NOON)
            .await
            .expect("corrects");
        tx.commit().await.expect("commits");

        add_tables(store, source, &["Événements"]).await;
        assert_eq!(table_names(store).await, ["customers", "Événements"]);
        assert_eq!(
            problem(store, customers).await.as_deref(),
            Some("table_missing")
        );
        assert_eq!(tables::table(store, orders).await.expect("reads"), None);

        let again = add_tables(store, source, &["orders", "Événements", "customers"]).await;
        assert_eq!(again, first, "a table that comes back is the one it was");
        assert_eq!(problem(store, customers).await, None);
        let row = tables::table(store, orders)
            .await
            .expect("reads")
            .expect("is there");
        assert!(row.corrected && row.summary.schema == schema("text"));
    }

    async fn a_table_is_corrected_while_its_source_is_saved(database: Database) {
        let store = &database.store;
        let source = add_source(store, "Shop").await;
        let table = add_tables(store, source, &["orders"]).await[0];
        for version in 1..=10 {
            let correct = async {
                let mut tx = store.begin().await?;
                tables::update_schema(&mut tx, table, version, &schema("text"), NOON).await?;
                tasks::ask_refresh(&mut tx, source, Some(&[table]), "Ada", NOON).await?;
                tx.commit().await
            };
            let save = async {
                let config = Map::new();
                let change = SourceChange {
                    name: "Shop",
                    config: &config,
                    at: NOON,
                    by: "Bob",
                };
                let mut tx = store.begin().await?;
                sources::update(&mut tx, source, version, &change).await?;
                tables::upsert_tables(&mut tx, source, &["orders".to_owned()], NOON).await?;
                tx.commit().await
            };
            let (corrected, saved) = tokio::join!(correct, save);
            corrected.expect("corrects");
            saved.expect("saves");
        }
    }

    async fn a_snapshot_moves_the_tables_version_only_with_its_schema(database: Database) {
        let store = &database.store;
        let source = add_source(store, "Shop").await;
        let table = add_tables(store, source, &["orders"]).await[0];
        let first = add_snapshot(store, table, NOON).await;
        let row = tables::table(store, table)
            .await
            .expect("reads")
            .expect("is there");
        assert_eq!(
            (row.summary.version, row.summary.rows, row.snapshot_id),
            (2, Some(10), Some(first))
        );
        add_snapshot(store, table, NOON + 1).await;
        let row = tables::table(store, table)
            .await
            .expect("reads")
            .expect("is there");
        assert_eq!(row.summary.version, 2);
        let latest = tables::latest_snapshots(store, &[TableId::new(id()), table])
            .await
            .expect("reads");
        assert_eq!(latest.len(), 1);
        assert_eq!(latest[0].taken_at, NOON + 1);

        let mut tx = store.begin().await.expect("begins");
        tables::confirm_snapshot(&mut tx, table, NOON + 2)
            .await
            .expect("confirms");
        tx.commit().await.expect("commits");
        let latest = tables::latest_snapshots(store, &[table])
            .await
            .expect("reads")
            .remove(0);
        assert_eq!((latest.taken_at, latest.confirmed_at), (NOON + 1, NOON + 2));
    }

    async fn a_change_stays_until_a_person_has_seen_to_it(database: Database) {
        let store = &database.store;
        let source = add_source(store, "Shop").await;
        let table = add_tables(store, source, &["orders"]).await[0];
        let change = SchemaChange {
            added: vec!["vat".into()],
            removed: vec![],
            changed: vec![ChangedField {
                name: "id".into(),
                from: "integer".into(),
                to: "text".into(),
            }],
        };
        let mut tx = store.begin().await.expect("begins");
        tables::set_problem(&mut tx, table, Some(&Reason::new("source_unreadable")))
            .await
            .expect("notes");
        tables::record_snapshot(
            &mut tx,
            &NewSnapshot {
                id: SnapshotId::new(id()),
                table_id: table,
                path: "p",
                rows: 1,
                bytes: 1,
                schema: &schema("text"),
                files: &json!([]),
                fingerprint: "f",
                dialect: Some(&json!({"delimiter": ";"})),
                change: Some(&change),
                made_from: None,
                taken_at: NOON,
            },
        )
        .await
        .expect("records");
        tx.commit().await.expect("commits");
        add_snapshot(store, table, NOON + 1).await;
        let row = tables::table(store, table)
            .await
            .expect("reads")
            .expect("is there");
        assert_eq!(
            (row.summary.change.as_ref(), row.summary.problem),
            (Some(&change), None)
        );
        let mut tx = store.begin().await.expect("begins");
        let refused = tables::update_schema(&mut tx, table, 1, &schema("text"), NOON).await;
        assert!(
            matches!(refused, Err(StoreError::Stale { current }) if current == row.summary.version)
        );
        tables::update_schema(&mut tx, table, row.summary.version, &schema("text"), NOON)
            .await
            .expect("corrects");
        tx.commit().await.expect("commits");
        let row = tables::table(store, table)
            .await
            .expect("reads")
            .expect("is there");
        assert_eq!(row.summary.change, None);
        assert!(row.corrected);
    }

    async fn snapshots_are_dropped_but_for_the_last_and_what_a_run_reads(database: Database) {
        let store = &database.store;
        let (export, table, first) = whole_export(store).await;
        let run_id = add_run(store, export).await;
        let run = claim_one(store).await;
        let mut tx = store.begin().await.expect("begins");
        queue::pin_items(&mut tx, run_id, run.fence, &[pinned(0, table, first)], None, None)
            .await
            .expect("pins");
        tx.commit().await.expect("commits");
        let mut later = Vec::new();
        for at in 1..=4 {
            later.push(add_snapshot(store, table, NOON + at).await);
        }
        let to_drop = |keep| async move {
            let rows = tables::snapshots_to_drop(store, keep).await.expect("finds");
            rows.into_iter().map(|row| row.id).collect::<Vec<_>>()
        };
        assert_eq!(to_drop(3).await, [later[0]]);
        assert_eq!(to_drop(0).await, later[..3], "never the table's own");
        let mut tx = store.begin().await.expect("begins");
        for kept in [first, later[3]] {
            assert!(matches!(
                tables::delete_snapshot(&mut tx, kept).await,
                Err(StoreError::InUse)
            ));
        }
        tables::delete_snapshot(&mut tx, later[0])
            .await
            .expect("forgets");
        tx.commit().await.expect("commits");
        end(
            store,
            &run,
            &ended(app::domain::RunStatus::Failed, NOON + 9),
        )
        .await
        .expect("ends");
        assert_eq!(to_drop(3).await, [first]);
        assert!(
            tables::snapshot(store, later[0])
                .await
                .expect("reads")
                .is_none()
        );
    }

    async fn a_source_in_use_cannot_be_removed(database: Database) {
        let store = &database.store;
        let (export, table, _) = whole_export(store).await;
        let source = tables::table(store, table)
            .await
            .expect("reads")
            .expect("is there")
            .summary
            .source_id;
        let used = vec![(export, "Clients".to_owned())];
        assert_eq!(
            sources::exports_using(store, source).await.expect("lists"),
            used
        );
        assert_eq!(
            tables::exports_using(store, &[TableId::new(id()), table])
                .await
                .expect("lists"),
            used
        );
        let mut tx = store.begin().await.expect("begins");
        let refused = sources::remove(&mut tx, source, None, NOON).await;
        assert!(matches!(refused, Err(StoreError::InUse)));
        drop(tx);
        let empty = add_source(store, "Empty").await;
        add_tables(store, empty, &["nothing"]).await;
        let mut tx = store.begin().await.expect("begins");
        sources::remove(&mut tx, empty, Some(1), NOON)
            .await
            .expect("removes");
        tx.commit().await.expect("commits");
        assert!(
            tables::tables(store, Some(empty))
                .await
                .expect("lists")
                .is_empty()
        );
        assert_eq!(sources::list(store).await.expect("lists").len(), 1);
    }
}
