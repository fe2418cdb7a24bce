//! What a worker writes during an attempt. Everything carries the fence.

use app::domain::{FieldMapping, Micros, Reason, RunId, SchemaField, TableId};
use serde_json::Value;

use super::slots;
use super::touch::{changed, fenced, lock_of};
use crate::store::columns::{checked, to_json, to_maybe_json};
use crate::store::error::Doing;
use crate::store::{Result, SignalKind, SnapshotId, Tx, notices, tables};

/// A table of a run with the snapshot that the run reads.
#[derive(Clone, Debug, PartialEq)]
pub struct PinnedItem {
    /// Its place in the export, from 0.
    pub place: i64,
    pub table_id: TableId,
    pub table_name: String,
    pub snapshot_id: SnapshotId,
    /// The instant that its data are of.
    pub snapshot_at: Micros,
    /// Rows of the snapshot.
    pub expected: i64,
    /// Schema as it will be delivered.
    pub schema: Vec<SchemaField>,
    pub mapping: Vec<FieldMapping>,
}

/// Pins the snapshots of a run. What was pinned before is replaced. `warning`: what is to be said of the
/// data once they are delivered. [`StoreError::InUse`] if one was forgotten since it was looked up: the next attempt pins
/// what there is then.
pub async fn pin_items(
    tx: &mut Tx,
    run: RunId,
    fence: i64,
    items: &[PinnedItem],
    data_as_of: Option<Micros>,
    warning: Option<&Reason>,
) -> Result<()> {
    const DOING: &str = "pin the snapshots of a run";
    let export = lock_of(tx, run).await?;
    let done = sqlx::query(
        "UPDATE runs SET data_as_of = $3, warning = $4, revision = revision + 1
         WHERE id = $1 AND fence = $2 AND status = 'processing' RETURNING revision",
    )
    .bind(run.to_string())
    .bind(fence)
    .bind(data_as_of)
    .bind(to_maybe_json(warning)?)
    .fetch_optional(tx.connection())
    .await
    .doing(DOING)?;
    let revision = fenced(done.as_ref())?;
    tables::hold_snapshots(tx, items.iter().map(|item| item.snapshot_id)).await?;
    sqlx::query("DELETE FROM run_items WHERE run_id = $1")
        .bind(run.to_string())
        .execute(tx.connection())
        .await
        .doing(DOING)?;
    for item in items {
        sqlx::query(
            "INSERT INTO run_items (run_id, place, table_id, table_name, snapshot_id, snapshot_at, status,
                                    expected, schema, mapping, files)
             VALUES ($1, $2, $3, $4, $5, $6, 'queued', $7, $8, $9, '[]')",
        )
        .bind(run.to_string())
        .bind(item.place)
        .bind(item.table_id.to_string())
        .bind(checked(&item.table_name)?)
        .bind(item.snapshot_id.to_string())
        .bind(item.snapshot_at)
        .bind(item.expected)
        .bind(to_json(&item.schema)?)
        .bind(to_json(&item.mapping)?)
        .execute(tx.connection())
        .await
        .doing(DOING)?;
    }
    changed(tx, run, export, revision).await
}

/// Fixes the paths of a run, before anything is written there.
pub async fn set_plan(tx: &mut Tx, run: RunId, fence: i64, plan: &Value) -> Result<()> {
    let export = lock_of(tx, run).await?;
    let done = sqlx::query(
        "UPDATE runs SET plan = $3, revision = revision + 1
         WHERE id = $1 AND fence = $2 AND status = 'processing' RETURNING revision",
    )
    .bind(run.to_string())
    .bind(fence)
    .bind(to_json(plan)?)
    .fetch_optional(tx.connection())
    .await
    .doing("fix the paths of a run")?;
    let revision = fenced(done.as_ref())?;
    changed(tx, run, export, revision).await
}

/// Stops a run before anything is published, until a person decides.
pub async fn hold(tx: &mut Tx, run: RunId, fence: i64, reason: &Reason, at: Micros) -> Result<()> {
    let export = lock_of(tx, run).await?;
    let done = sqlx::query(
        "UPDATE runs SET status = 'held', held_at = $3, reason = $4, lease_owner = NULL, lease_until = 0,
                         revision = revision + 1
         WHERE id = $1 AND fence = $2 AND status = 'processing' RETURNING revision",
    )
    .bind(run.to_string())
    .bind(fence)
    .bind(at)
    .bind(to_json(reason)?)
    .fetch_optional(tx.connection())
    .await
    .doing("hold a run")?;
    let revision = fenced(done.as_ref())?;
    slots::free(tx, run).await?;
    tx.signal(SignalKind::Queue, "runs", 0);
    changed(tx, run, export, revision).await?;
    notices::run_held(tx, run, export, reason, at).await
}

/// Ends an attempt that failed in passing; the next one starts at `at` at the earliest. `in_doubt`: nobody
/// knows whether it has published. Such a run is claimed until somebody does, however many attempts it had
/// and whoever wants it canceled.
pub async fn retry_at(
    tx: &mut Tx,
    run: RunId,
    fence: i64,
    at: Micros,
    reason: &Reason,
    in_doubt: bool,
) -> Result<()> {
    let export = lock_of(tx, run).await?;
    let done = sqlx::query(
        "UPDATE runs SET status = 'retrying', next_attempt_at = $3, reason = $4, in_doubt = $5,
                         lease_owner = NULL, lease_until = 0, revision = revision + 1
         WHERE id = $1 AND fence = $2 AND status = 'processing' RETURNING revision",
    )
    .bind(run.to_string())
    .bind(fence)
    .bind(at)
    .bind(to_json(reason)?)
    .bind(i64::from(in_doubt))
    .fetch_optional(tx.connection())
    .await
    .doing("end an attempt")?;
    let revision = fenced(done.as_ref())?;
    slots::free(tx, run).await?;
    tx.signal(SignalKind::Queue, "runs", 0);
    changed(tx, run, export, revision).await
}

/// Gives a run back because this worker stops. It can be claimed at once, and the attempt does not
/// count against it.
pub async fn put_back(tx: &mut Tx, run: RunId, fence: i64, at: Micros) -> Result<()> {
    let export = lock_of(tx, run).await?;
    let done = sqlx::query(
        "UPDATE runs SET status = 'retrying', next_attempt_at = $3, reason = $4, lease_owner = NULL,
                         lease_until = 0, max_attempts = max_attempts + 1,
                         revision = revision + 1
         WHERE id = $1 AND fence = $2 AND status = 'processing' RETURNING revision",
    )
    .bind(run.to_string())
    .bind(fence)
    .bind(at)
    .bind(to_json(&Reason::new("server_stopped"))?)
    .fetch_optional(tx.connection())
    .await
    .doing("give a run back")?;
    let revision = fenced(done.as_ref())?;
    slots::free(tx, run).await?;
    tx.signal(SignalKind::Queue, "runs", 0);
    changed(tx, run, export, revision).await
}

/// Notes that nothing of a run's attempts is left at its destination.
pub async fn mark_swept(tx: &mut Tx, run: RunId) -> Result<()> {
    sqlx::query("UPDATE runs SET swept = 1 WHERE id = $1 AND ended_at IS NOT NULL")
        .bind(run.to_string())
        .execute(tx.connection())
        .await
        .doing("note that a run was swept after")?;
    Ok(())
}
