//! What people note about exports, and whom they can name as their owners.

use app::domain::{
    Audience, ExportAbout, ExportId, ExportQuery, ExportSort, PersonRef, Preferences, Role, UserId,
};
use server::store::people::{UserChange, UserRow};
use server::store::{EditScope, Store, StoreError, exports, people};

use super::fixtures::{add_connection, add_user, describe, id, simple_export, step};
use crate::support::databases::{NOON, on_both_databases};

async fn remove(store: &Store, export: ExportId) {
    let mut tx = store.begin().await.expect("begins");
    exports::remove(&mut tx, export, None, &step(NOON + 1, "Ada"))
        .await
        .expect("removes");
    tx.commit().await.expect("commits");
}

async fn by_owner(store: &Store) -> Vec<String> {
    let query = ExportQuery {
        sort: ExportSort::Owner,
        ..ExportQuery::default()
    };
    let page = exports::list(store, &query, &EditScope::All).await;
    let rows = page.expect("lists").items.into_iter();
    rows.map(|row| row.name).collect()
}

async fn rename(store: &Store, id: UserId, name: &str) {
    let seen = people::person(store, id, NOON).await.expect("reads");
    let version = seen.expect("is there").version;
    let change = UserChange {
        name,
        role: Role::Administrator,
        disabled: false,
    };
    let mut tx = store.begin().await.expect("begins");
    people::update_user(&mut tx, id, version, &change)
        .await
        .expect("renames");
    tx.commit().await.expect("commits");
}

on_both_databases! {
    async fn what_is_noted_has_a_version_of_its_own(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Nightly", Audience::Contributors).await;
        let export = simple_export(store, "Loyalty", connection).await;
        let ada = add_user(store, "Ada", Role::Administrator).await;
        let read = async || {
            let record = exports::get(store, export, &EditScope::All).await;
            record.expect("reads").expect("is there").details
        };
        assert_eq!(read().await.about, ExportAbout { version: 1, ..ExportAbout::default() });

        let noted = describe(store, export, 1, &["CRM", "Été"], Some(ada), "one\ntwo").await;
        assert_eq!(noted.expect("notes"), 2);
        let details = read().await;
        let about = ExportAbout {
            version: 2,
            labels: vec!["CRM".into(), "Été".into()],
            owner: Some(PersonRef { id: ada, name: "Ada".into() }),
            note: "one\ntwo".into(),
        };
        assert_eq!(details.about, about);
        assert_eq!((details.row.version, details.row.owner.as_deref()), (1, Some("Ada")));
        assert_eq!(details.row.labels, about.labels);

        let late = describe(store, export, 1, &[], None, "").await;
        assert!(matches!(late, Err(StoreError::Stale { current: 2 })));
        assert_eq!(read().await.about, about, "who comes late changes nothing");
        assert_eq!(describe(store, export, 2, &["Été"], None, "").await.expect("notes"), 3);
        let about = read().await.about;
        assert_eq!((about.labels, about.owner), (vec!["Été".to_owned()], None));
        remove(store, export).await;
        let gone = describe(store, export, 3, &[], None, "").await;
        assert!(matches!(gone, Err(StoreError::NotFound)));
    }

    async fn labels_are_counted_over_the_exports_that_are_there(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Nightly", Audience::Contributors).await;
        let mut made = Vec::new();
        for (name, labels) in [("a", &["CRM", "Été"][..]), ("b", &["crm"]), ("c", &["Gone", "crm"])] {
            let export = simple_export(store, name, connection).await;
            describe(store, export, 1, labels, None, "").await.expect("notes");
            made.push(export);
        }
        remove(store, made[2]).await;
        let labels = exports::labels(store).await.expect("lists");
        assert_eq!(labels, [("CRM".to_owned(), 2), ("Été".to_owned(), 1)]);
        describe(store, made[0], 2, &[], None, "").await.expect("notes");
        let labels = exports::labels(store).await.expect("lists");
        assert_eq!(labels, [("crm".to_owned(), 1)]);
    }

    async fn the_list_sorts_by_what_an_owner_is_called_now(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Nightly", Audience::Contributors).await;
        let (ada, bob) = (
            add_user(store, "Ada", Role::Administrator).await,
            add_user(store, "Bob", Role::Contributor).await,
        );
        for (name, owner) in [("one", Some(ada)), ("two", Some(bob)), ("three", None)] {
            let export = simple_export(store, name, connection).await;
            describe(store, export, 1, &[], owner, "").await.expect("notes");
        }
        assert_eq!(by_owner(store).await, ["three", "one", "two"]);
        let mut tx = store.begin().await.expect("begins");
        people::change_profile(&mut tx, ada, "Zoé", &Preferences::default())
            .await
            .expect("renames");
        tx.commit().await.expect("commits");
        assert_eq!(by_owner(store).await, ["three", "two", "one"]);
        rename(store, ada, "Àda").await;
        assert_eq!(by_owner(store).await, ["three", "one", "two"]);
    }

    async fn people_are_listed_by_name_without_those_who_are_disabled(database: Database) {
        let store = &database.store;
        for name in ["Zoe", "Élodie", "ada"] {
            add_user(store, name, Role::Viewer).await;
        }
        let gone = UserRow {
            id: UserId::new(id()),
            email: "gone@example.org".into(),
            name: "Bob".into(),
            role: Role::Administrator,
            password_hash: String::new(),
            disabled: true,
            created_at: NOON,
        };
        let mut tx = store.begin().await.expect("begins");
        people::insert_user(&mut tx, &gone).await.expect("adds a person");
        tx.commit().await.expect("commits");
        let names: Vec<_> = people::names(store)
            .await
            .expect("lists")
            .into_iter()
            .map(|person| person.name)
            .collect();
        assert_eq!(names, ["ada", "Élodie", "Zoe"]);
    }
}
