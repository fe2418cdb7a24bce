//! Claiming a task.

use app::domain::{Micros, SourceId, TableId, TaskId, TaskKind};

use super::MOST_ATTEMPTS;
use super::status::write_source_status;
use crate::store::columns::{Columns, checked};
use crate::store::error::Doing;
use crate::store::operation::unless_paused;
use crate::store::{PerEngine, Result, Store, Tx, skip_locked};

/// How often a claim tries again when somebody else was faster.
const TRIES: u32 = 3;

/// A task that this worker may work on, until its lease passes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimedTask {
    pub id: TaskId,
    pub kind: TaskKind,
    /// The source to renew, or the segment to evaluate (`SegmentId::source`).
    pub source_id: SourceId,
    /// The tables to renew; none means all of the source.
    pub scope: Option<Vec<TableId>>,
    /// To be carried by every write.
    pub fence: i64,
    /// From 1.
    pub attempt: i64,
}

/// Tasks that can be claimed: they wait, for no other task, and their source is not being renewed, or their worker's
/// lease has passed; none while everything is paused. `$1` the clock for leases · `$2` most attempts.
macro_rules! claimable {
    ($rest:literal) => {
        concat!(
            "SELECT t.id, t.source_id, t.fence FROM tasks t JOIN sources s ON s.id = t.source_id
             WHERE t.ended_at IS NULL AND ",
            unless_paused!(),
            " AND ((t.status = 'queued' AND NOT EXISTS
                       (SELECT 1 FROM tasks o WHERE o.source_id = t.source_id AND o.status = 'processing')
                     AND NOT EXISTS
                       (SELECT 1 FROM task_needs n JOIN tasks d ON d.id = n.needs_task_id
                        WHERE n.task_id = t.id AND d.ended_at IS NULL))
                 OR (t.status = 'processing' AND t.lease_until <= $1 AND t.attempt < $2
                     AND t.cancel_requested = 0)) ",
            $rest
        )
    };
}

const ANY: &str = claimable!("ORDER BY t.created_at, t.id LIMIT 1");
const NEXT: PerEngine = skip_locked!(claimable!("ORDER BY t.created_at, t.id LIMIT 1"), "s");

/// Claims the task that waits longest among those that can be claimed, for `lease_us` from now.
pub async fn claim(store: &Store, worker: &str, lease_us: i64) -> Result<Option<ClaimedTask>> {
    for _try in 0..TRIES {
        let leases = if store.engine().dialect().clock.is_some() {
            i64::MAX
        } else {
            store.now()
        };
        let any = sqlx::query(ANY)
            .bind(leases)
            .bind(MOST_ATTEMPTS)
            .fetch_optional(&mut *store.reader().await?)
            .await
            .doing("look for a task to claim")?;
        if any.is_none() {
            return Ok(None);
        }
        let mut tx = store.begin().await?;
        let lease_now = tx.lease_now().await?;
        let sql = NEXT.of(tx.engine());
        let next = sqlx::query(sql)
            .bind(lease_now)
            .bind(MOST_ATTEMPTS)
            .fetch_optional(tx.connection())
            .await
            .doing("find a task to claim")?;
        let Some(next) = next else {
            return tx.rollback().await.map(|()| None);
        };
        let task = next.parsed("id")?;
        let lease = Lease {
            worker,
            now: lease_now,
            until: lease_now.saturating_add(lease_us),
        };
        if let Some(claimed) = take(&mut tx, task, next.int("fence")?, lease).await? {
            write_source_status(&mut tx, claimed.source_id).await?;
            tx.commit().await?;
            return Ok(Some(claimed));
        }
        tx.rollback().await?;
    }
    Ok(None)
}

struct Lease<'a> {
    worker: &'a str,
    now: Micros,
    until: Micros,
}

/// Takes a task, unless somebody else was faster. The source is locked, and asked again.
async fn take(
    tx: &mut Tx,
    task: TaskId,
    fence: i64,
    lease: Lease<'_>,
) -> Result<Option<ClaimedTask>> {
    let now = tx.now();
    let row = sqlx::query(concat!(
        "UPDATE tasks SET status = 'processing', reason = NULL, lease_owner = $3, lease_until = $4,
                          fence = fence + 1, attempt = attempt + 1, started_at = COALESCE(started_at, $5)
         WHERE id = $1 AND fence = $2 AND ended_at IS NULL AND (status = 'queued' OR lease_until <= $6)
           AND NOT EXISTS (SELECT 1 FROM tasks o WHERE o.source_id = tasks.source_id AND o.id <> $1
                             AND o.status = 'processing')
           AND (status <> 'queued' OR NOT EXISTS
                  (SELECT 1 FROM task_needs n JOIN tasks d ON d.id = n.needs_task_id
                   WHERE n.task_id = $1 AND d.ended_at IS NULL))
           AND ",
        unless_paused!(),
        " RETURNING id, kind, source_id, scope, fence, attempt",
    ))
    .bind(task.to_string())
    .bind(fence)
    .bind(checked(lease.worker)?)
    .bind(lease.until)
    .bind(now)
    .bind(lease.now)
    .fetch_optional(tx.connection())
    .await
    .doing("claim a task")?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(ClaimedTask {
        id: row.parsed("id")?,
        kind: row.coded("kind", TaskKind::from_code)?,
        source_id: row.parsed("source_id")?,
        scope: row.maybe_json("scope")?,
        fence: row.int("fence")?,
        attempt: row.int("attempt")?,
    }))
}
