//! How tasks end, and how they come back to the queue.

use app::domain::{Micros, Reason, RefreshStatus, SourceId, TaskId};

use super::MOST_ATTEMPTS;
use super::needs::let_go;
use super::status::write_source_status;
use crate::store::columns::{Columns, to_json, to_maybe_json};
use crate::store::error::Doing;
use crate::store::{PerEngine, Result, SignalKind, Store, StoreError, Tx, locked};

const LOCK_SOURCE: PerEngine =
    locked!("SELECT id FROM sources WHERE id = (SELECT source_id FROM tasks WHERE id = $1)");

/// How a task ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskEnd<'a> {
    Successful,
    Failed(&'a Reason),
    /// A person stopped it; who, the database knows.
    Canceled,
    /// What it needed did not come about.
    Skipped(&'a Reason),
}

/// Locks the source of a task.
pub(super) async fn lock_source_of(tx: &mut Tx, task: TaskId) -> Result<SourceId> {
    let sql = LOCK_SOURCE.of(tx.engine());
    sqlx::query(sql)
        .bind(task.to_string())
        .fetch_optional(tx.connection())
        .await
        .doing("lock the source of a task")?
        .ok_or(StoreError::NotFound)?
        .parsed("id")
}

/// What follows from the end of a task: its source shows it, and runs wait for it no longer.
async fn ended(tx: &mut Tx, task: TaskId, source: SourceId) -> Result<()> {
    write_source_status(tx, source).await?;
    let_go(tx, task).await
}

/// Ends a task. The runs that need it no longer wait for it, however it ended.
pub async fn finish(
    tx: &mut Tx,
    task: TaskId,
    fence: i64,
    end: TaskEnd<'_>,
    at: Micros,
) -> Result<()> {
    let (status, reason) = match end {
        TaskEnd::Successful => (RefreshStatus::Successful, None),
        TaskEnd::Failed(reason) => (RefreshStatus::Failed, Some(reason)),
        TaskEnd::Canceled => (RefreshStatus::Canceled, None),
        TaskEnd::Skipped(reason) => (RefreshStatus::Skipped, Some(reason)),
    };
    let source = lock_source_of(tx, task).await?;
    let done = sqlx::query(
        "UPDATE tasks SET status = $3, reason = CASE WHEN $3 = 'canceled' THEN cancel_reason ELSE $4 END,
                          ended_at = $5, lease_owner = NULL, lease_until = 0
         WHERE id = $1 AND fence = $2 AND status = 'processing'",
    )
    .bind(task.to_string())
    .bind(fence)
    .bind(status.code())
    .bind(to_maybe_json(reason)?)
    .bind(at)
    .execute(tx.connection())
    .await
    .doing("end a task")?;
    if done.rows_affected() == 0 {
        return Err(StoreError::FenceLost);
    }
    ended(tx, task, source).await
}

/// Ends what waits of a source, or segment, that is locked and removed: it has failed, for this reason.
pub(in crate::store) async fn fail_waiting(
    tx: &mut Tx,
    source: SourceId,
    reason: &Reason,
    at: Micros,
) -> Result<()> {
    let ended = sqlx::query(
        "UPDATE tasks SET status = 'failed', reason = $3, ended_at = $2
         WHERE source_id = $1 AND status = 'queued' RETURNING id",
    )
    .bind(source.to_string())
    .bind(at)
    .bind(to_json(reason)?)
    .fetch_all(tx.connection())
    .await
    .doing("end the tasks of a source that is removed")?;
    for task in &ended {
        let_go(tx, task.parsed("id")?).await?;
    }
    Ok(())
}

/// Gives a task back: it failed in passing, or this worker stops, and then the attempt does not count. One that
/// was to be canceled is.
pub async fn put_back(tx: &mut Tx, task: TaskId, fence: i64, attempt_counts: bool) -> Result<()> {
    let source = lock_source_of(tx, task).await?;
    let now = tx.now();
    let row = sqlx::query(
        "UPDATE tasks SET status = CASE WHEN cancel_requested = 1 THEN 'canceled' ELSE 'queued' END,
                          reason = cancel_reason,
                          ended_at = CASE WHEN cancel_requested = 1 THEN $3 END,
                          attempt = attempt - $4, lease_owner = NULL, lease_until = 0
         WHERE id = $1 AND fence = $2 AND status = 'processing' RETURNING cancel_requested",
    )
    .bind(task.to_string())
    .bind(fence)
    .bind(now)
    .bind(i64::from(!attempt_counts))
    .fetch_optional(tx.connection())
    .await
    .doing("give a task back")?
    .ok_or(StoreError::FenceLost)?;
    tx.signal(SignalKind::Queue, "tasks", 0);
    if row.flag("cancel_requested")? {
        return ended(tx, task, source).await;
    }
    write_source_status(tx, source).await
}

/// Takes tasks from workers whose lease has passed: they wait again, or have failed.
pub(in crate::store) async fn reap(store: &Store, at_once: i64) -> Result<u64> {
    let leases = if store.engine().dialect().clock.is_some() {
        i64::MAX
    } else {
        store.now()
    };
    let expired = sqlx::query(
        "SELECT id FROM tasks WHERE ended_at IS NULL AND status = 'processing' AND lease_until <= $1
         ORDER BY lease_until, id LIMIT $2",
    )
    .bind(leases)
    .bind(at_once)
    .fetch_all(&mut *store.reader().await?)
    .await
    .doing("find tasks of dead workers")?;
    let mut reaped = 0;
    for row in &expired {
        let mut tx = store.begin().await?;
        if reap_one(&mut tx, row.parsed("id")?).await? {
            reaped += 1;
            tx.commit().await?;
        } else {
            tx.rollback().await?;
        }
    }
    Ok(reaped)
}

async fn reap_one(tx: &mut Tx, task: TaskId) -> Result<bool> {
    let source = lock_source_of(tx, task).await?;
    let lease_now = tx.lease_now().await?;
    let now = tx.now();
    let row = sqlx::query(
        "UPDATE tasks SET status = CASE WHEN cancel_requested = 1 THEN 'canceled'
                                        WHEN attempt >= $3 THEN 'failed' ELSE 'queued' END,
                          reason = CASE WHEN cancel_requested = 1 THEN cancel_reason
                                        WHEN attempt >= $3 THEN $4 END,
                          ended_at = CASE WHEN cancel_requested = 1 OR attempt >= $3 THEN $5 END,
                          lease_owner = NULL, lease_until = 0, fence = fence + 1
         WHERE id = $1 AND status = 'processing' AND lease_until <= $2 RETURNING status",
    )
    .bind(task.to_string())
    .bind(lease_now)
    .bind(MOST_ATTEMPTS)
    .bind(to_json(&Reason::new("attempts_used_up"))?)
    .bind(now)
    .fetch_optional(tx.connection())
    .await
    .doing("take a task from a dead worker")?;
    let Some(row) = row else { return Ok(false) };
    tx.signal(SignalKind::Queue, "tasks", 0);
    if row
        .coded("status", RefreshStatus::from_code)?
        .is_unfinished()
    {
        write_source_status(tx, source).await?;
    } else {
        ended(tx, task, source).await?;
    }
    Ok(true)
}
