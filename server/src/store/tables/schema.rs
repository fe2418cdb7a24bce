//! Which tables a source has, and what they look like.

use app::domain::{Micros, Reason, SchemaChange, SchemaField, SourceId, TableId, Version};
use serde_json::Value;

use super::reading::{lock_source, lock_sources};
use crate::store::columns::{Columns, checked, to_json, to_maybe_json};
use crate::store::error::Doing;
use crate::store::ids::fresh;
use crate::store::{Result, SignalKind, StoreError, Tx, fold};

/// The reason code of a table that is no longer in its source.
const MISSING: &str = "table_missing";

/// Makes the tables of a source those of these names, and returns them in the same order. The source is locked before
/// them, as everywhere.
///
/// New ones are added. Of those gone, the ones that exports or segments use get the problem `table_missing`;
/// the others are put out of sight, and come back as they were when their name does.
pub async fn upsert_tables(
    tx: &mut Tx,
    source: SourceId,
    names: &[String],
    at: Micros,
) -> Result<Vec<(TableId, String)>> {
    const DOING: &str = "write the tables of a source";
    // Of one that was removed meanwhile nobody sees the tables.
    let _is_there = lock_source(tx, source).await?;
    let mut tables = Vec::with_capacity(names.len());
    for name in names {
        let row = sqlx::query(
            "INSERT INTO tables (id, source_id, name, name_fold, version, schema)
             VALUES ($1, $2, $3, $4, 1, '[]')
             ON CONFLICT (source_id, name) DO UPDATE SET removed_at = 0
             RETURNING id, problem",
        )
        .bind(fresh(at).to_string())
        .bind(source.to_string())
        .bind(checked(name)?)
        .bind(fold(name))
        .fetch_one(tx.connection())
        .await
        .doing(DOING)?;
        let id: TableId = row.parsed("id")?;
        let problem: Option<Reason> = row.maybe_json("problem")?;
        if problem.is_some_and(|problem| problem.code == MISSING) {
            set_problem(tx, id, None).await?;
        }
        tables.push((id, name.clone()));
    }
    let there = sqlx::query(
        "SELECT t.id, t.name, CASE WHEN EXISTS
             (SELECT 1 FROM export_items i JOIN exports e ON e.id = i.export_id
              WHERE i.table_id = t.id AND e.removed_at = 0)
           OR EXISTS
             (SELECT 1 FROM segment_inputs n JOIN sources g ON g.id = n.segment_id
              WHERE n.table_id = t.id AND g.removed_at = 0) THEN 1 ELSE 0 END AS used
         FROM tables t WHERE t.source_id = $1 AND t.removed_at = 0 ORDER BY t.id LIMIT 100000",
    )
    .bind(source.to_string())
    .fetch_all(tx.connection())
    .await
    .doing(DOING)?;
    for row in &there {
        let id: TableId = row.parsed("id")?;
        if tables.iter().any(|(named, _)| *named == id) {
            continue;
        }
        if row.flag("used")? {
            let problem = Reason::new(MISSING).with("table", row.text("name")?);
            set_problem(tx, id, Some(&problem)).await?;
        } else {
            sqlx::query("UPDATE tables SET removed_at = $2 WHERE id = $1")
                .bind(id.to_string())
                .bind(at)
                .execute(tx.connection())
                .await
                .doing(DOING)?;
        }
    }
    tx.signal(SignalKind::Source, source, 0);
    Ok(tables)
}

/// Saves the schema as a person corrected it, if the table is still at the expected version. The
/// change that the last refresh found counts as seen. The source is locked before the table: whoever corrects goes on
/// to ask for its renewal, and whoever saves a source goes on to its tables.
pub async fn update_schema(
    tx: &mut Tx,
    id: TableId,
    expected: Version,
    schema: &[SchemaField],
    at: Micros,
) -> Result<Version> {
    const DOING: &str = "save the schema of a table";
    lock_sources(tx, &[id]).await?;
    let done = sqlx::query(
        "UPDATE tables SET version = version + 1, schema = $3, corrected = 1, corrected_at = $4, change = NULL
         WHERE id = $1 AND version = $2 AND removed_at = 0",
    )
    .bind(id.to_string())
    .bind(expected)
    .bind(to_json(schema)?)
    .bind(at)
    .execute(tx.connection())
    .await
    .doing(DOING)?;
    if done.rows_affected() == 0 {
        let current =
            sqlx::query_scalar("SELECT version FROM tables WHERE id = $1 AND removed_at = 0")
                .bind(id.to_string())
                .fetch_optional(tx.connection())
                .await
                .doing(DOING)?;
        return Err(
            current.map_or(StoreError::NotFound, |current| StoreError::Stale {
                current,
            }),
        );
    }
    tx.signal(SignalKind::Table, id, expected + 1);
    Ok(expected + 1)
}

/// Fixes the schema as it was detected, and how the files are written.
pub async fn fix_schema(
    tx: &mut Tx,
    id: TableId,
    schema: &[SchemaField],
    dialect: Option<&Value>,
) -> Result<()> {
    let schema = to_json(schema)?;
    let version = sqlx::query_scalar(
        "UPDATE tables SET version = CASE WHEN schema = $2 THEN version ELSE version + 1 END,
                           schema = $2, dialect = $3
         WHERE id = $1 RETURNING version",
    )
    .bind(id.to_string())
    .bind(schema)
    .bind(to_maybe_json(dialect)?)
    .fetch_optional(tx.connection())
    .await
    .doing("fix the schema of a table")?;
    tx.signal(SignalKind::Table, id, version.ok_or(StoreError::NotFound)?);
    Ok(())
}

/// Notes why the last refresh of a table failed, or that nothing is wrong with it.
pub async fn set_problem(tx: &mut Tx, id: TableId, problem: Option<&Reason>) -> Result<()> {
    let version =
        sqlx::query_scalar("UPDATE tables SET problem = $2 WHERE id = $1 RETURNING version")
            .bind(id.to_string())
            .bind(to_maybe_json(problem)?)
            .fetch_optional(tx.connection())
            .await
            .doing("note the problem of a table")?;
    tx.signal(SignalKind::Table, id, version.ok_or(StoreError::NotFound)?);
    Ok(())
}

/// Notes what the last refresh found different, or that it was seen.
pub async fn set_change(tx: &mut Tx, id: TableId, change: Option<&SchemaChange>) -> Result<()> {
    let version =
        sqlx::query_scalar("UPDATE tables SET change = $2 WHERE id = $1 RETURNING version")
            .bind(id.to_string())
            .bind(to_maybe_json(change)?)
            .fetch_optional(tx.connection())
            .await
            .doing("note the change of a table")?;
    tx.signal(SignalKind::Table, id, version.ok_or(StoreError::NotFound)?);
    Ok(())
}
