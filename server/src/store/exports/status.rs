//! The status columns of exports, which follow their runs.

use app::domain::{ExportId, ExportStatus};
use sqlx::any::AnyRow;

use crate::store::columns::Columns;
use crate::store::error::Doing;
use crate::store::{PerEngine, Result, SignalKind, StoreError, Tx, locked};

const LOCK: PerEngine = locked!("SELECT version FROM exports WHERE id = $1");

/// Keeps other writers off an export and its runs until the transaction ends. Whatever changes a
/// run takes this lock first, so that nobody waits for somebody who waits for them.
pub(in crate::store) async fn lock(tx: &mut Tx, id: ExportId) -> Result<()> {
    let sql = LOCK.of(tx.engine());
    let version: Option<i64> = sqlx::query_scalar(sql)
        .bind(id.to_string())
        .fetch_optional(tx.connection())
        .await
        .doing("lock an export")?;
    version.map(|_| ()).ok_or(StoreError::NotFound)
}

/// Writes what the list shows of an export's runs: the status of its unfinished run (active before
/// queued), else of the run that ended last; and when it last delivered.
pub(in crate::store) async fn refresh_status(tx: &mut Tx, id: ExportId) -> Result<()> {
    const DOING: &str = "write the status of an export";
    let run = match unfinished(tx, id).await? {
        Some(run) => Some(run),
        None => ended_last(tx, id).await?,
    };
    let delivered = sqlx::query(
        "SELECT ended_at, data_as_of FROM runs
         WHERE export_id = $1 AND ended_at IS NOT NULL
           AND status IN ('successful', 'completed_with_warnings')
         ORDER BY ended_at DESC, id DESC LIMIT 1",
    )
    .bind(id.to_string())
    .fetch_optional(tx.connection())
    .await
    .doing(DOING)?;
    let (status, reason, run_id) = match &run {
        Some(run) => (
            run.coded("status", ExportStatus::from_code)?,
            run.maybe_text("reason")?,
            Some(run.text("id")?),
        ),
        None => (ExportStatus::NotStarted, None, None),
    };
    let (refreshed_at, data_as_of) = match &delivered {
        Some(run) => (
            run.int("ended_at")?,
            run.maybe_int("data_as_of")?.unwrap_or_default(),
        ),
        None => (0, 0),
    };
    let version = sqlx::query_scalar(
        "UPDATE exports SET status = $2, status_rank = $3, status_reason = $4, status_run_id = $5,
                            refreshed_at = $6, data_as_of = $7
         WHERE id = $1 RETURNING version",
    )
    .bind(id.to_string())
    .bind(status.code())
    .bind(status.rank())
    .bind(reason)
    .bind(run_id)
    .bind(refreshed_at)
    .bind(data_as_of)
    .fetch_optional(tx.connection())
    .await
    .doing(DOING)?;
    tx.signal(SignalKind::Export, id, version.ok_or(StoreError::NotFound)?);
    Ok(())
}

async fn unfinished(tx: &mut Tx, id: ExportId) -> Result<Option<AnyRow>> {
    sqlx::query(
        "SELECT id, status, reason FROM runs WHERE export_id = $1 AND ended_at IS NULL
         ORDER BY CASE WHEN status = 'queued' AND released = 0 THEN 1 ELSE 0 END, id DESC LIMIT 1",
    )
    .bind(id.to_string())
    .fetch_optional(tx.connection())
    .await
    .doing("read the unfinished run of an export")
}

/// Starts that another run kept from running are marks beside the runs, no status.
async fn ended_last(tx: &mut Tx, id: ExportId) -> Result<Option<AnyRow>> {
    sqlx::query(
        "SELECT id, status, reason FROM runs
         WHERE export_id = $1 AND ended_at IS NOT NULL AND mark = 0
         ORDER BY ended_at DESC, id DESC LIMIT 1",
    )
    .bind(id.to_string())
    .fetch_optional(tx.connection())
    .await
    .doing("read the last run of an export")
}
