//! Tasks: renewals of one source, shared by the runs that need them. Claimed with lease and fence,
//! as runs are; one per source at a time.

use app::domain::{Micros, Reason, RefreshStatus, RunId, SourceId, TableId};

use super::columns::{Columns, checked, to_json, to_maybe_json};
use super::error::Doing;
use super::ids::fresh;
use super::queue::Heartbeat;
use super::{
    PerEngine, Reads, Result, SignalKind, Store, StoreError, TaskId, Tx, locked, skip_locked,
};

/// How often a task is taken from dead workers before it has failed.
const MOST_ATTEMPTS: i64 = 3;
/// How often a claim tries again when somebody else was faster.
const TRIES: u32 = 3;

/// A task that this worker may work on, until its lease passes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimedTask {
    pub id: TaskId,
    pub source_id: SourceId,
    /// The tables to renew; none means all of the source.
    pub scope: Option<Vec<TableId>>,
    /// To be carried by every write.
    pub fence: i64,
    /// From 1.
    pub attempt: i64,
}

const LOCK_SOURCE: PerEngine = locked!("SELECT id FROM sources WHERE id = $1 AND removed_at = 0");

/// Asks for a renewal of a source, or of some of its tables. One that waits and covers as much is
/// the answer; one that is under way is not, since the data may have changed after it began.
pub async fn ask_refresh(
    tx: &mut Tx,
    source: SourceId,
    scope: Option<&[TableId]>,
    asked_by: &str,
    at: Micros,
) -> Result<TaskId> {
    const DOING: &str = "ask for a refresh";
    let sql = LOCK_SOURCE.of(tx.engine());
    let there = sqlx::query(sql)
        .bind(source.to_string())
        .fetch_optional(tx.connection())
        .await
        .doing(DOING)?;
    if there.is_none() {
        return Err(StoreError::NotFound);
    }
    if let Some(waiting) = waiting_for(tx, source, scope).await? {
        return Ok(waiting);
    }
    let refresh = fresh(at).to_string();
    sqlx::query("INSERT INTO refreshes (id, asked_at, asked_by) VALUES ($1, $2, $3)")
        .bind(&refresh)
        .bind(at)
        .bind(checked(asked_by)?)
        .execute(tx.connection())
        .await
        .doing(DOING)?;
    let id = TaskId::new(fresh(at));
    sqlx::query(
        "INSERT INTO tasks (id, refresh_id, kind, source_id, scope, status, created_at)
         VALUES ($1, $2, 'source', $3, $4, 'queued', $5)",
    )
    .bind(id.to_string())
    .bind(refresh)
    .bind(source.to_string())
    .bind(to_maybe_json(scope)?)
    .bind(at)
    .execute(tx.connection())
    .await
    .doing(DOING)?;
    write_source_status(tx, source).await?;
    tx.signal(SignalKind::Queue, "tasks", 0);
    Ok(id)
}

/// A task that waits, and renews at least these tables.
async fn waiting_for(
    tx: &mut Tx,
    source: SourceId,
    scope: Option<&[TableId]>,
) -> Result<Option<TaskId>> {
    let rows = sqlx::query(
        "SELECT id, scope FROM tasks WHERE source_id = $1 AND status = 'queued'
         ORDER BY created_at, id LIMIT 1000",
    )
    .bind(source.to_string())
    .fetch_all(tx.connection())
    .await
    .doing("find a refresh that waits")?;
    for row in &rows {
        let covered: Option<Vec<TableId>> = row.maybe_json("scope")?;
        let covers = match (&covered, scope) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(covered), Some(wanted)) => wanted.iter().all(|table| covered.contains(table)),
        };
        if covers {
            return row.parsed("id").map(Some);
        }
    }
    Ok(None)
}

/// Makes a run wait for a task.
pub async fn need(tx: &mut Tx, run: RunId, task: TaskId) -> Result<()> {
    sqlx::query(
        "INSERT INTO run_needs (run_id, task_id) VALUES ($1, $2) ON CONFLICT (run_id, task_id) DO NOTHING",
    )
    .bind(run.to_string())
    .bind(task.to_string())
    .execute(tx.connection())
    .await
    .doing("make a run wait for a refresh")?;
    Ok(())
}

/// Tasks that can be claimed: they wait and their source is not being renewed, or their worker's
/// lease has passed. `$1` the clock for leases · `$2` most attempts.
macro_rules! claimable {
    ($rest:literal) => {
        concat!(
            "SELECT t.id, t.source_id, t.fence FROM tasks t JOIN sources s ON s.id = t.source_id
             WHERE t.ended_at IS NULL
               AND ((t.status = 'queued' AND NOT EXISTS
                       (SELECT 1 FROM tasks o WHERE o.source_id = t.source_id AND o.status = 'processing'))
                 OR (t.status = 'processing' AND t.lease_until <= $1 AND t.attempt < $2)) ",
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
    let row = sqlx::query(
        "UPDATE tasks SET status = 'processing', reason = NULL, lease_owner = $3, lease_until = $4,
                          fence = fence + 1, attempt = attempt + 1, started_at = COALESCE(started_at, $5)
         WHERE id = $1 AND fence = $2 AND ended_at IS NULL AND (status = 'queued' OR lease_until <= $6)
           AND NOT EXISTS (SELECT 1 FROM tasks o WHERE o.source_id = tasks.source_id AND o.id <> $1
                             AND o.status = 'processing')
         RETURNING id, source_id, scope, fence, attempt",
    )
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
        source_id: row.parsed("source_id")?,
        scope: row.maybe_json("scope")?,
        fence: row.int("fence")?,
        attempt: row.int("attempt")?,
    }))
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
    let done = sqlx::query(
        "UPDATE tasks SET lease_until = $3 WHERE id = $1 AND fence = $2 AND status = 'processing'",
    )
    .bind(task.to_string())
    .bind(fence)
    .bind(until)
    .execute(tx.connection())
    .await
    .doing("keep the lease of a task")?;
    if done.rows_affected() == 0 {
        tx.rollback().await?;
        return Ok(Heartbeat::Lost);
    }
    tx.commit().await?;
    Ok(Heartbeat::Alive {
        cancel_requested: false,
    })
}

/// Ends a task. The runs that need it no longer wait for it, however it ended.
pub async fn finish(
    tx: &mut Tx,
    task: TaskId,
    fence: i64,
    outcome: std::result::Result<(), &Reason>,
    at: Micros,
) -> Result<()> {
    let status = if outcome.is_ok() {
        RefreshStatus::Successful
    } else {
        RefreshStatus::Failed
    };
    let row = sqlx::query(
        "UPDATE tasks SET status = $3, reason = $4, ended_at = $5, lease_owner = NULL, lease_until = 0
         WHERE id = $1 AND fence = $2 AND status = 'processing' RETURNING source_id",
    )
    .bind(task.to_string())
    .bind(fence)
    .bind(status.code())
    .bind(to_maybe_json(outcome.err())?)
    .bind(at)
    .fetch_optional(tx.connection())
    .await
    .doing("end a task")?
    .ok_or(StoreError::FenceLost)?;
    tx.signal(SignalKind::Queue, "runs", 0);
    write_source_status(tx, row.parsed("source_id")?).await
}

/// Gives a task back because this worker stops. The attempt does not count.
pub async fn put_back(tx: &mut Tx, task: TaskId, fence: i64) -> Result<()> {
    let row = sqlx::query(
        "UPDATE tasks SET status = 'queued', attempt = attempt - 1, lease_owner = NULL, lease_until = 0
         WHERE id = $1 AND fence = $2 AND status = 'processing' RETURNING source_id",
    )
    .bind(task.to_string())
    .bind(fence)
    .fetch_optional(tx.connection())
    .await
    .doing("give a task back")?
    .ok_or(StoreError::FenceLost)?;
    tx.signal(SignalKind::Queue, "tasks", 0);
    write_source_status(tx, row.parsed("source_id")?).await
}

/// Why the tasks that a run needed failed, those that did.
pub async fn failed_needs(mut db: impl Reads, run: RunId) -> Result<Vec<Reason>> {
    let rows = sqlx::query(
        "SELECT t.reason FROM run_needs n JOIN tasks t ON t.id = n.task_id
         WHERE n.run_id = $1 AND t.status = 'failed' ORDER BY t.created_at, t.id LIMIT 1000",
    )
    .bind(run.to_string())
    .fetch_all(&mut *db.reading().await?)
    .await
    .doing("read why a refresh failed")?;
    rows.iter()
        .map(|row| Ok(row.maybe_json("reason")?.unwrap_or_default()))
        .collect()
}

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

/// Takes tasks from workers whose lease has passed: they wait again, or have failed.
pub(super) async fn reap(store: &Store, at_once: i64) -> Result<u64> {
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
    let lease_now = tx.lease_now().await?;
    let now = tx.now();
    let row = sqlx::query(
        "UPDATE tasks SET status = CASE WHEN attempt >= $3 THEN 'failed' ELSE 'queued' END,
                          reason = CASE WHEN attempt >= $3 THEN $4 END,
                          ended_at = CASE WHEN attempt >= $3 THEN $5 END,
                          lease_owner = NULL, lease_until = 0, fence = fence + 1
         WHERE id = $1 AND status = 'processing' AND lease_until <= $2 RETURNING source_id",
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
    write_source_status(tx, row.parsed("source_id")?).await?;
    Ok(true)
}

/// Writes what the Data page shows of a source's tasks: the one under way, else the one that waits,
/// else the one that ended last.
async fn write_source_status(tx: &mut Tx, source: SourceId) -> Result<()> {
    const DOING: &str = "write the status of a source";
    let task = sqlx::query(
        "SELECT status, reason FROM tasks WHERE source_id = $1
         ORDER BY CASE status WHEN 'processing' THEN 0 WHEN 'queued' THEN 1 ELSE 2 END,
                  ended_at DESC, id DESC LIMIT 1",
    )
    .bind(source.to_string())
    .fetch_one(tx.connection())
    .await
    .doing(DOING)?;
    let version = sqlx::query_scalar(
        "UPDATE sources SET status = $2, status_reason = $3, refreshed_at = COALESCE(
             (SELECT MAX(ended_at) FROM tasks WHERE source_id = $1 AND status = 'successful'), 0)
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
