//! People, sessions, tokens, failures, settings, audit, idempotency.

use app::domain::{AuditDoor, Role, SessionId, TokenId, UserId};
use serde_json::json;
use server::store::audit::AuditEntry;
use server::store::idempotency::Kept;
use server::store::people::{Failures, SessionRow, TokenRow, UserRow};
use server::store::{Store, StoreError, audit, idempotency, people, settings};

use super::fixtures::{add_user, id};
use crate::support::databases::{NOON, on_both_databases};

const MINUTE: i64 = 60_000_000;

async fn add_session(
    store: &Store,
    hash: &str,
    user: UserId,
    idle_until: i64,
    absolute_until: i64,
) {
    let session = SessionRow {
        id: SessionId::new(id()),
        token_hash: hash.into(),
        user_id: user,
        created_at: NOON,
        idle_until,
        absolute_until,
        network: "10.0.0.1".into(),
        agent: "Firefox".into(),
    };
    let mut tx = store.begin().await.expect("begins");
    people::insert_session(&mut tx, &session)
        .await
        .expect("starts a session");
    tx.commit().await.expect("commits");
}

on_both_databases! {
    async fn an_address_belongs_to_one_person_in_any_case(database: Database) {
        let store = &database.store;
        let ada = add_user(store, "Ada", Role::Administrator).await;
        let mut tx = store.begin().await.expect("begins");
        let twin = UserRow {
            id: UserId::new(id()),
            email: "ADA@example.org".into(),
            name: "Ada too".into(),
            role: Role::Viewer,
            password_hash: String::new(),
            disabled: false,
            created_at: NOON,
        };
        let refused = people::insert_user(&mut tx, &twin).await;
        assert!(matches!(refused, Err(StoreError::EmailTaken)));
        drop(tx);
        let found = people::user_by_email(store, "Ada@Example.org")
            .await
            .expect("finds")
            .expect("is there");
        assert_eq!((found.id, found.role), (ada, Role::Administrator));
        assert_eq!(
            people::user_by_id(store, ada).await.expect("finds"),
            Some(found)
        );
        assert_eq!(
            people::user_by_email(store, "nobody\0@example.org")
                .await
                .expect("finds"),
            None
        );
        assert_eq!(people::count_users(store).await.expect("counts"), 1);
    }

    async fn a_session_ends_when_idle_or_old_or_its_person_is_disabled(database: Database) {
        let store = &database.store;
        let ada = add_user(store, "Ada", Role::Viewer).await;
        add_session(store, "idle", ada, NOON + 10, NOON + 100).await;
        add_session(store, "old", ada, NOON + 100, NOON + 10).await;
        for hash in ["idle", "old"] {
            let user = people::session_user(store, hash, NOON + 9)
                .await
                .expect("finds")
                .expect("lasts");
            assert_eq!(user.user.id, ada);
            assert!(
                people::session_user(store, hash, NOON + 10)
                    .await
                    .expect("finds")
                    .is_none(),
                "{hash}"
            );
        }
        let mut tx = store.begin().await.expect("begins");
        assert_eq!(
            people::delete_expired_sessions(&mut tx, NOON + 10)
                .await
                .expect("forgets"),
            2
        );
        let gone = UserRow {
            id: UserId::new(id()),
            email: "gone@example.org".into(),
            name: "Gone".into(),
            role: Role::Administrator,
            password_hash: String::new(),
            disabled: true,
            created_at: NOON,
        };
        people::insert_user(&mut tx, &gone).await.expect("adds");
        tx.commit().await.expect("commits");
        add_session(store, "gone", gone.id, NOON + 10, NOON + 10).await;
        assert!(
            people::session_user(store, "gone", NOON)
                .await
                .expect("finds")
                .is_none()
        );
    }

    async fn a_session_is_touched_only_when_it_moves_by_more_than_a_minute(database: Database) {
        let store = &database.store;
        let ada = add_user(store, "Ada", Role::Viewer).await;
        add_session(store, "one", ada, NOON, NOON + 100 * MINUTE).await;
        add_session(store, "two", ada, NOON, NOON + 100 * MINUTE).await;
        let mut tx = store.begin().await.expect("begins");
        assert!(
            !people::touch_session(&mut tx, "one", NOON, NOON + MINUTE)
                .await
                .expect("touches")
        );
        assert!(
            people::touch_session(&mut tx, "one", NOON + 7, NOON + MINUTE + 1)
                .await
                .expect("touches")
        );
        people::delete_session(&mut tx, "unknown")
            .await
            .expect("is no error");
        tx.commit().await.expect("commits");
        let user = people::session_user(store, "one", NOON + MINUTE)
            .await
            .expect("finds")
            .expect("lasts");
        assert_eq!(user.idle_until, NOON + MINUTE + 1);
        let mut tx = store.begin().await.expect("begins");
        people::delete_sessions_of(&mut tx, ada)
            .await
            .expect("ends them");
        tx.commit().await.expect("commits");
        assert!(
            people::session_user(store, "one", NOON)
                .await
                .expect("finds")
                .is_none()
        );
    }

    async fn a_token_counts_until_it_is_revoked(database: Database) {
        let store = &database.store;
        let ada = add_user(store, "Ada", Role::Contributor).await;
        let token = TokenRow {
            id: TokenId::new(id()),
            user_id: ada,
            name: "robot".into(),
            token_hash: "hash".into(),
            created_at: NOON,
            created_by: String::new(),
            maker_id: None,
            expires_at: None,
            role: None,
        };
        let mut tx = store.begin().await.expect("begins");
        people::insert_token(&mut tx, &token).await.expect("adds");
        people::touch_token(&mut tx, "hash", NOON)
            .await
            .expect("touches");
        tx.commit().await.expect("commits");
        assert_eq!(
            people::token_user(store, "hash", NOON)
                .await
                .expect("finds")
                .map(|found| (found.user.id, found.token, found.last_used_at)),
            Some((ada, token.id, Some(NOON)))
        );
        assert!(
            people::token_user(store, "other", NOON)
                .await
                .expect("finds")
                .is_none()
        );
        let mut tx = store.begin().await.expect("begins");
        assert!(
            people::revoke_token(&mut tx, token.id)
                .await
                .expect("revokes")
        );
        assert!(
            !people::revoke_token(&mut tx, token.id)
                .await
                .expect("is revoked already")
        );
        tx.commit().await.expect("commits");
        assert!(
            people::token_user(store, "hash", NOON)
                .await
                .expect("finds")
                .is_none()
        );
    }

    async fn failures_are_counted_per_pair_network_and_account(database: Database) {
        let store = &database.store;
        let mut tx = store.begin().await.expect("begins");
        for (account, network, at) in [
            ("ada", "here", NOON - 100),
            ("ada", "here", NOON),
            ("ada", "there", NOON),
            ("bob", "here", NOON),
        ] {
            people::record_failure(&mut tx, account, network, at)
                .await
                .expect("notes");
        }
        let counted = people::failures(&mut tx, "ada", "here", NOON)
            .await
            .expect("counts");
        assert_eq!(
            counted,
            Failures {
                pair: 1,
                network: 2,
                account: 2
            }
        );
        people::clear_failures(&mut tx, "ada", "here")
            .await
            .expect("clears");
        let counted = people::failures(&mut tx, "ada", "here", 0)
            .await
            .expect("counts");
        assert_eq!(
            counted,
            Failures {
                pair: 0,
                network: 1,
                account: 1
            }
        );
        assert_eq!(
            people::delete_failures_before(&mut tx, NOON + 1)
                .await
                .expect("forgets"),
            2
        );
        tx.commit().await.expect("commits");
    }

    async fn a_setting_that_is_taken_is_gone(database: Database) {
        let store = &database.store;
        let mut tx = store.begin().await.expect("begins");
        settings::set(&mut tx, "set_up", "one").await.expect("sets");
        settings::set(&mut tx, "set_up", "two")
            .await
            .expect("sets anew");
        assert_eq!(
            settings::take(&mut tx, "set_up")
                .await
                .expect("takes")
                .as_deref(),
            Some("two")
        );
        assert_eq!(
            settings::take(&mut tx, "set_up").await.expect("takes"),
            None
        );
        let refused = settings::set(&mut tx, "name", "a\0b").await;
        assert!(matches!(refused, Err(StoreError::NulCharacter)));
        tx.commit().await.expect("commits");
    }

    async fn the_audit_log_tells_newest_first_what_was_done_to_a_thing(database: Database) {
        let store = &database.store;
        let ada = add_user(store, "Ada", Role::Administrator).await;
        let mut tx = store.begin().await.expect("begins");
        for (at, object, after) in [
            (1, "a", json!({"n": "x\u{0}y"})),
            (2, "a", json!(2)),
            (3, "b", json!(3)),
        ] {
            let entry = AuditEntry {
                at,
                actor_id: (at == 2).then_some(ada),
                actor_name: "Ada",
                door: AuditDoor::Rest,
                token: None,
                action: "export.update",
                object_kind: "export",
                object_id: object.into(),
                before: None,
                after: Some(after),
                network: "here",
            };
            audit::append(&mut tx, &entry).await.expect("adds");
        }
        tx.commit().await.expect("commits");
        let told = audit::of(store, "export", "a", 10).await.expect("tells");
        assert_eq!(
            told.iter().map(|entry| entry.at).collect::<Vec<_>>(),
            [2, 1]
        );
        assert_eq!(told[0].actor_id, Some(ada));
        assert_eq!(told[1].after, Some(json!({"n": "x\u{0}y"})));
        assert_eq!(
            audit::of(store, "export", "a", 1)
                .await
                .expect("tells")
                .len(),
            1
        );
    }

    async fn an_idempotency_key_is_kept_for_a_day_per_person(database: Database) {
        let store = &database.store;
        let ada = add_user(store, "Ada", Role::Contributor).await;
        let bob = add_user(store, "Bob", Role::Contributor).await;
        let day = 24 * 60 * MINUTE;
        let first = Kept {
            body_hash: "one".into(),
            status: 202,
            answer: "{}".into(),
        };
        let second = Kept {
            body_hash: "two".into(),
            status: 201,
            answer: "[]".into(),
        };
        let mut tx = store.begin().await.expect("begins");
        idempotency::keep(&mut tx, "key", ada, &first, NOON)
            .await
            .expect("keeps");
        idempotency::keep(&mut tx, "key", bob, &second, NOON)
            .await
            .expect("keeps for another");
        let taken = idempotency::keep(&mut tx, "key", ada, &second, NOON + day - 1).await;
        assert!(matches!(taken, Err(StoreError::KeyTaken)));
        tx.commit().await.expect("commits");
        let found = idempotency::find(store, "key", ada, NOON + day - 1)
            .await
            .expect("finds");
        assert_eq!(found, Some(first));
        assert_eq!(
            idempotency::find(store, "key", ada, NOON + day)
                .await
                .expect("finds"),
            None
        );
        let mut tx = store.begin().await.expect("begins");
        idempotency::keep(&mut tx, "key", ada, &second, NOON + day)
            .await
            .expect("keeps anew");
        assert_eq!(
            idempotency::delete_expired(&mut tx, NOON + day)
                .await
                .expect("forgets"),
            1
        );
        tx.commit().await.expect("commits");
        assert_eq!(
            idempotency::find(store, "key", ada, NOON + day)
                .await
                .expect("finds"),
            Some(second)
        );
    }
}
