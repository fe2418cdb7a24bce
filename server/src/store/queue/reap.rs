//! What became of work whose worker died.

use app::domain::{ExportId, Micros, Reason, RunId, RunStatus, StripMark};
use sqlx::any::AnyRow;

use super::slots;
use super::touch::{changed, ended_as};
use crate::store::columns::{Columns, to_maybe_json};
use crate::store::error::Doing;
use crate::store::{Result, SignalKind, Store, Tx, exports, notices, tasks};

/// How much one reaping looks at.
const AT_ONCE: i64 = 100;
/// How often a run whose attempts are used up is claimed merely to look whether it has published.
pub const MOST_LOOKS: i64 = 5;

/// How much was taken from dead workers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reaped {
    pub runs: u64,
    pub tasks: u64,
}

/// Takes runs and tasks from workers whose lease has passed. A run that was to be canceled is; one
/// whose attempts are used up has failed; the others retry now. Of one whose paths were fixed nobody knows
/// whether it has published: it is claimed once more in any case, to look. Repeating it changes nothing.
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

/// What becomes of a run whose worker is gone.
enum Verdict {
    Canceled(Option<Reason>),
    UsedUp,
    /// It is claimed again, at once. `in_doubt`: to look whether it has published, before anything else.
    Again {
        in_doubt: bool,
    },
}

impl Verdict {
    fn of(row: &AnyRow) -> Result<Self> {
        let attempt = row.int("attempt")?;
        let most = row.int("max_attempts")?;
        let may_be_published = row.flag("has_plan")?;
        if may_be_published && attempt < most.saturating_add(MOST_LOOKS) {
            return Ok(Self::Again { in_doubt: true });
        }
        if row.flag("cancel_requested")? {
            return Ok(Self::Canceled(row.maybe_json("cancel_reason")?));
        }
        if attempt >= most {
            return Ok(Self::UsedUp);
        }
        Ok(Self::Again { in_doubt: false })
    }
}

async fn reap_run(tx: &mut Tx, run: RunId, export: ExportId) -> Result<bool> {
    const DOING: &str = "take a run from a dead worker";
    let lease_now = tx.lease_now().await?;
    let now: Micros = tx.now();
    let row = sqlx::query(
        "SELECT attempt, max_attempts, cancel_requested, cancel_reason,
                CASE WHEN plan IS NULL THEN 0 ELSE 1 END AS has_plan
         FROM runs WHERE id = $1 AND status = 'processing' AND lease_until <= $2",
    )
    .bind(run.to_string())
    .bind(lease_now)
    .fetch_optional(tx.connection())
    .await
    .doing(DOING)?;
    let Some(row) = row else {
        return Ok(false);
    };
    let (status, reason, again, in_doubt) = match Verdict::of(&row)? {
        Verdict::Canceled(reason) => (RunStatus::Canceled, reason, false, false),
        Verdict::UsedUp => {
            let reason = Reason::new("attempts_used_up");
            (RunStatus::Failed, Some(reason), false, false)
        }
        Verdict::Again { in_doubt } => {
            let reason = Reason::new("worker_lost");
            (RunStatus::Retrying, Some(reason), true, in_doubt)
        }
    };
    let done = sqlx::query(
        "UPDATE runs SET status = $3, reason = $4, ended_at = $5, next_attempt_at = $6, in_doubt = $7,
                         lease_owner = NULL, lease_until = 0, fence = fence + 1, revision = revision + 1
         WHERE id = $1 AND status = 'processing' AND lease_until <= $2 RETURNING revision",
    )
    .bind(run.to_string())
    .bind(lease_now)
    .bind(status.code())
    .bind(to_maybe_json(reason.as_ref())?)
    .bind((!again).then_some(now))
    .bind(again.then_some(now))
    .bind(i64::from(in_doubt))
    .fetch_optional(tx.connection())
    .await
    .doing(DOING)?;
    let Some(done) = done else {
        return Ok(false);
    };
    slots::free(tx, run).await?;
    tx.signal(SignalKind::Queue, "runs", 0);
    let revision = done.int("revision")?;
    if again {
        changed(tx, run, export, revision).await?;
    } else {
        let mark = StripMark::of(status, 0, false);
        ended_as(tx, run, export, revision, mark).await?;
    }
    notices::run_ended(tx, run, export).await?;
    Ok(true)
}
