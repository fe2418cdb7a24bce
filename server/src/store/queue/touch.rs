//! What every change of a run begins and ends with.

use app::domain::{ExportId, RunId};

use crate::store::columns::Columns;
use crate::store::error::Doing;
use crate::store::{Result, SignalKind, StoreError, Tx, exports};

/// Locks the export of a run, and with it the run.
pub(super) async fn lock_of(tx: &mut Tx, run: RunId) -> Result<ExportId> {
    let row = sqlx::query("SELECT export_id FROM runs WHERE id = $1")
        .bind(run.to_string())
        .fetch_optional(tx.connection())
        .await
        .doing("find the export of a run")?
        .ok_or(StoreError::NotFound)?;
    let export = row.parsed("export_id")?;
    exports::lock(tx, export).await?;
    Ok(export)
}

/// Writes what follows from a change of a run, and signals it.
pub(super) async fn changed(tx: &mut Tx, run: RunId, export: ExportId) -> Result<()> {
    let revision = sqlx::query_scalar(
        "UPDATE runs SET revision = revision + 1 WHERE id = $1 RETURNING revision",
    )
    .bind(run.to_string())
    .fetch_one(tx.connection())
    .await
    .doing("raise the revision of a run")?;
    tx.signal(SignalKind::Run, run, revision);
    exports::refresh_status(tx, export).await
}

/// The answer to a write that carried a fence.
pub(super) fn fenced(rows_affected: u64) -> Result<()> {
    if rows_affected == 0 {
        Err(StoreError::FenceLost)
    } else {
        Ok(())
    }
}
