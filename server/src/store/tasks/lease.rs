//! A worker's sign of life.

use app::domain::TaskId;

use crate::store::columns::Columns;
use crate::store::error::Doing;
use crate::store::queue::Heartbeat;
use crate::store::{PerEngine, Result, Store, StoreError, Tx, locked};

const HOLD: PerEngine =
    locked!("SELECT id FROM tasks WHERE id = $1 AND fence = $2 AND status = 'processing'");

/// Holds a task until the transaction ends, so that what its work made can be recorded. Whoever has lost it to another
/// worker gets [`StoreError::FenceLost`] and records nothing: the other one may have brought newer data.
pub async fn hold(tx: &mut Tx, task: TaskId, fence: i64) -> Result<()> {
    let held = sqlx::query(HOLD.of(tx.engine()))
        .bind(task.to_string())
        .bind(fence)
        .fetch_optional(tx.connection())
        .await
        .doing("hold a task")?;
    held.map(drop).ok_or(StoreError::FenceLost)
}

/// Keeps the lease of a task for `lease_us` from now.
pub async fn heartbeat(
    store: &Store,
    task: TaskId,
    fence: i64,
    lease_us: i64,
) -> Result<Heartbeat> {
    let mut tx = store.begin().await?;
    let until = tx.lease_now().await?.saturating_add(lease_us);
    let row = sqlx::query(
        "UPDATE tasks SET lease_until = $3 WHERE id = $1 AND fence = $2 AND status = 'processing'
         RETURNING cancel_requested",
    )
    .bind(task.to_string())
    .bind(fence)
    .bind(until)
    .fetch_optional(tx.connection())
    .await
    .doing("keep the lease of a task")?;
    let Some(row) = row else {
        tx.rollback().await?;
        return Ok(Heartbeat::Lost);
    };
    tx.commit().await?;
    Ok(Heartbeat::Alive {
        cancel_requested: row.flag("cancel_requested")?,
    })
}
