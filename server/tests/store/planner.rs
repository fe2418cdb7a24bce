//! Starts of exports by their own schedules.

use std::sync::Arc;

use app::domain::{
    Audience, ConnectionId, DeliveryOptions, ExportStatus, Micros, Reason, Renewal, RunStatus,
    ScheduleDraft, Trigger,
};
use server::scheduler::{Planned, plan_once};
use server::store::{EditScope, Store, audit, exports, queue, schedules, sources};
use sqlx::{AnyConnection, Connection as _};

use super::fixtures::{
    add_connection, add_run, add_source, add_tables, ask, claim, claim_one, end, ended, hold, item,
    step,
};
use super::starting::{
    DAY, HOUR, MINUTE, daily, listed, next_start, plan, renew_all, reschedule, runs_of,
    starting_export, starting_with,
};
use crate::support::databases::{NOON, on_both_databases};

/// Half past noon, on the day of [`NOON`].
const START: Micros = NOON + 30 * MINUTE;

async fn depot(store: &Store) -> ConnectionId {
    add_connection(store, "Depot", Audience::Contributors).await
}

fn seen(planned: Planned) -> (u64, u64, u64) {
    (planned.runs, planned.skipped, planned.missed)
}

on_both_databases! {
    async fn a_start_that_has_come_leads_to_one_run(database: Database) {
        let store = &database.store;
        let depot = depot(store).await;
        let export = starting_export(store, "Clients", depot, &[], &daily(&["12:30"])).await;
        assert_eq!(listed(store, export).await.next_run_at, Some(START));
        database.clock.set(START - 1);
        let planned = plan(store).await;
        assert_eq!((seen(planned), planned.next), ((0, 0, 0), Some(START)));
        database.clock.set(START + 5);
        let planned = plan(store).await;
        assert_eq!((seen(planned), planned.next), ((1, 0, 0), Some(START + DAY)));
        assert_eq!(seen(plan(store).await), (0, 0, 0), "planning again changes nothing");
        let runs = runs_of(store, export).await;
        assert_eq!(runs.len(), 1);
        assert_eq!(
            (runs[0].trigger, runs[0].status, runs[0].queued_at, runs[0].started_by.as_str()),
            (Trigger::Schedule, RunStatus::Queued, START + 5, "")
        );
        let row = listed(store, export).await;
        assert_eq!(
            (row.status, row.run_id, row.next_run_at),
            (ExportStatus::Queued, Some(runs[0].id), Some(START + DAY))
        );
        let noted = audit::of(store, "run", &runs[0].id.to_string(), 10)
            .await
            .expect("reads");
        assert_eq!(noted.len(), 1);
        assert_eq!((noted[0].action.as_str(), noted[0].actor_id), ("run.start", None));
        assert_eq!(claim_one(store).await.id, runs[0].id, "it needs nothing");
    }

    async fn of_several_overdue_starts_the_newest_runs_and_the_rest_is_one_entry(database: Database) {
        let store = &database.store;
        let depot = depot(store).await;
        let export = starting_export(store, "Clients", depot, &[], &daily(&["12:30"])).await;
        let now = START + 3 * DAY + HOUR;
        database.clock.set(now);
        assert_eq!(seen(plan(store).await), (1, 0, 1));
        let runs = runs_of(store, export).await;
        let statuses: Vec<_> = runs.iter().map(|run| run.status).collect();
        assert_eq!(statuses, [RunStatus::Missed, RunStatus::Queued]);
        let reason = Reason::new("missed_starts")
            .with("count", 3)
            .with("first", "2026-11-23T12:30:00Z")
            .with("last", "2026-11-25T12:30:00Z");
        assert_eq!(runs[0].status_reason.as_ref(), Some(&reason));
        assert_eq!((runs[0].ended_at, runs[0].started_at), (Some(now), None));
        let row = listed(store, export).await;
        assert_eq!((row.status, row.run_id), (ExportStatus::Queued, Some(runs[1].id)));
        assert_eq!(row.next_run_at, Some(START + 4 * DAY));
    }

    async fn a_start_beyond_its_window_is_missed(database: Database) {
        let store = &database.store;
        let depot = depot(store).await;
        let schedule = ScheduleDraft {
            catch_up_hours: Some(2),
            ..daily(&["12:30"])
        };
        let export = starting_export(store, "Clients", depot, &[], &schedule).await;
        database.clock.set(START + 2 * HOUR);
        assert_eq!(seen(plan(store).await), (0, 0, 1));
        let row = listed(store, export).await;
        assert_eq!((row.status, row.next_run_at), (ExportStatus::Missed, Some(START + DAY)));
        let reason = row.status_reason.expect("a reason");
        assert_eq!((reason.code.as_str(), reason.arg("count")), ("missed_starts", "1"));
        database.clock.set(START + DAY + MINUTE);
        assert_eq!(seen(plan(store).await), (1, 0, 0));
    }

    async fn a_start_waits_for_the_run_before_and_further_ones_are_marks(database: Database) {
        let store = &database.store;
        let depot = depot(store).await;
        let schedule = daily(&["12:30", "13:30", "14:30"]);
        let export = starting_export(store, "Clients", depot, &[], &schedule).await;
        database.clock.set(START);
        plan(store).await;
        let first = claim_one(store).await;
        database.clock.set(START + HOUR);
        assert_eq!(seen(plan(store).await), (1, 0, 0), "one waits");
        database.clock.set(START + 2 * HOUR);
        assert_eq!(seen(plan(store).await), (0, 1, 0), "one at most");
        let runs = runs_of(store, export).await;
        assert_eq!(
            (runs[2].status, runs[2].status_reason.as_ref()),
            (RunStatus::Skipped, Some(&Reason::new("previous_run_going")))
        );
        let row = listed(store, export).await;
        assert_eq!((row.status, row.run_id), (ExportStatus::Processing, Some(first.id)));
        end(store, &first, &ended(RunStatus::Successful, START + HOUR))
            .await
            .expect("ends");
        let second = claim_one(store).await;
        assert_eq!(second.id, runs[1].id);
        end(store, &second, &ended(RunStatus::Failed, START + 2 * HOUR - 1))
            .await
            .expect("ends");
        let row = listed(store, export).await;
        assert_eq!(row.status, ExportStatus::Failed, "a mark is no status, though it ended last");
    }

    async fn a_start_that_meets_a_held_run_is_a_mark(database: Database) {
        let store = &database.store;
        let depot = depot(store).await;
        let export = starting_export(store, "Clients", depot, &[], &daily(&["12:30"])).await;
        ask(store, export).await;
        hold(store, &claim_one(store).await).await;
        database.clock.set(START);
        assert_eq!(seen(plan(store).await), (0, 1, 0));
        let runs = runs_of(store, export).await;
        assert_eq!(runs[1].status_reason, Some(Reason::new("previous_run_held")));
        assert_eq!(listed(store, export).await.status, ExportStatus::Held);
    }

    async fn a_run_that_waits_takes_over_the_version_of_the_start_it_keeps_back(database: Database) {
        let store = &database.store;
        let depot = depot(store).await;
        let export = starting_export(store, "Clients", depot, &[], &daily(&["12:30"])).await;
        let queued = add_run(store, export).await;
        reschedule(store, export, true, &daily(&["12:30", "18:00"])).await;
        database.clock.set(START);
        assert_eq!(seen(plan(store).await), (0, 1, 0));
        let run = claim_one(store).await;
        assert_eq!((run.id, run.export_version), (queued, 2));
    }

    async fn a_run_that_takes_over_a_version_waits_for_what_that_needs(database: Database) {
        let store = &database.store;
        let depot = depot(store).await;
        let source = add_source(store, "Shop").await;
        let items = [item(add_tables(store, source, &["a"]).await[0])];
        let export = starting_export(store, "Clients", depot, &items, &daily(&["12:30"])).await;
        let queued = add_run(store, export).await;
        reschedule(store, export, true, &daily(&["12:30", "18:00"])).await;
        database.clock.set(START);
        assert_eq!(seen(plan(store).await), (0, 1, 0));
        assert!(claim(store).await.is_none(), "it waits");
        renew_all(store).await;
        let run = claim_one(store).await;
        assert_eq!((run.id, run.export_version), (queued, 2));
    }

    async fn beside_a_held_run_too_one_that_waits_takes_over_a_version_with_what_that_needs(
        database: Database
    ) {
        let store = &database.store;
        let depot = depot(store).await;
        let source = add_source(store, "Shop").await;
        let items = [item(add_tables(store, source, &["a"]).await[0])];
        let schedule = daily(&["12:30"]);
        let export = starting_export(store, "Clients", depot, &items, &schedule).await;
        add_run(store, export).await;
        let held = claim_one(store).await;
        reschedule(store, export, true, &schedule).await;
        let queued = add_run(store, export).await;
        hold(store, &held).await;
        reschedule(store, export, true, &schedule).await;
        database.clock.set(START);
        assert_eq!(seen(plan(store).await), (0, 1, 0));
        let mark = runs_of(store, export).await.pop().expect("a mark");
        assert_eq!(mark.status_reason, Some(Reason::new("previous_run_held")));
        let mut tx = store.begin().await.expect("begins");
        let discarded = Reason::new("held_discarded");
        assert!(queue::discard(&mut tx, held.id, &discarded, START).await.expect("discards"));
        tx.commit().await.expect("commits");
        assert!(claim(store).await.is_none(), "it waits");
        renew_all(store).await;
        let run = claim_one(store).await;
        assert_eq!((run.id, run.export_version), (queued, 3));
    }

    async fn saving_never_starts_a_past_time(database: Database) {
        let store = &database.store;
        let depot = depot(store).await;
        let schedule = daily(&["12:30"]);
        let edited = starting_export(store, "Edited", depot, &[], &schedule).await;
        let switched = starting_export(store, "Switched", depot, &[], &schedule).await;
        let detached = starting_export(store, "Detached", depot, &[], &schedule).await;
        reschedule(store, switched, false, &schedule).await;
        let mut tx = store.begin().await.expect("begins");
        exports::detach(&mut tx, detached, &step(NOON, "Ada")).await.expect("detaches");
        tx.commit().await.expect("commits");
        database.clock.set(START + HOUR);
        reschedule(store, edited, true, &schedule).await;
        reschedule(store, switched, true, &schedule).await;
        let record = exports::get(store, detached, &EditScope::All)
            .await
            .expect("reads")
            .expect("is there");
        let details = record.details;
        assert_eq!((details.row.enabled, &details.row.schedule), (true, &schedule));
        assert_eq!(details.row.next_run_at, None);
        let mut tx = store.begin().await.expect("begins");
        let change = exports::ExportChange {
            name: "Detached",
            connection_id: Some(depot),
            folder: "folder",
            enabled: true,
            schedule: &schedule,
            next_start: next_start(&schedule, store.now()),
            items: &[],
            mode: details.mode,
            options: &details.options,
            step: &step(store.now(), "Ada"),
        };
        exports::update(&mut tx, detached, details.row.version, &change)
            .await
            .expect("gives it one");
        tx.commit().await.expect("commits");
        let planned = plan(store).await;
        assert_eq!((seen(planned), planned.next), ((0, 0, 0), Some(START + DAY)));
        database.clock.set(START + DAY);
        assert_eq!(seen(plan(store).await), (3, 0, 0));
    }

    async fn what_is_off_detached_or_removed_does_not_start(database: Database) {
        let store = &database.store;
        let depot = depot(store).await;
        let schedule = daily(&["12:30"]);
        let off = starting_export(store, "Off", depot, &[], &schedule).await;
        let detached = starting_export(store, "Detached", depot, &[], &schedule).await;
        let removed = starting_export(store, "Removed", depot, &[], &schedule).await;
        reschedule(store, off, false, &schedule).await;
        let mut tx = store.begin().await.expect("begins");
        exports::detach(&mut tx, detached, &step(NOON, "Ada")).await.expect("detaches");
        exports::remove(&mut tx, removed, None, &step(NOON, "Ada")).await.expect("removes");
        tx.commit().await.expect("commits");
        database.clock.set(START);
        let planned = plan(store).await;
        assert_eq!((seen(planned), planned.next), ((0, 0, 0), None));
    }

    async fn a_schedule_that_cannot_be_read_stops_no_other(database: Database) {
        let store = &database.store;
        let depot = depot(store).await;
        let broken = starting_export(store, "Broken", depot, &[], &daily(&["12:30"])).await;
        let whole = starting_export(store, "Whole", depot, &[], &daily(&["12:30"])).await;
        let mut connection = AnyConnection::connect(&database.url).await.expect("connects");
        sqlx::query("UPDATE exports SET schedule = $1 WHERE id = $2")
            .bind(r#"{"recurrence":"daily","time_zone":"UTC"}"#)
            .bind(broken.to_string())
            .execute(&mut connection)
            .await
            .expect("writes");
        connection.close().await.expect("closes");
        database.clock.set(START);
        assert_eq!(seen(plan(store).await), (1, 0, 0));
        assert_eq!(listed(store, whole).await.status, ExportStatus::Queued);
        let row = listed(store, broken).await;
        assert_eq!((row.status, row.next_run_at), (ExportStatus::NotStarted, None));
    }

    async fn a_clock_that_is_set_back_starts_nothing_twice(database: Database) {
        let store = &database.store;
        let depot = depot(store).await;
        let export = starting_export(store, "Clients", depot, &[], &daily(&["12:30"])).await;
        database.clock.set(START + MINUTE);
        plan(store).await;
        database.clock.set(NOON);
        assert_eq!(listed(store, export).await.next_run_at, Some(START + DAY));
        reschedule(store, export, true, &daily(&["12:30"])).await;
        database.clock.set(START + MINUTE);
        assert_eq!(seen(plan(store).await), (0, 0, 0), "its run is there already");
        let row = listed(store, export).await;
        assert_eq!((row.status, row.next_run_at), (ExportStatus::Queued, Some(START + DAY)));
        assert_eq!(runs_of(store, export).await.len(), 1);
    }

    async fn exports_that_start_together_share_the_renewal_of_what_they_need(database: Database) {
        let store = &database.store;
        let depot = depot(store).await;
        let source = add_source(store, "Shop").await;
        let tables = add_tables(store, source, &["a", "b"]).await;
        let latest = DeliveryOptions {
            renewal: Renewal::LatestSnapshot,
            ..DeliveryOptions::default()
        };
        let schedule = daily(&["12:30"]);
        let one = [item(tables[0])];
        let other = [item(tables[1])];
        starting_export(store, "One", depot, &one, &schedule).await;
        starting_export(store, "Same", depot, &one, &schedule).await;
        starting_with(store, "As it is", depot, &other, &schedule, &latest).await;
        database.clock.set(START);
        assert_eq!(seen(plan(store).await), (3, 0, 0));
        let as_it_is = claim_one(store).await;
        assert_eq!(as_it_is.trigger, Trigger::Schedule);
        assert!(claim(store).await.is_none(), "the others wait");
        renew_all(store).await;
        let renewed = sources::get(store, source)
            .await
            .expect("reads")
            .expect("is there");
        assert_eq!(renewed.refreshed_at, Some(START));
        assert_ne!(claim_one(store).await.id, as_it_is.id);
    }

    async fn two_planners_at_once_plan_everything_once(database: Database) {
        let store = &database.store;
        let clock = Arc::clone(&database.clock) as Arc<dyn base::Clock>;
        let other = Store::open(&database.url, clock).await.expect("opens");
        let depot = depot(store).await;
        let mut made = Vec::new();
        for number in 0..60 {
            let name = format!("e{number}");
            made.push(starting_export(store, &name, depot, &[], &daily(&["12:30"])).await);
        }
        database.clock.set(START);
        let mut total = 0;
        while schedules::earliest_start(store).await.expect("reads") <= Some(START) {
            let (one, two, three) =
                tokio::join!(plan_once(store), plan_once(&other), plan_once(&other));
            for planned in [one, two, three] {
                total += planned.expect("plans").runs;
            }
        }
        assert_eq!(total, 60);
        for export in made {
            assert_eq!(runs_of(store, export).await.len(), 1);
        }
        other.close().await;
    }
}
