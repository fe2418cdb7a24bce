//! Exports that were removed for good go, once their last run is forgotten: with their versions, what was noted about
//! them, and what was told of them.

use app::domain::{ExportId, Micros};
use serde::Serialize;

use crate::store::columns::Columns;
use crate::store::error::Doing;
use crate::store::forgetting::forget_all;
use crate::store::{PerEngine, Result, Tx, over_given, skip_locked};

/// What cannot come back any more and has no run. `$1` before when · `$2` limit.
const REMOVED: PerEngine = skip_locked!(
    "SELECT e.id FROM exports e
     WHERE e.removed_at > 0 AND e.removed_at < $1
       AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.export_id = e.id)
     ORDER BY e.removed_at, e.name_fold, e.id LIMIT $2",
    "e"
);

/// A statement over what belongs to the exports that go.
macro_rules! of_exports {
    ($table:literal) => {
        over_given!(
            concat!(
                "DELETE FROM ",
                $table,
                " WHERE export_id IN (SELECT g.value ->> 'export' FROM"
            ),
            ")"
        )
    };
}

/// The same over what belongs to notices about them.
macro_rules! of_notices {
    ($table:literal) => {
        over_given!(
            concat!(
                "DELETE FROM ",
                $table,
                " WHERE notice_id IN (SELECT n.id FROM notices n
                  WHERE n.export_id IN (SELECT g.value ->> 'export' FROM"
            ),
            "))"
        )
    };
}

/// Children first.
const GO: [PerEngine; 10] = [
    of_notices!("notice_sendings"),
    of_notices!("notice_readers"),
    of_exports!("notices"),
    of_exports!("notice_alerts"),
    of_exports!("notice_channel_exports"),
    of_exports!("follows"),
    of_exports!("export_labels"),
    of_exports!("export_items"),
    of_exports!("export_versions"),
    over_given!(
        "DELETE FROM exports WHERE id IN (SELECT g.value ->> 'export' FROM",
        ")"
    ),
];

#[derive(Serialize)]
struct Going {
    export: ExportId,
}

/// Forgets exports that were removed before an instant and have no run, so many at most. How many went.
pub async fn forget_removed(tx: &mut Tx, before: Micros, most: u32) -> Result<u64> {
    const DOING: &str = "forget removed exports";
    let sql = REMOVED.of(tx.engine());
    let rows = sqlx::query(sql)
        .bind(before)
        .bind(i64::from(most))
        .fetch_all(tx.connection())
        .await
        .doing(DOING)?;
    let going = rows.iter().map(|row| {
        Ok(Going {
            export: row.parsed("id")?,
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
    async fn removed_exports_and_what_belongs_to_them_are_found_by_index_on_sqlite() {
        let planning = Planning::new().await;
        let plan = planning.of(REMOVED.of(Engine::Sqlite)).await;
        assert!(plan.contains("INDEX exports_by_name "), "{plan}");
        assert!(scanned(&plan).is_empty(), "{plan}");
        for statement in GO {
            let plan = planning.of(statement.of(Engine::Sqlite)).await;
            assert!(scanned(&plan).is_empty(), "{plan}");
        }
        planning.end().await;
    }
}
