//! What a run has to wait for before it delivers (product page §4, *Fresh data* and *Dependencies*): one
//! rule for runs that people start and for those of schedules.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use app::domain::{
    ExportDetails, ExportId, Micros, RefreshId, Renewal, RunId, SegmentId, SourceId, TableId,
    TaskId, Upstream,
};

use crate::store::{
    StoreError, Tx, refreshes, segments,
    tasks::{self, OpenEvaluations, OpenTasks},
};

const HOUR: Micros = 3_600_000_000;

/// What one run waits for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Needs {
    pub(super) tasks: Vec<TaskId>,
    /// At least one of them has not ended.
    pub(super) are_open: bool,
}

impl Needs {
    /// Adds a task that has not ended.
    fn wait_for(&mut self, task: TaskId) {
        if !self.tasks.contains(&task) {
            self.tasks.push(task);
        }
        self.are_open = true;
    }
}

/// Until when a run waits at most that was asked for at this instant.
pub(super) fn waits_until(asked_at: Micros, upstream: Upstream) -> Micros {
    asked_at.saturating_add(Micros::from(upstream.limit_hours).saturating_mul(HOUR))
}

/// Makes a run of an export's current version, new or moved to it, wait for what that needs.
pub async fn need_fresh_data(
    tx: &mut Tx,
    export: &ExportDetails,
    run: RunId,
    by: &str,
    at: Micros,
) -> Result<(), StoreError> {
    need_fresh_data_of(tx, &[(export, run)], by, at).await
}

/// The same for the runs of several exports at once, so that their sources are locked in one order.
pub async fn need_fresh_data_of(
    tx: &mut Tx,
    started: &[(&ExportDetails, RunId)],
    by: &str,
    at: Micros,
) -> Result<(), StoreError> {
    let mut renewals = BTreeMap::new();
    for (export, _) in started {
        renewals.insert(export.row.id, export.options.renewal);
    }
    let mut needed = needed(tx, &renewals, by, at).await?;
    for (export, run) in started {
        let until = waits_until(at, export.options.upstream);
        for task in needed.remove(&export.row.id).unwrap_or_default().tasks {
            tasks::need(tx, *run, task, until).await?;
        }
    }
    Ok(())
}

/// The tables of one source that a run needs.
#[derive(Default)]
struct Wanted {
    tables: BTreeSet<TableId>,
    /// It delivers some of them itself; otherwise they are only what its segments are made from.
    is_delivered: bool,
}

/// What exports use, by source and by segment, so that everybody locks these in one order.
#[derive(Default)]
struct Used {
    of_sources: BTreeMap<SourceId, BTreeMap<ExportId, Wanted>>,
    of_segments: BTreeMap<SegmentId, Vec<ExportId>>,
    /// The sources of what these segments are made from.
    made_from: BTreeMap<SegmentId, BTreeSet<SourceId>>,
}

impl Used {
    /// What segments are made from counts for exports that renew their data.
    async fn by(tx: &mut Tx, renewals: &BTreeMap<ExportId, Renewal>) -> Result<Self, StoreError> {
        let mut all = Self::default();
        let exports: Vec<ExportId> = renewals.keys().copied().collect();
        for used in tasks::tables_used(tx, &exports).await? {
            if let Some(segment) = used.segment() {
                all.of_segments
                    .entry(segment)
                    .or_default()
                    .push(used.export);
            } else {
                let wanted = all.wanted(used.source, used.export);
                wanted.tables.insert(used.table);
                wanted.is_delivered = true;
            }
        }
        let segments: Vec<SegmentId> = all.of_segments.keys().copied().collect();
        for input in segments::inputs_of(tx, &segments).await? {
            all.made_from
                .entry(input.segment)
                .or_default()
                .insert(input.source);
            let exports = all.of_segments.get(&input.segment);
            for export in exports.cloned().unwrap_or_default() {
                if renews(renewals, export) {
                    let wanted = all.wanted(input.source, export);
                    wanted.tables.insert(input.table);
                }
            }
        }
        Ok(all)
    }

    fn wanted(&mut self, source: SourceId, export: ExportId) -> &mut Wanted {
        let by_export = self.of_sources.entry(source).or_default();
        by_export.entry(export).or_default()
    }
}

fn renews(renewals: &BTreeMap<ExportId, Renewal>, export: ExportId) -> bool {
    renewals.get(&export) == Some(&Renewal::RenewFirst)
}

/// What runs of these exports need. Those that renew their data first need a renewal of their tables, and of those that
/// their segments are made from, that has not begun, and after it an evaluation of their segments; both are shared with
/// whoever needs the same, and asked for otherwise. Those that deliver the latest snapshot wait for what was asked for
/// before them.
pub(super) async fn needed(
    tx: &mut Tx,
    renewals: &BTreeMap<ExportId, Renewal>,
    by: &str,
    at: Micros,
) -> Result<BTreeMap<ExportId, Needs>, StoreError> {
    let used = Used::by(tx, renewals).await?;
    let mut needed = BTreeMap::<ExportId, Needs>::new();
    let mut renewed = BTreeMap::<(ExportId, SourceId), TaskId>::new();
    for (source, by_export) in used.of_sources {
        let mut open = OpenTasks::of(tx, source).await?;
        let mut by_export: Vec<_> = by_export.into_iter().collect();
        // Who needs most comes first: what is asked for then serves the others.
        by_export.sort_by_key(|(_, wanted)| Reverse(wanted.tables.len()));
        for (export, wanted) in by_export {
            let tables: Vec<TableId> = wanted.tables.into_iter().collect();
            let task = if renews(renewals, export) {
                Some(open.covering(tx, Some(&tables), by, at).await?)
            } else {
                open.last_renewing(&tables)
            };
            let Some(task) = task else { continue };
            renewed.insert((export, source), task);
            if wanted.is_delivered {
                needed.entry(export).or_default().wait_for(task);
            }
        }
    }
    for (segment, exports) in used.of_segments {
        let mut open = OpenEvaluations::of(tx, segment).await?;
        for export in exports {
            if !renews(renewals, export) {
                for task in open.ids() {
                    needed.entry(export).or_default().wait_for(task);
                }
                continue;
            }
            let sources = used.made_from.get(&segment).into_iter().flatten();
            let before: Vec<TaskId> = sources
                .filter_map(|source| renewed.get(&(export, *source)).copied())
                .collect();
            let task = open.covering(tx, &before, by, at).await?;
            needed.entry(export).or_default().wait_for(task);
        }
    }
    Ok(needed)
}

/// What runs of these exports need that follow a refresh: the renewals of their sources and the evaluations of their
/// segments by this refresh, and nothing else.
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
