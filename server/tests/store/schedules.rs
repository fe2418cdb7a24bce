//! Schedules of exports and of the system refresh, as they are stored.

use app::domain::{Audience, Permission, ScheduleDraft};
use server::store::schedules::{ScheduleWrite, SystemWrite};
use server::store::{StoreError, exports, schedules};

use super::fixtures::{add_connection, save_export, simple_export, step};
use super::starting::{DAY, HOUR, MINUTE, daily, listed, reschedule, starting_export};
use crate::support::databases::{NOON, on_both_databases};

on_both_databases! {
    async fn a_schedule_is_saved_as_a_version_in_which_all_else_is_as_before(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        let export = simple_export(store, "Clients", connection).await;
        let row = listed(store, export).await;
        assert_eq!((row.enabled, row.schedule), (false, ScheduleDraft::system("UTC")));
        database.clock.set(NOON + 7);
        assert_eq!(reschedule(store, export, true, &daily(&["12:30"])).await, 2);
        let row = listed(store, export).await;
        assert_eq!((row.version, row.enabled, &row.schedule), (2, true, &daily(&["12:30"])));
        assert_eq!(row.next_run_at, Some(NOON + 30 * MINUTE));
        assert_eq!((row.updated_at, row.updated_by.as_str()), (NOON + 7, "Bob"));
        assert_eq!(row.permission, Permission::Edit);
        let before = exports::get_version(store, export, 1).await.expect("reads").expect("is kept");
        let after = exports::get_version(store, export, 2).await.expect("reads").expect("is kept");
        assert_eq!((before.enabled, before.schedule), (false, ScheduleDraft::system("UTC")));
        assert_eq!((after.enabled, after.schedule), (true, daily(&["12:30"])));
        assert_eq!(
            (&before.name, &before.items, &before.options, before.connection_id),
            (&after.name, &after.items, &after.options, after.connection_id)
        );
        assert_eq!((after.saved_at, after.saved_by.as_str()), (NOON + 7, "Bob"));

        let schedule = daily(&["18:00"]);
        let mut tx = store.begin().await.expect("begins");
        let mut write = ScheduleWrite {
            expected: Some(1), enabled: true, schedule: &schedule, next_start: None,
        };
        let again = step(NOON, "Ada");
        let refused = schedules::write_schedule(&mut tx, export, &write, &again).await;
        assert!(matches!(refused, Err(StoreError::Stale { current: 2 })));
        exports::remove(&mut tx, export, None, &step(NOON, "Ada")).await.expect("removes");
        write.expected = None;
        let refused = schedules::write_schedule(&mut tx, export, &write, &again).await;
        assert!(matches!(refused, Err(StoreError::NotFound)));
    }

    async fn what_does_not_start_by_itself_has_no_next_start(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        let export = starting_export(store, "Clients", connection, &[], &daily(&["12:30"])).await;
        assert_eq!(
            schedules::earliest_start(store).await.expect("reads"),
            Some(NOON + 30 * MINUTE)
        );
        reschedule(store, export, false, &daily(&["12:30"])).await;
        assert_eq!(listed(store, export).await.next_run_at, None);
        assert_eq!(schedules::earliest_start(store).await.expect("reads"), None);
        reschedule(store, export, true, &ScheduleDraft::system("UTC")).await;
        assert_eq!(listed(store, export).await.next_run_at, None);
        assert_eq!(schedules::followers(store).await.expect("counts"), 1);
        save_export(store, export, 3, "Clients", None).await.expect("saves");
        reschedule(store, export, true, &daily(&["12:30"])).await;
        let row = listed(store, export).await;
        assert_eq!((row.enabled, row.next_run_at), (true, None), "it has no connection");
        assert_eq!(schedules::followers(store).await.expect("counts"), 0);
    }

    async fn what_starts_next_is_listed_soonest_first(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        let later = starting_export(store, "a", connection, &[], &daily(&["14:00"])).await;
        let sooner = starting_export(store, "b", connection, &[], &daily(&["12:30"])).await;
        starting_export(store, "c", connection, &[], &daily(&["11:00"])).await;
        let within = schedules::upcoming(store, NOON, NOON + 4 * HOUR, 10).await.expect("lists");
        let seen: Vec<_> = within.iter().map(|row| (row.export_id, row.next_start)).collect();
        assert_eq!(seen, [(sooner, NOON + 30 * MINUTE), (later, NOON + 2 * HOUR)]);
        assert_eq!(within[0].schedule, daily(&["12:30"]));
        let first = schedules::upcoming(store, NOON, NOON + DAY, 1).await.expect("lists");
        assert_eq!(first.len(), 1);
    }

    async fn the_system_schedule_is_off_until_somebody_switches_it_on(database: Database) {
        let store = &database.store;
        let system = schedules::system(store).await.expect("reads");
        assert_eq!((system.version, system.enabled, system.next_start), (1, false, None));
        assert_eq!(system.schedule, daily(&["02:00"]));
        assert_eq!(system.updated_by, "");
        let schedule = daily(&["03:00"]);
        let write = SystemWrite {
            version: Some(1),
            enabled: true,
            schedule: &schedule,
            next_start: Some(NOON + HOUR),
            at: NOON,
            by: "Ada",
        };
        let mut tx = store.begin().await.expect("begins");
        assert_eq!(schedules::write_system(&mut tx, &write).await.expect("saves"), 2);
        let refused = schedules::write_system(&mut tx, &write).await;
        assert!(matches!(refused, Err(StoreError::Stale { current: 2 })));
        tx.commit().await.expect("commits");
        let system = schedules::system(store).await.expect("reads");
        assert_eq!(
            (system.enabled, system.next_start, system.planned_until, system.updated_by.as_str()),
            (true, Some(NOON + HOUR), NOON, "Ada")
        );
        assert_eq!(
            schedules::earliest_start(store).await.expect("reads"),
            Some(NOON + HOUR)
        );
        let off = SystemWrite { version: None, enabled: false, ..write };
        let mut tx = store.begin().await.expect("begins");
        schedules::write_system(&mut tx, &off).await.expect("saves");
        tx.commit().await.expect("commits");
        assert_eq!(schedules::earliest_start(store).await.expect("reads"), None);
    }

    async fn exports_that_follow_a_refresh_which_is_off_are_left_behind(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        for name in ["Clients", "Orders"] {
            let follows = ScheduleDraft::system("UTC");
            starting_export(store, name, connection, &[], &follows).await;
        }
        starting_export(store, "Nightly", connection, &[], &daily(&["12:30"])).await;
        for (enabled, left_behind) in [(false, 2), (true, 0)] {
            let write = SystemWrite {
                version: None,
                enabled,
                schedule: &daily(&["03:00"]),
                next_start: enabled.then_some(NOON + HOUR),
                at: NOON,
                by: "Ada",
            };
            let mut tx = store.begin().await.expect("begins");
            schedules::write_system(&mut tx, &write).await.expect("saves");
            tx.commit().await.expect("commits");
            assert_eq!(schedules::left_behind(store).await.expect("counts"), left_behind);
        }
    }

    async fn what_follows_the_refresh_starts_when_that_does(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        let follows = ScheduleDraft::system("UTC");
        let own = starting_export(store, "Own", connection, &[], &daily(&["12:30"])).await;
        let follower = starting_export(store, "Follower", connection, &[], &follows).await;
        let off = starting_export(store, "Off", connection, &[], &follows).await;
        reschedule(store, off, false, &follows).await;
        for (enabled, next) in [(true, Some(NOON + HOUR)), (false, None)] {
            let write = SystemWrite {
                version: None,
                enabled,
                schedule: &daily(&["13:00"]),
                next_start: Some(NOON + HOUR),
                at: NOON,
                by: "Ada",
            };
            let mut tx = store.begin().await.expect("begins");
            schedules::write_system(&mut tx, &write).await.expect("saves");
            tx.commit().await.expect("commits");
            assert_eq!(listed(store, follower).await.next_run_at, next);
            assert_eq!(listed(store, own).await.next_run_at, Some(NOON + 30 * MINUTE));
            assert_eq!(listed(store, off).await.next_run_at, None);
        }
    }

    async fn changes_of_schedules_wake_the_planner(database: Database) {
        let store = &database.store;
        let connection = add_connection(store, "Depot", Audience::Contributors).await;
        let export = simple_export(store, "Clients", connection).await;
        let mut signals = store.signals().subscribe();
        reschedule(store, export, true, &daily(&["12:30"])).await;
        let mut heard = std::iter::from_fn(|| signals.try_recv().ok());
        assert!(heard.any(|signal| signal.is_for_planner()));
    }
}
