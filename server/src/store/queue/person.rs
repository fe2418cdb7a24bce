//! What people do to runs: release, discard, cancel.

use app::domain::{Micros, Reason, RunId, RunStatus, StripMark};

use super::slots;
use super::touch::{changed, ended_as, lock_of};
use crate::store::columns::{Columns, to_json};
use crate::store::error::Doing;
use crate::store::{Reads, Result, SignalKind, Tx};

/// What asking to stop came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Canceled {
    /// Nobody worked on it: it has ended.
    Now,
    /// Its worker will see it and end it.
    Asked,
    /// It had ended before.
    Ended,
}

/// *Deliver*: a held run waits again, before anything else of its export and what schedules asked for, and
/// is not held a second time. The attempt it was held in does not count. False if it is not held.
pub async fn release(tx: &mut Tx, run: RunId, at: Micros) -> Result<bool> {
    let export = lock_of(tx, run).await?;
    let done = sqlx::query(
        "UPDATE runs SET status = 'queued', released = 1, priority = 0, reason = NULL, held_at = NULL,
                         released_at = $2, max_attempts = max_attempts + 1, revision = revision + 1
         WHERE id = $1 AND status = 'held' RETURNING revision",
    )
    .bind(run.to_string())
    .bind(at)
    .fetch_optional(tx.connection())
    .await
    .doing("release a run")?;
    let Some(released) = done else {
        return Ok(false);
    };
    tx.signal(SignalKind::Queue, "runs", 0);
    changed(tx, run, export, released.int("revision")?).await?;
    Ok(true)
}

/// *Discard*: ends a held run. False if it is not held.
pub async fn discard(tx: &mut Tx, run: RunId, reason: &Reason, at: Micros) -> Result<bool> {
    let export = lock_of(tx, run).await?;
    let done = sqlx::query(
        "UPDATE runs SET status = 'canceled', reason = $2, ended_at = $3, revision = revision + 1
         WHERE id = $1 AND status = 'held' RETURNING revision",
    )
    .bind(run.to_string())
    .bind(to_json(reason)?)
    .bind(at)
    .fetch_optional(tx.connection())
    .await
    .doing("discard a run")?;
    let Some(discarded) = done else {
        return Ok(false);
    };
    tx.signal(SignalKind::Queue, "runs", 0);
    let mark = StripMark::of(RunStatus::Canceled, 0, false);
    ended_as(tx, run, export, discarded.int("revision")?, mark).await?;
    Ok(true)
}

/// Asks a run to stop. One that nobody works on ends at once, unless it may be published already: then a
/// worker looks first. Of several who ask, the first is named.
pub async fn request_cancel(
    tx: &mut Tx,
    run: RunId,
    reason: &Reason,
    at: Micros,
) -> Result<Canceled> {
    const DOING: &str = "cancel a run";
    let export = lock_of(tx, run).await?;
    let row = sqlx::query("SELECT status, cancel_requested, in_doubt FROM runs WHERE id = $1")
        .bind(run.to_string())
        .fetch_one(tx.connection())
        .await
        .doing(DOING)?;
    let status = row.coded("status", RunStatus::from_code)?;
    if status.has_ended() {
        return Ok(Canceled::Ended);
    }
    let reason = to_json(reason)?;
    if status == RunStatus::Processing || row.flag("in_doubt")? {
        if row.flag("cancel_requested")? {
            return Ok(Canceled::Asked);
        }
        let revision = sqlx::query_scalar(
            "UPDATE runs SET cancel_requested = 1, cancel_reason = $2,
                             next_attempt_at = CASE WHEN status = 'retrying' THEN $3 END,
                             revision = revision + 1
             WHERE id = $1 RETURNING revision",
        )
        .bind(run.to_string())
        .bind(reason)
        .bind(at)
        .fetch_one(tx.connection())
        .await
        .doing(DOING)?;
        tx.signal(SignalKind::Queue, "runs", 0);
        changed(tx, run, export, revision).await?;
        return Ok(Canceled::Asked);
    }
    let revision = sqlx::query_scalar(
        "UPDATE runs SET status = 'canceled', reason = $2, ended_at = $3, cancel_requested = 1,
                         cancel_reason = $2, next_attempt_at = NULL, revision = revision + 1
         WHERE id = $1 RETURNING revision",
    )
    .bind(run.to_string())
    .bind(reason)
    .bind(at)
    .fetch_one(tx.connection())
    .await
    .doing(DOING)?;
    slots::free(tx, run).await?;
    tx.signal(SignalKind::Queue, "runs", 0);
    let mark = StripMark::of(RunStatus::Canceled, 0, false);
    ended_as(tx, run, export, revision, mark).await?;
    Ok(Canceled::Now)
}

/// The reason that a person's wish to stop gave, for the worker to end the run with.
pub async fn cancel_reason(mut db: impl Reads, run: RunId) -> Result<Option<Reason>> {
    let row = sqlx::query("SELECT cancel_reason FROM runs WHERE id = $1 AND cancel_requested = 1")
        .bind(run.to_string())
        .fetch_optional(&mut *db.reading().await?)
        .await
        .doing("read why a run is canceled")?;
    match row {
        Some(row) => row.maybe_json("cancel_reason"),
        None => Ok(None),
    }
}
