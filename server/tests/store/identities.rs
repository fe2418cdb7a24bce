//! People as an identity provider knows them.

use app::domain::{Role, UserId};
use server::store::people::{self, IdentityKey};
use server::store::{Store, StoreError};

use super::fixtures::{add_user, id};
use crate::support::databases::{NOON, on_both_databases};

const ISSUER: &str = "https://login.example.org";

const fn key(subject: &str) -> IdentityKey<'_> {
    IdentityKey {
        issuer: ISSUER,
        subject,
    }
}

async fn identify(store: &Store, key: IdentityKey<'_>, user: UserId) -> Result<(), StoreError> {
    let mut tx = store.begin().await.expect("begins");
    people::identify(&mut tx, key, user, NOON).await?;
    tx.commit().await
}

async fn whose(store: &Store, key: IdentityKey<'_>) -> Option<UserId> {
    people::identified(store, key).await.expect("finds")
}

on_both_databases! {
    async fn a_name_at_an_issuer_is_one_person_and_exact(database: Database) {
        let store = &database.store;
        let ada = add_user(store, "Ada", Role::Viewer).await;
        let grace = add_user(store, "Grace", Role::Viewer).await;
        identify(store, key("a"), ada).await.expect("is free");
        assert_eq!(whose(store, key("a")).await, Some(ada));
        for other in [
            key("A"),
            key("a "),
            IdentityKey {
                issuer: "https://login.example.org/",
                subject: "a",
            },
        ] {
            assert_eq!(whose(store, other).await, None, "{other:?}");
        }
        assert!(identify(store, key("a"), grace).await.is_err(), "it is taken");
        assert_eq!(whose(store, key("a")).await, Some(ada));
    }

    async fn a_person_has_one_name_at_each_issuer_the_last_one(database: Database) {
        let store = &database.store;
        let ada = add_user(store, "Ada", Role::Viewer).await;
        let elsewhere = IdentityKey {
            issuer: "https://other.example",
            subject: "a",
        };
        for one in [key("old"), elsewhere, key("new")] {
            identify(store, one, ada).await.expect("is free");
        }
        assert_eq!(whose(store, key("old")).await, None);
        assert_eq!(whose(store, key("new")).await, Some(ada));
        assert_eq!(whose(store, elsewhere).await, Some(ada));
    }

    async fn a_service_account_is_nobody_at_a_provider(database: Database) {
        let store = &database.store;
        let robot = UserId::new(id());
        let mut tx = store.begin().await.expect("begins");
        people::insert_service(&mut tx, robot, "Robot", Role::Viewer, NOON, "Ada")
            .await
            .expect("adds");
        people::identify(&mut tx, key("robot"), robot, NOON)
            .await
            .expect("is free");
        tx.commit().await.expect("commits");
        assert_eq!(whose(store, key("robot")).await, None);
    }

    async fn a_role_is_given_whatever_else_was_changed_and_moves_the_version(database: Database) {
        let store = &database.store;
        let ada = add_user(store, "Ada", Role::Viewer).await;
        for (role, version) in [
            (Role::Contributor, 2),
            (Role::Contributor, 2),
            (Role::Administrator, 3),
        ] {
            let mut tx = store.begin().await.expect("begins");
            people::give_role(&mut tx, ada, role).await.expect("gives");
            people::identity_used(&mut tx, key("nobody"), NOON)
                .await
                .expect("none is no error");
            tx.commit().await.expect("commits");
            let found = people::person(store, ada, NOON).await.expect("reads");
            let found = found.expect("is there");
            assert_eq!((found.role, found.version), (role, version));
        }
    }
}
