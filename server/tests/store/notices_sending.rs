//! Notices on their way out of the server: one at a time to each person and group, and each once.

use std::collections::BTreeSet;

use app::domain::{ChannelKind, Micros, Reason, Role, RunStatus};
use server::store::Store;
use server::store::notices::{self, ChannelChange, Claimed, Sending, Target, Way};
use sqlx::any::install_default_drivers;
use sqlx::{AnyConnection, Connection as _};

use super::fixtures::{LONG, PASSED, add_user, ended};
use super::notices::{
    MINUTE, add_channel, by_mail, channel, claimed, exports, follow, nothing_more, only, run_once,
};
use crate::support::databases::{NOON, on_both_databases};

/// When what is told here can be sent.
pub(super) const LATER: Micros = NOON + 10;

async fn claim(store: &Store, way: Way, last: &str, lease: i64) -> Vec<Sending> {
    let claimed = notices::claim(store, way, last, lease, 8)
        .await
        .expect("claims");
    assert!(claimed.damaged.is_empty(), "{claimed:?}");
    claimed.sendings
}

/// Claims one, for whom it is the turn.
async fn claim_one(store: &Store, last: &str) -> Sending {
    let claimed = notices::claim(store, Way::Webhooks, last, LONG, 1).await;
    only(claimed.expect("claims").sendings)
}

async fn mark_sent(store: &Store, sending: &Sending) {
    let noted = notices::sent(store, sending.id, sending.fence, LATER).await;
    assert!(noted.expect("notes"));
}

/// Lets exports fail, so that whoever follows them is told of each.
pub(super) async fn fail(store: &Store, names: &[&str]) {
    let (_, exports) = exports(store, names).await;
    for export in exports {
        run_once(store, export, &ended(RunStatus::Failed, NOON + 1)).await;
    }
}

/// Writes past the store.
pub(super) async fn write(url: &str, statement: &'static str) {
    install_default_drivers();
    let mut connection = AnyConnection::connect(url).await.expect("connects");
    sqlx::query(statement)
        .execute(&mut connection)
        .await
        .expect("writes");
    connection.close().await.expect("closes");
}

on_both_databases! {
    async fn nobody_is_sent_a_second_one_before_the_first_has_ended(database: Database) {
        let store = &database.store;
        let settings = nothing_more();
        for name in ["One", "Two"] {
            add_channel(store, &channel(name, &[], &settings)).await;
        }
        fail(store, &["A", "B", "C"]).await;
        database.clock.set(LATER);
        let first = claim(store, Way::Webhooks, "", LONG).await;
        let distinct: BTreeSet<_> = first.iter().map(|sending| &sending.recipient).collect();
        assert_eq!((first.len(), distinct.len()), (2, 2), "{first:?}");
        assert!(claim(store, Way::Webhooks, "", LONG).await.is_empty());
        mark_sent(store, &first[0]).await;
        let second = only(claim(store, Way::Webhooks, "", LONG).await);
        assert_eq!(second.recipient, first[0].recipient);
        assert!(second.id > first[0].id, "the oldest first");
        // One that is tried again later lets the others pass.
        let reason = Reason::new("webhook_unreachable");
        let next = LATER + MINUTE;
        assert!(notices::retry_at(store, second.id, second.fence, next, &reason).await.expect("notes"));
        let third = only(claim(store, Way::Webhooks, "", LONG).await);
        assert_eq!(third.recipient, first[0].recipient);
        assert!(third.id > second.id);
    }

    async fn people_and_groups_take_turns(database: Database) {
        let store = &database.store;
        let settings = nothing_more();
        for name in ["One", "Two", "Three"] {
            add_channel(store, &channel(name, &[], &settings)).await;
        }
        fail(store, &["A", "B"]).await;
        database.clock.set(LATER);
        let mut turns = Vec::new();
        let mut last = String::new();
        for _turn in 0..6 {
            let sending = claim_one(store, &last).await;
            mark_sent(store, &sending).await;
            last.clone_from(&sending.recipient);
            turns.push(sending.recipient);
        }
        assert_eq!(turns[..3], turns[3..]);
        assert_eq!(turns.iter().collect::<BTreeSet<_>>().len(), 3);
        assert!(claimed(store).await.is_empty());
    }

    async fn each_way_out_has_its_own(database: Database) {
        let store = &database.store;
        let settings = nothing_more();
        let ada = add_user(store, "Ada", Role::Viewer).await;
        follow(store, ada, None, &by_mail()).await;
        let mail = ChannelChange {
            kind: ChannelKind::Mail,
            address: "team@example.org",
            ..channel("Mail", &[], &settings)
        };
        add_channel(store, &mail).await;
        add_channel(store, &channel("Web", &[], &settings)).await;
        fail(store, &["A"]).await;
        database.clock.set(LATER);
        for (way, target) in [
            (Way::Webhooks, Target::Webhook(None)),
            (Way::MailGroups, Target::Mail("team@example.org".into())),
            (Way::People, Target::Mail("ada@example.org".into())),
        ] {
            let sending = only(claim(store, way, "", LONG).await);
            assert_eq!(sending.target, target);
        }
        assert!(claimed(store).await.is_empty());
    }

    async fn a_notice_that_cannot_be_read_ends_and_holds_up_no_other(database: Database) {
        let store = &database.store;
        let settings = nothing_more();
        let group = add_channel(store, &channel("All", &[], &settings)).await;
        fail(store, &["A", "B", "C"]).await;
        let url = &database.url;
        write(
            url,
            "UPDATE notices SET reason = '{' WHERE export_id = (SELECT id FROM exports WHERE name = 'A')",
        )
        .await;
        write(url, "INSERT INTO notice_kinds (code) VALUES ('of_later')").await;
        write(
            url,
            "UPDATE notices SET kind = 'of_later' WHERE export_id = (SELECT id FROM exports WHERE name = 'B')",
        )
        .await;
        database.clock.set(LATER);
        for column in ["reason", "kind"] {
            let claimed = notices::claim(store, Way::Webhooks, "", LONG, 8).await.expect("claims");
            let damaged: Vec<_> = claimed.damaged.iter().map(|one| one.column.as_str()).collect();
            assert_eq!((claimed.sendings.len(), damaged), (0, vec![column]));
        }
        let kept = notices::channel(store, group).await.expect("reads").expect("is there");
        let reason = Reason::new("notice_damaged").with("column", "kind");
        assert_eq!(kept.problem, Some(reason));
        let whole = only(claim(store, Way::Webhooks, "", LONG).await);
        assert_eq!(whole.export_name, "C");
        mark_sent(store, &whole).await;
        let nothing = notices::claim(store, Way::Webhooks, "", PASSED, 8).await.expect("claims");
        assert_eq!(nothing, Claimed::default(), "what is damaged is not met again");
    }

    async fn two_workers_never_claim_for_the_same_person(database: Database) {
        let store = &database.store;
        let names = ["A", "B", "C", "D", "E", "F"];
        for name in names {
            let person = add_user(store, name, Role::Viewer).await;
            follow(store, person, None, &by_mail()).await;
        }
        fail(store, &["Clients", "Orders"]).await;
        database.clock.set(LATER);
        let mut seen = Vec::new();
        let mut nothing = 0;
        // On PostgreSQL a claim may find everything locked by the other one; it asks again.
        while nothing < 10 {
            let (one, two) = tokio::join!(
                notices::claim(store, Way::People, "", LONG, 2),
                notices::claim(store, Way::People, "", LONG, 2),
            );
            let before = seen.len();
            seen.extend(one.expect("claims").sendings);
            seen.extend(two.expect("claims").sendings);
            nothing += usize::from(seen.len() == before);
        }
        let people: BTreeSet<_> = seen.iter().map(|sending| &sending.recipient).collect();
        assert_eq!((seen.len(), people.len()), (names.len(), names.len()));
    }

    async fn a_sending_whose_worker_died_is_sent_by_another_under_the_same_id(database: Database) {
        let store = &database.store;
        let (_, exports) = exports(store, &["Clients"]).await;
        let ada = add_user(store, "Ada", Role::Viewer).await;
        follow(store, ada, None, &by_mail()).await;
        run_once(store, exports[0], &ended(RunStatus::Failed, NOON + 1)).await;
        assert!(claimed(store).await.is_empty(), "it is of a later instant");
        database.clock.set(NOON + 10);
        let first = only(claim(store, Way::People, "", PASSED).await);
        let second = only(claimed(store).await);
        assert_eq!((second.id, second.fence, second.attempt), (first.id, first.fence + 1, 2));
        assert!(!notices::sent(store, first.id, first.fence, NOON + 11).await.expect("notes"));
        let reason = Reason::new("mail_failed");
        let next = NOON + MINUTE;
        assert!(notices::retry_at(store, second.id, second.fence, next, &reason).await.expect("notes"));
        assert!(claimed(store).await.is_empty());
        database.clock.set(next);
        let third = only(claimed(store).await);
        assert_eq!((third.id, third.attempt), (first.id, 3));
        assert!(notices::sent(store, third.id, third.fence, next).await.expect("notes"));
        assert!(!notices::sent(store, third.id, third.fence, next).await.expect("notes"));
        assert!(claimed(store).await.is_empty());
    }
}
