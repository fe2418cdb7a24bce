//! Claiming runs.
//!
//! The index `runs_ready` holds what waits for nothing, by connection and in order, so that a claim costs the
//! same with ten runs in the queue and with ten thousand. Runs are claimed in rounds of one transaction, at most one
//! of each connection a round, so that many cost hardly more than one.
//!
//! A claim waits for nobody: what somebody else has locked is passed over.

use app::domain::{ConnectionId, ExportId, Micros, RunId, Trigger, Version};
use serde::Serialize;
use serde_json::Value;
use sqlx::any::AnyRow;

use super::slots::{self, Places};
use super::touch::changed;
use crate::store::columns::{Columns, as_int, checked, to_json};
use crate::store::error::Doing;
use crate::store::operation::unless_paused;
use crate::store::{Engine, PerEngine, Result, Store, Tx, over_given, skip_locked};

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

/// The run that each connection would claim next, if it has a place left: the first that is ready, those that people
/// asked for before those of schedules. Ready are runs that wait in the queue and have no other run of their export
/// before them, and those whose next attempt is due; none while everything is paused, or their connection. What a dead
/// worker had is given back by the reaper first. `$1` the clock for attempts · `$2` the clock for leases.
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
                           OR (w.status = 'retrying' AND w.next_attempt_at <= $1))
                       ORDER BY w.priority, w.queued_at, w.id LIMIT 1) AS run_id
                    FROM (SELECT s.owner, COUNT(*) AS places, MAX(s.taken_at) AS taken_at,
                                 COUNT(CASE WHEN s.run_id IS NOT NULL AND s.lease_until > $2 THEN 1 END) AS busy
                          FROM slots s GROUP BY s.owner) p
                    WHERE p.busy < p.places
                      AND NOT EXISTS (SELECT 1 FROM connections q WHERE q.id = p.owner AND q.paused_at > 0)
                      AND ",
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
        "SELECT r.id, r.connection_id, r.priority, r.revision, r.fence",
        "ORDER BY r.priority, c.busy, c.taken_at, r.queued_at, r.id LIMIT $3"
    ),
    "e, r"
);

/// Takes runs. They and their exports are locked; what was read before may have changed since, so that it is
/// asked again.
const TAKE: PerEngine = over_given!(
    "UPDATE runs SET status = 'processing', reason = NULL, lease_owner = $2, lease_until = $3,
                     fence = runs.fence + 1, attempt = runs.attempt + 1, next_attempt_at = NULL,
                     held_at = NULL, rows_so_far = 0, started_at = COALESCE(runs.started_at, $4),
                     revision = runs.revision + 1
     FROM",
    concat!(
        "WHERE runs.id = g.value ->> 'run' AND runs.revision = CAST(g.value ->> 'revision' AS BIGINT)
           AND runs.fence = CAST(g.value ->> 'fence' AS BIGINT) AND runs.ended_at IS NULL
           AND runs.waits_until = 0 AND runs.status IN ('queued', 'retrying')
           AND (runs.cancel_requested = 0 OR runs.status = 'retrying')
           AND NOT EXISTS (SELECT 1 FROM runs o WHERE o.export_id = runs.export_id AND o.id <> runs.id
                             AND o.ended_at IS NULL AND (o.status <> 'queued' OR o.released = 1))
           AND NOT EXISTS (SELECT 1 FROM connections q WHERE q.id = runs.connection_id AND q.paused_at > 0)
           AND ",
        unless_paused!(),
        " RETURNING id, export_id, export_version, connection_id, fence, attempt, max_attempts, released,
                    cancel_requested, plan, caused_by, started_by_name, queued_at, started_at, revision"
    )
);

/// What earlier attempts counted, counts no longer.
const RESET_ITEMS: PerEngine = over_given!(
    "UPDATE run_items SET status = 'queued', rows_read = 0, rows_written = 0, bytes = 0 FROM",
    "WHERE run_items.run_id = g.value ->> 'run'"
);

/// Who claims, until when, and how much.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    pub worker: &'a str,
    /// How long the lease lasts, in microseconds of the database's clock.
    pub lease_us: i64,
    /// Places of all servers together.
    pub at_once: u32,
    /// Most runs to claim.
    pub most: usize,
}

/// Claims runs that get a place of their connection and one of all servers: what a person asked for before what
/// schedules did, then that of the connection whose turn it is. A long queue of one connection keeps no other waiting.
pub async fn claim(store: &Store, claim: Claim<'_>) -> Result<Vec<ClaimedRun>> {
    // Asked without keeping the one writer busy, where there is but one.
    if claim.most == 0 || (store.engine() == Engine::Sqlite && !anything(store).await?) {
        return Ok(Vec::new());
    }
    let mut tx = store.begin().await?;
    let now = tx.lease_now().await?;
    let mut claimed = Vec::new();
    let mut overtaken = 0;
    while claimed.len() < claim.most && overtaken < TRIES {
        let candidates = next(&mut tx, now, claim.most - claimed.len()).await?;
        let connections: Vec<ConnectionId> = candidates.iter().map(|one| one.connection).collect();
        let places = slots::free_places(&mut tx, &connections, claim.at_once, now).await?;
        if places.is_empty() {
            break;
        }
        let taken = take(&mut tx, &claim, now, &candidates, places).await?;
        overtaken += u32::from(taken.is_empty());
        claimed.extend(taken);
    }
    if claimed.is_empty() {
        tx.rollback().await?;
        return Ok(claimed);
    }
    tx.commit().await?;
    Ok(claimed)
}

/// Whether there is anything to claim.
async fn anything(store: &Store) -> Result<bool> {
    let now = store.now();
    let row = sqlx::query(ANY)
        .bind(now)
        .bind(now)
        .fetch_optional(&mut *store.reader().await?)
        .await
        .doing("look for a run to claim")?;
    Ok(row.is_some())
}

/// A run that could be claimed when it was read.
#[derive(Serialize)]
struct Candidate {
    run: RunId,
    revision: i64,
    fence: i64,
    #[serde(skip)]
    connection: ConnectionId,
}

/// What goes next, at most one run of each connection. A second run that a person asked for goes before the first
/// of another connection's schedules: it has the next round.
async fn next(tx: &mut Tx, lease_now: Micros, most: usize) -> Result<Vec<Candidate>> {
    let now = tx.now();
    let sql = NEXT.of(tx.engine());
    let rows = sqlx::query(sql)
        .bind(now)
        .bind(lease_now)
        .bind(as_int(most))
        .fetch_all(tx.connection())
        .await
        .doing("find runs to claim")?;
    let mut priority = None;
    let mut candidates = Vec::with_capacity(rows.len());
    for row in &rows {
        let own = row.int("priority")?;
        if *priority.get_or_insert(own) != own {
            break;
        }
        candidates.push(Candidate {
            run: row.parsed("id")?,
            revision: row.int("revision")?,
            fence: row.int("fence")?,
            connection: row.parsed("connection_id")?,
        });
    }
    Ok(candidates)
}

/// Takes the candidates that there are places for, unless somebody else was faster.
async fn take(
    tx: &mut Tx,
    claim: &Claim<'_>,
    lease_now: Micros,
    candidates: &[Candidate],
    mut places: Places,
) -> Result<Vec<ClaimedRun>> {
    const DOING: &str = "claim runs";
    let takers: Vec<&Candidate> = candidates
        .iter()
        .filter(|one| places.give(one.connection, one.run))
        .collect();
    let until = lease_now.saturating_add(claim.lease_us);
    let now = tx.now();
    let sql = TAKE.of(tx.engine());
    let rows = sqlx::query(sql)
        .bind(to_json(&takers)?)
        .bind(checked(claim.worker)?)
        .bind(until)
        .bind(now)
        .fetch_all(tx.connection())
        .await
        .doing(DOING)?;
    let mut claimed = Vec::with_capacity(rows.len());
    for row in &rows {
        let run = claimed_run(row)?;
        changed(tx, run.id, run.export_id, row.int("revision")?).await?;
        claimed.push(run);
    }
    // In their order, which the database is not bound to keep.
    claimed.sort_by_key(|run| takers.iter().position(|one| one.run == run.id));
    reset_items(tx, &claimed).await?;
    places.keep(|run| claimed.iter().any(|one| one.id == run));
    slots::take(tx, &places, lease_now, until).await?;
    Ok(claimed)
}

async fn reset_items(tx: &mut Tx, claimed: &[ClaimedRun]) -> Result<()> {
    #[derive(Serialize)]
    struct Row {
        run: RunId,
    }
    let again: Vec<Row> = claimed
        .iter()
        .filter(|run| run.attempt > 1)
        .map(|run| Row { run: run.id })
        .collect();
    if again.is_empty() {
        return Ok(());
    }
    let sql = RESET_ITEMS.of(tx.engine());
    sqlx::query(sql)
        .bind(to_json(&again)?)
        .execute(tx.connection())
        .await
        .doing("begin to count anew")?;
    Ok(())
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
