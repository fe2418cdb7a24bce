//! Runs that were kept long enough go, with their receipts, a bounded number at a time.
//!
//! Of an export that is there, two stay whatever their age, or its list would change: the run that its status is from,
//! and the one that delivered last, which the next one is compared with. What did not end is never looked at.

use app::domain::{ConnectionId, Micros, RunId};
use serde::Serialize;

use crate::store::columns::Columns;
use crate::store::error::Doing;
use crate::store::forgetting::forget_all;
use crate::store::{PerEngine, Result, Tx, over_given, skip_locked};

/// How many runs go at once: other writers wait for some 50 ms.
pub const AT_ONCE: u32 = 500;

/// What is old and may go, oldest first. `$1` before when · `$2` limit · `$3` exports that were removed before then keep
/// none.
macro_rules! old {
    () => {
        "SELECT r.id, r.connection_id FROM runs r JOIN exports e ON e.id = r.export_id
         WHERE r.ended_at IS NOT NULL AND r.ended_at < $1
           AND ((e.removed_at > 0 AND e.removed_at < $3)
                OR ((e.status_run_id IS NULL OR e.status_run_id <> r.id)
                    AND EXISTS (SELECT 1 FROM runs n WHERE n.export_id = r.export_id
                                  AND (n.queued_at, n.id) > (r.queued_at, r.id))
                    AND (r.status NOT IN ('successful', 'completed_with_warnings')
                         OR EXISTS (SELECT 1 FROM runs d WHERE d.export_id = r.export_id
                                      AND d.ended_at IS NOT NULL
                                      AND d.status IN ('successful', 'completed_with_warnings')
                                      AND (d.ended_at, d.id) > (r.ended_at, r.id)))))
         ORDER BY r.ended_at, r.started_at, r.id LIMIT $2"
    };
}

const OLD: PerEngine = skip_locked!(old!(), "r");

/// Statements over the runs that go, children first. Of a connection that keeps no records of its own, the last one of
/// each folder stays: the next delivery counts on from it.
const GO: [PerEngine; 6] = [
    over_given!(
        "DELETE FROM run_files WHERE run_id IN (SELECT g.value ->> 'run' FROM",
        ")"
    ),
    over_given!(
        "DELETE FROM run_items WHERE run_id IN (SELECT g.value ->> 'run' FROM",
        ")"
    ),
    over_given!(
        "DELETE FROM run_needs WHERE run_id IN (SELECT g.value ->> 'run' FROM",
        ")"
    ),
    over_given!(
        "DELETE FROM waybills WHERE run_id IN (SELECT g.value ->> 'run' FROM",
        ")"
    ),
    over_given!(
        "DELETE FROM published_records WHERE (connection_id, run_id) IN
             (SELECT g.value ->> 'connection', g.value ->> 'run' FROM",
        ") AND EXISTS (SELECT 1 FROM published_records n
                       WHERE n.connection_id = published_records.connection_id
                         AND n.export_folder = published_records.export_folder
                         AND n.publish > published_records.publish)"
    ),
    over_given!(
        "DELETE FROM runs WHERE id IN (SELECT g.value ->> 'run' FROM",
        ")"
    ),
];

#[derive(Serialize)]
struct Going {
    run: RunId,
    connection: ConnectionId,
}

/// Forgets runs that ended before an instant, the oldest first and so many at most. Of exports that were removed before
/// `removed_before`, none stays. How many went.
pub async fn forget(tx: &mut Tx, before: Micros, removed_before: Micros, most: u32) -> Result<u64> {
    const DOING: &str = "forget old runs";
    let sql = OLD.of(tx.engine());
    let rows = sqlx::query(sql)
        .bind(before)
        .bind(i64::from(most))
        .bind(removed_before)
        .fetch_all(tx.connection())
        .await
        .doing(DOING)?;
    let going = rows.iter().map(|row| {
        Ok(Going {
            run: row.parsed("id")?,
            connection: row.parsed("connection_id")?,
        })
    });
    let going = going.collect::<Result<Vec<_>>>()?;
    forget_all(tx, &GO, &going, DOING).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Engine;
    use crate::store::planning::{Planning, scanned};

    #[tokio::test]
    async fn old_runs_and_what_hangs_on_them_are_found_by_index_on_sqlite() {
        let planning = Planning::new().await;
        let plan = planning.of(OLD.of(Engine::Sqlite)).await;
        assert!(plan.contains("r USING INDEX runs_by_end"), "{plan}");
        assert!(
            plan.contains("n USING COVERING INDEX runs_of_export"),
            "{plan}"
        );
        assert!(plan.contains("d USING INDEX runs_ended"), "{plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{plan}");
        assert!(scanned(&plan).is_empty(), "{plan}");
        for statement in GO {
            let plan = planning.of(statement.of(Engine::Sqlite)).await;
            assert!(scanned(&plan).is_empty(), "{plan}");
        }
        planning.end().await;
    }
}
