//! How things stand, in numbers: for those who watch over the server by machine.

use app::domain::{Micros, RunStatus};

use crate::store::columns::Columns;
use crate::store::error::Doing;
use crate::store::{Result, Store, runs, schedules};

/// What counts at one instant, of all servers together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Runs at work.
    pub processing: i64,
    /// Runs in the queue.
    pub queued: i64,
    /// Since when the first of those waits that wait for nothing but a place.
    pub waiting_since: Option<Micros>,
    /// Exports that do not deliver.
    pub failing: i64,
    /// The next start of anything. One that has passed should have been planned.
    pub next_start: Option<Micros>,
}

/// Counts.
pub async fn figures(store: &Store) -> Result<Figures> {
    const DOING: &str = "count how things stand";
    let counts = runs::counts(store).await?;
    let count = |wanted: RunStatus| -> i64 {
        let of_it = counts.iter().filter(|(status, _)| *status == wanted);
        of_it.map(|(_, runs)| runs).sum()
    };
    let next_start = schedules::earliest_start(store).await?;
    let mut db = store.reader().await?;
    let waiting = sqlx::query(
        "SELECT MIN(queued_at) AS since FROM runs
         WHERE ended_at IS NULL AND status = 'queued' AND waits_until = 0",
    )
    .fetch_one(&mut *db)
    .await
    .doing(DOING)?;
    let failing = sqlx::query(
        "SELECT COUNT(*) AS number FROM exports WHERE removed_at = 0 AND failing_since > 0",
    )
    .fetch_one(&mut *db)
    .await
    .doing(DOING)?;
    Ok(Figures {
        processing: count(RunStatus::Processing),
        queued: count(RunStatus::Queued),
        waiting_since: waiting.maybe_int("since")?,
        failing: failing.int("number")?,
        next_start,
    })
}
