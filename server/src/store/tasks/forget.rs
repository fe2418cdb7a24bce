//! Tasks that ended long ago go, a bounded number at a time: the newest of each source stays, and those that runs or other
//! tasks needed which are still there.

use app::domain::{Micros, TaskId};
use serde::Serialize;

use crate::store::columns::Columns;
use crate::store::error::Doing;
use crate::store::forgetting::forget_all;
use crate::store::{PerEngine, Result, Tx, over_given, skip_locked};

/// What is old and may go, oldest first. `$1` before when · `$2` limit.
const OLD: PerEngine = skip_locked!(
    "SELECT t.id FROM tasks t
     WHERE t.ended_at IS NOT NULL AND t.ended_at < $1
       AND EXISTS (SELECT 1 FROM tasks n WHERE n.source_id = t.source_id AND n.ended_at IS NOT NULL
                     AND (n.ended_at, n.id) > (t.ended_at, t.id))
       AND NOT EXISTS (SELECT 1 FROM run_needs r WHERE r.task_id = t.id)
       AND NOT EXISTS (SELECT 1 FROM task_needs d WHERE d.needs_task_id = t.id)
     ORDER BY t.ended_at, t.started_at, t.id LIMIT $2",
    "t"
);

const GO: [PerEngine; 2] = [
    over_given!(
        "DELETE FROM task_needs WHERE task_id IN (SELECT g.value ->> 'task' FROM",
        ")"
    ),
    over_given!(
        "DELETE FROM tasks WHERE id IN (SELECT g.value ->> 'task' FROM",
        ")"
    ),
];

#[derive(Serialize)]
struct Going {
    task: TaskId,
}

/// Forgets tasks that ended before an instant, the oldest first and so many at most. How many went. What they needed may
/// go the next time.
pub async fn forget(tx: &mut Tx, before: Micros, most: u32) -> Result<u64> {
    const DOING: &str = "forget old tasks";
    let sql = OLD.of(tx.engine());
    let rows = sqlx::query(sql)
        .bind(before)
        .bind(i64::from(most))
        .fetch_all(tx.connection())
        .await
        .doing(DOING)?;
    let going = rows.iter().map(|row| {
        Ok(Going {
            task: row.parsed("id")?,
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
    async fn old_tasks_are_found_by_index_on_sqlite() {
        let planning = Planning::new().await;
        let plan = planning.of(OLD.of(Engine::Sqlite)).await;
        assert!(plan.contains("t USING INDEX tasks_by_end"), "{plan}");
        for index in ["tasks_ended", "run_needs_task", "task_needs_needed"] {
            assert!(
                plan.contains(&format!("USING COVERING INDEX {index} ")),
                "{plan}"
            );
        }
        assert!(!plan.contains("TEMP B-TREE"), "{plan}");
        assert!(scanned(&plan).is_empty(), "{plan}");
        for statement in GO {
            let plan = planning.of(statement.of(Engine::Sqlite)).await;
            assert!(scanned(&plan).is_empty(), "{plan}");
        }
        planning.end().await;
    }
}
