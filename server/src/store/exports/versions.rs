//! The versions of an export, newest first, and what belongs to them.

use std::collections::BTreeMap;

use app::domain::{ConnectionRef, ExportId, Version};

use super::reading::{ExportVersion, export_version, version_columns};
use crate::store::columns::Columns;
use crate::store::error::Doing;
use crate::store::{Reads, Result};

/// `$1` export · `$2` version that they are before · `$3` limit.
const VERSIONS: &str = concat!(
    "SELECT ",
    version_columns!(),
    " FROM export_versions WHERE export_id = $1 AND version < $2 ORDER BY version DESC LIMIT $3"
);

/// How many exports each step changed, and whether one of them is still as the step left it: what was changed since, or
/// taken back, makes another version. With the binds of [`VERSIONS`].
const STEPS: &str =
    "SELECT v.version, (SELECT COUNT(*) FROM export_versions o WHERE o.change_id = v.change_id) AS changed,
            CASE WHEN EXISTS (
                SELECT 1 FROM export_versions s
                WHERE s.change_id = v.change_id AND EXISTS (
                    SELECT 1 FROM exports e
                    WHERE e.id = s.export_id AND e.version = s.version AND e.removed_at = 0))
            THEN 1 ELSE 0 END AS stands
     FROM export_versions v
     WHERE v.export_id = $1 AND v.version < $2 AND v.change_id IS NOT NULL
     ORDER BY v.version DESC LIMIT $3";

/// A step, as the history of one of its exports tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StepTold {
    /// How many exports it changed.
    pub exports: u32,
    /// One of them is as the step left it: that can be taken back.
    pub stands: bool,
}

/// Versions of an export, newest first: those before one, or the newest.
pub async fn versions(
    mut db: impl Reads,
    id: ExportId,
    before: Option<Version>,
    limit: u32,
) -> Result<Vec<ExportVersion>> {
    let rows = sqlx::query(VERSIONS)
        .bind(id.to_string())
        .bind(before.unwrap_or(Version::MAX))
        .bind(i64::from(limit))
        .fetch_all(&mut *db.reading().await?)
        .await
        .doing("list the versions of an export")?;
    rows.iter().map(export_version).collect()
}

/// The steps that made the same versions.
pub async fn steps(
    mut db: impl Reads,
    id: ExportId,
    before: Option<Version>,
    limit: u32,
) -> Result<BTreeMap<Version, StepTold>> {
    let rows = sqlx::query(STEPS)
        .bind(id.to_string())
        .bind(before.unwrap_or(Version::MAX))
        .bind(i64::from(limit))
        .fetch_all(&mut *db.reading().await?)
        .await
        .doing("read the steps of an export")?;
    rows.iter()
        .map(|row| {
            let step = StepTold {
                exports: row.count("changed")?,
                stands: row.flag("stands")?,
            };
            Ok((row.int("version")?, step))
        })
        .collect()
}

/// The connections that an export has or had, even if they were removed since.
pub async fn connections_over_time(mut db: impl Reads, id: ExportId) -> Result<Vec<ConnectionRef>> {
    let rows = sqlx::query(
        "SELECT c.id, c.name, c.kind FROM connections c
         WHERE c.id IN (SELECT v.connection_id FROM export_versions v WHERE v.export_id = $1)
         ORDER BY c.id LIMIT 10000",
    )
    .bind(id.to_string())
    .fetch_all(&mut *db.reading().await?)
    .await
    .doing("list the connections that an export had")?;
    rows.iter()
        .map(|row| {
            Ok(ConnectionRef {
                id: row.parsed("id")?,
                name: row.text("name")?,
                kind: row.parsed("kind")?,
            })
        })
        .collect()
}

#[cfg(test)]
pub(super) mod tests {
    use std::sync::Arc;

    use base::SystemClock;
    use sqlx::Row;

    use super::*;
    use crate::store::Store;

    /// How SQLite goes about a statement.
    pub(in crate::store::exports) async fn plan(sql: &str, bound: &[&str]) -> String {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}/waybill.db", folder.path().display());
        let store = Store::open(&url, Arc::new(SystemClock))
            .await
            .expect("opens");
        store.migrate().await.expect("migrates");
        let mut reader = store.reader().await.expect("a reader");
        let explained = format!("EXPLAIN QUERY PLAN {sql}");
        let mut query = sqlx::query(sqlx::AssertSqlSafe(explained));
        for value in bound {
            query = query.bind((*value).to_owned());
        }
        let rows = query.fetch_all(&mut *reader).await.expect("explains");
        let plan: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
        drop(reader);
        store.close().await;
        plan.join("\n")
    }

    #[tokio::test]
    async fn versions_are_found_by_their_keys_and_steps_by_theirs_on_sqlite() {
        let versions = plan(VERSIONS, &["export", "2", "51"]).await;
        assert!(versions.contains("USING INDEX"), "{versions}");
        assert!(!versions.contains("TEMP B-TREE"), "{versions}");
        let steps = plan(STEPS, &["export", "2", "51"]).await;
        assert!(steps.contains("export_versions_change"), "{steps}");
        assert!(!steps.contains("SCAN"), "{steps}");
    }
}
