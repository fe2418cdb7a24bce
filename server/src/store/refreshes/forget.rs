//! Refreshes of which nothing is left any more go, a bounded number at a time.

use app::domain::Micros;
use uuid::Uuid;

use crate::store::error::Doing;
use crate::store::{PerEngine, Result, Tx};

/// The statement, with what locks the rows.
macro_rules! go {
    ($locked:literal) => {
        concat!(
            "DELETE FROM refreshes WHERE id IN
                 (SELECT f.id FROM refreshes f
                  WHERE f.id < $1 AND f.asked_at < $2 AND f.following = 0
                    AND NOT EXISTS (SELECT 1 FROM tasks t WHERE t.refresh_id = f.id)
                    AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.refresh_id = f.id)
                  ORDER BY f.id LIMIT $3",
            $locked,
            ")"
        )
    };
}

/// Ids sort by when they were made, which is the only order that all refreshes are indexed by. `$1` the first id of an
/// instant · `$2` that instant · `$3` limit. Rows that somebody has locked are at work, and passed over.
const GO: PerEngine = PerEngine {
    sqlite: go!(""),
    postgres: go!(" FOR UPDATE OF f SKIP LOCKED"),
};

/// Forgets refreshes that were asked for before an instant, if all of their tasks and runs are forgotten: the oldest
/// first and so many at most. How many went.
pub async fn forget(tx: &mut Tx, before: Micros, most: u32) -> Result<u64> {
    let sql = GO.of(tx.engine());
    let done = sqlx::query(sql)
        .bind(first_id_of(before).to_string())
        .bind(before)
        .bind(i64::from(most))
        .execute(tx.connection())
        .await
        .doing("forget old refreshes")?;
    Ok(done.rows_affected())
}

/// The least id that something made at this instant may have: its first 48 bits are milliseconds.
fn first_id_of(at: Micros) -> Uuid {
    let millis = u128::try_from(at / 1_000).unwrap_or_default();
    Uuid::from_u128(millis << 80)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::planning::{Planning, scanned};
    use crate::store::{Engine, fresh};

    #[test]
    fn what_was_made_earlier_is_before_the_first_id_of_an_instant() {
        let noon: Micros = 1_795_435_200_000_000;
        assert!(fresh(noon - 1_000) < first_id_of(noon));
        assert!(fresh(noon) > first_id_of(noon));
        assert_eq!(first_id_of(-1), Uuid::nil());
    }

    #[tokio::test]
    async fn old_refreshes_are_found_by_their_ids_on_sqlite() {
        let planning = Planning::new().await;
        let plan = planning.of(GO.of(Engine::Sqlite)).await;
        assert!(
            plan.contains("f USING INDEX sqlite_autoindex_refreshes_1"),
            "{plan}"
        );
        assert!(plan.contains("tasks_of_refresh"), "{plan}");
        assert!(plan.contains("runs_of_refresh"), "{plan}");
        assert!(!plan.contains("TEMP B-TREE"), "{plan}");
        assert!(scanned(&plan).is_empty(), "{plan}");
        planning.end().await;
    }
}
