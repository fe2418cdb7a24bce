//! Connections: names, versions, sharing, use.

use app::domain::{Audience, ConnectionId, ConnectionRef, Role};
use serde_json::Map;
use server::store::connections::ConnectionChange;
use server::store::{EditScope, SignalKind, Store, StoreError, connections, exports};

use super::fixtures::{add_connection, add_user, connection, simple_export, step};
use crate::support::databases::{NOON, on_both_databases};

async fn save(
    store: &Store,
    id: ConnectionId,
    expected: i64,
    name: &str,
    audience: &Audience,
) -> server::store::Result<i64> {
    let mut tx = store.begin().await?;
    let change = ConnectionChange {
        name,
        config: &Map::new(),
        audience,
        at: NOON + 1,
        by: "Bob",
    };
    let version = connections::update(&mut tx, id, expected, &change).await?;
    tx.commit().await?;
    Ok(version)
}

fn names(connections: &[ConnectionRef]) -> Vec<&str> {
    connections
        .iter()
        .map(|connection| connection.name.as_str())
        .collect()
}

on_both_databases! {
    async fn a_connection_comes_back_as_it_was_saved(database: Database) {
        let store = &database.store;
        let bob = add_user(store, "Bob", Role::Contributor).await;
        let row = connection("Dépôt", Audience::People(vec![bob]));
        let mut signals = store.signals().subscribe();
        let mut tx = store.begin().await.expect("begins");
        connections::insert(&mut tx, &row).await.expect("adds");
        assert!(
            signals.try_recv().is_err(),
            "nothing is signalled before the commit"
        );
        tx.commit().await.expect("commits");
        let signal = signals.try_recv().expect("a signal");
        assert_eq!(
            (signal.kind, signal.id, signal.version),
            (SignalKind::Connection, row.id.to_string(), 1)
        );
        assert_eq!(
            connections::get(store, row.id).await.expect("reads"),
            Some(row.clone())
        );
        let list = connections::list(store).await.expect("lists");
        assert_eq!(list.len(), 1);
        assert_eq!((list[0].exports, &list[0].audience), (0, &row.audience));
    }

    async fn names_are_unique_ignoring_case_and_accents_until_removed(database: Database) {
        let store = &database.store;
        let first = add_connection(store, "Dépôt", Audience::Administrators).await;
        let mut tx = store.begin().await.expect("begins");
        let refused =
            connections::insert(&mut tx, &connection("DEPOT", Audience::Administrators)).await;
        assert!(matches!(refused, Err(StoreError::NameTaken)));
        drop(tx);
        let mut tx = store.begin().await.expect("begins");
        connections::remove(&mut tx, first, Some(1), NOON, "Ada")
            .await
            .expect("removes");
        connections::insert(&mut tx, &connection("DEPOT", Audience::Administrators))
            .await
            .expect("adds");
        tx.commit().await.expect("commits");
        assert_eq!(connections::get(store, first).await.expect("reads"), None);
    }

    async fn a_stale_save_is_refused_and_says_what_is_current(database: Database) {
        let store = &database.store;
        let id = add_connection(store, "Depot", Audience::Administrators).await;
        let version = save(store, id, 1, "Depot 2", &Audience::Contributors)
            .await
            .expect("saves");
        assert_eq!(version, 2);
        let refused = save(store, id, 1, "Depot 3", &Audience::Contributors).await;
        assert!(matches!(refused, Err(StoreError::Stale { current: 2 })));
        let mut tx = store.begin().await.expect("begins");
        let refused = connections::remove(&mut tx, id, Some(1), NOON, "Ada").await;
        assert!(matches!(refused, Err(StoreError::Stale { current: 2 })));
        connections::remove(&mut tx, id, None, NOON, "Ada")
            .await
            .expect("removes whatever the version");
        let gone = connections::remove(&mut tx, id, None, NOON, "Ada").await;
        assert!(matches!(gone, Err(StoreError::NotFound)));
    }

    async fn exports_follow_the_name_of_their_connection(database: Database) {
        let store = &database.store;
        let id = add_connection(store, "Depot", Audience::Administrators).await;
        let export = simple_export(store, "Clients", id).await;
        save(store, id, 1, "Hangar", &Audience::Administrators)
            .await
            .expect("saves");
        let search = |words: &str| app::domain::ExportQuery {
            filter: app::domain::ExportFilter {
                search: words.into(),
                ..Default::default()
            },
            ..Default::default()
        };
        let found = exports::list(store, &search("hangar clients"), &EditScope::All)
            .await
            .expect("lists");
        assert_eq!(
            found.items.iter().map(|row| row.id).collect::<Vec<_>>(),
            [export]
        );
        let found = exports::list(store, &search("depot"), &EditScope::All)
            .await
            .expect("lists");
        assert_eq!(found.total, 0);
    }

    async fn a_connection_in_use_cannot_be_removed(database: Database) {
        let store = &database.store;
        let id = add_connection(store, "Depot", Audience::Administrators).await;
        let export = simple_export(store, "Clients", id).await;
        assert_eq!(
            connections::exports_using(store, id).await.expect("lists"),
            [(export, "Clients".to_owned())],
        );
        let mut tx = store.begin().await.expect("begins");
        let refused = connections::remove(&mut tx, id, None, NOON, "Ada").await;
        assert!(matches!(refused, Err(StoreError::InUse)));
        drop(tx);
        assert!(connections::get(store, id).await.expect("reads").is_some());
        let mut tx = store.begin().await.expect("begins");
        exports::remove(&mut tx, export, None, &step(NOON, "Ada"))
            .await
            .expect("removes the export");
        connections::remove(&mut tx, id, None, NOON, "Ada")
            .await
            .expect("removes");
        tx.commit().await.expect("commits");
    }

    async fn choices_are_what_is_shared_with_the_person(database: Database) {
        let store = &database.store;
        let bob = add_user(store, "Bob", Role::Contributor).await;
        let eve = add_user(store, "Eve", Role::Contributor).await;
        add_connection(store, "c closed", Audience::Administrators).await;
        add_connection(store, "B open", Audience::Contributors).await;
        let named = add_connection(store, "a named", Audience::People(vec![bob])).await;
        let usable =
            |scope| async move { connections::usable(store, &scope).await.expect("lists") };
        assert_eq!(
            names(&usable(EditScope::All).await),
            ["a named", "B open", "c closed"]
        );
        assert_eq!(
            names(&usable(EditScope::Contributor(bob)).await),
            ["a named", "B open"]
        );
        assert_eq!(
            names(&usable(EditScope::Contributor(eve)).await),
            ["B open"]
        );
        assert!(usable(EditScope::None).await.is_empty());
        // People who were named before do not count once the audience is another.
        save(store, named, 1, "a named", &Audience::Administrators)
            .await
            .expect("saves");
        assert_eq!(
            names(&usable(EditScope::Contributor(bob)).await),
            ["B open"]
        );
    }
}
