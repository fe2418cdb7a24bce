//! What a database that was filled from a backup ends, in the transaction that filled it: it knows nothing of what the
//! first server did since.
//!
//! The schema is that of the backup: only columns of the oldest one that can be restored have a place here, and in what the
//! audit log is told of a run (`audit::run_ended`).

use app::domain::{ExportStatus, Micros, Reason, RunId, RunStatus, StripMark};
use serde::Serialize;

use crate::store::columns::{Columns, to_json};
use crate::store::error::Doing;
use crate::store::exports::appended;
use crate::store::{PerEngine, Result, Tx, audit, connections, over_given};

/// What was ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// Runs that were under way: whether they delivered is not known.
    pub runs_unknown: u64,
    /// Runs that waited, for their turn or for a person: they do not start.
    pub runs_dropped: u64,
}

/// What went with snapshots that the lake does not have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gone {
    pub snapshots: u64,
    /// Tables that have none now.
    pub tables: u64,
}

/// The first server may still be at them, so that nothing is removed at their destinations.
const END_UNKNOWN: &str =
    "UPDATE runs SET status = 'failed', reason = $2, ended_at = $1, in_doubt = 0, lease_owner = NULL,
                     lease_until = 0, next_attempt_at = NULL, waits_until = 0, swept = 1, fence = fence + 1,
                     revision = revision + 1
     WHERE ended_at IS NULL AND (status IN ('processing', 'retrying') OR released = 1)
     RETURNING id";

const END_WAITING: &str =
    "UPDATE runs SET status = 'skipped', reason = $2, ended_at = $1, waits_until = 0, revision = revision + 1
     WHERE ended_at IS NULL AND status = 'queued' AND released = 0
     RETURNING id";

/// As [`END_UNKNOWN`]; but nobody had let it deliver.
const END_HELD: &str =
    "UPDATE runs SET status = 'skipped', reason = $2, ended_at = $1, in_doubt = 0, lease_owner = NULL,
                     lease_until = 0, next_attempt_at = NULL, waits_until = 0, swept = 1, fence = fence + 1,
                     revision = revision + 1
     WHERE ended_at IS NULL AND status = 'held' AND released = 0
     RETURNING id";

/// What lists show of exports whose run was ended at this instant for this reason. `$3` status · `$4` its rank · `$5` mark
const SHOW: &str = concat!(
    "UPDATE exports SET status = $3, status_rank = $4, status_reason = $2,
            status_run_id = (SELECT r.id FROM runs r
                             WHERE r.export_id = exports.id AND r.ended_at = $1 AND r.reason = $2
                             ORDER BY r.id DESC LIMIT 1),
            failing_since = CASE WHEN failing_since = 0 AND removed_at = 0 THEN $1 ELSE failing_since END,
            strip = ",
    appended!("$5"),
    " WHERE id IN (SELECT r.export_id FROM runs r WHERE r.ended_at = $1 AND r.reason = $2)"
);

/// `$1` the instant · `$2` why.
const END_OTHERS: [&str; 3] = [
    "UPDATE tasks SET status = 'skipped', reason = $2, ended_at = $1, lease_owner = NULL, lease_until = 0,
                      fence = fence + 1
     WHERE ended_at IS NULL",
    "UPDATE sources SET status = 'skipped', status_reason = $2
     WHERE id IN (SELECT t.source_id FROM tasks t WHERE t.ended_at = $1 AND t.reason = $2)",
    "UPDATE notice_sendings SET ended_at = $1, lease_until = 0, problem = $2 WHERE ended_at = 0",
];

const LET_GO: [&str; 2] = [
    "UPDATE connections SET test_lease_until = 0 WHERE test_lease_until > 0",
    "UPDATE refreshes SET following = 0 WHERE following = 1",
];

/// Ends what was under way and what waited, and drops what was still to be told. Exports that follow a refresh of before
/// are not planned any more.
pub async fn settle(tx: &mut Tx, at: Micros) -> Result<Settled> {
    const DOING: &str = "end what the backup had under way";
    let waiting = to_json(&Reason::new("restored"))?;
    let queued = end(tx, END_WAITING, at, &waiting, RunStatus::Skipped).await?;
    // An instant later: of two runs of one export, this is the one that lists show.
    let later = at.saturating_add(1);
    let held = end(tx, END_HELD, later, &waiting, RunStatus::Skipped).await?;
    let unknown = to_json(&Reason::new("restored_unknown"))?;
    let runs_unknown = end(tx, END_UNKNOWN, later, &unknown, RunStatus::Failed).await?;
    for sql in END_OTHERS {
        sqlx::query(sql)
            .bind(at)
            .bind(&waiting)
            .execute(tx.connection())
            .await
            .doing(DOING)?;
    }
    for sql in LET_GO {
        sqlx::query(sql)
            .execute(tx.connection())
            .await
            .doing(DOING)?;
    }
    connections::make_places(tx).await?;
    Ok(Settled {
        runs_unknown,
        runs_dropped: queued + held,
    })
}

/// Ends runs, shows it, and notes it of each in the audit log. How many there were.
async fn end(
    tx: &mut Tx,
    sql: &'static str,
    at: Micros,
    reason: &str,
    status: RunStatus,
) -> Result<u64> {
    const DOING: &str = "end the runs that the backup had";
    let ended = sqlx::query(sql)
        .bind(at)
        .bind(reason)
        .fetch_all(tx.connection())
        .await
        .doing(DOING)?;
    let shown = ExportStatus::from_code(status.code()).unwrap_or(ExportStatus::Failed);
    sqlx::query(SHOW)
        .bind(at)
        .bind(reason)
        .bind(shown.code())
        .bind(shown.rank())
        .bind(String::from_iter(StripMark::of(status, 0, false).letters()))
        .execute(tx.connection())
        .await
        .doing(DOING)?;
    for row in &ended {
        let run: RunId = row.parsed("id")?;
        audit::run_ended(tx, run).await?;
    }
    Ok(ended.len() as u64)
}

#[derive(Serialize)]
struct Missing<'a> {
    id: &'a str,
}

/// Tables wait for their next refresh as if they had never had one.
const TABLES: PerEngine = over_given!(
    "UPDATE tables SET snapshot_id = NULL, row_count = NULL, bytes = NULL, refreshed_at = NULL, fingerprint = NULL
     WHERE snapshot_id IN (SELECT g.value ->> 'id' FROM",
    ")"
);

const SNAPSHOTS: PerEngine = over_given!(
    "DELETE FROM snapshots WHERE id IN (SELECT g.value ->> 'id' FROM",
    ")"
);

/// Forgets snapshots that are not there.
pub async fn forget_snapshots(tx: &mut Tx, ids: &[String]) -> Result<Gone> {
    if ids.is_empty() {
        return Ok(Gone::default());
    }
    let missing: Vec<Missing<'_>> = ids.iter().map(|id| Missing { id }).collect();
    let given = to_json(&missing)?;
    let mut changed = [0; 2];
    for (sql, changed) in [TABLES, SNAPSHOTS].into_iter().zip(&mut changed) {
        *changed = sqlx::query(sql.of(tx.engine()))
            .bind(&given)
            .execute(tx.connection())
            .await
            .doing("forget snapshots that the lake does not have")?
            .rows_affected();
    }
    let [tables, snapshots] = changed;
    Ok(Gone { snapshots, tables })
}
