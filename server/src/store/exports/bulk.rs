//! What one step did, to one export or to many, and what of it can be taken back.

use app::domain::{ChangeId, ConnectionId, ExportId, Micros, Version};
use sqlx::any::AnyRow;

use crate::store::columns::Columns;
use crate::store::error::Doing;
use crate::store::{Reads, Result};

/// What a step removed. `$1` step.
const REMOVED: &str =
    "SELECT id, version, removed_at, connection_id FROM exports WHERE removed_change = $1 AND removed_at > 0
     ORDER BY id LIMIT 10000";

/// What a step made that can be taken back. `$1` step.
const MADE: &str =
    "SELECT v.export_id, v.version AS made, e.version AS current, e.removed_at, n.cause AS next_cause,
            b.connection_id
     FROM export_versions v
     JOIN exports e ON e.id = v.export_id
     LEFT JOIN export_versions b ON b.export_id = v.export_id AND b.version = v.version - 1
     LEFT JOIN export_versions n ON n.export_id = v.export_id AND n.version = v.version + 1
     WHERE v.change_id = $1 AND v.cause IN ('detach', 'schedule')
     ORDER BY v.export_id, v.version LIMIT 10000";

/// A removal, a detachment or a change of a schedule, as it stands now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Undoable {
    pub id: ExportId,
    /// The version that it made; none of a removal.
    pub made: Option<Version>,
    /// The version of now.
    pub current: Version,
    /// When the export was removed, if it is.
    pub removed_at: Option<Micros>,
    /// The connection that it has once it is taken back.
    pub connection: Option<ConnectionId>,
    /// It was taken back already.
    pub is_undone: bool,
}

/// What a step did that can be taken back, in the order of the exports. Saving and restoring are not: they have
/// a history to go back in.
pub async fn undoable(mut db: impl Reads, change: ChangeId) -> Result<Vec<Undoable>> {
    const DOING: &str = "find what a change did";
    let mut db = db.reading().await?;
    let made = sqlx::query(MADE)
        .bind(change.to_string())
        .fetch_all(&mut *db)
        .await
        .doing(DOING)?;
    let removed = sqlx::query(REMOVED)
        .bind(change.to_string())
        .fetch_all(&mut *db)
        .await
        .doing(DOING)?;
    let made = made.iter().map(changed);
    made.chain(removed.iter().map(taken_away)).collect()
}

fn changed(row: &AnyRow) -> Result<Undoable> {
    Ok(Undoable {
        id: row.parsed("export_id")?,
        made: Some(row.int("made")?),
        current: row.int("current")?,
        removed_at: row.since("removed_at")?,
        connection: row.maybe_parsed("connection_id")?,
        is_undone: row.maybe_text("next_cause")?.as_deref() == Some("undo"),
    })
}

fn taken_away(row: &AnyRow) -> Result<Undoable> {
    Ok(Undoable {
        id: row.parsed("id")?,
        made: None,
        current: row.int("version")?,
        removed_at: row.since("removed_at")?,
        connection: row.maybe_parsed("connection_id")?,
        is_undone: false,
    })
}

#[cfg(test)]
mod tests {
    use super::super::versions::tests::plan;
    use super::*;

    #[tokio::test]
    async fn what_a_step_did_is_found_by_indexes_on_sqlite() {
        for (statement, index) in [
            (MADE, "export_versions_change"),
            (REMOVED, "exports_removed_change"),
        ] {
            let plan = plan(statement, &["x"]).await;
            assert!(plan.contains(index), "{plan}");
            assert!(!plan.contains("SCAN"), "{plan}");
        }
    }
}
