//! One export: versions, names, connection, removal.

use app::domain::{
    Audience, ConnectionType, DeliveryOptions, ExportId, ExportStatus, Mode, Permission,
    ScheduleDraft,
};
use server::store::exports::ExportChange;
use server::store::{EditScope, StoreError, connections, exports};

use super::fixtures::{
    Draft, add_connection, add_export, add_source, add_tables, id, insert_export, item,
    save_export, simple_export, step,
};
use crate::support::databases::{NOON, on_both_databases};

on_both_databases! {
    async fn an_export_comes_back_as_it_was_saved(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Dépôt", Audience::Contributors).await;
        let source = add_source(store, "Shop").await;
        let tables = add_tables(store, source, &["a", "b"]).await;
        let items = vec![item(tables[1]), item(tables[0])];
        let draft = Draft {
            name: "Clients",
            connection,
            items: items.clone(),
            at: NOON,
            by: "Ada",
        };
        let export = add_export(store, draft).await;
        let record = exports::get(store, export, &EditScope::All)
            .await
            .expect("reads")
            .expect("is there");
        let details = record.details;
        assert_eq!(record.audience, Some(Audience::Contributors));
        assert_eq!(
            (details.items, details.mode, details.options),
            (items, Mode::Full, DeliveryOptions::default())
        );
        assert_eq!(
            (details.folder.as_str(), details.created_by.as_str()),
            ("folder", "Ada")
        );
        let row = details.row;
        assert_eq!(
            (row.version, row.status, row.permission),
            (1, ExportStatus::NotStarted, Permission::Edit)
        );
        assert_eq!(
            (row.refreshed_at, row.data_as_of, row.run_id),
            (None, None, None)
        );
        assert_eq!(
            row.connection.map(|connection| connection.name).as_deref(),
            Some("Dépôt")
        );
        let seen = exports::get(store, export, &EditScope::None)
            .await
            .expect("reads")
            .expect("is there");
        assert_eq!(seen.details.row.permission, Permission::View);
        let unknown = exports::get(store, ExportId::new(id()), &EditScope::All)
            .await
            .expect("reads");
        assert_eq!(unknown, None);
    }

    async fn one_without_connection_is_as_one_that_was_detached(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        let source = add_source(store, "Shop").await;
        let table = add_tables(store, source, &["a"]).await[0];
        let items = vec![item(table)];
        let export = ExportId::new(id());
        let (schedule, options) = (ScheduleDraft::system("UTC"), DeliveryOptions::default());
        let step = step(NOON, "Ada");
        let change = |connection_id| ExportChange {
            name: "Clients",
            connection_id,
            folder: "folder",
            enabled: true,
            schedule: &schedule,
            next_start: None,
            items: &items,
            mode: Mode::Full,
            options: &options,
            step: &step,
        };
        let mut tx = store.begin().await.expect("begins");
        exports::insert_detached(&mut tx, export, ConnectionType::Sftp, &change(None))
            .await
            .expect("adds an export");
        tx.commit().await.expect("commits");
        let row = async || {
            let found = exports::get(store, export, &EditScope::All).await;
            found.expect("reads").expect("is there").details.row
        };
        let detached = row().await;
        assert_eq!((detached.version, detached.enabled), (1, true));
        assert_eq!((detached.connection, detached.kind), (None, ConnectionType::Sftp));
        assert_eq!((detached.status, detached.next_run_at), (ExportStatus::NotStarted, None));
        let versions = exports::versions(store, export, None, 10).await.expect("reads");
        assert_eq!(versions.len(), 1);
        let mut tx = store.begin().await.expect("begins");
        exports::update(&mut tx, export, 1, &change(Some(connection)))
            .await
            .expect("saves");
        tx.commit().await.expect("commits");
        assert_eq!(row().await.kind, ConnectionType::LocalFolder);
    }

    async fn every_save_makes_a_version_and_keeps_the_old(database: Database) {
        let store = &database.store;
        let depot = add_connection(store, "Depot", Audience::Contributors).await;
        let hangar = add_connection(store, "Hangar", Audience::Contributors).await;
        let source = add_source(store, "Shop").await;
        let table = add_tables(store, source, &["a"]).await[0];
        let draft = Draft {
            name: "Clients",
            connection: depot,
            items: vec![item(table)],
            at: NOON,
            by: "Ada",
        };
        let export = add_export(store, draft).await;
        assert_eq!(
            save_export(store, export, 1, "Clientes", Some(hangar))
                .await
                .expect("saves"),
            2
        );
        let refused = save_export(store, export, 1, "Others", Some(hangar)).await;
        assert!(matches!(refused, Err(StoreError::Stale { current: 2 })));
        let old = exports::get_version(store, export, 1)
            .await
            .expect("reads")
            .expect("is kept");
        assert_eq!(
            (old.name.as_str(), old.connection_id, old.items.len()),
            ("Clients", Some(depot), 1)
        );
        let new = exports::get_version(store, export, 2)
            .await
            .expect("reads")
            .expect("is kept");
        assert_eq!(
            (new.name.as_str(), new.connection_id, new.saved_by.as_str()),
            ("Clientes", Some(hangar), "Élodie")
        );
        assert_eq!(
            exports::get_version(store, export, 3).await.expect("reads"),
            None
        );
        assert!(
            server::store::tables::exports_using(store, &[table])
                .await
                .expect("lists")
                .is_empty()
        );
    }

    async fn names_are_unique_ignoring_case_and_accents(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        let export = simple_export(store, "Été", connection).await;
        let other = simple_export(store, "Hiver", connection).await;
        let mut tx = store.begin().await.expect("begins");
        let twin = Draft {
            name: "ETE",
            connection,
            items: vec![],
            at: NOON,
            by: "Ada",
        };
        let refused = insert_export(&mut tx, ExportId::new(id()), &twin).await;
        assert!(matches!(refused, Err(StoreError::NameTaken)));
        drop(tx);
        let refused = save_export(store, other, 1, "été", Some(connection)).await;
        assert!(matches!(refused, Err(StoreError::NameTaken)));
        save_export(store, export, 1, "ÉTÉ", Some(connection))
            .await
            .expect("its own name is free to it");

        assert!(
            exports::name_taken(store, "ete", None)
                .await
                .expect("looks")
        );
        assert!(
            !exports::name_taken(store, "ete", Some(export))
                .await
                .expect("looks")
        );
        let candidates = ["Ete".to_owned(), "hiver".to_owned(), "Printemps".to_owned()];
        let free = exports::free_name(store, &candidates).await.expect("looks");
        assert_eq!(free.as_deref(), Some("Printemps"));
        assert_eq!(
            exports::free_name(store, &candidates[..2])
                .await
                .expect("looks"),
            None
        );
    }

    async fn a_detached_export_keeps_all_but_its_connection(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        let source = add_source(store, "Shop").await;
        let table = add_tables(store, source, &["a"]).await[0];
        let draft = Draft {
            name: "Clients",
            connection,
            items: vec![item(table)],
            at: NOON,
            by: "Ada",
        };
        let export = add_export(store, draft).await;
        let mut tx = store.begin().await.expect("begins");
        assert_eq!(
            exports::detach(&mut tx, export, &step(NOON + 1, "Bob"))
                .await
                .expect("detaches"),
            2
        );
        assert_eq!(
            exports::detach(&mut tx, export, &step(NOON + 2, "Bob"))
                .await
                .expect("is detached"),
            2
        );
        tx.commit().await.expect("commits");
        let record = exports::get(store, export, &EditScope::All)
            .await
            .expect("reads")
            .expect("is there");
        assert_eq!(
            (record.audience, record.details.row.connection),
            (None, None)
        );
        assert_eq!(record.details.items, [item(table)]);
        assert_eq!(record.details.row.kind.code(), "local_folder");
        assert!(
            connections::exports_using(store, connection)
                .await
                .expect("lists")
                .is_empty()
        );
        save_export(store, export, 2, "Clients", None)
            .await
            .expect("saves without one");
        save_export(store, export, 3, "Clients", Some(connection))
            .await
            .expect("gives it one");
    }

    async fn a_removed_export_is_out_of_sight_and_its_name_free(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        let export = simple_export(store, "Clients", connection).await;
        let mut tx = store.begin().await.expect("begins");
        let refused = exports::remove(&mut tx, export, Some(7), &step(NOON, "Ada")).await;
        assert!(matches!(refused, Err(StoreError::Stale { current: 1 })));
        exports::remove(&mut tx, export, Some(1), &step(NOON, "Ada"))
            .await
            .expect("removes");
        assert!(matches!(
            exports::remove(&mut tx, export, None, &step(NOON, "Ada")).await,
            Err(StoreError::NotFound)
        ));
        assert!(matches!(
            exports::detach(&mut tx, export, &step(NOON, "Ada")).await,
            Err(StoreError::NotFound)
        ));
        tx.commit().await.expect("commits");
        assert_eq!(
            exports::get(store, export, &EditScope::All)
                .await
                .expect("reads"),
            None
        );
        assert!(
            exports::get_version(store, export, 1)
                .await
                .expect("reads")
                .is_some()
        );
        let refused = save_export(store, export, 1, "Clients", Some(connection)).await;
        assert!(matches!(refused, Err(StoreError::NotFound)));
        simple_export(store, "clients", connection).await;
    }

    async fn neighbours_are_the_other_exports_of_a_connection(database: Database) {
        let store = &database.store;
        let depot = add_connection(store, "Depot", Audience::Contributors).await;
        let hangar = add_connection(store, "Hangar", Audience::Contributors).await;
        let source = add_source(store, "Shop").await;
        let table = add_tables(store, source, &["customers"]).await[0];
        let draft = Draft {
            name: "B",
            connection: depot,
            items: vec![item(table)],
            at: NOON,
            by: "Ada",
        };
        let second = add_export(store, draft).await;
        let first = simple_export(store, "a", depot).await;
        simple_export(store, "c", hangar).await;
        let all = exports::other_exports_of_connection(store, depot, None)
            .await
            .expect("lists");
        assert_eq!(
            all.iter().map(|other| other.id).collect::<Vec<_>>(),
            [first, second]
        );
        let others = exports::other_exports_of_connection(store, depot, Some(first))
            .await
            .expect("lists");
        assert_eq!(others.len(), 1);
        assert_eq!(
            (others[0].folder.as_str(), &others[0].tables[..]),
            ("folder", &["customers".to_owned()][..])
        );
        assert_eq!(
            exports::folders_taken(store, depot, None)
                .await
                .expect("lists")
                .len(),
            2
        );
    }

    async fn text_that_a_database_cannot_hold_is_refused(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        let mut tx = store.begin().await.expect("begins");
        let draft = Draft {
            name: "a\0b",
            connection,
            items: vec![],
            at: NOON,
            by: "Ada",
        };
        let refused = insert_export(&mut tx, ExportId::new(id()), &draft).await;
        assert!(matches!(refused, Err(StoreError::NulCharacter)));
    }

    async fn an_export_needs_a_connection_that_is_there(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        let export = simple_export(store, "Clients", connection).await;
        let gone = add_connection(store, "Gone", Audience::Contributors).await;
        let mut tx = store.begin().await.expect("begins");
        connections::remove(&mut tx, gone, None, NOON, "Ada")
            .await
            .expect("removes");
        let options = DeliveryOptions::default();
        let change = ExportChange {
            name: "Clients",
            connection_id: Some(gone),
            folder: "f",
            enabled: false,
            schedule: &ScheduleDraft::system("UTC"),
            next_start: None,
            items: &[],
            mode: Mode::Full,
            options: &options,
            step: &step(NOON, "Ada"),
        };
        let refused = exports::update(&mut tx, export, 1, &change).await;
        assert!(matches!(refused, Err(StoreError::NotFound)));
    }
}
