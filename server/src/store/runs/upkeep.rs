//! What the reconciler and the metrics ask about runs.

use app::domain::{ConnectionId, Micros, RunId, RunStatus};
use serde_json::Value;

use crate::store::columns::Columns;
use crate::store::error::Doing;
use crate::store::{Reads, Result};

/// A run that ended, whose attempts may have left something at the destination.
#[derive(Clone, Debug, PartialEq)]
pub struct Unswept {
    pub run_id: RunId,
    pub connection_id: ConnectionId,
    pub plan: Value,
}

/// Runs that are held since before an instant, oldest first.
pub async fn held_before(mut db: impl Reads, at: Micros, limit: u32) -> Result<Vec<RunId>> {
    let rows = sqlx::query(
        "SELECT id FROM runs WHERE ended_at IS NULL AND status = 'held' AND held_at < $1
         ORDER BY held_at, id LIMIT $2",
    )
    .bind(at)
    .bind(i64::from(limit))
    .fetch_all(&mut *db.reading().await?)
    .await
    .doing("find runs that are held for long")?;
    rows.iter().map(|row| row.parsed("id")).collect()
}

/// Runs that ended and were not swept, oldest first.
pub async fn unswept(mut db: impl Reads, limit: u32) -> Result<Vec<Unswept>> {
    let rows = sqlx::query(
        "SELECT id, connection_id, plan FROM runs
         WHERE swept = 0 AND plan IS NOT NULL AND ended_at IS NOT NULL
         ORDER BY ended_at, id LIMIT $1",
    )
    .bind(i64::from(limit))
    .fetch_all(&mut *db.reading().await?)
    .await
    .doing("find runs to sweep after")?;
    rows.iter()
        .map(|row| {
            Ok(Unswept {
                run_id: row.parsed("id")?,
                connection_id: row.parsed("connection_id")?,
                plan: row.json("plan")?,
            })
        })
        .collect()
}

/// Plans of the other unfinished runs of a connection: the paths they have fixed.
pub async fn unfinished_plans(
    mut db: impl Reads,
    connection: ConnectionId,
    except: RunId,
) -> Result<Vec<Value>> {
    let rows = sqlx::query(
        "SELECT plan FROM runs
         WHERE connection_id = $1 AND id <> $2 AND plan IS NOT NULL AND ended_at IS NULL
         ORDER BY id LIMIT 1000",
    )
    .bind(connection.to_string())
    .bind(except.to_string())
    .fetch_all(&mut *db.reading().await?)
    .await
    .doing("find the paths of other runs")?;
    rows.iter().map(|row| row.json("plan")).collect()
}

/// When the next attempt of any run starts.
pub async fn next_attempt(mut db: impl Reads) -> Result<Option<Micros>> {
    let row = sqlx::query(
        "SELECT MIN(next_attempt_at) AS next FROM runs WHERE ended_at IS NULL AND status = 'retrying'",
    )
    .fetch_one(&mut *db.reading().await?)
    .await
    .doing("find the next attempt")?;
    row.maybe_int("next")
}

/// How many unfinished runs there are in each state.
pub async fn counts(mut db: impl Reads) -> Result<Vec<(RunStatus, i64)>> {
    let rows = sqlx::query(
        "SELECT status, COUNT(*) AS number FROM runs WHERE ended_at IS NULL
         GROUP BY status ORDER BY status LIMIT 10",
    )
    .fetch_all(&mut *db.reading().await?)
    .await
    .doing("count unfinished runs")?;
    rows.iter()
        .map(|row| {
            Ok((
                row.coded("status", RunStatus::from_code)?,
                row.int("number")?,
            ))
        })
        .collect()
}
