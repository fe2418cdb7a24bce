//! People as administrators manage them: versions, who may everything, links, sessions and tokens with an end, second
//! factors.

use app::domain::{InvitationId, PersonKind, Preferences, Role, SessionId, Theme, TokenId, UserId};
use server::store::people::{HalfSignIn, NewInvitation, SessionRow, TokenRow, UserChange, UserRow};
use server::store::{Store, StoreError, people};

use super::fixtures::{add_user, id};
use crate::support::databases::{NOON, on_both_databases};

const HOUR: i64 = 3_600_000_000;

async fn add_session(store: &Store, hash: &str, user: UserId, at: i64) -> SessionId {
    let session = SessionRow {
        id: SessionId::new(id()),
        token_hash: hash.into(),
        user_id: user,
        created_at: at,
        idle_until: NOON + 10 * HOUR,
        absolute_until: NOON + 10 * HOUR,
        network: "10.0.0.1".into(),
        agent: "Firefox".into(),
    };
    let mut tx = store.begin().await.expect("begins");
    people::insert_session(&mut tx, &session)
        .await
        .expect("starts a session");
    tx.commit().await.expect("commits");
    session.id
}

fn invitation<'a>(
    code_hash: &'a str,
    email: &'a str,
    user_id: Option<UserId>,
) -> NewInvitation<'a> {
    NewInvitation {
        id: InvitationId::new(id()),
        code_hash,
        email,
        name: "Grace",
        role: Role::Viewer,
        user_id,
        at: NOON,
        by: "Ada",
        maker_id: None,
        expires_at: NOON + HOUR,
    }
}

async fn is_open(store: &Store, hash: &str, now: i64) -> bool {
    people::open_invitation(store, hash, now)
        .await
        .expect("finds")
        .is_some()
}

fn change(role: Role, disabled: bool) -> UserChange<'static> {
    UserChange {
        name: "Élodie",
        role,
        disabled,
    }
}

on_both_databases! {
    async fn somebody_is_changed_by_the_version_that_was_seen(database: Database) {
        let store = &database.store;
        let ada = add_user(store, "Ada", Role::Viewer).await;
        let mut tx = store.begin().await.expect("begins");
        let version = people::update_user(&mut tx, ada, 1, &change(Role::Contributor, true))
            .await
            .expect("changes");
        assert_eq!(version, 2);
        let stale = people::update_user(&mut tx, ada, 1, &change(Role::Viewer, false)).await;
        assert!(matches!(stale, Err(StoreError::Stale { current: 2 })));
        let nobody = UserId::new(id());
        let missing = people::update_user(&mut tx, nobody, 1, &change(Role::Viewer, false)).await;
        assert!(matches!(missing, Err(StoreError::NotFound)));
        tx.commit().await.expect("commits");
        let found = people::person(store, ada, NOON)
            .await
            .expect("reads")
            .expect("is there");
        assert_eq!(
            (found.version, found.name.as_str(), found.role, found.disabled),
            (2, "Élodie", Role::Contributor, true)
        );
        assert_eq!(found.email.as_deref(), Some("ada@example.org"));
    }

    async fn a_service_account_is_listed_by_name_and_has_no_address(database: Database) {
        let store = &database.store;
        add_user(store, "Zoe", Role::Viewer).await;
        let robot = UserId::new(id());
        let mut tx = store.begin().await.expect("begins");
        people::insert_service(&mut tx, robot, "robot", Role::Contributor, NOON, "Zoe")
            .await
            .expect("adds");
        tx.commit().await.expect("commits");
        let everybody = people::everybody(store, NOON).await.expect("lists");
        let names: Vec<_> = everybody.iter().map(|person| person.name.as_str()).collect();
        assert_eq!(names, ["robot", "Zoe"]);
        let service = &everybody[0];
        assert_eq!((service.kind, service.email.as_deref()), (PersonKind::Service, None));
        assert_eq!(service.created_by, "Zoe");
    }

    async fn two_administrators_who_demote_each_other_leave_one(database: Database) {
        let store = &database.store;
        let ada = add_user(store, "Ada", Role::Administrator).await;
        let bob = add_user(store, "Bob", Role::Administrator).await;
        let demote = async |whom: UserId| {
            let mut tx = store.begin().await.expect("begins");
            let left = people::administrators(&mut tx).await.expect("counts");
            if left.iter().all(|one| *one == whom) {
                return false;
            }
            people::update_user(&mut tx, whom, 1, &change(Role::Viewer, false))
                .await
                .expect("changes");
            tx.commit().await.expect("commits");
            true
        };
        let done = tokio::join!(demote(ada), demote(bob));
        assert!(done.0 != done.1, "{done:?}");
        let mut tx = store.begin().await.expect("begins");
        assert_eq!(people::administrators(&mut tx).await.expect("counts").len(), 1);
    }

    async fn a_link_is_used_once_and_not_after_its_end(database: Database) {
        let store = &database.store;
        let new = invitation("code", "Grace@Example.org", None);
        let mut tx = store.begin().await.expect("begins");
        people::insert_invitation(&mut tx, &new).await.expect("adds");
        tx.commit().await.expect("commits");
        assert!(is_open(store, "code", NOON).await);
        assert!(!is_open(store, "other", NOON).await);
        assert!(!is_open(store, "code", NOON + HOUR).await, "out of date");
        let listed = people::invitations(store, NOON).await.expect("lists");
        assert_eq!(listed[0].email, "grace@example.org");
        let mut tx = store.begin().await.expect("begins");
        assert!(!people::spend(&mut tx, new.id, NOON + HOUR).await.expect("is too late"));
        assert!(people::spend(&mut tx, new.id, NOON + 1).await.expect("uses it"));
        assert!(!people::spend(&mut tx, new.id, NOON + 1).await.expect("is used"));
        tx.commit().await.expect("commits");
        assert!(!is_open(store, "code", NOON + 1).await);
        let mut tx = store.begin().await.expect("begins");
        let forgotten = people::delete_invitations_before(&mut tx, NOON + HOUR + 1).await;
        assert_eq!(forgotten.expect("forgets"), 1);
    }

    async fn a_link_that_was_withdrawn_or_replaced_is_closed(database: Database) {
        let store = &database.store;
        let ada = add_user(store, "Ada", Role::Viewer).await;
        let mut tx = store.begin().await.expect("begins");
        for (hash, user) in [("one", None), ("two", None), ("reset", Some(ada))] {
            let new = invitation(hash, "ada@example.org", user);
            people::insert_invitation(&mut tx, &new).await.expect("adds");
            if hash == "one" {
                assert!(people::revoke_invitation(&mut tx, new.id, NOON).await.expect("revokes"));
                assert!(!people::revoke_invitation(&mut tx, new.id, NOON).await.expect("is"));
            }
        }
        tx.commit().await.expect("commits");
        assert!(!is_open(store, "one", NOON).await);
        assert!(is_open(store, "two", NOON).await && is_open(store, "reset", NOON).await);
        assert_eq!(people::invitations(store, NOON).await.expect("lists").len(), 1);
        let mut tx = store.begin().await.expect("begins");
        people::revoke_invitations_to(&mut tx, "ADA@example.org", NOON)
            .await
            .expect("revokes");
        tx.commit().await.expect("commits");
        assert!(!is_open(store, "two", NOON).await);
        assert!(is_open(store, "reset", NOON).await, "it is another kind of link");
        let mut tx = store.begin().await.expect("begins");
        people::update_user(&mut tx, ada, 1, &change(Role::Viewer, true))
            .await
            .expect("disables");
        tx.commit().await.expect("commits");
        assert!(!is_open(store, "reset", NOON).await, "who is disabled gets no password");
    }

    async fn sessions_are_listed_and_all_but_one_ended(database: Database) {
        let store = &database.store;
        let ada = add_user(store, "Ada", Role::Viewer).await;
        let bob = add_user(store, "Bob", Role::Viewer).await;
        let first = add_session(store, "first", ada, NOON).await;
        add_session(store, "second", ada, NOON + 1).await;
        add_session(store, "third", ada, NOON + 2).await;
        add_session(store, "of bob", bob, NOON).await;
        let listed = people::sessions_of(store, ada, NOON).await.expect("lists");
        let hashes: Vec<_> = listed.iter().map(|session| session.token_hash.as_str()).collect();
        assert_eq!(hashes, ["third", "second", "first"]);
        assert_eq!((listed[2].id, listed[2].agent.as_str()), (Some(first), "Firefox"));
        let mut tx = store.begin().await.expect("begins");
        let foreign = people::delete_session_of(&mut tx, bob, first).await;
        assert!(matches!(foreign, Err(StoreError::NotFound)));
        people::delete_session_of(&mut tx, ada, first).await.expect("ends");
        let ended = people::delete_other_sessions(&mut tx, ada, "third").await;
        assert_eq!(ended.expect("ends"), 1);
        tx.commit().await.expect("commits");
        let left = people::sessions_of(store, ada, NOON).await.expect("lists");
        assert_eq!(left.len(), 1);
        assert_eq!(people::sessions_of(store, bob, NOON).await.expect("lists").len(), 1);
    }

    async fn a_token_ends_and_may_no_more_than_its_ceiling_and_its_person(database: Database) {
        let store = &database.store;
        let ada = add_user(store, "Ada", Role::Administrator).await;
        let mut tx = store.begin().await.expect("begins");
        for (hash, role) in [("free", None), ("low", Some(Role::Viewer))] {
            let token = TokenRow {
                id: TokenId::new(id()),
                user_id: ada,
                name: hash.into(),
                token_hash: hash.into(),
                created_at: NOON,
                created_by: String::new(),
                maker_id: None,
                expires_at: Some(NOON + HOUR),
                role,
            };
            people::insert_token(&mut tx, &token).await.expect("adds");
        }
        tx.commit().await.expect("commits");
        let role_of = async |hash: &str, now: i64| {
            let found = people::token_user(store, hash, now).await.expect("finds");
            found.map(|found| found.user.role)
        };
        assert_eq!(role_of("free", NOON).await, Some(Role::Administrator));
        assert_eq!(role_of("low", NOON).await, Some(Role::Viewer));
        assert_eq!(role_of("free", NOON + HOUR).await, None);
        let listed = people::tokens_of(store, ada, NOON).await.expect("lists");
        assert_eq!(listed.len(), 2);
        assert!(people::tokens_of(store, ada, NOON + HOUR).await.expect("lists").is_empty());
        let (owner, token) = people::token(store, listed[0].id)
            .await
            .expect("reads")
            .expect("is there");
        assert_eq!((owner, &token), (ada, &listed[0]));
        let counted = people::person(store, ada, NOON).await.expect("reads").expect("is there");
        assert_eq!(counted.tokens, 2);
    }

    async fn preferences_are_kept_only_where_there_are_some(database: Database) {
        let store = &database.store;
        let ada = add_user(store, "Ada", Role::Viewer).await;
        let kept = async || {
            let row = people::profile(store, ada).await.expect("reads").expect("is there");
            row.preferences
        };
        let mut tx = store.begin().await.expect("begins");
        people::prefer_language(&mut tx, ada, "fr").await.expect("keeps none");
        people::prefer_theme(&mut tx, ada, Theme::Dark).await.expect("keeps none");
        tx.commit().await.expect("commits");
        assert_eq!(kept().await, Preferences::default());
        let liked = Preferences {
            language: "en".into(),
            time_zone: "Europe/Paris".into(),
            theme: Some(Theme::Light),
        };
        let mut tx = store.begin().await.expect("begins");
        people::change_profile(&mut tx, ada, "Ada L.", &liked).await.expect("changes");
        people::prefer_language(&mut tx, ada, "fr").await.expect("keeps");
        people::prefer_theme(&mut tx, ada, Theme::Dark).await.expect("keeps");
        tx.commit().await.expect("commits");
        let found = kept().await;
        assert_eq!((found.language.as_str(), found.theme), ("fr", Some(Theme::Dark)));
    }

    async fn a_code_of_a_second_factor_is_used_once(database: Database) {
        let store = &database.store;
        let ada = add_user(store, "Ada", Role::Viewer).await;
        let mut tx = store.begin().await.expect("begins");
        people::begin_factor(&mut tx, ada).await.expect("begins");
        people::begin_factor(&mut tx, ada).await.expect("begins again");
        assert!(!people::use_step(&mut tx, ada, 5).await.expect("does not count yet"));
        assert!(people::confirm_factor(&mut tx, ada, 10, NOON).await.expect("confirms"));
        assert!(!people::confirm_factor(&mut tx, ada, 11, NOON).await.expect("is confirmed"));
        assert!(!people::use_step(&mut tx, ada, 10).await.expect("was used"));
        assert!(people::use_step(&mut tx, ada, 11).await.expect("uses it"));
        let codes = ["one".to_owned(), "two".to_owned()];
        people::replace_recovery_codes(&mut tx, ada, &codes).await.expect("replaces");
        assert!(people::use_recovery_code(&mut tx, ada, "one", NOON).await.expect("uses it"));
        assert!(!people::use_recovery_code(&mut tx, ada, "one", NOON).await.expect("was used"));
        assert_eq!(people::recovery_codes_left(&mut tx, ada).await.expect("counts"), 1);
        people::remove_factor(&mut tx, ada).await.expect("removes");
        assert_eq!(people::factor(&mut tx, ada).await.expect("reads"), None);
        assert_eq!(people::recovery_codes_left(&mut tx, ada).await.expect("counts"), 0);
        tx.commit().await.expect("commits");
    }

    async fn a_sign_in_that_owes_a_code_is_tried_a_few_times(database: Database) {
        let store = &database.store;
        let ada = add_user(store, "Ada", Role::Viewer).await;
        let half = HalfSignIn {
            token_hash: "half".into(),
            user_id: ada,
            created_at: NOON,
            expires_at: NOON + HOUR,
            network: "10.0.0.1".into(),
        };
        let mut tx = store.begin().await.expect("begins");
        people::insert_half_sign_in(&mut tx, &half).await.expect("begins one");
        let late = people::try_half_sign_in(&mut tx, "half", NOON + HOUR, 2).await;
        assert_eq!(late.expect("is too late"), None);
        for expected in [Some(ada), Some(ada), None] {
            let tried = people::try_half_sign_in(&mut tx, "half", NOON, 2).await;
            assert_eq!(tried.expect("tries"), expected);
        }
        assert_eq!(
            people::delete_half_sign_ins_before(&mut tx, NOON + HOUR + 1).await.expect("forgets"),
            1
        );
        tx.commit().await.expect("commits");
    }

    async fn who_was_seen_is_noted_once_a_minute(database: Database) {
        let store = &database.store;
        let ada = add_user(store, "Ada", Role::Viewer).await;
        let seen = async |at: i64| {
            let mut tx = store.begin().await.expect("begins");
            people::seen(&mut tx, ada, at).await.expect("notes");
            tx.commit().await.expect("commits");
            let person = people::person(store, ada, NOON).await.expect("reads");
            person.expect("is there").last_seen_at
        };
        assert_eq!(seen(NOON).await, Some(NOON));
        assert_eq!(seen(NOON + people::COARSE).await, Some(NOON));
        assert_eq!(seen(NOON + people::COARSE + 1).await, Some(NOON + people::COARSE + 1));
    }

    async fn an_invited_person_knows_who_invited_them(database: Database) {
        let store = &database.store;
        let grace = UserRow {
            id: UserId::new(id()),
            email: "grace@example.org".into(),
            name: "Grace".into(),
            role: Role::Viewer,
            password_hash: String::new(),
            disabled: false,
            created_at: NOON,
        };
        let mut tx = store.begin().await.expect("begins");
        people::insert_invited(&mut tx, &grace, "Ada").await.expect("adds");
        people::set_password(&mut tx, grace.id, "$argon2id$new").await.expect("sets");
        tx.commit().await.expect("commits");
        let found = people::person(store, grace.id, NOON).await.expect("reads");
        assert_eq!(found.expect("is there").created_by, "Ada");
        let row = people::user_by_id(store, grace.id).await.expect("reads");
        assert_eq!(row.expect("is there").password_hash, "$argon2id$new");
    }
}
