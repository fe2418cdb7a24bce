//! What a run has to wait for before it delivers (product page §4, *Fresh data* and *Dependencies*): one
//! rule for runs that people start and for those of schedules.

use std::collections::BTreeMap;

use app::domain::{
    ExportDetails, ExportId, Micros, RefreshId, Renewal, RunId, SourceId, TableId, TaskId, Upstream,
};

use crate::store::{
    StoreError, Tx, refreshes,
    tasks::{self, OpenTasks},
};

const HOUR: Micros = 3_600_000_000;

/// What one run waits for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Needs {
    pub(super) tasks: Vec<TaskId>,
    /// At least one of them has not ended.
    pub(super) are_open: bool,
}

/// Until when a run waits at most that was asked for at this instant.
pub(super) fn waits_until(asked_at: Micros, upstream: Upstream) -> Micros {
    asked_at.saturating_add(Micros::from(upstream.limit_hours).saturating_mul(HOUR))
}

/// Makes a new run of an export's current version wait for what it needs.
pub async fn need_fresh_data(
    tx: &mut Tx,
    export: &ExportDetails,
    run: RunId,
    by: &str,
    at: Micros,
) -> Result<(), StoreError> {
    let id = export.row.id;
    let renewals = BTreeMap::from([(id, export.options.renewal)]);
    let mut needed = needed(tx, &renewals, by, at).await?;
    let until = waits_until(at, export.options.upstream);
    for task in needed.remove(&id).unwrap_or_default().tasks {
        tasks::need(tx, run, task, until).await?;
    }
    Ok(())
}

/// What runs of these exports need. Those that renew their data first need a renewal of their tables that
/// has not begun; it is shared with whoever needs the same, and asked for otherwise. Those that deliver the
/// latest snapshot wait for renewals that were asked for before them.
pub(super) async fn needed(
    tx: &mut Tx,
    renewals: &BTreeMap<ExportId, Renewal>,
    by: &str,
    at: Micros,
) -> Result<BTreeMap<ExportId, Needs>, StoreError> {
    let exports: Vec<ExportId> = renewals.keys().copied().collect();
    // By source, so that everybody locks sources in one order.
    let mut used = BTreeMap::<SourceId, BTreeMap<ExportId, Vec<TableId>>>::new();
    for table in tasks::tables_used(tx, &exports).await? {
        let by_export = used.entry(table.source).or_default();
        let tables = by_export.entry(table.export).or_default();
        tables.push(table.table);
    }
    let mut needed = BTreeMap::<ExportId, Needs>::new();
    for (source, by_export) in used {
        let mut open = OpenTasks::of(tx, source).await?;
        for (export, tables) in by_export {
            let task = match renewals.get(&export) {
                Some(Renewal::RenewFirst) => Some(open.covering(tx, Some(&tables), by, at).await?),
                _ => open.last_renewing(&tables),
            };
            if let Some(task) = task {
                let needs = needed.entry(export).or_default();
                needs.tasks.push(task);
                needs.are_open = true;
            }
        }
    }
    Ok(needed)
}

/// What runs of these exports need that follow a refresh: the renewals of their sources by this refresh, and
/// nothing else.
pub(super) async fn of_refresh(
    tx: &mut Tx,
    refresh: RefreshId,
    exports: &[ExportId],
) -> Result<BTreeMap<ExportId, Needs>, StoreError> {
    let mut by_source = BTreeMap::new();
    for task in refreshes::tasks_of(tx, refresh).await? {
        by_source.insert(task.source_id, task);
    }
    let mut needed = BTreeMap::<ExportId, Needs>::new();
    for table in tasks::tables_used(tx, exports).await? {
        let Some(task) = by_source.get(&table.source) else {
            continue;
        };
        let needs = needed.entry(table.export).or_default();
        if !needs.tasks.contains(&task.id) {
            needs.tasks.push(task.id);
            needs.are_open |= !task.has_ended;
        }
    }
    Ok(needed)
}
