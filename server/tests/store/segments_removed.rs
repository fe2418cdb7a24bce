//! Segments that were removed: what is known of them, how they come back, and when they are forgotten.

use app::domain::{RefreshStatus, SegmentId, SegmentKind};
use server::store::segments::Restored;
use server::store::{Store, StoreError, segments, sources, tables, tasks};

use super::fixtures::{add_snapshot, add_source, add_tables};
use super::segments::{add_segment, segment};
use crate::support::databases::{NOON, on_both_databases};

const DAY: i64 = 24 * 3_600_000_000;

async fn remove(store: &Store, id: SegmentId, at: i64) {
    let mut tx = store.begin().await.expect("begins");
    segments::remove(&mut tx, id, None, at, "Bob")
        .await
        .expect("removes");
    tx.commit().await.expect("commits");
}

fn back(name: &str) -> Restored<'_> {
    Restored {
        name,
        at: NOON + 3,
        by: "Camille",
    }
}

async fn restore(store: &Store, id: SegmentId, name: &str) -> Result<i64, StoreError> {
    let mut tx = store.begin().await.expect("begins");
    let version = segments::restore(&mut tx, id, &back(name)).await?;
    tx.commit().await.expect("commits");
    Ok(version)
}

on_both_databases! {
    async fn a_removed_segment_comes_back_with_its_table_under_a_free_name(database: Database) {
        let store = &database.store;
        let shop = add_source(store, "Shop").await;
        let table = add_tables(store, shop, &["customers"]).await[0];
        let id = add_segment(store, "Fidèles", &[table]).await;
        add_snapshot(store, id.table(), NOON).await;
        remove(store, id, NOON + 1).await;
        let other = add_segment(store, "FIDELES", &[table]).await;
        let web = add_source(store, "Web").await;
        let mut tx = store.begin().await.expect("begins");
        sources::remove(&mut tx, web, None, NOON + 1).await.expect("removes a source");
        tx.commit().await.expect("commits");

        let listed = segments::removed(store, NOON + 2, DAY).await.expect("lists");
        assert_eq!(listed.len(), 1, "a source is no segment");
        let gone = &listed[0];
        assert_eq!((gone.id, gone.name.as_str(), gone.kind), (id, "Fidèles", SegmentKind::Conditions));
        assert_eq!(
            (gone.removed_at, gone.removed_by.as_str(), gone.kept_until),
            (NOON + 1, "Bob", NOON + 1 + DAY)
        );
        let late = segments::removed(store, NOON + 1 + DAY, DAY).await;
        assert!(late.expect("lists").is_empty());
        let found = segments::get_removed(store, id, DAY).await.expect("reads");
        assert_eq!(found.as_ref(), Some(gone));
        for none in [other, SegmentId::new(web.uuid())] {
            assert_eq!(segments::get_removed(store, none, DAY).await.expect("reads"), None);
            let refused = restore(store, none, "Anew").await;
            assert!(matches!(refused, Err(StoreError::NotFound)));
        }

        let names = ["Fidèles", "Fidèles (2)"].map(str::to_owned);
        let free = segments::free_name(store, &names).await.expect("reads");
        assert_eq!(free.as_deref(), Some("Fidèles (2)"));
        let free = segments::free_name(store, &["Shop".to_owned()]).await.expect("reads");
        assert_eq!(free.as_deref(), Some("Shop"), "a source may be called the same");
        let taken = restore(store, id, "Fidèles").await;
        assert!(matches!(taken, Err(StoreError::NameTaken)));
        let mut tx = store.begin().await.expect("begins");
        let version = segments::restore(&mut tx, id, &back("Fidèles (2)")).await;
        assert_eq!(version.expect("restores"), 2);
        tasks::ask_evaluation(&mut tx, id, &[], "Camille", NOON + 3).await.expect("asks");
        tx.commit().await.expect("commits");
        let again = restore(store, id, "Fidèles (3)").await;
        assert!(matches!(again, Err(StoreError::NotFound)));

        let row = segment(store, id).await;
        assert_eq!((row.name.as_str(), row.version, row.updated_at), ("Fidèles (2)", 2, NOON + 3));
        assert_eq!((row.created_by.as_str(), row.updated_by.as_str()), ("Ada", "Camille"));
        assert_eq!((row.made_from.join(", ").as_str(), row.members), ("customers", Some(10)));
        assert_eq!(row.status, RefreshStatus::Queued);
        let result = tables::table(store, id.table()).await.expect("reads").expect("is there");
        assert_eq!(result.summary.name, "Fidèles (2)");
        let left = segments::removed(store, NOON + 4, DAY).await.expect("lists");
        assert!(left.is_empty());
        assert_eq!(segments::using_table(store, table).await.expect("lists").len(), 2);
    }

    async fn a_segment_comes_back_only_to_tables_that_are_there(database: Database) {
        let store = &database.store;
        let shop = add_source(store, "Shop").await;
        let made = add_tables(store, shop, &["customers", "Orders"]).await;
        let id = add_segment(store, "Loyal", &made).await;
        remove(store, id, NOON).await;
        let gone = async || segments::gone_input(store, id).await.expect("reads");
        assert_eq!(gone().await, None);
        add_tables(store, shop, &["customers"]).await;
        assert_eq!(gone().await.as_deref(), Some("Orders"));
        let refused = restore(store, id, "Loyal").await;
        assert!(matches!(refused, Err(StoreError::NotFound)));
        add_tables(store, shop, &["customers", "Orders"]).await;
        assert_eq!(gone().await, None);
        assert_eq!(restore(store, id, "Loyal").await.expect("restores"), 2);

        remove(store, id, NOON + 5).await;
        let mut tx = store.begin().await.expect("begins");
        sources::remove(&mut tx, shop, None, NOON + 6).await.expect("removes");
        tx.commit().await.expect("commits");
        assert_eq!(gone().await.as_deref(), Some("customers"));
        let refused = restore(store, id, "Loyal").await;
        assert!(matches!(refused, Err(StoreError::NotFound)));
    }

    async fn what_a_segment_was_made_of_is_forgotten_once_it_cannot_come_back(database: Database) {
        let store = &database.store;
        let shop = add_source(store, "Shop").await;
        let table = add_tables(store, shop, &["customers"]).await[0];
        let mut ids = Vec::new();
        for (name, removed_at) in [("A", Some(NOON)), ("B", Some(NOON + 1)), ("C", None)] {
            let id = add_segment(store, name, &[table]).await;
            if let Some(at) = removed_at {
                remove(store, id, at).await;
            }
            ids.push(id);
        }
        let mut tx = store.begin().await.expect("begins");
        segments::forget_removed(&mut tx, NOON + 1).await.expect("forgets");
        tx.commit().await.expect("commits");
        let mut left = Vec::new();
        for id in ids {
            left.push(segments::inputs(store, id).await.expect("reads").len());
        }
        assert_eq!(left, [0, 1, 1]);
    }
}
