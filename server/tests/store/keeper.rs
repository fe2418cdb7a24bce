//! What keeps an eye on connections: daily tests, pauses after refused sign-ins, what ends soon.

use std::sync::Arc;
use std::time::Duration;

use app::domain::{
    Audience, ConnectionId, ConnectionNotice, ConnectionNoticeKind, ConnectionPause, Expiry,
    ExportId, Micros, Reason, Role, RunStatus, TestOutcome, UserId,
};
use server::scheduler::tell_what_ends;
use server::store::connections::TestRecord;
use server::store::{Store, audit, connections, notices, people};

use super::fixtures::{
    add_connection, add_run, add_user, claim, claim_one, end, ended, simple_export, waybill,
};
use crate::support::databases::{Database, NOON, on_both_databases};

const MINUTE: Micros = 60_000_000;
const DAY: Micros = 24 * 60 * MINUTE;

/// A second server on the same database.
async fn another(database: &Database) -> Store {
    let clock = Arc::clone(&database.clock) as Arc<dyn base::Clock>;
    Store::open(&database.url, clock).await.expect("opens")
}

/// Ends a run of an export like this.
async fn ran(store: &Store, export: ExportId, status: RunStatus, at: Micros) {
    add_run(store, export).await;
    let run = claim_one(store).await;
    let mut how = ended(status, at);
    if status.has_delivered() {
        how.waybill = Some(waybill(&run));
    } else {
        how.reason = Some(refusal());
    }
    end(store, &run, &how).await.expect("ends");
}

fn refusal() -> Reason {
    Reason::new("destination_unauthenticated").detail("530 no")
}

async fn pause(store: &Store, id: ConnectionId) -> Option<ConnectionPause> {
    let standing = connections::standing(store, id).await.expect("reads");
    standing.pause
}

async fn told(store: &Store, user: UserId) -> Vec<ConnectionNotice> {
    notices::of_connections(store, user).await.expect("lists")
}

async fn unread(store: &Store, user: UserId) -> u32 {
    let told = people::told(store, user, true).await;
    told.expect("reads").unread
}

async fn due(store: &Store) -> Vec<ConnectionId> {
    let claimed = connections::claim_tests(store, MINUTE, 10).await;
    let claimed = claimed.expect("claims");
    claimed.iter().map(|connection| connection.id).collect()
}

async fn tested(store: &Store, id: ConnectionId, expires: &[Expiry]) {
    ends_of_test(store, id, None, expires).await;
}

/// The daily test ends, for this reason if not well.
async fn ends_of_test(store: &Store, id: ConnectionId, reason: Option<Reason>, expires: &[Expiry]) {
    let mut tx = store.begin().await.expect("begins");
    let outcome = TestOutcome {
        ok: reason.is_none(),
        reason: reason.clone(),
        steps: vec![],
    };
    let record = TestRecord {
        version: 1,
        at: store.now(),
        outcome: &outcome,
        expires,
    };
    let kept = connections::record_test(&mut tx, id, &record).await;
    assert!(kept.expect("keeps"));
    let counted = connections::daily_test_ends(&mut tx, id, reason.as_ref(), record.at).await;
    counted.expect("counts");
    tx.commit().await.expect("commits");
}

on_both_databases! {
    async fn one_that_is_gone_for_good_is_paused_at_once(database: Database) {
        let store = &database.store;
        let ada = add_user(store, "Ada", Role::Administrator).await;
        let id = add_connection(store, "Hook", Audience::Administrators).await;
        let export = simple_export(store, "Clients", id).await;
        add_run(store, export).await;
        let run = claim_one(store).await;
        let mut how = ended(RunStatus::Failed, NOON + 1);
        how.reason = Some(Reason::new("destination_gone"));
        end(store, &run, &how).await.expect("ends");
        let paused = pause(store, id).await.expect("it is paused");
        assert_eq!((paused.since, paused.reason), (NOON + 1, how.reason));
        assert_eq!(told(store, ada).await.len(), 1);
    }

    async fn two_refused_sign_ins_in_a_row_pause_a_connection(database: Database) {
        let store = &database.store;
        let ada = add_user(store, "Ada", Role::Administrator).await;
        let id = add_connection(store, "Depot", Audience::Administrators).await;
        let export = simple_export(store, "Clients", id).await;
        ran(store, export, RunStatus::Failed, NOON + 1).await;
        ran(store, export, RunStatus::Successful, NOON + 2).await;
        ran(store, export, RunStatus::Failed, NOON + 3).await;
        assert_eq!(pause(store, id).await, None, "the two were not in a row");
        ran(store, export, RunStatus::Failed, NOON + 4).await;
        let by_the_server = ConnectionPause {
            since: NOON + 4,
            by: String::new(),
            reason: Some(refusal()),
        };
        assert_eq!(pause(store, id).await, Some(by_the_server));
        add_run(store, export).await;
        assert_eq!(claim(store).await, None);

        let notices = told(store, ada).await;
        assert_eq!(notices.len(), 1, "one notice, not forty: {notices:?}");
        let notice = &notices[0];
        assert_eq!(
            (notice.kind, notice.connection_name.as_str(), notice.at, notice.is_read),
            (ConnectionNoticeKind::Paused, "Depot", NOON + 4, false)
        );
        assert_eq!(notice.reason, Some(refusal()));
        let entries = audit::of(store, "connection", &id.to_string(), 10).await;
        let entries = entries.expect("reads");
        assert_eq!(entries[0].action, "connection.pause");

        let mut tx = store.begin().await.expect("begins");
        connections::end_pause(&mut tx, id).await.expect("resumes");
        tx.commit().await.expect("commits");
        let waiting = claim_one(store).await;
        let mut how = ended(RunStatus::Failed, NOON + 5);
        how.reason = Some(refusal());
        end(store, &waiting, &how).await.expect("ends");
        assert_eq!(pause(store, id).await, None, "it counts from the start");
    }

    async fn a_daily_test_that_is_refused_counts_as_a_run_does(database: Database) {
        let store = &database.store;
        let id = add_connection(store, "Depot", Audience::Administrators).await;
        let export = simple_export(store, "Clients", id).await;
        ends_of_test(store, id, Some(refusal()), &[]).await;
        tested(store, id, &[]).await;
        ran(store, export, RunStatus::Failed, NOON + 1).await;
        assert_eq!(pause(store, id).await, None, "the two were not in a row");
        ends_of_test(store, id, Some(Reason::new("destination_no_space")), &[]).await;
        assert_eq!(pause(store, id).await, None, "no space is no refusal");
        ends_of_test(store, id, Some(refusal()), &[]).await;
        let paused = pause(store, id).await.expect("it is paused");
        assert_eq!((paused.by.as_str(), paused.reason), ("", Some(refusal())));
    }

    async fn other_failures_pause_nothing(database: Database) {
        let store = &database.store;
        let id = add_connection(store, "Depot", Audience::Administrators).await;
        let export = simple_export(store, "Clients", id).await;
        for at in [NOON + 1, NOON + 2, NOON + 3] {
            add_run(store, export).await;
            let run = claim_one(store).await;
            let mut how = ended(RunStatus::Failed, at);
            how.reason = Some(Reason::new("destination_no_space"));
            end(store, &run, &how).await.expect("ends");
        }
        assert_eq!(pause(store, id).await, None);
    }

    async fn connections_in_use_are_tested_once_a_day_by_one_server(database: Database) {
        let store = &database.store;
        let used = add_connection(store, "Used", Audience::Administrators).await;
        add_connection(store, "Unused", Audience::Administrators).await;
        let paused = add_connection(store, "Paused", Audience::Administrators).await;
        simple_export(store, "A", used).await;
        simple_export(store, "B", paused).await;
        let mut tx = store.begin().await.expect("begins");
        let pause = ConnectionPause {
            since: NOON,
            by: "Ada".to_owned(),
            reason: None,
        };
        connections::set_pause(&mut tx, paused, &pause).await.expect("pauses");
        tx.commit().await.expect("commits");

        let second = another(&database).await;
        let (one, other) = tokio::join!(due(store), due(&second));
        assert_eq!([one, other].concat(), [used]);
        database.clock.advance(Duration::from_mins(1));
        assert_eq!(due(&second).await, [used], "whoever had it never came back");
        tested(store, used, &[]).await;
        assert!(due(store).await.is_empty());
        database.clock.advance(Duration::from_hours(22));
        assert!(due(store).await.is_empty());
        database.clock.advance(Duration::from_hours(4));
        assert_eq!(due(store).await, [used]);
        second.close().await;
    }

    async fn what_ends_is_told_once_fourteen_days_ahead(database: Database) {
        let store = &database.store;
        let ada = add_user(store, "Ada", Role::Administrator).await;
        let id = add_connection(store, "Depot", Audience::Administrators).await;
        let sas = |at| Expiry {
            what: "sas".to_owned(),
            at,
        };
        tested(store, id, &[sas(NOON + 20 * DAY)]).await;
        let tell = async |now| tell_what_ends(store, now).await.expect("tells");
        assert_eq!(tell(NOON + 5 * DAY).await, 0);
        assert_eq!(tell(NOON + 6 * DAY).await, 1);
        assert_eq!(tell(NOON + 7 * DAY).await, 0);
        let notices = told(store, ada).await;
        assert_eq!(notices[0].kind, ConnectionNoticeKind::Expiring);
        let reason = notices[0].reason.as_ref().expect("a reason");
        assert_eq!(
            (reason.arg("what"), reason.arg("at")),
            ("sas", "2026-12-13T12:00:00Z")
        );
        // The same end, found once more, is told already; another one is not.
        tested(store, id, &[sas(NOON + 20 * DAY)]).await;
        assert_eq!(tell(NOON + 8 * DAY).await, 0);
        tested(store, id, &[sas(NOON + 21 * DAY)]).await;
        assert_eq!(tell(NOON + 9 * DAY).await, 1);
        assert_eq!(told(store, ada).await.len(), 2);

        assert_eq!(unread(store, ada).await, 2);
        let mut tx = store.begin().await.expect("begins");
        notices::read_of_connections(&mut tx, ada, NOON + 8 * DAY).await.expect("notes");
        tx.commit().await.expect("commits");
        assert_eq!(unread(store, ada).await, 1);
        let read: Vec<_> = told(store, ada).await.iter().map(|notice| notice.is_read).collect();
        assert_eq!(read, [false, true]);
    }

    async fn who_comes_later_is_not_told_of_what_was_before(database: Database) {
        let store = &database.store;
        let id = add_connection(store, "Depot", Audience::Administrators).await;
        tested(store, id, &[Expiry { what: "token".to_owned(), at: NOON }]).await;
        assert_eq!(tell_what_ends(store, NOON - 1).await.expect("tells"), 1);
        let ada = add_user(store, "Ada", Role::Administrator).await;
        assert_eq!(told(store, ada).await.len(), 0);
        assert_eq!(unread(store, ada).await, 0);
    }
}
