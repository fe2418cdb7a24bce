//! What somebody made and what they have open, found and ended by whose it is.

use app::domain::{InvitationId, Role, TokenId, UserId};
use server::store::people::{self, HalfSignIn, NewInvitation, TokenRow};
use server::store::{Store, Tx};
use uuid::Uuid;

use super::fixtures::{add_user, id};
use crate::support::databases::{NOON, on_both_databases};

const HOUR: i64 = 3_600_000_000;

async fn invite(tx: &mut Tx, hash: &str, maker: UserId, user_id: Option<UserId>, until: i64) {
    let new = NewInvitation {
        id: InvitationId::new(id()),
        code_hash: hash,
        email: "grace@example.org",
        name: "Grace",
        role: Role::Viewer,
        user_id,
        at: NOON,
        by: "Ada",
        maker_id: Some(maker),
        expires_at: until,
    };
    people::insert_invitation(tx, &new).await.expect("adds");
}

async fn add_token(tx: &mut Tx, hash: &str, user: UserId, maker: Option<UserId>, until: i64) {
    let token = TokenRow {
        id: TokenId::new(id()),
        user_id: user,
        name: hash.into(),
        token_hash: hash.into(),
        created_at: NOON,
        created_by: String::new(),
        maker_id: maker,
        expires_at: Some(until),
        role: None,
    };
    people::insert_token(tx, &token).await.expect("adds");
}

/// Counts a try as whoever guesses would have it counted.
async fn attempt(store: &Store) -> Option<Uuid> {
    let mut tx = store.begin().await.expect("begins");
    people::hold_failures(&mut tx).await.expect("holds");
    let counted = people::failures(&mut tx, "ada", "here", NOON)
        .await
        .expect("counts");
    if counted.pair >= 5 {
        tx.rollback().await.expect("takes back");
        return None;
    }
    let counted = people::record_failure(&mut tx, "ada", "here", NOON)
        .await
        .expect("notes");
    tx.commit().await.expect("commits");
    Some(counted)
}

on_both_databases! {
    async fn links_are_revoked_by_who_made_them_whatever_they_are_called(database: Database) {
        let store = &database.store;
        let ada = add_user(store, "Ada", Role::Administrator).await;
        let bob = add_user(store, "Bob", Role::Administrator).await;
        let mut tx = store.begin().await.expect("begins");
        invite(&mut tx, "hers", ada, None, NOON + HOUR).await;
        invite(&mut tx, "a password", ada, Some(bob), NOON + HOUR).await;
        invite(&mut tx, "over", ada, None, NOON).await;
        invite(&mut tx, "his", bob, None, NOON + HOUR).await;
        let revoked = people::revoke_links_made_by(&mut tx, ada, NOON).await.expect("revokes");
        let whom: Vec<_> = revoked.iter().map(|one| one.user_id).collect();
        assert_eq!(whom, [None, Some(bob)]);
        let again = people::revoke_links_made_by(&mut tx, ada, NOON).await.expect("revokes");
        assert!(again.is_empty());
        tx.commit().await.expect("commits");
        for (hash, expected) in [("hers", false), ("a password", false), ("his", true)] {
            let open = people::open_invitation(store, hash, NOON).await.expect("finds");
            assert_eq!(open.is_some(), expected, "{hash}");
        }
    }

    async fn tokens_are_named_by_who_made_them_and_revoked_by_whose_they_are(database: Database) {
        let store = &database.store;
        let ada = add_user(store, "Ada", Role::Administrator).await;
        let robot = UserId::new(id());
        let mut tx = store.begin().await.expect("begins");
        people::insert_service(&mut tx, robot, "robot", Role::Viewer, NOON, "Ada")
            .await
            .expect("adds");
        add_token(&mut tx, "own", ada, None, NOON + HOUR).await;
        add_token(&mut tx, "nightly", robot, Some(ada), NOON + HOUR).await;
        add_token(&mut tx, "ended", robot, Some(ada), NOON).await;
        let made = people::tokens_made_by(&mut tx, ada, NOON).await.expect("lists");
        assert_eq!(made, [("robot".to_owned(), "nightly".to_owned())]);
        assert_eq!(people::revoke_tokens_of(&mut tx, ada, NOON).await.expect("revokes"), 1);
        assert_eq!(people::revoke_tokens_of(&mut tx, ada, NOON).await.expect("revokes"), 0);
        tx.commit().await.expect("commits");
        let counts = async |hash: &str| {
            let found = people::token_user(store, hash, NOON).await.expect("finds");
            found.is_some()
        };
        assert!(!counts("own").await && counts("nightly").await);
    }

    async fn sign_ins_that_owe_a_code_end_with_the_password_that_they_began_with(database: Database) {
        let store = &database.store;
        let ada = add_user(store, "Ada", Role::Viewer).await;
        let bob = add_user(store, "Bob", Role::Viewer).await;
        let mut tx = store.begin().await.expect("begins");
        for (hash, user) in [("hers", ada), ("his", bob)] {
            let half = HalfSignIn {
                token_hash: hash.into(),
                user_id: user,
                created_at: NOON,
                expires_at: NOON + HOUR,
                network: "10.0.0.1".into(),
            };
            people::insert_half_sign_in(&mut tx, &half).await.expect("begins one");
        }
        people::delete_half_sign_ins_of(&mut tx, ada).await.expect("ends them");
        for (hash, expected) in [("hers", None), ("his", Some(bob))] {
            let tried = people::try_half_sign_in(&mut tx, hash, NOON, 5).await;
            assert_eq!(tried.expect("tries"), expected);
        }
    }

    async fn of_many_tries_at_once_no_more_are_counted_than_of_as_many_in_turn(database: Database) {
        let store = &database.store;
        let tried = futures::future::join_all((0..30).map(|_| attempt(store))).await;
        let counted: Vec<Uuid> = tried.into_iter().flatten().collect();
        assert_eq!(counted.len(), 5);
        let mut tx = store.begin().await.expect("begins");
        people::take_back_failure(&mut tx, counted[0]).await.expect("takes it back");
        tx.commit().await.expect("commits");
        assert!(attempt(store).await.is_some(), "it did not fail");
        assert!(attempt(store).await.is_none());
    }
}
