//! Asking for a run.

use app::domain::{ConnectionId, ExportId, Micros, RunId, RunStatus, Trigger, UserId, Version};

use super::touch::changed;
use crate::store::columns::{Columns, checked};
use crate::store::error::Doing;
use crate::store::{Result, SignalKind, StoreError, Tx, exports};

/// A run to ask for.
#[derive(Debug)]
pub struct NewRun<'a> {
    pub id: RunId,
    pub export_id: ExportId,
    pub trigger: Trigger,
    pub started_by: Option<UserId>,
    pub started_by_name: &'a str,
    pub at: Micros,
    /// The start of its schedule that it is for.
    pub scheduled_for: Option<Micros>,
    pub max_attempts: i64,
}

/// What asking for a run came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enqueued {
    /// A new run waits.
    New(RunId),
    /// This very run was asked for before: the request is repeated.
    Before,
    /// This run, of the export's current version, is under way or waits.
    UnderWay(RunId),
    /// This run waited with an earlier version, and waits with the current one from now on: that may need other data.
    Moved(RunId),
    /// This run waits for a person to say *Deliver* or *Discard*; no other is started before.
    Held(RunId),
    /// The export has no connection.
    Detached,
}

/// Asks for a run of the export's current version.
///
/// A run of that version that is under way is the answer. After an edit one more waits, at most
/// one: a run that waits already and has not started moves to the current version.
pub async fn enqueue(tx: &mut Tx, new: &NewRun<'_>) -> Result<Enqueued> {
    exports::lock(tx, new.export_id).await?;
    let export =
        sqlx::query("SELECT version, connection_id FROM exports WHERE id = $1 AND removed_at = 0")
            .bind(new.export_id.to_string())
            .fetch_optional(tx.connection())
            .await
            .doing("read an export to run")?
            .ok_or(StoreError::NotFound)?;
    let version: Version = export.int("version")?;
    let Some(connection) = export.maybe_parsed::<ConnectionId>("connection_id")? else {
        return Ok(Enqueued::Detached);
    };

    if is_there(tx, new.id).await? {
        return Ok(Enqueued::Before);
    }
    let priority = priority(new.trigger);
    if let Some(answer) = under_way(tx, new.export_id, version, connection).await? {
        if let Enqueued::UnderWay(run) | Enqueued::Moved(run) = answer {
            advance(tx, run, priority).await?;
        }
        return Ok(answer);
    }
    let done = sqlx::query(
        "INSERT INTO runs (id, export_id, export_version, connection_id, status, caused_by, started_by,
                           started_by_name, queued_at, scheduled_for, max_attempts, priority)
         VALUES ($1, $2, $3, $4, 'queued', $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (export_id, scheduled_for) DO NOTHING",
    )
    .bind(new.id.to_string())
    .bind(new.export_id.to_string())
    .bind(version)
    .bind(connection.to_string())
    .bind(new.trigger.code())
    .bind(new.started_by.map(|id| id.to_string()))
    .bind(checked(new.started_by_name)?)
    .bind(new.at)
    .bind(new.scheduled_for)
    .bind(new.max_attempts)
    .bind(priority)
    .execute(tx.connection())
    .await
    .doing("ask for a run")?;
    if done.rows_affected() == 0 {
        return scheduled(tx, new).await;
    }
    changed(tx, new.id, new.export_id, 1).await?;
    tx.signal(SignalKind::Queue, "runs", 0);
    Ok(Enqueued::New(new.id))
}

async fn is_there(tx: &mut Tx, run: RunId) -> Result<bool> {
    let row = sqlx::query("SELECT id FROM runs WHERE id = $1")
        .bind(run.to_string())
        .fetch_optional(tx.connection())
        .await
        .doing("look for a run that was asked for before")?;
    Ok(row.is_some())
}

/// What goes first: 0 asked for by a person, 1 by a schedule.
pub(super) const fn priority(trigger: Trigger) -> i64 {
    match trigger {
        Trigger::Person | Trigger::Api => 0,
        Trigger::Schedule | Trigger::Refresh => 1,
    }
}

/// A run that waits goes no later than what asks for it now would.
async fn advance(tx: &mut Tx, run: RunId, priority: i64) -> Result<()> {
    sqlx::query(
        "UPDATE runs SET priority = $2 WHERE id = $1 AND status = 'queued' AND priority > $2",
    )
    .bind(run.to_string())
    .bind(priority)
    .execute(tx.connection())
    .await
    .doing("let a run go earlier")?;
    Ok(())
}

/// The answer that unfinished runs give, if any.
async fn under_way(
    tx: &mut Tx,
    export: ExportId,
    version: Version,
    connection: ConnectionId,
) -> Result<Option<Enqueued>> {
    let rows = sqlx::query(
        "SELECT id, status, released, export_version, cancel_requested FROM runs
         WHERE export_id = $1 AND ended_at IS NULL ORDER BY queued_at, id LIMIT 10",
    )
    .bind(export.to_string())
    .fetch_all(tx.connection())
    .await
    .doing("read the unfinished runs of an export")?;
    let mut waiting = None;
    for row in &rows {
        let id: RunId = row.parsed("id")?;
        let status = row.coded("status", RunStatus::from_code)?;
        if status == RunStatus::Held {
            return Ok(Some(Enqueued::Held(id)));
        }
        // One that is being stopped delivers nothing: the new one comes after it.
        if row.flag("cancel_requested")? {
            continue;
        }
        if row.int("export_version")? == version {
            return Ok(Some(Enqueued::UnderWay(id)));
        }
        if status == RunStatus::Queued && !row.flag("released")? {
            waiting = Some(id);
        }
    }
    let Some(waiting) = waiting else {
        return Ok(None);
    };
    move_to(tx, waiting, export, version, connection).await?;
    Ok(Some(Enqueued::Moved(waiting)))
}

/// Gives a run that waits the export's current version, and its connection.
pub(super) async fn move_to(
    tx: &mut Tx,
    run: RunId,
    export: ExportId,
    version: Version,
    connection: ConnectionId,
) -> Result<()> {
    let revision = sqlx::query_scalar(
        "UPDATE runs SET export_version = $2, connection_id = $3, revision = revision + 1
         WHERE id = $1 RETURNING revision",
    )
    .bind(run.to_string())
    .bind(version)
    .bind(connection.to_string())
    .fetch_one(tx.connection())
    .await
    .doing("move a waiting run to the current version")?;
    changed(tx, run, export, revision).await
}

/// The run that this start of the schedule led to before.
async fn scheduled(tx: &mut Tx, new: &NewRun<'_>) -> Result<Enqueued> {
    let row = sqlx::query("SELECT id FROM runs WHERE export_id = $1 AND scheduled_for = $2")
        .bind(new.export_id.to_string())
        .bind(new.scheduled_for)
        .fetch_one(tx.connection())
        .await
        .doing("find the run of a scheduled start")?;
    Ok(Enqueued::UnderWay(row.parsed("id")?))
}
