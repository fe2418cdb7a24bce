//! Runs and the tasks that they need.

use app::domain::{ExportId, Micros, Reason, RefreshStatus, RunId, SourceId, TableId, TaskId};

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
pub(in crate::store) async fn let_go(tx: &mut Tx, task: TaskId) -> Result<()> {
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

/// A table that an export uses now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UsedTable {
    pub export: ExportId,
    pub source: SourceId,
    pub table: TableId,
}

const TABLES_USED: PerEngine = over_given!(
    "SELECT i.export_id, t.source_id, i.table_id FROM",
    "JOIN export_items i ON i.export_id = g.value ->> 'export'
     JOIN tables t ON t.id = i.table_id
     JOIN sources s ON s.id = t.source_id AND s.removed_at = 0
     ORDER BY t.source_id, i.export_id, i.place LIMIT 1000000"
);

/// The tables that exports use now, with their sources.
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

/// A renewal that a run needed and that did not come about, or not yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnmetNeed {
    pub source_id: SourceId,
    pub source_name: String,
    pub asked_at: Micros,
    pub status: RefreshStatus,
    /// Why it failed.
    pub reason: Option<Reason>,
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
    rows.iter()
        .map(|row| {
            Ok(UnmetNeed {
                source_id: row.parsed("source_id")?,
                source_name: row.text("name")?,
                asked_at: row.int("created_at")?,
                status: row.coded("status", RefreshStatus::from_code)?,
                reason: row.maybe_json("reason")?,
            })
        })
        .collect()
}
