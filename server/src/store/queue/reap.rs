//! What became of work whose worker died.

use app::domain::{ExportId, Micros, Reason, RunId};

use super::slots;
use super::touch::changed;
use crate::store::columns::{Columns, to_json};
use crate::store::error::Doing;
use crate::store::{Result, SignalKind, Store, Tx, exports, tasks};

/// How much one reaping looks at.
const AT_ONCE: i64 = 100;

/// How much was taken from dead workers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reaped {
    pub runs: u64,
    pub tasks: u64,
}

/// Takes runs and tasks from workers whose lease has passed. A run that was to be canceled is; one
/// whose attempts are used up has failed; the others retry now. Repeating it changes nothing.
pub async fn reap(store: &Store) -> Result<Reaped> {
    let mut reaped = Reaped::default();
    let expired = expired(store).await?;
    for (run, export) in expired {
        let mut tx = store.begin().await?;
        exports::lock(&mut tx, export).await?;
        if reap_run(&mut tx, run, export).await? {
            reaped.runs += 1;
            tx.commit().await?;
        } else {
            tx.rollback().await?;
        }
    }
    reaped.tasks = tasks::reap(store, AT_ONCE).await?;
    Ok(reaped)
}

/// Ends every lease. For a server that starts and is alone on its database: whoever held them is
/// gone.
pub async fn expire_leases(tx: &mut Tx) -> Result<()> {
    const DOING: &str = "end the leases of a server that is gone";
    for sql in [
        "UPDATE runs SET lease_until = 0 WHERE ended_at IS NULL AND status = 'processing'",
        "UPDATE tasks SET lease_until = 0 WHERE ended_at IS NULL AND status = 'processing'",
        "UPDATE slots SET lease_until = 0 WHERE run_id IS NOT NULL",
    ] {
        sqlx::query(sql)
            .execute(tx.connection())
            .await
            .doing(DOING)?;
    }
    Ok(())
}

/// Runs in work whose lease has passed by the store's clock, or may have by another's.
async fn expired(store: &Store) -> Result<Vec<(RunId, ExportId)>> {
    let until = if store.engine().dialect().clock.is_some() {
        i64::MAX
    } else {
        store.now()
    };
    let rows = sqlx::query(
        "SELECT id, export_id FROM runs
         WHERE ended_at IS NULL AND status = 'processing' AND lease_until <= $1
         ORDER BY lease_until, id LIMIT $2",
    )
    .bind(until)
    .bind(AT_ONCE)
    .fetch_all(&mut *store.reader().await?)
    .await
    .doing("find runs of dead workers")?;
    rows.iter()
        .map(|row| Ok((row.parsed("id")?, row.parsed("export_id")?)))
        .collect()
}

async fn reap_run(tx: &mut Tx, run: RunId, export: ExportId) -> Result<bool> {
    let lease_now = tx.lease_now().await?;
    let now: Micros = tx.now();
    let done = sqlx::query(
        "UPDATE runs SET
             status = CASE WHEN cancel_requested = 1 THEN 'canceled'
                           WHEN attempt >= max_attempts THEN 'failed' ELSE 'retrying' END,
             reason = CASE WHEN cancel_requested = 1 THEN cancel_reason
                           WHEN attempt >= max_attempts THEN $3 ELSE $4 END,
             ended_at = CASE WHEN cancel_requested = 1 OR attempt >= max_attempts THEN $5 END,
             next_attempt_at = CASE WHEN cancel_requested = 1 OR attempt >= max_attempts THEN NULL
                                    ELSE $5 END,
             lease_owner = NULL, lease_until = 0, fence = fence + 1
         WHERE id = $1 AND status = 'processing' AND lease_until <= $2",
    )
    .bind(run.to_string())
    .bind(lease_now)
    .bind(to_json(&Reason::new("attempts_used_up"))?)
    .bind(to_json(&Reason::new("worker_lost"))?)
    .bind(now)
    .execute(tx.connection())
    .await
    .doing("take a run from a dead worker")?;
    if done.rows_affected() == 0 {
        return Ok(false);
    }
    slots::free(tx, run).await?;
    tx.signal(SignalKind::Queue, "runs", 0);
    changed(tx, run, export).await?;
    Ok(true)
}
