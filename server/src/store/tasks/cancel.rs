//! Stopping tasks: one, or those of a refresh.

use std::collections::BTreeSet;

use app::domain::{Micros, Reason, RefreshId, SourceId, TaskId};

use super::end::lock_source_of;
use super::needs::let_go;
use super::status::write_source_status;
use crate::store::columns::{Columns, to_json};
use crate::store::error::Doing;
use crate::store::{Result, SignalKind, Tx};

/// Which tasks are to stop.
#[derive(Clone, Copy, Debug)]
pub(in crate::store) enum Which {
    OfRefresh(RefreshId),
    One(TaskId),
}

/// Ends the tasks that wait. `$1` which of this column · `$2` why · `$3` when.
macro_rules! end_waiting {
    ($column:literal) => {
        concat!(
            "UPDATE tasks SET status = 'canceled', reason = $2, ended_at = $3, cancel_requested = 1,
                              cancel_reason = $2
             WHERE ",
            $column,
            " = $1 AND status = 'queued' RETURNING id, source_id"
        )
    };
}

/// Asks the workers of the others, unless they were asked before. `$1` which of this column · `$2` why.
macro_rules! ask_workers {
    ($column:literal) => {
        concat!(
            "UPDATE tasks SET cancel_requested = 1, cancel_reason = $2 WHERE ",
            $column,
            " = $1 AND status = 'processing' AND cancel_requested = 0"
        )
    };
}

/// Stops a task: one that waits has ended, one that is under way ends when its worker hears of it. What needs it
/// goes on as after any failure. False if there is nothing left to stop.
pub async fn cancel(tx: &mut Tx, task: TaskId, at: Micros, by: &str) -> Result<bool> {
    lock_source_of(tx, task).await?;
    let reason = Reason::new("task_canceled").with("by", by);
    let stopped = stop(tx, Which::One(task), &reason, at).await?;
    tx.signal(SignalKind::System, task, 0);
    Ok(stopped)
}

/// Stops tasks whose sources are locked. False if there is nothing left to stop.
pub(in crate::store) async fn stop(
    tx: &mut Tx,
    which: Which,
    reason: &Reason,
    at: Micros,
) -> Result<bool> {
    const DOING: &str = "stop tasks";
    let (id, waiting, at_work) = match which {
        Which::OfRefresh(id) => (
            id.to_string(),
            end_waiting!("refresh_id"),
            ask_workers!("refresh_id"),
        ),
        Which::One(id) => (id.to_string(), end_waiting!("id"), ask_workers!("id")),
    };
    let reason = to_json(reason)?;
    let ended = sqlx::query(waiting)
        .bind(&id)
        .bind(&reason)
        .bind(at)
        .fetch_all(tx.connection())
        .await
        .doing(DOING)?;
    let asked = sqlx::query(at_work)
        .bind(&id)
        .bind(&reason)
        .execute(tx.connection())
        .await
        .doing(DOING)?;
    let mut sources = BTreeSet::<SourceId>::new();
    for task in &ended {
        sources.insert(task.parsed("source_id")?);
    }
    for source in sources {
        write_source_status(tx, source).await?;
    }
    for task in &ended {
        let_go(tx, task.parsed("id")?).await?;
    }
    Ok(!ended.is_empty() || asked.rows_affected() > 0)
}
