//! Claiming a run.
//!
//! The index `runs_ready` holds what waits for nothing, by connection and in order, so that a claim costs the
//! same with ten runs in the queue and with ten thousand.

use app::domain::{ConnectionId, ExportId, Micros, RunId, Trigger, Version};
use serde_json::Value;
use sqlx::any::AnyRow;

use super::slots::{self, Lease};
use super::touch::changed;
use crate::store::columns::{Columns, checked};
use crate::store::error::Doing;
use crate::store::operation::unless_paused;
use crate::store::{PerEngine, Result, Store, Tx, skip_locked};

/// How often a claim tries again when somebody else was faster.
const TRIES: u32 = 3;

/// A run that this worker may work on, until its lease passes.
#[derive(Clone, Debug, PartialEq)]
pub struct ClaimedRun {
    pub id: RunId,
    pub export_id: ExportId,
    pub export_version: Version,
    pub connection_id: ConnectionId,
    /// To be carried by every write.
    pub fence: i64,
    /// From 1; a takeover counts. Above `max_attempts` see [`only_looks`](Self::only_looks).
    pub attempt: i64,
    pub max_attempts: i64,
    /// A person said *Deliver*: it is not held again.
    pub released: bool,
    /// A person asked to stop it before it was claimed: it may be published all the same.
    pub cancel_requested: bool,
    /// The paths that an earlier attempt fixed.
    pub plan: Option<Value>,
    pub trigger: Trigger,
    pub started_by: String,
    pub queued_at: Micros,
    /// When its first attempt started.
    pub started_at: Micros,
}

impl ClaimedRun {
    /// Its attempts are used up, but nobody knows whether one of them has published. It is to be finished
    /// from its record, or has failed; it never publishes anew.
    pub const fn only_looks(&self) -> bool {
        self.attempt > self.max_attempts
    }
}

/// The run that each connection would claim next, if it has a place left: the first that is ready, those
/// that people asked for before those of schedules. Ready are runs that wait in the queue and have no
/// other run of their export before them, whose next attempt is due, or whose worker's lease has passed; none
/// while everything is paused.
/// `$1` the clock for attempts · `$2` the clock for leases.
macro_rules! next_of_each_connection {
    ($select:literal, $rest:literal) => {
        concat!(
            $select,
            " FROM (SELECT p.busy, p.taken_at,
                      (SELECT w.id FROM runs w
                       WHERE w.connection_id = p.owner AND w.ended_at IS NULL AND w.waits_until = 0
                         AND w.status <> 'held'
                         AND ((w.status = 'queued' AND (w.released = 1 OR NOT EXISTS
                                 (SELECT 1 FROM runs o WHERE o.export_id = w.export_id AND o.ended_at IS NULL
                                    AND (o.status <> 'queued' OR o.released = 1))))
                           OR (w.status = 'retrying' AND w.next_attempt_at <= $1)
                           OR (w.status = 'processing' AND w.lease_until <= $2
                               AND w.cancel_requested = 0 AND w.attempt < w.max_attempts))
                       ORDER BY w.priority, w.queued_at, w.id LIMIT 1) AS run_id
                    FROM (SELECT s.owner, COUNT(*) AS places, MAX(s.taken_at) AS taken_at,
                                 COUNT(CASE WHEN s.run_id IS NOT NULL AND s.lease_until > $2 THEN 1 END) AS busy
                          FROM slots s GROUP BY s.owner) p
                    WHERE p.busy < p.places AND ",
            unless_paused!(),
            ") c
              JOIN runs r ON r.id = c.run_id
              JOIN exports e ON e.id = r.export_id ",
            $rest
        )
    };
}

const ANY: &str = next_of_each_connection!("SELECT r.id", "ORDER BY r.id LIMIT 1");

// Connections take turns: the one with the fewest runs at work, then the one that had none for longest.
const NEXT: PerEngine = skip_locked!(
    next_of_each_connection!(
        "SELECT r.id, r.revision, r.fence",
        "ORDER BY r.priority, c.busy, c.taken_at, r.queued_at, r.id LIMIT 1"
    ),
    "e"
);

/// Claims a run for `lease_us` from now, if it gets a place of its connection and one of `at_once` of the
/// whole server: what a person asked for before what schedules did, then that of the connection whose turn
/// it is. A long queue of one connection keeps no other waiting.
pub async fn claim(
    store: &Store,
    worker: &str,
    lease_us: i64,
    at_once: u32,
) -> Result<Option<ClaimedRun>> {
    for _try in 0..TRIES {
        if !anything(store).await? {
            return Ok(None);
        }
        let mut tx = store.begin().await?;
        match attempt(&mut tx, worker, lease_us, at_once).await? {
            Attempt::Claimed(run) => {
                tx.commit().await?;
                return Ok(Some(*run));
            }
            Attempt::Nothing => return tx.rollback().await.map(|()| None),
            Attempt::Overtaken => tx.rollback().await?,
        }
    }
    Ok(None)
}

/// Whether there is anything to claim, asked without keeping the one writer busy. Where leases go
/// by another clock than ours, any of them counts as passed here: the claim itself decides.
async fn anything(store: &Store) -> Result<bool> {
    let leases = if store.engine().dialect().clock.is_some() {
        i64::MAX
    } else {
        store.now()
    };
    let row = sqlx::query(ANY)
        .bind(store.now())
        .bind(leases)
        .fetch_optional(&mut *store.reader().await?)
        .await
        .doing("look for a run to claim")?;
    Ok(row.is_some())
}

enum Attempt {
    Claimed(Box<ClaimedRun>),
    Nothing,
    /// Somebody else took the run or the place.
    Overtaken,
}

async fn attempt(tx: &mut Tx, worker: &str, lease_us: i64, at_once: u32) -> Result<Attempt> {
    const DOING: &str = "claim a run";
    let lease_now = tx.lease_now().await?;
    let now = tx.now();
    let sql = NEXT.of(tx.engine());
    let row = sqlx::query(sql)
        .bind(now)
        .bind(lease_now)
        .fetch_optional(tx.connection())
        .await
        .doing(DOING)?;
    let Some(row) = row else {
        return Ok(Attempt::Nothing);
    };
    let id: RunId = row.parsed("id")?;
    let until = lease_now.saturating_add(lease_us);
    // The export is locked now; what was read before may have changed since, so that it is asked
    // again.
    let claimed = sqlx::query(concat!(
        "UPDATE runs SET status = 'processing', reason = NULL, lease_owner = $4, lease_until = $5,
                         fence = fence + 1, attempt = attempt + 1, next_attempt_at = NULL,
                         held_at = NULL, rows_so_far = 0, started_at = COALESCE(started_at, $6)
         WHERE id = $1 AND revision = $2 AND fence = $3 AND ended_at IS NULL AND waits_until = 0
           AND (cancel_requested = 0 OR status = 'retrying')
           AND (status <> 'processing' OR lease_until <= $7)
           AND NOT EXISTS (SELECT 1 FROM runs o WHERE o.export_id = runs.export_id AND o.id <> $1
                             AND o.ended_at IS NULL AND (o.status <> 'queued' OR o.released = 1))
           AND ",
        unless_paused!(),
        " RETURNING id, export_id, export_version, connection_id, fence, attempt, max_attempts, released,
                    cancel_requested, plan, caused_by, started_by_name, queued_at, started_at",
    ))
    .bind(id.to_string())
    .bind(row.int("revision")?)
    .bind(row.int("fence")?)
    .bind(checked(worker)?)
    .bind(until)
    .bind(now)
    .bind(lease_now)
    .fetch_optional(tx.connection())
    .await
    .doing(DOING)?;
    let Some(claimed) = claimed else {
        return Ok(Attempt::Overtaken);
    };
    let claimed = claimed_run(&claimed)?;
    sqlx::query(
        "UPDATE run_items SET status = 'queued', rows_read = 0, rows_written = 0, bytes = 0
         WHERE run_id = $1",
    )
    .bind(id.to_string())
    .execute(tx.connection())
    .await
    .doing(DOING)?;
    let lease = Lease {
        run: id,
        now: lease_now,
        until,
    };
    if !slots::take(tx, claimed.connection_id, at_once, lease).await? {
        return Ok(Attempt::Nothing);
    }
    changed(tx, id, claimed.export_id).await?;
    Ok(Attempt::Claimed(Box::new(claimed)))
}

fn claimed_run(row: &AnyRow) -> Result<ClaimedRun> {
    Ok(ClaimedRun {
        id: row.parsed("id")?,
        export_id: row.parsed("export_id")?,
        export_version: row.int("export_version")?,
        connection_id: row.parsed("connection_id")?,
        fence: row.int("fence")?,
        attempt: row.int("attempt")?,
        max_attempts: row.int("max_attempts")?,
        released: row.flag("released")?,
        cancel_requested: row.flag("cancel_requested")?,
        plan: row.maybe_json("plan")?,
        trigger: row.coded("caused_by", Trigger::from_code)?,
        started_by: row.text("started_by_name")?,
        queued_at: row.int("queued_at")?,
        started_at: row.int("started_at")?,
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use base::SystemClock;
    use sqlx::Row as _;

    use super::*;

    #[tokio::test]
    async fn each_connection_finds_its_next_run_by_the_index_on_sqlite() {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}/waybill.db", folder.path().display());
        let store = Store::open(&url, Arc::new(SystemClock))
            .await
            .expect("opens");
        store.migrate().await.expect("migrates");
        let mut reader = store.reader().await.expect("a reader");
        let explained = format!("EXPLAIN QUERY PLAN {}", NEXT.sqlite);
        let plan: Vec<String> = sqlx::query(sqlx::AssertSqlSafe(explained))
            .bind(1_i64)
            .bind(1_i64)
            .fetch_all(&mut *reader)
            .await
            .expect("explains")
            .iter()
            .map(|row| row.get("detail"))
            .collect();
        let plan = plan.join("\n");
        assert!(
            plan.contains("w USING INDEX runs_ready (connection_id=?)"),
            "{plan}"
        );
        assert_eq!(plan.matches("TEMP B-TREE").count(), 1, "{plan}");
        drop(reader);
        store.close().await;
    }
}
