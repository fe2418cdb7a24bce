//! What one step did, as its id finds it.

use app::domain::{Audience, Cause, ChangeId, ConnectionId, ExportId, ExportQuery, Role};
use server::store::exports::{self, ExportChange, Step, Undoable};
use server::store::{EditScope, connections};

use super::fixtures::{add_connection, add_user, id, save_export, simple_export, step};
use crate::support::databases::{NOON, on_both_databases};

fn of(cause: Cause) -> Step<'static> {
    Step {
        cause,
        ..step(NOON, "Ada")
    }
}

on_both_databases! {
    async fn a_change_finds_what_it_made_and_whether_that_is_the_last(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        let one = simple_export(store, "One", connection).await;
        let other = simple_export(store, "Other", connection).await;
        let detaching = of(Cause::Detach);
        let mut tx = store.begin().await.expect("begins");
        for export in [one, other] {
            exports::detach(&mut tx, export, &detaching).await.expect("detaches");
        }
        tx.commit().await.expect("commits");
        save_export(store, other, 2, "Other", Some(connection)).await.expect("saves");
        let found = exports::undoable(store, detaching.change).await.expect("reads");
        let of_one = found.iter().find(|found| found.id == one).copied();
        let as_it_was = Undoable {
            id: one, made: Some(2), current: 2, removed_at: None, connection: Some(connection), is_undone: false,
        };
        assert_eq!(of_one, Some(as_it_was));
        let of_other = found.iter().find(|found| found.id == other).copied();
        let changed = Undoable { id: other, current: 3, ..as_it_was };
        assert_eq!(of_other, Some(changed));
        let unknown = ChangeId::new(id());
        assert!(exports::undoable(store, unknown).await.expect("reads").is_empty());
    }

    async fn rows_are_read_by_their_ids_as_the_list_has_them(database: Database) {
        let store = &database.store;
        let depot = add_connection(store, "Depot", Audience::Contributors).await;
        let hidden = add_connection(store, "Hidden", Audience::Administrators).await;
        let one = simple_export(store, "One", depot).await;
        let other = simple_export(store, "Other", hidden).await;
        let gone = simple_export(store, "Gone", depot).await;
        let mut tx = store.begin().await.expect("begins");
        exports::remove(&mut tx, gone, None, &of(Cause::Remove)).await.expect("removes");
        tx.commit().await.expect("commits");
        let person = add_user(store, "contributor@example.org", Role::Contributor).await;
        let unknown = ExportId::new(uuid::Uuid::from_u128(7));
        for scope in [EditScope::All, EditScope::None, EditScope::Contributor(person)] {
            let asked = [other, gone, unknown, one];
            let found = exports::rows_by_id(store, &asked, &scope).await.expect("reads");
            let list = exports::list(store, &ExportQuery::default(), &scope).await.expect("lists");
            let mut listed = list.items;
            listed.sort_by_key(|row| row.id);
            assert_eq!(found, listed, "{scope:?}");
        }
        let none = exports::rows_by_id(store, &[], &EditScope::All).await.expect("reads");
        assert!(none.is_empty());
    }

    async fn connections_are_locked_together_whether_they_are_there_or_not(database: Database) {
        let store = &database.store;
        let depot = add_connection(store, "Depot", Audience::Contributors).await;
        let unknown = ConnectionId::new(uuid::Uuid::from_u128(7));
        let mut tx = store.begin().await.expect("begins");
        connections::lock_all(&mut tx, &[unknown, depot].into()).await.expect("locks");
        connections::lock_all(&mut tx, &[].into()).await.expect("locks nothing");
        connections::remove(&mut tx, depot, None, NOON, "Ada").await.expect("removes");
        tx.commit().await.expect("commits");
    }

    async fn exports_are_locked_together_whether_they_are_there_or_not(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        let one = simple_export(store, "One", connection).await;
        let other = simple_export(store, "Other", connection).await;
        let mut tx = store.begin().await.expect("begins");
        let unknown = ExportId::new(uuid::Uuid::from_u128(7));
        exports::lock_all(&mut tx, &[other, unknown, one]).await.expect("locks");
        exports::lock_all(&mut tx, &[]).await.expect("locks nothing");
        exports::remove(&mut tx, one, None, &of(Cause::Remove)).await.expect("removes");
        tx.commit().await.expect("commits");
    }

    async fn what_a_change_removed_is_found_until_it_is_back(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        let one = simple_export(store, "One", connection).await;
        let other = simple_export(store, "Other", connection).await;
        let removing = of(Cause::Remove);
        let mut tx = store.begin().await.expect("begins");
        exports::remove(&mut tx, one, None, &removing).await.expect("removes");
        exports::remove(&mut tx, other, None, &of(Cause::Remove)).await.expect("removes");
        tx.commit().await.expect("commits");
        let found = exports::undoable(store, removing.change).await.expect("reads");
        let removed = Undoable {
            id: one, made: None, current: 1, removed_at: Some(NOON), connection: Some(connection), is_undone: false,
        };
        assert_eq!(found, [removed]);
        let details = exports::get_removed(store, one, &EditScope::All).await.expect("reads");
        let details = details.expect("is removed").record.details;
        let version = exports::get_version(store, one, 1).await.expect("reads").expect("is kept");
        let mut tx = store.begin().await.expect("begins");
        let undoing = of(Cause::Undo);
        let change = ExportChange {
            name: &version.name,
            connection_id: version.connection_id,
            folder: &version.folder,
            enabled: details.row.enabled,
            schedule: &version.schedule,
            next_start: None,
            items: &version.items,
            mode: version.mode,
            options: &version.options,
            step: &undoing,
        };
        exports::unremove(&mut tx, one, &change).await.expect("brings it back");
        tx.commit().await.expect("commits");
        let found = exports::undoable(store, removing.change).await.expect("reads");
        assert!(found.is_empty(), "{found:?}");
    }

    async fn saving_is_not_taken_back_by_its_change(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        let export = simple_export(store, "One", connection).await;
        let editing = of(Cause::Edit);
        let mut tx = store.begin().await.expect("begins");
        exports::detach(&mut tx, export, &editing).await.expect("a version");
        tx.commit().await.expect("commits");
        assert!(exports::undoable(store, editing.change).await.expect("reads").is_empty());
    }
}
