//! What tests of schedules begin with.

use app::domain::{
    ConnectionId, DeliveryOptions, ExportId, ExportItem, ExportListRow, Micros, Mode,
    RecurrenceKind, RunQuery, RunSummary, ScheduleDraft,
};
use server::scheduler::recurrence::Timetable;
use server::scheduler::{Planned, plan_once};
use server::store::exports::NewExport;
use server::store::schedules::{ScheduleWrite, SystemWrite};
use server::store::tasks::TaskEnd;
use server::store::{EditScope, Store, exports, runs, schedules, tasks};

use super::fixtures::{LONG, id, step};

pub(super) const MINUTE: Micros = 60_000_000;
pub(super) const HOUR: Micros = 60 * MINUTE;
pub(super) const DAY: Micros = 24 * HOUR;

/// Every day at these times, UTC.
pub(super) fn daily(times: &[&str]) -> ScheduleDraft {
    ScheduleDraft {
        recurrence: RecurrenceKind::Daily,
        times: Some(times.iter().map(|time| (*time).to_owned()).collect()),
        ..ScheduleDraft::system("UTC")
    }
}

/// The first start of a schedule after an instant.
pub(super) fn next_start(schedule: &ScheduleDraft, after: Micros) -> Option<Micros> {
    let schedule = schedule.parse().expect("a schedule");
    Timetable::new(&schedule).expect("a zone").next_after(after)
}

/// An export that is switched on, saved now, with nothing but defaults.
pub(super) async fn starting_export(
    store: &Store,
    name: &str,
    connection: ConnectionId,
    items: &[ExportItem],
    schedule: &ScheduleDraft,
) -> ExportId {
    let options = DeliveryOptions::default();
    starting_with(store, name, connection, items, schedule, &options).await
}

/// The same with options.
pub(super) async fn starting_with(
    store: &Store,
    name: &str,
    connection: ConnectionId,
    items: &[ExportItem],
    schedule: &ScheduleDraft,
    options: &DeliveryOptions,
) -> ExportId {
    let export = ExportId::new(id());
    let mut tx = store.begin().await.expect("begins");
    let new = NewExport {
        id: export,
        name,
        connection_id: connection,
        folder: "folder",
        enabled: true,
        schedule,
        next_start: next_start(schedule, store.now()),
        items,
        mode: Mode::Full,
        options,
        step: &step(store.now(), "Ada"),
    };
    exports::insert(&mut tx, &new).await.expect("adds");
    tx.commit().await.expect("commits");
    export
}

/// Gives an export a schedule, now.
pub(super) async fn reschedule(
    store: &Store,
    export: ExportId,
    enabled: bool,
    schedule: &ScheduleDraft,
) -> i64 {
    let now = store.now();
    let next = next_start(schedule, now);
    let mut tx = store.begin().await.expect("begins");
    let write = ScheduleWrite {
        expected: None,
        enabled,
        schedule,
        next_start: next,
    };
    let version = schedules::write_schedule(&mut tx, export, &write, &step(now, "Bob"))
        .await
        .expect("saves");
    tx.commit().await.expect("commits");
    version
}

/// Switches the system refresh on.
pub(super) async fn refresh_at(store: &Store, schedule: &ScheduleDraft) {
    let write = SystemWrite {
        version: None,
        enabled: true,
        schedule,
        next_start: next_start(schedule, store.now()),
        at: store.now(),
        by: "Ada",
    };
    let mut tx = store.begin().await.expect("begins");
    schedules::write_system(&mut tx, &write)
        .await
        .expect("saves");
    tx.commit().await.expect("commits");
}

/// Plans what is due.
pub(super) async fn plan(store: &Store) -> Planned {
    plan_once(store).await.expect("plans")
}

/// The runs of an export, oldest first.
pub(super) async fn runs_of(store: &Store, export: ExportId) -> Vec<RunSummary> {
    let query = RunQuery {
        export_id: Some(export),
        ..RunQuery::default()
    };
    let mut runs = runs::list(store, &query).await.expect("lists").items;
    runs.sort_by_key(|run| (run.queued_at, run.id));
    runs
}

/// An export as the list shows it.
pub(super) async fn listed(store: &Store, export: ExportId) -> ExportListRow {
    exports::get(store, export, &EditScope::All)
        .await
        .expect("reads")
        .expect("is there")
        .details
        .row
}

/// Renews everything that waits to be renewed, in a moment.
pub(super) async fn renew_all(store: &Store) {
    while let Some(task) = tasks::claim(store, "worker", LONG).await.expect("claims") {
        let mut tx = store.begin().await.expect("begins");
        let end = TaskEnd::Successful;
        tasks::finish(&mut tx, task.id, task.fence, end, store.now())
            .await
            .expect("ends");
        tx.commit().await.expect("commits");
    }
}
