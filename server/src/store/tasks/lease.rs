//! A worker's sign of life.

use app::domain::TaskId;

use crate::store::columns::Columns;
use crate::store::error::Doing;
use crate::store::queue::Heartbeat;
use crate::store::{Result, Store};

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
