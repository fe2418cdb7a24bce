//! For tests: how SQLite goes about a statement.

use std::sync::Arc;

use base::SystemClock;
use sqlx::Row as _;
use tempfile::TempDir;

use super::Store;

/// A migrated database to ask.
pub(super) struct Planning {
    store: Store,
    _folder: TempDir,
}

impl Planning {
    pub(super) async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}/waybill.db", folder.path().display());
        let store = Store::open(&url, Arc::new(SystemClock))
            .await
            .expect("opens");
        store.migrate().await.expect("migrates");
        Self {
            store,
            _folder: folder,
        }
    }

    /// The plan of a statement; what is not bound is null, which is no matter to it.
    pub(super) async fn of(&self, sql: &str) -> String {
        let mut reader = self.store.reader().await.expect("a reader");
        let sql = format!("EXPLAIN QUERY PLAN {sql}");
        let rows = sqlx::query(sqlx::AssertSqlSafe(sql))
            .fetch_all(&mut *reader)
            .await
            .expect("explains");
        let plan: Vec<String> = rows.iter().map(|row| row.get("detail")).collect();
        plan.join("\n")
    }

    pub(super) async fn end(self) {
        self.store.close().await;
    }
}

/// The tables that a plan walks as a whole; a list that is given is none.
pub(super) fn scanned(plan: &str) -> Vec<&str> {
    plan.lines()
        .filter_map(|line| line.strip_prefix("SCAN "))
        .filter(|of| !of.contains("VIRTUAL TABLE"))
        .collect()
}
