//! Runs and the tasks that they need.

use app::domain::{
    ExportId, Micros, Reason, RefreshStatus, RunId, SegmentId, SourceId, TableId, TaskId,
};
use sqlx::any::AnyRow;

use crate::store::columns::{Columns, export_rows};
use crate::store::error::Doing;
use crate::store::{PerEngine, Reads, Result, SignalKind, Tx, over_given};

/// Makes a run wait for a task, at the latest until then. It does not wait for one that has ended.
pub async fn need(tx: &mut Tx, run: RunId, task: TaskId, until: Micros) -> Result<()> {
    const DOING: &str = "make a run wait for a refresh";
    sqlx::query(
        "INSERT INTO run_needs (run_id, task_id) VALUES ($1, $2) ON CONFLICT (run_id, task_id) DO NOTHING",
    )
    .bind(run.to_string())
    .bind(task.to_string())
    .execute(tx.connection())
    .await
    .doing(DOING)?;
    sqlx::query(
        "UPDATE runs SET waits_until = $3
         WHERE id = $1 AND EXISTS (SELECT 1 FROM tasks WHERE id = $2 AND ended_at IS NULL)",
    )
    .bind(run.to_string())
    .bind(task.to_string())
    .bind(until)
    .execute(tx.connection())
    .await
    .doing(DOING)?;
    Ok(())
}

/// Lets the runs go that waited for this task, which has ended, and wait for no other.
pub(super) async fn let_go(tx: &mut Tx, task: TaskId) -> Result<()> {
    sqlx::query(
        "UPDATE runs SET waits_until = 0
         WHERE ended_at IS NULL AND waits_until > 0
           AND id IN (SELECT n.run_id FROM run_needs n WHERE n.task_id = $1)
           AND NOT EXISTS (SELECT 1 FROM run_needs n JOIN tasks t ON t.id = n.task_id
                           WHERE n.run_id = runs.id AND t.ended_at IS NULL)",
    )
    .bind(task.to_string())
    .execute(tx.connection())
    .await
    .doing("let runs go that waited for a refresh")?;
    tx.signal(SignalKind::Queue, "runs", 0);
    Ok(())
}

/// What a run `r` waits for that is in the queue: the name of a source or segment whose task has not ended, and that of
/// its connection while that is paused.
macro_rules! waits_for {
    () => {
        "CASE WHEN r.status = 'queued' AND r.waits_until > 0 THEN
             (SELECT MIN(s.name) FROM run_needs n JOIN tasks t ON t.id = n.task_id
              JOIN sources s ON s.id = t.source_id
              WHERE n.run_id = r.id AND t.ended_at IS NULL) END AS waits_for,
         CASE WHEN r.status = 'queued' THEN
             (SELECT q.name FROM connections q
              WHERE q.id = r.connection_id AND q.paused_at > 0) END AS paused_connection"
    };
}

pub(in crate::store) use waits_for;

/// The same as a reason, from a row that has it. The pause comes first: it lasts until somebody ends it.
pub(in crate::store) fn waiting(row: &AnyRow) -> Result<Option<Reason>> {
    if let Some(name) = row.maybe_text("paused_connection")? {
        return Ok(Some(
            Reason::new("connection_paused").with("connection", name),
        ));
    }
    let name = row.maybe_text("waits_for")?;
    Ok(name.map(|name| Reason::new("upstream_running").with("source", name)))
}

/// A table that an export uses now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsedTable {
    pub export: ExportId,
    pub source: SourceId,
    pub table: TableId,
}

impl UsedTable {
    /// The segment that it is the result of.
    pub fn segment(&self) -> Option<SegmentId> {
        let id = self.table.uuid();
        (id == self.source.uuid()).then(|| SegmentId::new(id))
    }
}

const TABLES_USED: PerEngine = over_given!(
    "SELECT i.export_id, t.source_id, i.table_id FROM",
    "JOIN export_items i ON i.export_id = g.value ->> 'export'
     JOIN tables t ON t.id = i.table_id
     JOIN sources s ON s.id = t.source_id AND s.removed_at = 0
     ORDER BY t.source_id, i.export_id, i.place LIMIT 1000000"
);

/// The tables and segments that exports use now, with their sources.
pub async fn tables_used(tx: &mut Tx, exports: &[ExportId]) -> Result<Vec<UsedTable>> {
    let sql = TABLES_USED.of(tx.engine());
    let rows = sqlx::query(sql)
        .bind(export_rows(exports)?)
        .fetch_all(tx.connection())
        .await
        .doing("read the tables of exports")?;
    rows.iter()
        .map(|row| {
            Ok(UsedTable {
                export: row.parsed("export_id")?,
                source: row.parsed("source_id")?,
                table: row.parsed("table_id")?,
            })
        })
        .collect()
}

/// A renewal, or evaluation, that somebody needed and that did not come about, or not yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnmetNeed {
    pub source_id: SourceId,
    pub source_name: String,
    pub asked_at: Micros,
    pub status: RefreshStatus,
    /// Why it failed, or was skipped.
    pub reason: Option<Reason>,
}

fn unmet(row: &AnyRow) -> Result<UnmetNeed> {
    Ok(UnmetNeed {
        source_id: row.parsed("source_id")?,
        source_name: row.text("name")?,
        asked_at: row.int("created_at")?,
        status: row.coded("status", RefreshStatus::from_code)?,
        reason: row.maybe_json("reason")?,
    })
}

/// What a run needed and did not get, oldest first.
pub async fn unmet_needs(mut db: impl Reads, run: RunId) -> Result<Vec<UnmetNeed>> {
    let rows = sqlx::query(
        "SELECT t.source_id, s.name, t.created_at, t.status, t.reason
         FROM run_needs n JOIN tasks t ON t.id = n.task_id JOIN sources s ON s.id = t.source_id
         WHERE n.run_id = $1 AND t.status <> 'successful' ORDER BY t.created_at, t.id LIMIT 1000",
    )
    .bind(run.to_string())
    .fetch_all(&mut *db.reading().await?)
    .await
    .doing("read what a run needed and did not get")?;
    rows.iter().map(unmet).collect()
}

/// What a task needed and did not get, oldest first.
pub async fn unmet_needs_of_task(mut db: impl Reads, task: TaskId) -> Result<Vec<UnmetNeed>> {
    let rows = sqlx::query(
        "SELECT t.source_id, s.name, t.created_at, t.status, t.reason
         FROM task_needs n JOIN tasks t ON t.id = n.needs_task_id JOIN sources s ON s.id = t.source_id
         WHERE n.task_id = $1 AND t.status <> 'successful' ORDER BY t.created_at, t.id LIMIT 1000",
    )
    .bind(task.to_string())
    .fetch_all(&mut *db.reading().await?)
    .await
    .doing("read what a task needed and did not get")?;
    rows.iter().map(unmet).collect()
}
