//! What every change of a run begins and ends with.

use app::domain::{ExportId, RunId, StripMark};
use sqlx::any::AnyRow;

use crate::store::columns::Columns;
use crate::store::error::Doing;
use crate::store::{PerEngine, Result, SignalKind, StoreError, Tx, audit, exports, locked};

const LOCK: PerEngine = locked!(
    "SELECT e.id FROM exports e WHERE e.id = (SELECT r.export_id FROM runs r WHERE r.id = $1)"
);

/// Locks the export of a run, and with it the run.
pub(super) async fn lock_of(tx: &mut Tx, run: RunId) -> Result<ExportId> {
    let sql = LOCK.of(tx.engine());
    let row = sqlx::query(sql)
        .bind(run.to_string())
        .fetch_optional(tx.connection())
        .await
        .doing("lock the export of a run")?
        .ok_or(StoreError::NotFound)?;
    row.parsed("id")
}

/// Writes what follows from a change of a run, which has raised its revision to this one, and signals it.
pub(super) async fn changed(
    tx: &mut Tx,
    run: RunId,
    export: ExportId,
    revision: i64,
) -> Result<()> {
    tx.signal(SignalKind::Run, run, revision);
    exports::refresh_status(tx, export, None).await
}

/// The same of a run that has ended by this change: its mark joins the strip of its export, and the audit log tells how.
pub(super) async fn ended_as(
    tx: &mut Tx,
    run: RunId,
    export: ExportId,
    revision: i64,
    mark: StripMark,
) -> Result<()> {
    tx.signal(SignalKind::Run, run, revision);
    audit::run_ended(tx, run).await?;
    exports::refresh_status(tx, export, Some(mark)).await
}

/// The revision that a write gave which carried a fence.
pub(super) fn fenced(written: Option<&AnyRow>) -> Result<i64> {
    written.ok_or(StoreError::FenceLost)?.int("revision")
}
