//! Starts of schedules: what they lead to, written for many exports at once.
//!
//! The exports are locked by the transaction, so that what their unfinished runs are does not change before
//! it ends. Statements take all of them together: one by one, a minute in which ten thousand start would
//! keep the one writer of SQLite for seconds.

use std::collections::{BTreeMap, HashSet};

use app::domain::{
    ConnectionId, ExportId, ExportStatus, Micros, Reason, RefreshId, RunId, RunStatus, StripMark,
    TaskId, Trigger, Version,
};
use serde::Serialize;

use super::enqueue::{move_to, priority};
use crate::store::audit::{self, PlannedRun};
use crate::store::columns::{Columns, checked, export_rows, to_json};
use crate::store::error::Doing;
use crate::store::exports::appended;
use crate::store::ids::fresh;
use crate::store::{PerEngine, Result, SignalKind, StoreError, Tx, notices, over_given, tasks};

/// Most unfinished runs that are read at once: two of each export at most.
const MOST_GOING: i64 = 100_000;

/// The unfinished runs of one export.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Going {
    /// One waits for a person to say *Deliver* or *Discard*.
    pub held: bool,
    /// One is going, or waits for its next attempt.
    pub active: bool,
    /// The one that waits, with its version.
    pub queued: Option<(RunId, Version)>,
}

/// What starts, and who asked.
#[derive(Clone, Copy, Debug)]
pub struct Cause<'a> {
    pub trigger: Trigger,
    /// The refresh that the runs follow.
    pub refresh: Option<RefreshId>,
    pub by: &'a str,
    pub at: Micros,
    pub max_attempts: i64,
}

/// What is planned for one export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportPlan {
    pub export_id: ExportId,
    pub version: Version,
    pub connection_id: ConnectionId,
    pub entries: Vec<PlannedEntry>,
    /// What becomes of the run that waits, where that keeps a start from running.
    pub moves: Option<Move>,
    /// The next start by its own schedule.
    pub next_start: Option<Micros>,
    /// Starts up to this instant are dealt with.
    pub planned_until: Micros,
}

/// A run that waits with an earlier version, and waits with the current one from now on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Move {
    pub run: RunId,
    /// What that version needs, beside what the run waits for already.
    pub needs: Vec<TaskId>,
    /// Until when it waits for these at the latest.
    pub waits_until: Micros,
}

/// A run, or an entry in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedEntry {
    /// The start that it is for; the last of several.
    pub scheduled_for: Option<Micros>,
    pub becomes: Becomes,
}

/// What a start becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Becomes {
    /// A run that waits: for these tasks, at the latest until then. 0: it waits for none.
    Run {
        needs: Vec<TaskId>,
        waits_until: Micros,
    },
    /// A mark: another run of the export keeps it from running.
    Skipped(Reason),
    /// An entry for starts that are too late.
    Missed(Reason),
}

/// How many of each were written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    pub runs: u64,
    pub skipped: u64,
    pub missed: u64,
}

#[derive(Serialize)]
struct RunRow {
    run: RunId,
    export: ExportId,
    version: Version,
    connection: ConnectionId,
    status: &'static str,
    reason: Option<String>,
    scheduled_for: Option<Micros>,
    ended_at: Option<Micros>,
    refresh: Option<RefreshId>,
    mark: i64,
    waits_until: Micros,
}

#[derive(Serialize)]
struct NeedRow {
    run: RunId,
    task: TaskId,
}

#[derive(Serialize)]
struct ExportRow {
    export: ExportId,
    next: Micros,
    until: Micros,
    /// None: as it was.
    status: Option<&'static str>,
    rank: i64,
    reason: Option<String>,
    run: Option<RunId>,
    /// Of the entries that have ended as they were written, for the strip.
    marks: String,
}

const GOING: PerEngine = over_given!(
    "SELECT r.id, r.export_id, r.export_version, r.status, r.released FROM",
    "JOIN runs r ON r.export_id = g.value ->> 'export' AND r.ended_at IS NULL
     ORDER BY r.export_id, r.id LIMIT $2"
);

/// A start that led to an entry before leads to none again.
const INSERT_RUNS: PerEngine = over_given!(
    "INSERT INTO runs (id, export_id, export_version, connection_id, status, reason, caused_by,
                       started_by_name, queued_at, scheduled_for, ended_at, max_attempts, refresh_id,
                       priority, mark, waits_until)
     SELECT g.value ->> 'run', g.value ->> 'export', CAST(g.value ->> 'version' AS BIGINT),
            g.value ->> 'connection', g.value ->> 'status', g.value ->> 'reason', $2, $3, $4,
            CAST(g.value ->> 'scheduled_for' AS BIGINT), CAST(g.value ->> 'ended_at' AS BIGINT), $5,
            g.value ->> 'refresh', $6, CAST(g.value ->> 'mark' AS BIGINT),
            CAST(g.value ->> 'waits_until' AS BIGINT)
     FROM",
    "WHERE 1 = 1 ON CONFLICT DO NOTHING RETURNING id"
);

const INSERT_NEEDS: PerEngine = over_given!(
    "INSERT INTO run_needs (run_id, task_id) SELECT g.value ->> 'run', g.value ->> 'task' FROM",
    "WHERE 1 = 1 ON CONFLICT (run_id, task_id) DO NOTHING"
);

const UPDATE_EXPORTS: PerEngine = over_given!(
    concat!(
        "UPDATE exports SET
         next_start_at = CAST(g.value ->> 'next' AS BIGINT),
         planned_until = CAST(g.value ->> 'until' AS BIGINT),
         status = COALESCE(g.value ->> 'status', status),
         status_rank = CASE WHEN g.value ->> 'status' IS NULL THEN status_rank
                            ELSE CAST(g.value ->> 'rank' AS BIGINT) END,
         status_reason = CASE WHEN g.value ->> 'status' IS NULL THEN status_reason
                              ELSE g.value ->> 'reason' END,
         status_run_id = COALESCE(g.value ->> 'run', status_run_id),
         strip = ",
        appended!("(g.value ->> 'marks')"),
        " FROM"
    ),
    "WHERE exports.id = g.value ->> 'export'"
);

/// The unfinished runs of exports; those that have none are left out.
pub async fn going(tx: &mut Tx, exports: &[ExportId]) -> Result<BTreeMap<ExportId, Going>> {
    let sql = GOING.of(tx.engine());
    let rows = sqlx::query(sql)
        .bind(export_rows(exports)?)
        .bind(MOST_GOING)
        .fetch_all(tx.connection())
        .await
        .doing("read the unfinished runs of exports")?;
    let mut all = BTreeMap::<ExportId, Going>::new();
    for row in &rows {
        let going = all.entry(row.parsed("export_id")?).or_default();
        match row.coded("status", RunStatus::from_code)? {
            RunStatus::Held => going.held = true,
            RunStatus::Queued if !row.flag("released")? => {
                going.queued = Some((row.parsed("id")?, row.int("export_version")?));
            }
            _ => going.active = true,
        }
    }
    Ok(all)
}

/// Writes plans. `going`: the unfinished runs of their exports, as [`going`] found them.
pub async fn plan(
    tx: &mut Tx,
    cause: &Cause<'_>,
    plans: &[ExportPlan],
    going: &BTreeMap<ExportId, Going>,
) -> Result<Written> {
    let mut runs = Vec::new();
    let mut needs = Vec::new();
    for plan in plans {
        for entry in &plan.entries {
            let run = run_row(cause, plan, entry)?;
            if let Becomes::Run { needs: tasks, .. } = &entry.becomes {
                needs.extend(tasks.iter().map(|task| NeedRow {
                    run: run.run,
                    task: *task,
                }));
            }
            runs.push(run);
        }
    }
    let written = insert(tx, cause, &runs).await?;
    runs.retain(|row| written.contains(&row.run));
    needs.retain(|row| written.contains(&row.run));
    if !needs.is_empty() {
        let sql = INSERT_NEEDS.of(tx.engine());
        sqlx::query(sql)
            .bind(to_json(&needs)?)
            .execute(tx.connection())
            .await
            .doing("make runs wait for a refresh")?;
    }
    let noted = runs.iter().map(noted).collect::<Result<Vec<_>>>()?;
    audit::runs_planned(tx, noted, cause.at, cause.by).await?;
    let shown = shown(going, &runs);
    update_exports(tx, plans, &shown, &marks(&runs)).await?;
    notices::starts_missed(tx, &missed(&shown)?, cause.at).await?;
    for plan in plans {
        let Some(Move {
            run,
            needs,
            waits_until,
        }) = &plan.moves
        else {
            continue;
        };
        move_to(tx, *run, plan.export_id, plan.version, plan.connection_id).await?;
        for task in needs {
            tasks::need(tx, *run, *task, *waits_until).await?;
        }
    }
    tx.signal(SignalKind::Run, "", 0);
    tx.signal(SignalKind::Export, "", 0);
    tx.signal(SignalKind::Queue, "runs", 0);
    let count = |status: RunStatus| {
        let code = status.code();
        runs.iter().filter(|row| row.status == code).count() as u64
    };
    Ok(Written {
        runs: count(RunStatus::Queued),
        skipped: count(RunStatus::Skipped),
        missed: count(RunStatus::Missed),
    })
}

fn run_row(cause: &Cause<'_>, plan: &ExportPlan, entry: &PlannedEntry) -> Result<RunRow> {
    let (status, reason, waits_until) = match &entry.becomes {
        Becomes::Run { waits_until, .. } => (RunStatus::Queued, None, *waits_until),
        Becomes::Skipped(reason) => (RunStatus::Skipped, Some(to_json(reason)?), 0),
        Becomes::Missed(reason) => (RunStatus::Missed, Some(to_json(reason)?), 0),
    };
    Ok(RunRow {
        run: RunId::new(fresh(cause.at)),
        export: plan.export_id,
        version: plan.version,
        connection: plan.connection_id,
        status: status.code(),
        reason,
        scheduled_for: entry.scheduled_for,
        ended_at: status.has_ended().then_some(cause.at),
        refresh: cause.refresh.filter(|_| status != RunStatus::Missed),
        mark: i64::from(status == RunStatus::Skipped),
        waits_until,
    })
}

/// The runs that were written: all but those of starts that led to one before.
async fn insert(tx: &mut Tx, cause: &Cause<'_>, runs: &[RunRow]) -> Result<HashSet<RunId>> {
    if runs.is_empty() {
        return Ok(HashSet::new());
    }
    let sql = INSERT_RUNS.of(tx.engine());
    let rows = sqlx::query(sql)
        .bind(to_json(runs)?)
        .bind(cause.trigger.code())
        .bind(checked(cause.by)?)
        .bind(cause.at)
        .bind(cause.max_attempts)
        .bind(priority(cause.trigger))
        .fetch_all(tx.connection())
        .await
        .doing("write what starts")?;
    rows.iter().map(|row| row.parsed("id")).collect()
}

/// What the exports that have no run before the new ones show from now on.
fn shown<'a>(
    going: &BTreeMap<ExportId, Going>,
    runs: &'a [RunRow],
) -> BTreeMap<ExportId, &'a RunRow> {
    let mut shown = BTreeMap::<ExportId, &RunRow>::new();
    let idle = |row: &&RunRow| row.mark == 0 && !going.contains_key(&row.export);
    for row in runs.iter().filter(idle) {
        // A run that waits tells more than starts that were missed.
        let first = shown.entry(row.export).or_insert(row);
        if row.ended_at.is_none() {
            *first = row;
        }
    }
    shown
}

/// The exports that show a start that was missed, with the entry for it and why.
fn missed(shown: &BTreeMap<ExportId, &RunRow>) -> Result<Vec<(ExportId, RunId, Option<Reason>)>> {
    let code = RunStatus::Missed.code();
    let missed = shown.values().filter(|row| row.status == code);
    missed
        .map(|row| {
            let reason = row.reason.as_deref().map(serde_json::from_str).transpose();
            Ok((row.export, row.run, reason.map_err(StoreError::Json)?))
        })
        .collect()
}

/// What the audit log tells of an entry.
fn noted(row: &RunRow) -> Result<PlannedRun> {
    let ended = RunStatus::from_code(row.status).filter(|status| status.has_ended());
    let reason = row.reason.as_deref().map(serde_json::from_str).transpose();
    let reason = reason.map_err(StoreError::Json)?;
    Ok(PlannedRun {
        run: row.run,
        export: row.export,
        ended: ended.map(|status| (status, reason)),
    })
}

/// The marks of entries that are no runs, per export and in their order.
fn marks(runs: &[RunRow]) -> BTreeMap<ExportId, String> {
    let mut marks = BTreeMap::<ExportId, String>::new();
    for row in runs.iter().filter(|row| row.ended_at.is_some()) {
        if let Some(status) = RunStatus::from_code(row.status) {
            let mark = StripMark::of(status, 0, row.mark != 0);
            marks.entry(row.export).or_default().extend(mark.letters());
        }
    }
    marks
}

/// Writes next starts, the marks of entries that are no runs, and the status of exports that show another one now.
async fn update_exports(
    tx: &mut Tx,
    plans: &[ExportPlan],
    shown: &BTreeMap<ExportId, &RunRow>,
    marks: &BTreeMap<ExportId, String>,
) -> Result<()> {
    let mut rows = Vec::with_capacity(plans.len());
    for plan in plans {
        let shown = shown.get(&plan.export_id);
        let status = shown.and_then(|row| ExportStatus::from_code(row.status));
        rows.push(ExportRow {
            export: plan.export_id,
            next: plan.next_start.unwrap_or_default(),
            until: plan.planned_until,
            status: status.map(ExportStatus::code),
            rank: status.map_or(0, ExportStatus::rank),
            reason: shown.and_then(|row| row.reason.clone()),
            run: shown.map(|row| row.run),
            marks: marks.get(&plan.export_id).cloned().unwrap_or_default(),
        });
    }
    let sql = UPDATE_EXPORTS.of(tx.engine());
    sqlx::query(sql)
        .bind(to_json(&rows)?)
        .execute(tx.connection())
        .await
        .doing("write the next starts of exports")?;
    Ok(())
}
