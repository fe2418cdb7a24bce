//! Exports that have not delivered for longer than a follower's limit.

use std::time::Duration;

use app::domain::{
    ConnectionId, DeliveryOptions, ExportId, FollowSettings, Mode, NoticeKind, Role, ScheduleDraft,
};
use server::store::exports::NewExport;
use server::store::notices::{self, Sending, Way};
use server::store::{Store, exports as stored};

use super::fixtures::{LONG, add_user, id, step};
use super::notices::{
    HOUR, add_channel, channel, delivers, exports, follow, nothing_more, run_once, told,
};
use crate::support::databases::{NOON, on_both_databases};

fn after(hours: u32) -> FollowSettings {
    FollowSettings {
        silent_hours: Some(hours),
        ..nothing_more()
    }
}

/// An export that is switched on.
async fn active_export(store: &Store, name: &str, connection: ConnectionId) -> ExportId {
    let export = ExportId::new(id());
    let new = NewExport {
        id: export,
        name,
        connection_id: connection,
        folder: "folder",
        enabled: true,
        schedule: &ScheduleDraft::system("UTC"),
        next_start: None,
        items: &[],
        mode: Mode::Full,
        options: &DeliveryOptions::default(),
        step: &step(NOON, "Ada"),
    };
    let mut tx = store.begin().await.expect("begins");
    stored::insert(&mut tx, &new).await.expect("adds");
    tx.commit().await.expect("commits");
    export
}

async fn to_webhooks(store: &Store) -> Vec<Sending> {
    let claimed = notices::claim(store, Way::Webhooks, "", LONG, 10).await;
    claimed.expect("claims").sendings
}

on_both_databases! {
    async fn an_export_that_is_silent_for_long_is_told_once_until_it_delivers(database: Database) {
        let store = &database.store;
        let (_, exports) = exports(store, &["Clients"]).await;
        let export = exports[0];
        let ada = add_user(store, "Ada", Role::Viewer).await;
        let patient = add_user(store, "Patient", Role::Viewer).await;
        let all = add_user(store, "All", Role::Viewer).await;
        follow(store, ada, Some(export), &after(24)).await;
        follow(store, patient, Some(export), &after(48)).await;
        // It is switched off: only who follows it by name is told.
        follow(store, all, None, &after(1)).await;
        database.clock.advance(Duration::from_hours(25));
        assert_eq!(notices::tell_silent(store).await.expect("tells"), 1);
        assert_eq!(notices::tell_silent(store).await.expect("tells"), 0);
        assert_eq!(told(store, ada).await, [NoticeKind::NotDelivered]);
        assert!(told(store, patient).await.is_empty());
        database.clock.advance(Duration::from_hours(24));
        notices::tell_silent(store).await.expect("tells");
        assert_eq!(told(store, ada).await.len(), 1);
        assert_eq!(told(store, patient).await, [NoticeKind::NotDelivered]);
        run_once(store, export, &delivers(10, NOON + 49 * HOUR)).await;
        database.clock.advance(Duration::from_hours(25));
        notices::tell_silent(store).await.expect("tells");
        assert_eq!(told(store, ada).await.len(), 2);
        assert_eq!(told(store, patient).await.len(), 1);
        assert!(told(store, all).await.is_empty());
    }

    async fn who_follows_everything_is_told_of_silent_exports_that_are_switched_on(
        database: Database
    ) {
        let store = &database.store;
        let (connection, off) = exports(store, &["Off"]).await;
        let on = active_export(store, "On", connection).await;
        let all = add_user(store, "All", Role::Viewer).await;
        let own = add_user(store, "Own", Role::Viewer).await;
        let gone = add_user(store, "Gone", Role::Viewer).await;
        follow(store, all, None, &after(24)).await;
        follow(store, own, None, &after(1)).await;
        // What is said of one export counts for it.
        follow(store, own, Some(on), &nothing_more()).await;
        follow(store, gone, Some(off[0]), &after(1)).await;
        let mut tx = store.begin().await.expect("begins");
        notices::unfollow(&mut tx, gone, Some(off[0])).await.expect("unfollows");
        tx.commit().await.expect("commits");
        database.clock.advance(Duration::from_hours(25));
        assert_eq!(notices::tell_silent(store).await.expect("tells"), 1);
        assert_eq!(notices::tell_silent(store).await.expect("tells"), 0);
        let list = notices::of(store, all).await.expect("lists");
        let seen: Vec<_> = list.iter().map(|notice| notice.export_id).collect();
        assert_eq!(seen, [on]);
        assert!(told(store, own).await.is_empty());
        assert!(told(store, gone).await.is_empty());
    }

    async fn groups_are_told_of_silent_exports(database: Database) {
        let store = &database.store;
        let (connection, off) = exports(store, &["Off", "Other"]).await;
        let on = active_export(store, "On", connection).await;
        let limit = after(24);
        let all = add_channel(store, &channel("All", &[], &limit)).await;
        let one = add_channel(store, &channel("One", &off[..1], &limit)).await;
        let gone = add_channel(store, &channel("Gone", &[], &after(1))).await;
        let mut tx = store.begin().await.expect("begins");
        notices::remove(&mut tx, gone, None, NOON).await.expect("removes");
        tx.commit().await.expect("commits");
        database.clock.advance(Duration::from_hours(23));
        assert_eq!(notices::tell_silent(store).await.expect("tells"), 0);
        database.clock.advance(Duration::from_hours(2));
        assert_eq!(notices::tell_silent(store).await.expect("tells"), 2);
        assert_eq!(notices::tell_silent(store).await.expect("tells"), 0);
        let mut seen: Vec<_> = to_webhooks(store)
            .await
            .into_iter()
            .map(|sending| (sending.recipient, sending.kind, sending.export_id))
            .collect();
        seen.sort_by_key(|(_, _, export)| *export != on);
        assert_eq!(
            seen,
            [
                (all.to_string(), NoticeKind::NotDelivered, on),
                (one.to_string(), NoticeKind::NotDelivered, off[0]),
            ]
        );
    }
}
