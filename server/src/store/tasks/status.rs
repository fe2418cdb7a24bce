//! Where tasks stand, and what the Data page shows of them.

use app::domain::{RefreshStatus, SourceId, TaskId};
use sqlx::any::AnyRow;

use crate::store::columns::Columns;
use crate::store::error::Doing;
use crate::store::{Reads, Result, SignalKind, Tx};

/// Where a task stands.
pub async fn status(mut db: impl Reads, task: TaskId) -> Result<Option<RefreshStatus>> {
    let row = sqlx::query("SELECT status FROM tasks WHERE id = $1")
        .bind(task.to_string())
        .fetch_optional(&mut *db.reading().await?)
        .await
        .doing("read a task")?;
    row.map(|row| row.coded("status", RefreshStatus::from_code))
        .transpose()
}

/// Writes what the Data page shows of a source's tasks: the one under way, else the one that waits,
/// else the one that ended last.
pub(in crate::store) async fn write_source_status(tx: &mut Tx, source: SourceId) -> Result<()> {
    const DOING: &str = "write the status of a source";
    let task = match unfinished(tx, source).await? {
        Some(task) => Some(task),
        None => ended_last(tx, source).await?,
    };
    let Some(task) = task else { return Ok(()) };
    let version = sqlx::query_scalar(
        "UPDATE sources SET status = $2, status_reason = $3, refreshed_at = COALESCE(
             (SELECT ended_at FROM tasks
              WHERE source_id = $1 AND ended_at IS NOT NULL AND status = 'successful'
              ORDER BY ended_at DESC LIMIT 1), 0)
         WHERE id = $1 RETURNING version",
    )
    .bind(source.to_string())
    .bind(task.text("status")?)
    .bind(task.maybe_text("reason")?)
    .fetch_one(tx.connection())
    .await
    .doing(DOING)?;
    tx.signal(SignalKind::Source, source, version);
    Ok(())
}

async fn unfinished(tx: &mut Tx, source: SourceId) -> Result<Option<AnyRow>> {
    sqlx::query(
        "SELECT status, reason FROM tasks WHERE source_id = $1 AND ended_at IS NULL
         ORDER BY CASE status WHEN 'processing' THEN 0 ELSE 1 END, created_at, id LIMIT 1",
    )
    .bind(source.to_string())
    .fetch_optional(tx.connection())
    .await
    .doing("read the unfinished task of a source")
}

async fn ended_last(tx: &mut Tx, source: SourceId) -> Result<Option<AnyRow>> {
    sqlx::query(
        "SELECT status, reason FROM tasks WHERE source_id = $1 AND ended_at IS NOT NULL
         ORDER BY ended_at DESC, id DESC LIMIT 1",
    )
    .bind(source.to_string())
    .fetch_optional(tx.connection())
    .await
    .doing("read the last task of a source")
}
