//! Notices: one for each change, to whoever follows.

use std::collections::BTreeMap;

use app::domain::{
    Audience, ChannelId, ChannelKind, ConnectionId, ExportId, FollowSettings, ItemCounts, Micros,
    NoticeKind, Reason, Role, RunId, RunStatus, Trigger, UserId,
};
use server::store::notices::{self, ChannelChange, NewFollow, Sending, Target, Way};
use server::store::people::UserRow;
use server::store::queue::{self, Becomes, Cause, Ended, ExportPlan, PlannedEntry};
use server::store::{SignalKind, Store, StoreError, people};

use super::fixtures::{
    LONG, add_connection, add_run, add_user, claim_one, delivered_item, end, ended, id,
    simple_export,
};
use crate::support::databases::{NOON, on_both_databases};

pub(super) const MINUTE: Micros = 60_000_000;
pub(super) const HOUR: Micros = 3_600_000_000;

pub(super) fn nothing_more() -> FollowSettings {
    FollowSettings::default()
}

pub(super) fn by_mail() -> FollowSettings {
    FollowSettings {
        by_mail: true,
        ..FollowSettings::default()
    }
}

pub(super) async fn exports(store: &Store, names: &[&str]) -> (ConnectionId, Vec<ExportId>) {
    let connection = add_connection(store, "Depot", Audience::Contributors).await;
    let mut exports = Vec::new();
    for name in names {
        exports.push(simple_export(store, name, connection).await);
    }
    (connection, exports)
}

pub(super) async fn follow(
    store: &Store,
    user: UserId,
    export: Option<ExportId>,
    settings: &FollowSettings,
) {
    let mut tx = store.begin().await.expect("begins");
    let new = NewFollow {
        user_id: user,
        export_id: export,
        settings,
        language: "fr",
        at: NOON,
    };
    notices::follow(&mut tx, &new).await.expect("follows");
    tx.commit().await.expect("commits");
}

/// A run that ends like this.
pub(super) async fn run_once(store: &Store, export: ExportId, how: &Ended) -> RunId {
    add_run(store, export).await;
    let run = claim_one(store).await;
    end(store, &run, how).await.expect("ends");
    run.id
}

pub(super) fn delivers(rows: i64, at: Micros) -> Ended {
    let counts = ItemCounts {
        read: rows,
        written: rows,
        ..ItemCounts::default()
    };
    Ended {
        items: vec![delivered_item(0, counts)],
        ..ended(RunStatus::Successful, at)
    }
}

fn skipped(code: &str, at: Micros) -> Ended {
    Ended {
        reason: Some(Reason::new(code).with("source", "Shop")),
        ..ended(RunStatus::Skipped, at)
    }
}

async fn unread(store: &Store, user: UserId) -> u32 {
    people::told(store, user, false)
        .await
        .expect("reads")
        .unread
}

/// What a person was told, newest first.
pub(super) async fn told(store: &Store, user: UserId) -> Vec<NoticeKind> {
    let list = notices::of(store, user).await.expect("lists");
    list.iter().map(|notice| notice.kind).collect()
}

/// Claims for everybody what is next for them.
pub(super) async fn claimed(store: &Store) -> Vec<Sending> {
    let mut sendings = Vec::new();
    for way in Way::ALL {
        let claimed = notices::claim(store, way, "", LONG, 100)
            .await
            .expect("claims");
        assert!(claimed.damaged.is_empty(), "{claimed:?}");
        sendings.extend(claimed.sendings);
    }
    sendings
}

/// The one that there is.
pub(super) fn only(mut sendings: Vec<Sending>) -> Sending {
    assert_eq!(sendings.len(), 1, "{sendings:?}");
    sendings.remove(0)
}

pub(super) fn channel<'a>(
    name: &'a str,
    exports: &'a [ExportId],
    settings: &'a FollowSettings,
) -> ChannelChange<'a> {
    ChannelChange {
        name,
        kind: ChannelKind::Webhook,
        address: "https://chat.example",
        exports,
        settings,
        at: NOON,
        by: "Ada",
    }
}

pub(super) async fn add_channel(store: &Store, new: &ChannelChange<'_>) -> ChannelId {
    let channel = ChannelId::new(id());
    let mut tx = store.begin().await.expect("begins");
    notices::add(&mut tx, channel, new).await.expect("adds");
    tx.commit().await.expect("commits");
    channel
}

/// Entries that the planner writes for an export without other runs.
async fn plan(
    store: &Store,
    export: ExportId,
    connection: ConnectionId,
    entries: Vec<PlannedEntry>,
) {
    let cause = Cause {
        trigger: Trigger::Schedule,
        refresh: None,
        by: "",
        at: NOON + 1,
        max_attempts: 5,
    };
    let plan = ExportPlan {
        export_id: export,
        version: 1,
        connection_id: connection,
        entries,
        moves: None,
        next_start: None,
        planned_until: NOON,
    };
    let mut tx = store.begin().await.expect("begins");
    queue::plan(&mut tx, &cause, &[plan], &BTreeMap::new())
        .await
        .expect("plans");
    tx.commit().await.expect("commits");
}

fn missed(at: Micros) -> PlannedEntry {
    let reason = Reason::new("missed_starts").with("count", 1);
    PlannedEntry {
        scheduled_for: Some(at),
        becomes: Becomes::Missed(reason),
    }
}

on_both_databases! {
    async fn a_failing_export_is_told_once_and_so_is_its_recovery(database: Database) {
        let store = &database.store;
        let (_, exports) = exports(store, &["Clients"]).await;
        let export = exports[0];
        let ada = add_user(store, "Ada", Role::Viewer).await;
        follow(store, ada, Some(export), &nothing_more()).await;
        let mut signals = store.signals().subscribe();
        let first = run_once(store, export, &ended(RunStatus::Failed, NOON + 1)).await;
        let kinds: Vec<_> = std::iter::from_fn(|| signals.try_recv().ok())
            .map(|signal| signal.kind)
            .collect();
        assert!(kinds.contains(&SignalKind::Notice), "{kinds:?}");
        for (status, at) in [
            (RunStatus::Failed, 2),
            (RunStatus::Successful, 3),
            (RunStatus::CompletedWithWarnings, 4),
            (RunStatus::Failed, 5),
        ] {
            run_once(store, export, &ended(status, NOON + at)).await;
        }
        let list = notices::of(store, ada).await.expect("lists");
        let kinds: Vec<_> = list.iter().map(|notice| notice.kind).collect();
        assert_eq!(
            kinds,
            [NoticeKind::Failing, NoticeKind::Recovered, NoticeKind::Failing]
        );
        assert_eq!(unread(store, ada).await, 3);
        let oldest = list.last().expect("the first");
        assert_eq!(
            (oldest.run_id, oldest.at, oldest.export_name.as_str(), oldest.is_read),
            (Some(first), NOON + 1, "Clients", false)
        );
    }

    async fn what_a_person_stopped_and_what_another_run_kept_from_running_is_no_failure(
        database: Database
    ) {
        let store = &database.store;
        let (connection, exports) = exports(store, &["Clients"]).await;
        let export = exports[0];
        let ada = add_user(store, "Ada", Role::Viewer).await;
        follow(store, ada, None, &nothing_more()).await;
        run_once(store, export, &skipped("upstream_canceled", NOON + 1)).await;
        let waiting = add_run(store, export).await;
        let mut tx = store.begin().await.expect("begins");
        queue::request_cancel(&mut tx, waiting, &Reason::new("canceled_by"), NOON + 2)
            .await
            .expect("cancels");
        tx.commit().await.expect("commits");
        let mark = PlannedEntry {
            scheduled_for: Some(NOON),
            becomes: Becomes::Skipped(Reason::new("previous_run_going")),
        };
        plan(store, export, connection, vec![mark]).await;
        assert!(told(store, ada).await.is_empty());
        run_once(store, export, &skipped("upstream_failed", NOON + 3)).await;
        let list = notices::of(store, ada).await.expect("lists");
        let reason = list[0].reason.as_ref().expect("a reason");
        assert_eq!((reason.code.as_str(), reason.arg("source")), ("upstream_failed", "Shop"));
    }

    async fn a_reason_with_row_data_is_not_told(database: Database) {
        let store = &database.store;
        let (_, exports) = exports(store, &["Clients"]).await;
        let ada = add_user(store, "Ada", Role::Viewer).await;
        follow(store, ada, None, &nothing_more()).await;
        let how = Ended {
            reason: Some(Reason::new("source_file_misfit").with("value", "ada@example.org")),
            ..ended(RunStatus::Failed, NOON + 1)
        };
        run_once(store, exports[0], &how).await;
        let list = notices::of(store, ada).await.expect("lists");
        assert_eq!(list[0].reason, None);
    }

    async fn a_run_that_waits_for_a_person_is_told(database: Database) {
        let store = &database.store;
        let (_, exports) = exports(store, &["Clients"]).await;
        let ada = add_user(store, "Ada", Role::Viewer).await;
        follow(store, ada, None, &nothing_more()).await;
        let waiting = add_run(store, exports[0]).await;
        let claimed = claim_one(store).await;
        let reason = Reason::new("held_empty").with("before", 10);
        let mut tx = store.begin().await.expect("begins");
        queue::hold(&mut tx, waiting, claimed.fence, &reason, NOON + 1)
            .await
            .expect("holds");
        queue::discard(&mut tx, waiting, &Reason::new("held_discarded"), NOON + 2)
            .await
            .expect("discards");
        tx.commit().await.expect("commits");
        assert_eq!(told(store, ada).await, [NoticeKind::Held]);
    }

    async fn starts_that_were_missed_are_one_failure(database: Database) {
        let store = &database.store;
        let (connection, exports) = exports(store, &["Clients", "Orders"]).await;
        let ada = add_user(store, "Ada", Role::Viewer).await;
        follow(store, ada, None, &nothing_more()).await;
        plan(store, exports[0], connection, vec![missed(NOON - 20)]).await;
        plan(store, exports[0], connection, vec![missed(NOON - 10)]).await;
        // One that runs all the same has not failed.
        let runs = PlannedEntry {
            scheduled_for: Some(NOON),
            becomes: Becomes::Run { needs: Vec::new(), waits_until: 0 },
        };
        plan(store, exports[1], connection, vec![missed(NOON - 10), runs]).await;
        let list = notices::of(store, ada).await.expect("lists");
        let seen: Vec<_> = list
            .iter()
            .map(|notice| (notice.kind, notice.export_id))
            .collect();
        assert_eq!(seen, [(NoticeKind::Failing, exports[0])]);
    }

    async fn only_who_follows_and_may_sign_in_is_told_once_each(database: Database) {
        let store = &database.store;
        let (_, exports) = exports(store, &["Clients", "Orders"]).await;
        let ada = add_user(store, "Ada", Role::Viewer).await;
        let both = add_user(store, "Both", Role::Viewer).await;
        let other = add_user(store, "Other", Role::Administrator).await;
        let gone = UserId::new(id());
        let mut tx = store.begin().await.expect("begins");
        let row = UserRow {
            id: gone,
            email: "gone@example.org".into(),
            name: "Gone".into(),
            role: Role::Viewer,
            password_hash: String::new(),
            disabled: true,
            created_at: NOON,
        };
        people::insert_user(&mut tx, &row).await.expect("adds");
        tx.commit().await.expect("commits");
        follow(store, ada, Some(exports[0]), &nothing_more()).await;
        follow(store, both, None, &by_mail()).await;
        follow(store, both, Some(exports[0]), &nothing_more()).await;
        follow(store, gone, None, &by_mail()).await;
        for export in &exports {
            run_once(store, *export, &ended(RunStatus::Failed, NOON + 1)).await;
        }
        assert_eq!(told(store, ada).await.len(), 1);
        assert_eq!(told(store, both).await.len(), 2);
        assert!(told(store, other).await.is_empty());
        assert!(told(store, gone).await.is_empty());
        // By mail what they follow like that: everything but the one with settings of its own.
        database.clock.set(NOON + 10);
        let sendings = claimed(store).await;
        assert_eq!(sendings.len(), 1, "{sendings:?}");
        assert_eq!(sendings[0].export_id, exports[1]);
        assert_eq!(sendings[0].target, Target::Mail("both@example.org".into()));
        assert_eq!((sendings[0].language.as_str(), sendings[0].is_for_person), ("fr", true));
    }

    async fn who_follows_no_longer_is_told_no_longer(database: Database) {
        let store = &database.store;
        let (_, exports) = exports(store, &["Clients"]).await;
        let ada = add_user(store, "Ada", Role::Viewer).await;
        follow(store, ada, Some(exports[0]), &nothing_more()).await;
        follow(store, ada, Some(exports[0]), &by_mail()).await;
        let following = notices::following(store, ada).await.expect("lists");
        assert_eq!(following.len(), 1);
        assert_eq!((following[0].export_name.as_str(), following[0].settings.by_mail), ("Clients", true));
        let mut tx = store.begin().await.expect("begins");
        notices::unfollow(&mut tx, ada, Some(exports[0])).await.expect("unfollows");
        let nowhere = NewFollow {
            user_id: ada,
            export_id: Some(ExportId::new(id())),
            settings: &nothing_more(),
            language: "en",
            at: NOON,
        };
        let refused = notices::follow(&mut tx, &nowhere).await;
        assert!(matches!(refused, Err(StoreError::NotFound)));
        tx.commit().await.expect("commits");
        run_once(store, exports[0], &ended(RunStatus::Failed, NOON + 1)).await;
        assert!(told(store, ada).await.is_empty());
    }

    async fn rows_far_from_the_usual_are_told_until_they_are_usual_again(database: Database) {
        let store = &database.store;
        let (_, exports) = exports(store, &["Clients"]).await;
        let export = exports[0];
        let ada = add_user(store, "Ada", Role::Viewer).await;
        let settings = FollowSettings { rows_percent: Some(20), ..nothing_more() };
        follow(store, ada, Some(export), &settings).await;
        for (at, rows) in [(1, 100), (2, 100), (3, 100), (4, 150), (5, 160), (6, 105), (7, 200)] {
            run_once(store, export, &delivers(rows, NOON + at)).await;
        }
        let list = notices::of(store, ada).await.expect("lists");
        let seen: Vec<_> = list.iter().map(|notice| (notice.kind, notice.at)).collect();
        assert_eq!(
            seen,
            [(NoticeKind::RowsDiffer, NOON + 7), (NoticeKind::RowsDiffer, NOON + 4)]
        );
        let reason = list[1].reason.as_ref().expect("a reason");
        assert_eq!(
            (reason.arg("rows"), reason.arg("usual"), reason.arg("percent")),
            ("150", "100", "50")
        );
    }

    async fn long_runs_are_told_until_one_is_short_again(database: Database) {
        let store = &database.store;
        let (_, exports) = exports(store, &["Clients"]).await;
        let export = exports[0];
        let ada = add_user(store, "Ada", Role::Viewer).await;
        let settings = FollowSettings { longer_than_minutes: Some(30), ..nothing_more() };
        follow(store, ada, None, &settings).await;
        for minutes in [31, 45, 5, 31] {
            let how = ended(RunStatus::Successful, NOON + minutes * MINUTE);
            run_once(store, export, &how).await;
        }
        assert_eq!(told(store, ada).await, [NoticeKind::RanLonger, NoticeKind::RanLonger]);
    }

    async fn groups_are_told_of_what_they_follow(database: Database) {
        let store = &database.store;
        let (_, exports) = exports(store, &["Clients", "Orders"]).await;
        let settings = nothing_more();
        let all = add_channel(store, &channel("All", &[], &settings)).await;
        let one = add_channel(store, &channel("One", &exports[..1], &settings)).await;
        let mut tx = store.begin().await.expect("begins");
        let taken = notices::add(&mut tx, ChannelId::new(id()), &channel("óne", &[], &settings)).await;
        assert!(matches!(taken, Err(StoreError::NameTaken)));
        drop(tx);
        for export in &exports {
            run_once(store, *export, &ended(RunStatus::Failed, NOON + 1)).await;
        }
        database.clock.set(NOON + 10);
        let mut tx = store.begin().await.expect("begins");
        let stale = notices::remove(&mut tx, one, Some(7), NOON + 9).await;
        assert!(matches!(stale, Err(StoreError::Stale { current: 1 })));
        notices::remove(&mut tx, one, Some(1), NOON + 9).await.expect("removes");
        tx.commit().await.expect("commits");
        let reason = Reason::new("webhook_refused").with("status", 404);
        let first = only(claimed(store).await);
        assert_eq!(first.target, Target::Webhook(None));
        assert!(!first.is_for_person);
        assert!(notices::give_up(store, first.id, first.fence, NOON + 11, &reason).await.expect("notes"));
        let kept = notices::channel(store, all).await.expect("reads").expect("is there");
        assert_eq!((kept.sent_at, kept.problem), (None, Some(reason)));
        let second = only(claimed(store).await);
        assert_ne!(second.export_id, first.export_id);
        assert!(notices::sent(store, second.id, second.fence, NOON + 12).await.expect("notes"));
        let kept = notices::channels(store).await.expect("lists").remove(0);
        assert_eq!((kept.sent_at, kept.problem, kept.exports.len()), (Some(NOON + 12), None, 0));
    }

    async fn groups_are_listed_with_what_each_of_them_follows(database: Database) {
        let store = &database.store;
        let (_, exports) = exports(store, &["Orders", "Clients", "Stock"]).await;
        let settings = nothing_more();
        add_channel(store, &channel("Some", &exports[..2], &settings)).await;
        let gone = add_channel(store, &channel("Gone", &exports, &settings)).await;
        add_channel(store, &channel("All", &[], &settings)).await;
        add_channel(store, &channel("One", &exports[2..], &settings)).await;
        let mut tx = store.begin().await.expect("begins");
        notices::remove(&mut tx, gone, None, NOON).await.expect("removes");
        tx.commit().await.expect("commits");
        let groups = notices::channels(store).await.expect("lists");
        let seen: Vec<(&str, Vec<&str>)> = groups
            .iter()
            .map(|group| {
                let exports = group.exports.iter().map(|(_, name)| name.as_str());
                (group.name.as_str(), exports.collect())
            })
            .collect();
        assert_eq!(
            seen,
            [("All", vec![]), ("One", vec!["Stock"]), ("Some", vec!["Clients", "Orders"])]
        );
        for group in &groups {
            let one = notices::channel(store, group.id).await.expect("reads");
            assert_eq!(one.as_ref(), Some(group));
        }
    }

    async fn what_was_read_is_counted_no_longer(database: Database) {
        let store = &database.store;
        let (_, exports) = exports(store, &["Clients", "Orders"]).await;
        let ada = add_user(store, "Ada", Role::Viewer).await;
        follow(store, ada, None, &nothing_more()).await;
        run_once(store, exports[0], &ended(RunStatus::Failed, NOON + 1)).await;
        assert_eq!(unread(store, ada).await, 1);
        let mut tx = store.begin().await.expect("begins");
        assert_eq!(notices::read_all(&mut tx, ada, NOON + 2).await.expect("notes"), 1);
        tx.commit().await.expect("commits");
        run_once(store, exports[1], &ended(RunStatus::Failed, NOON + 3)).await;
        let list = notices::of(store, ada).await.expect("lists");
        let read: Vec<_> = list.iter().map(|notice| notice.is_read).collect();
        assert_eq!((read, unread(store, ada).await), (vec![false, true], 1));
    }

    async fn old_notices_go(database: Database) {
        let store = &database.store;
        let (_, exports) = exports(store, &["Clients", "Orders"]).await;
        let ada = add_user(store, "Ada", Role::Viewer).await;
        follow(store, ada, None, &by_mail()).await;
        let later = NOON + 300 * 24 * HOUR;
        run_once(store, exports[0], &ended(RunStatus::Failed, NOON + 1)).await;
        run_once(store, exports[1], &ended(RunStatus::Failed, later)).await;
        database.clock.set(NOON + 401 * 24 * HOUR);
        notices::upkeep(store).await.expect("tidies");
        let list = notices::of(store, ada).await.expect("lists");
        let kept: Vec<_> = list.iter().map(|notice| notice.at).collect();
        assert_eq!(kept, [later]);
        assert_eq!(claimed(store).await.len(), 1);
    }
}
