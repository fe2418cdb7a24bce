//! Which tables a backup holds, and what columns they have.

use crate::store::columns::Columns;
use crate::store::error::Doing;
use crate::store::{Engine, PerEngine, Reads, Result, StoreError, Tx};

/// A table of a backup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CopiedTable {
    pub name: &'static str,
    /// Its primary key: rows are copied in this order.
    pub order: &'static str,
}

const fn table(name: &'static str, order: &'static str) -> CopiedTable {
    CopiedTable { name, order }
}

/// What a backup holds, each table after those that it refers to.
pub const KEPT: &[CopiedTable] = &[
    // Codes.
    table("roles", "code"),
    table("audiences", "code"),
    table("connection_types", "code"),
    table("source_kinds", "code"),
    table("refresh_statuses", "code"),
    table("refresh_triggers", "code"),
    table("export_statuses", "code"),
    table("export_causes", "code"),
    table("run_statuses", "code"),
    table("triggers", "code"),
    table("task_kinds", "code"),
    table("notice_kinds", "code"),
    table("channel_kinds", "code"),
    table("connection_notice_kinds", "code"),
    table("secret_kinds", "code"),
    // The environment.
    table("settings", "key"),
    table("system_schedule", "one"),
    table("storage_samples", "server, kind, at"),
    table("secrets", "owner_kind, owner_id, name"),
    table("audit", "id"),
    // People.
    table("users", "id"),
    table("tokens", "id"),
    table("invitations", "id"),
    table("second_factors", "user_id"),
    table("recovery_codes", "user_id, code_hash"),
    table("identities", "issuer, subject"),
    table("saved_views", "id"),
    // Connections.
    table("connections", "id"),
    table("connection_people", "connection_id, user_id"),
    table("connection_expiries", "connection_id, what"),
    table("connection_notices", "id"),
    table("connection_notice_readers", "notice_id, user_id"),
    table("published_records", "connection_id, run_id"),
    // Data.
    table("sources", "id"),
    table("tables", "id"),
    table("snapshots", "id"),
    table("segment_versions", "segment_id, version"),
    table("segment_inputs", "segment_id, table_id"),
    table("refreshes", "id"),
    table("tasks", "id"),
    table("task_needs", "task_id, needs_task_id"),
    // Exports.
    table("exports", "id"),
    table("export_versions", "export_id, version"),
    table("export_items", "export_id, place"),
    table("export_labels", "export_id, label_fold"),
    // Runs.
    table("runs", "id"),
    table("run_items", "run_id, place"),
    table("run_files", "run_id, place"),
    table("run_needs", "run_id, task_id"),
    table("waybills", "run_id"),
    // Notices.
    table("notices", "id"),
    table("notice_readers", "notice_id, user_id"),
    table("follows", "id"),
    table("notice_channels", "id"),
    table("notice_channel_exports", "channel_id, export_id"),
    table("notice_alerts", "export_id, kind, follower"),
    table("notice_sendings", "id"),
];

/// What is true of servers and browsers at one moment only: no backup holds it.
pub const PASSING: &[&str] = &[
    "sessions",
    "half_sign_ins",
    "sign_in_failures",
    "idempotency_keys",
    "slots",
    "servers",
];

/// The table of this name, if a backup may hold it.
pub fn kept(name: &str) -> Option<&'static CopiedTable> {
    KEPT.iter().find(|table| table.name == name)
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub name: String,
    pub(super) kind: Kind,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Whole,
}

const COLUMNS: PerEngine = PerEngine {
    sqlite: "SELECT name, LOWER(type) AS kind FROM pragma_table_info($1) ORDER BY cid LIMIT 1000",
    postgres: "SELECT CAST(column_name AS TEXT) AS name, CAST(data_type AS TEXT) AS kind
               FROM information_schema.columns
               WHERE CAST(table_schema AS TEXT) = CAST(current_schema() AS TEXT) AND CAST(table_name AS TEXT) = $1
               ORDER BY ordinal_position LIMIT 1000",
};

/// The columns of a table, in their order. None: this schema does not have the table.
pub(super) async fn columns(
    mut db: impl Reads,
    engine: Engine,
    table: &str,
) -> Result<Vec<Column>> {
    let rows = sqlx::query(COLUMNS.of(engine))
        .bind(table)
        .fetch_all(&mut *db.reading().await?)
        .await
        .doing("read the columns of a table")?;
    rows.iter()
        .map(|row| {
            let name = row.text("name")?;
            let kind = match row.text("kind")?.as_str() {
                "text" => Kind::Text,
                "bigint" => Kind::Whole,
                other => {
                    return Err(StoreError::Damaged {
                        column: format!("{table}.{name}"),
                        why: format!("no backup holds columns of the type `{other}`"),
                    });
                }
            };
            Ok(Column { name, kind })
        })
        .collect()
}

/// The same inside a writing transaction.
pub(super) async fn columns_in(tx: &mut Tx, table: &str) -> Result<Vec<Column>> {
    let engine = tx.engine();
    columns(tx, engine, table).await
}

/// Names of columns, as statements list them.
pub(super) fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = names.map(|name| format!("\"{name}\"")).collect();
    quoted.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_named_once() {
        let mut names: Vec<&str> = KEPT.iter().map(|table| table.name).collect();
        names.extend(PASSING);
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
        assert_eq!(kept("runs").map(|table| table.order), Some("id"));
        assert!(kept("sessions").is_none());
    }
}
