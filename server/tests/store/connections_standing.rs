//! How connections stand: paused, tested, removed and restored.

use app::domain::{
    Audience, ConnectionId, ConnectionPause, Expiry, ExportStatus, LastTest, Reason, Role,
    TestOutcome, TestStage, TestStepResult,
};
use server::store::connections::{Restored, TestRecord, next_test_at};
use server::store::secrets::{Kept, Place};
use server::store::{
    EditScope, SignalKind, Store, StoreError, connections, exports, runs, secrets,
};

use super::fixtures::{add_connection, add_run, add_user, claim, claim_one, simple_export, step};
use crate::support::databases::{NOON, on_both_databases};

const DAY: i64 = 24 * 3_600_000_000;

fn by(who: &str) -> ConnectionPause {
    ConnectionPause {
        since: NOON,
        by: who.to_owned(),
        reason: Some(Reason::new("destination_unauthenticated")),
    }
}

async fn pause(store: &Store, id: ConnectionId, pause: &ConnectionPause) {
    let mut tx = store.begin().await.expect("begins");
    connections::set_pause(&mut tx, id, pause)
        .await
        .expect("pauses");
    tx.commit().await.expect("commits");
}

async fn resume(store: &Store, id: ConnectionId) -> Option<ConnectionPause> {
    let mut tx = store.begin().await.expect("begins");
    let ended = connections::end_pause(&mut tx, id).await.expect("resumes");
    tx.commit().await.expect("commits");
    ended
}

async fn paused(store: &Store, id: ConnectionId) -> Option<ConnectionPause> {
    let standing = connections::standing(store, id).await.expect("reads");
    standing.pause
}

fn outcome(ok: bool) -> TestOutcome {
    TestOutcome {
        ok,
        reason: Some(Reason::new("connection_works")),
        steps: vec![TestStepResult {
            stage: TestStage::Write,
            ok,
            millis: ok.then_some(3),
        }],
    }
}

fn ends(what: &str, at: i64) -> Expiry {
    Expiry {
        what: what.to_owned(),
        at,
    }
}

async fn record(
    store: &Store,
    id: ConnectionId,
    version: i64,
    ok: bool,
    expires: &[Expiry],
) -> bool {
    let mut tx = store.begin().await.expect("begins");
    let record = TestRecord {
        version,
        at: NOON + 5,
        outcome: &outcome(ok),
        expires,
    };
    let kept = connections::record_test(&mut tx, id, &record).await;
    tx.commit().await.expect("commits");
    kept.expect("keeps")
}

async fn remove(store: &Store, id: ConnectionId, at: i64) {
    let mut tx = store.begin().await.expect("begins");
    connections::remove(&mut tx, id, None, at, "Bob")
        .await
        .expect("removes");
    tx.commit().await.expect("commits");
}

on_both_databases! {
    async fn runs_of_a_paused_connection_wait_and_say_for_what(database: Database) {
        let store = &database.store;
        let depot = add_connection(store, "Depot", Audience::Administrators).await;
        let hangar = add_connection(store, "Hangar", Audience::Administrators).await;
        let kept = simple_export(store, "Kept", depot).await;
        let free = simple_export(store, "Free", hangar).await;
        pause(store, depot, &by("Ada")).await;
        let (waits, goes) = (add_run(store, kept).await, add_run(store, free).await);
        assert_eq!(claim_one(store).await.id, goes);
        assert_eq!(claim(store).await, None);
        let run = runs::run(store, waits).await.expect("reads").expect("is there");
        let reason = Some(Reason::new("connection_paused").with("connection", "Depot"));
        assert_eq!(run.summary.status_reason, reason);
        let listed = exports::get(store, kept, &EditScope::All)
            .await
            .expect("reads")
            .expect("is there");
        let row = listed.details.row;
        assert_eq!((row.status, row.status_reason), (ExportStatus::Queued, reason));

        let mut signals = store.signals().subscribe();
        assert_eq!(resume(store, depot).await, Some(by("Ada")));
        let kinds: Vec<_> = std::iter::from_fn(|| signals.try_recv().ok())
            .map(|signal| signal.kind)
            .collect();
        for kind in [SignalKind::Connection, SignalKind::Run, SignalKind::Queue] {
            assert!(kinds.contains(&kind), "{kinds:?}");
        }
        assert_eq!(claim_one(store).await.id, waits);
        assert_eq!(resume(store, depot).await, None);
    }

    async fn a_pause_is_of_a_connection_that_is_there(database: Database) {
        let store = &database.store;
        let id = add_connection(store, "Depot", Audience::Administrators).await;
        pause(store, id, &by("")).await;
        pause(store, id, &by("Ada")).await;
        assert_eq!(paused(store, id).await, Some(by("Ada")));
        let list = connections::list(store).await.expect("lists");
        assert_eq!(list[0].pause, Some(by("Ada")));
        resume(store, id).await;
        assert_eq!(paused(store, id).await, None);
        remove(store, id, NOON).await;
        let mut tx = store.begin().await.expect("begins");
        let refused = connections::set_pause(&mut tx, id, &by("Ada")).await;
        assert!(matches!(refused, Err(StoreError::NotFound)));
    }

    async fn how_a_test_went_is_kept_of_the_version_that_was_tried(database: Database) {
        let store = &database.store;
        let id = add_connection(store, "Depot", Audience::Administrators).await;
        assert!(!record(store, id, 2, true, &[]).await, "that is not there yet");
        let none = connections::standing(store, id).await.expect("reads");
        assert_eq!(none.test, None);
        assert!(record(store, id, 1, false, &[]).await);
        let test = LastTest {
            at: NOON + 5,
            ok: false,
            reason: Some(Reason::new("connection_works")),
        };
        let standing = connections::standing(store, id).await.expect("reads");
        assert_eq!(standing.test.as_ref(), Some(&test));
        let list = connections::list(store).await.expect("lists");
        assert_eq!(list[0].test, Some(test));
        assert!((next_test_at(id, NOON) - NOON - DAY).abs() <= 3_600_000_000);
    }

    async fn what_ends_is_known_anew_with_each_test_that_goes_well(database: Database) {
        let store = &database.store;
        let id = add_connection(store, "Depot", Audience::Administrators).await;
        let ending = async || connections::standing(store, id).await.expect("reads").expires;
        let both = [ends("sas", NOON + 2 * DAY), ends("certificate", NOON + DAY)];
        record(store, id, 1, true, &both).await;
        assert_eq!(ending().await, [both[1].clone(), both[0].clone()]);
        record(store, id, 1, false, &[]).await;
        assert_eq!(ending().await.len(), 2, "a test that fails finds nothing out");
        let other = [ends("certificate", NOON + 3 * DAY)];
        record(store, id, 1, true, &other).await;
        assert_eq!(ending().await, other);
        let list = connections::list(store).await.expect("lists");
        assert_eq!(list[0].expires, other);
    }

    async fn a_connection_of_other_terms_begins_anew(database: Database) {
        let store = &database.store;
        let of_server = add_connection(store, "A", Audience::Administrators).await;
        let of_ada = add_connection(store, "B", Audience::Administrators).await;
        for (id, who) in [(of_server, ""), (of_ada, "Ada")] {
            record(store, id, 1, true, &[ends("sas", NOON + DAY)]).await;
            pause(store, id, &by(who)).await;
            let mut tx = store.begin().await.expect("begins");
            connections::begin_anew(&mut tx, id).await.expect("forgets");
            tx.commit().await.expect("commits");
            let standing = connections::standing(store, id).await.expect("reads");
            assert_eq!((standing.test, standing.expires), (None, vec![]));
        }
        assert_eq!(paused(store, of_server).await, None, "the reason is gone");
        assert_eq!(paused(store, of_ada).await, Some(by("Ada")));
    }

    async fn a_removed_connection_comes_back_paused_under_a_free_name(database: Database) {
        let store = &database.store;
        let id = add_connection(store, "Dépôt", Audience::Contributors).await;
        let export = simple_export(store, "Clients", id).await;
        let mut tx = store.begin().await.expect("begins");
        exports::remove(&mut tx, export, None, &step(NOON, "Ada"))
            .await
            .expect("removes the export");
        tx.commit().await.expect("commits");
        remove(store, id, NOON + 1).await;
        let other = add_connection(store, "DEPOT", Audience::Administrators).await;

        let listed = connections::removed(store, NOON + 2, DAY).await.expect("lists");
        assert_eq!(listed.len(), 1);
        let gone = &listed[0];
        assert_eq!(
            (gone.id, gone.removed_at, gone.removed_by.as_str(), gone.kept_until),
            (id, NOON + 1, "Bob", NOON + 1 + DAY)
        );
        let late = connections::removed(store, NOON + 1 + DAY, DAY).await;
        assert!(late.expect("lists").is_empty());
        let found = connections::get_removed(store, id, DAY).await.expect("reads");
        assert_eq!(found.as_ref(), Some(gone));
        let there = connections::get_removed(store, other, DAY).await;
        assert_eq!(there.expect("reads"), None);

        let names = ["Dépôt", "Dépôt (2)"].map(str::to_owned);
        let free = connections::free_name(store, &names).await.expect("reads");
        assert_eq!(free.as_deref(), Some("Dépôt (2)"));
        let pause = by("Ada");
        let back = |name| Restored {
            name,
            at: NOON + 3,
            by: "Ada",
            pause: &pause,
        };
        let mut tx = store.begin().await.expect("begins");
        let taken = connections::restore(&mut tx, id, &back("Dépôt")).await;
        assert!(matches!(taken, Err(StoreError::NameTaken)));
        drop(tx);
        let mut tx = store.begin().await.expect("begins");
        let version = connections::restore(&mut tx, id, &back("Dépôt (2)")).await;
        assert_eq!(version.expect("restores"), 2);
        let again = connections::restore(&mut tx, id, &back("Dépôt (3)")).await;
        assert!(matches!(again, Err(StoreError::NotFound)));
        tx.commit().await.expect("commits");
        let row = connections::get(store, id).await.expect("reads").expect("is there");
        assert_eq!(
            (row.name.as_str(), row.version, row.audience, row.updated_by.as_str()),
            ("Dépôt (2)", 2, Audience::Contributors, "Ada")
        );
        assert_eq!(paused(store, id).await, Some(pause));
        let export = exports::get_removed(store, export, &EditScope::All).await;
        let export = export.expect("reads").expect("is there").record.details.row;
        let connection = export.connection.expect("it has its connection again");
        assert_eq!(connection.name, "Dépôt (2)");
    }

    async fn the_secrets_of_what_cannot_come_back_are_forgotten(database: Database) {
        let store = &database.store;
        let mut ids = Vec::new();
        for (name, removed_at) in [("A", Some(NOON)), ("B", Some(NOON + 1)), ("C", None)] {
            let id = add_connection(store, name, Audience::Administrators).await;
            let owner = id.to_string();
            let place = Place {
                owner_kind: "connection",
                owner_id: &owner,
                name: "password",
            };
            let kept = Kept::Reference("env:PASSWORD".to_owned());
            let mut tx = store.begin().await.expect("begins");
            secrets::put(&mut tx, &place, &kept, "Ada", NOON).await.expect("keeps");
            tx.commit().await.expect("commits");
            if let Some(at) = removed_at {
                remove(store, id, at).await;
            }
            ids.push(owner);
        }
        let mut tx = store.begin().await.expect("begins");
        let forgotten = connections::forget_removed(&mut tx, NOON).await;
        assert_eq!(forgotten.expect("forgets"), 1);
        tx.commit().await.expect("commits");
        let mut left = Vec::new();
        for id in &ids {
            let of_one = secrets::of(store, "connection", id).await.expect("reads");
            left.push(of_one.len());
        }
        assert_eq!(left, [0, 1, 1]);
    }

    async fn those_whom_a_connection_is_shared_with_stand_by_name(database: Database) {
        let store = &database.store;
        let zoe = add_user(store, "Zoé", Role::Contributor).await;
        let ada = add_user(store, "ada", Role::Contributor).await;
        let id = add_connection(store, "Depot", Audience::People(vec![zoe, ada])).await;
        let people = connections::people(store, id).await.expect("reads");
        let names: Vec<_> = people.iter().map(|person| person.name.as_str()).collect();
        assert_eq!(names, ["ada", "Zoé"]);
        let other = add_connection(store, "Open", Audience::Contributors).await;
        assert!(connections::people(store, other).await.expect("reads").is_empty());
    }
}
