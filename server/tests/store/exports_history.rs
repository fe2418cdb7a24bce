//! What was: versions of an export with their causes, and *Removed*.

use app::domain::{
    Audience, AuditDoor, Cause, ConnectionId, DeliveryOptions, ExportId, ItemCounts, Limit, Mode,
    Permission, Role, RunStatus, ScheduleDraft,
};
use server::store::exports::{ExportChange, Step, StepTold};
use server::store::{EditScope, Store, StoreError, audit, connections, exports};

use super::fixtures::{
    Draft, add_connection, add_export, add_run, add_source, add_tables, add_user, claim_one,
    delivered_item, end, ended, item, save_export, simple_export, step,
};
use super::starting::listed;
use crate::support::databases::{NOON, on_both_databases};

const DAY: i64 = 24 * 3_600 * 1_000_000;

async fn remove(store: &Store, export: ExportId, step: &Step<'_>) {
    let mut tx = store.begin().await.expect("begins");
    exports::remove(&mut tx, export, None, step)
        .await
        .expect("removes");
    tx.commit().await.expect("commits");
}

/// Brings an export back under a name, on, with *System refresh* or an hourly schedule.
async fn bring_back(
    store: &Store,
    export: ExportId,
    name: &str,
    connection: Option<ConnectionId>,
    next_start: Option<i64>,
) -> server::store::Result<i64> {
    let mut tx = store.begin().await?;
    let schedule = ScheduleDraft {
        recurrence: app::domain::RecurrenceKind::Hourly,
        ..ScheduleDraft::system("UTC")
    };
    let step = Step {
        cause: Cause::RestoreRemoved,
        ..step(NOON + 9, "Bob")
    };
    let change = ExportChange {
        name,
        connection_id: connection,
        folder: "folder",
        enabled: next_start.is_some(),
        schedule: &schedule,
        next_start,
        items: &[],
        mode: Mode::Full,
        options: &DeliveryOptions::default(),
        step: &step,
    };
    let version = exports::unremove(&mut tx, export, &change).await?;
    tx.commit().await?;
    Ok(version)
}

/// Gives an export that was detached its connection again.
async fn attach(
    store: &Store,
    export: ExportId,
    name: &str,
    connection: ConnectionId,
    cause: Cause,
) {
    let step = Step {
        cause,
        ..step(NOON + 3, "Bob")
    };
    let change = ExportChange {
        name,
        connection_id: Some(connection),
        folder: "folder",
        enabled: false,
        schedule: &ScheduleDraft::system("UTC"),
        next_start: None,
        items: &[],
        mode: Mode::Full,
        options: &DeliveryOptions::default(),
        step: &step,
    };
    let mut tx = store.begin().await.expect("begins");
    exports::update(&mut tx, export, 2, &change)
        .await
        .expect("saves");
    tx.commit().await.expect("commits");
}

async fn names(store: &Store, scope: &EditScope, now: i64) -> Vec<String> {
    let page = exports::removed(store, scope, now, 30 * DAY, None, Limit::default())
        .await
        .expect("lists");
    page.items.into_iter().map(|export| export.name).collect()
}

on_both_databases! {
    async fn versions_come_newest_first_with_their_cause_and_step(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        let export = simple_export(store, "Clients", connection).await;
        for (version, name) in [(1, "B"), (2, "C")] {
            save_export(store, export, version, name, Some(connection))
                .await
                .expect("saves");
        }
        let all = exports::versions(store, export, None, 10).await.expect("lists");
        let seen: Vec<_> = all.iter().map(|one| (one.version, one.name.as_str())).collect();
        assert_eq!(seen, [(3, "C"), (2, "B"), (1, "Clients")]);
        assert!(all.iter().all(|one| one.change.is_some()));
        let older = exports::versions(store, export, Some(3), 1).await.expect("lists");
        assert_eq!(older.len(), 1);
        assert_eq!(older[0], all[1]);
        let one = exports::get_version(store, export, 2).await.expect("reads");
        assert_eq!(one.as_ref(), Some(&older[0]));
    }

    async fn a_restored_version_and_a_copy_say_what_they_are_from(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        let export = simple_export(store, "Clients", connection).await;
        for (version, cause) in [
            (1, Cause::Restore { version: 1 }),
            (2, Cause::Duplicate { of: "Été".into() }),
        ] {
            let step = Step {
                cause: cause.clone(),
                ..step(NOON, "Ada")
            };
            let change = ExportChange {
                name: "Clients",
                connection_id: Some(connection),
                folder: "folder",
                enabled: false,
                schedule: &ScheduleDraft::system("UTC"),
                next_start: None,
                items: &[],
                mode: Mode::Full,
                options: &DeliveryOptions::default(),
                step: &step,
            };
            let mut tx = store.begin().await.expect("begins");
            exports::update(&mut tx, export, version, &change).await.expect("saves");
            tx.commit().await.expect("commits");
            let made = exports::get_version(store, export, version + 1).await.expect("reads");
            assert_eq!(made.and_then(|version| version.cause), Some(cause));
        }
    }

    async fn a_step_knows_how_many_exports_it_changed(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        let one = simple_export(store, "A", connection).await;
        let other = simple_export(store, "B", connection).await;
        let step = step(NOON + 1, "Ada");
        for export in [one, other] {
            let mut tx = store.begin().await.expect("begins");
            exports::detach(&mut tx, export, &step).await.expect("detaches");
            tx.commit().await.expect("commits");
        }
        let steps = exports::steps(store, one, None, 10).await.expect("reads");
        let told = |exports, stands| StepTold { exports, stands };
        assert_eq!(steps.into_iter().collect::<Vec<_>>(), [(1, told(1, false)), (2, told(2, true))]);
        let had = exports::connections_over_time(store, one).await.expect("lists");
        let had: Vec<_> = had.into_iter().map(|connection| connection.name).collect();
        assert_eq!(had, ["Depot"]);
    }

    async fn a_step_stands_while_one_of_its_exports_is_as_it_left_it(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        let [one, other, alone] = [
            simple_export(store, "A", connection).await,
            simple_export(store, "B", connection).await,
            simple_export(store, "C", connection).await,
        ];
        let (together, by_itself) = (step(NOON + 1, "Ada"), step(NOON + 2, "Ada"));
        for (export, step) in [(one, &together), (other, &together), (alone, &by_itself)] {
            let mut tx = store.begin().await.expect("begins");
            exports::detach(&mut tx, export, step).await.expect("detaches");
            tx.commit().await.expect("commits");
        }
        let told = |exports, stands| StepTold { exports, stands };
        attach(store, one, "A", connection, Cause::Undo).await;
        let steps = exports::steps(store, one, None, 10).await.expect("reads");
        assert_eq!(steps.get(&2), Some(&told(2, true)), "the other is as it was left");
        attach(store, other, "B", connection, Cause::Edit).await;
        let steps = exports::steps(store, one, None, 10).await.expect("reads");
        assert_eq!(steps.get(&2), Some(&told(2, false)), "the other was edited");
        remove(store, alone, &step(NOON + 3, "Ada")).await;
        let steps = exports::steps(store, alone, None, 10).await.expect("reads");
        assert_eq!(steps.get(&2), Some(&told(1, false)), "it was removed");
        let steps = exports::steps(store, one, None, 10).await.expect("reads");
        assert_eq!(steps.get(&3), Some(&told(1, true)), "what took it back stands");
    }

    async fn removed_exports_are_listed_for_a_while_newest_first(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        let mut removed = Vec::new();
        for (name, at) in [("A", NOON), ("C", NOON + DAY), ("b", NOON + DAY), ("D", NOON + 2 * DAY)] {
            let export = simple_export(store, name, connection).await;
            remove(store, export, &step(at, "Bob")).await;
            removed.push(export);
        }
        simple_export(store, "Kept", connection).await;
        let all = EditScope::All;
        assert_eq!(names(store, &all, NOON + 3 * DAY).await, ["D", "b", "C", "A"]);
        assert_eq!(names(store, &all, NOON + 30 * DAY).await, ["D", "b", "C"]);

        let mut seen = Vec::new();
        let mut cursor = None;
        let limit = Limit::parse(1).expect("a limit");
        loop {
            let page = exports::removed(store, &all, NOON + 3 * DAY, 30 * DAY, cursor.as_ref(), limit)
                .await
                .expect("lists");
            assert_eq!(page.total, 4);
            seen.extend(page.items);
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
        let seen_names: Vec<_> = seen.iter().map(|export| export.name.as_str()).collect();
        assert_eq!(seen_names, ["D", "b", "C", "A"]);
        let last = seen.last().expect("the first that was removed");
        assert_eq!((last.removed_at, last.kept_until), (NOON, NOON + 30 * DAY));
        assert_eq!((last.removed_by.as_str(), last.id), ("Bob", removed[0]));
        assert_eq!(last.connection.as_ref().map(|one| one.name.as_str()), Some("Depot"));
    }

    async fn who_may_bring_an_export_back_is_who_may_edit_it(database: Database) {
        let store = &database.store;
        let contributor = EditScope::Contributor(add_user(store, "Cleo", Role::Contributor).await);
        let shared = add_connection(store, "Shared", Audience::Contributors).await;
        let private = add_connection(store, "Private", Audience::Administrators).await;
        let gone = add_connection(store, "Gone", Audience::Administrators).await;
        let mut exports_of = Vec::new();
        for connection in [shared, private, gone] {
            let export = simple_export(store, &connection.to_string(), connection).await;
            remove(store, export, &step(NOON, "Ada")).await;
            exports_of.push(export);
        }
        let mut tx = store.begin().await.expect("begins");
        connections::remove(&mut tx, gone, None, NOON, "Ada").await.expect("removes");
        tx.commit().await.expect("commits");

        let page = exports::removed(store, &contributor, NOON + 1, DAY, None, Limit::default())
            .await
            .expect("lists");
        // Without its connection it is like a detached one: who has one to give may edit it.
        for (export, expected) in exports_of.iter().zip([Permission::Edit, Permission::View, Permission::Edit]) {
            let listed = page.items.iter().find(|listed| listed.id == *export).expect("is listed");
            let read = exports::get_removed(store, *export, &contributor)
                .await
                .expect("reads")
                .expect("is there");
            assert_eq!(listed.permission, expected);
            assert_eq!(read.record.details.row.permission, expected);
            assert_eq!(read.record.details.row.connection, listed.connection);
            assert_eq!(read.record.audience.is_none(), listed.connection.is_none());
        }
        let viewer = exports::removed(store, &EditScope::None, NOON + 1, DAY, None, Limit::default())
            .await
            .expect("lists");
        assert!(viewer.items.iter().all(|export| export.permission == Permission::View));
    }

    async fn what_comes_back_is_a_new_version_that_catches_nothing_up(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        let export = simple_export(store, "Clients", connection).await;
        let removal = step(NOON + 1, "Ada");
        remove(store, export, &removal).await;
        let removed = exports::get_removed(store, export, &EditScope::All)
            .await
            .expect("reads")
            .expect("is removed");
        assert_eq!((removed.at, removed.by.as_str()), (NOON + 1, "Ada"));
        assert_eq!(removed.change, Some(removal.change));
        assert_eq!(removed.record.details.row.name, "Clients");

        simple_export(store, "clients", connection).await;
        let refused = bring_back(store, export, "Clients", Some(connection), None).await;
        assert!(matches!(refused, Err(StoreError::NameTaken)));
        let next = NOON + 3_600_000_000;
        let version = bring_back(store, export, "Clients (2)", Some(connection), Some(next)).await;
        assert_eq!(version.expect("comes back"), 2);
        let row = listed(store, export).await;
        assert_eq!((row.name.as_str(), row.version), ("Clients (2)", 2));
        assert_eq!((row.enabled, row.next_run_at), (true, Some(next)));
        assert_eq!(names(store, &EditScope::All, NOON + 10).await, Vec::<String>::new());
        let again = bring_back(store, export, "Clients (2)", Some(connection), None).await;
        assert!(matches!(again, Err(StoreError::NotFound)));
        let gone = exports::get_removed(store, export, &EditScope::All).await.expect("reads");
        assert_eq!(gone, None);
    }

    async fn what_was_delivered_is_counted_before_something_is_removed(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        let export = simple_export(store, "Clients", connection).await;
        for status in [RunStatus::Successful, RunStatus::Failed] {
            add_run(store, export).await;
            let run = claim_one(store).await;
            let mut how = ended(status, NOON);
            if status == RunStatus::Successful {
                how.items = vec![delivered_item(0, ItemCounts::default())];
            }
            end(store, &run, &how).await.expect("ends");
        }
        let left = exports::left_behind(store, export)
            .await
            .expect("counts");
        assert_eq!((left.deliveries, left.files), (1, 1));
    }

    async fn a_removed_export_keeps_its_tables(database: Database) {
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
        remove(store, export, &step(NOON + 1, "Ada")).await;
        let removed = exports::get_removed(store, export, &EditScope::All)
            .await
            .expect("reads")
            .expect("is removed");
        assert_eq!(removed.record.details.items, [item(table)]);
    }

    async fn of_what_was_done_only_what_is_asked_for_is_read_piece_by_piece(database: Database) {
        let store = &database.store;
        let mut tx = store.begin().await.expect("begins");
        for (place, action) in ["export.remove", "export.update", "export.describe"].into_iter().enumerate() {
            let entry = audit::AuditEntry {
                at: NOON + i64::try_from(place).expect("a place"),
                actor_id: None,
                actor_name: "Ada",
                door: AuditDoor::Page,
                token: None,
                action,
                object_kind: "export",
                object_id: "1".into(),
                before: None,
                after: None,
                network: "",
            };
            audit::append(&mut tx, &entry).await.expect("adds");
        }
        tx.commit().await.expect("commits");
        let actions = ["export.remove", "export.describe"];
        let all = audit::done_to(store, "export", "1", actions, None, 10).await.expect("reads");
        let seen: Vec<_> = all.iter().map(|row| row.action.as_str()).collect();
        assert_eq!(seen, ["export.describe", "export.remove"]);
        let place = (all[0].at, all[0].id.clone());
        let rest = audit::done_to(store, "export", "1", actions, Some(&place), 10).await.expect("reads");
        assert_eq!(rest, all[1..]);
    }
}
