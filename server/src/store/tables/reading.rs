//! Reading tables.

use std::collections::{BTreeMap, BTreeSet};

use app::domain::{ExportId, SourceId, TableId, TableSummary};
use serde_json::Value;
use sqlx::any::AnyRow;

use crate::store::columns::Columns;
use crate::store::error::Doing;
use crate::store::{PerEngine, Reads, Result, SnapshotId, StoreError, Tx, locked};

/// A table, and what the engine must know to renew it.
#[derive(Clone, Debug, PartialEq)]
pub struct TableRow {
    pub summary: TableSummary,
    /// A person corrected the schema: detection no longer changes it.
    pub corrected: bool,
    /// How its text files are written, once detected.
    pub dialect: Option<Value>,
    /// What its files were when its snapshot was taken.
    pub fingerprint: Option<String>,
    pub snapshot_id: Option<SnapshotId>,
}

fn row(row: &AnyRow) -> Result<TableRow> {
    Ok(TableRow {
        summary: TableSummary {
            id: row.parsed("id")?,
            version: row.int("version")?,
            source_id: row.parsed("source_id")?,
            source_name: row.text("source_name")?,
            name: row.text("name")?,
            rows: row.maybe_int("row_count")?,
            bytes: row.maybe_int("bytes")?,
            refreshed_at: row.maybe_int("refreshed_at")?,
            schema: row.json("schema")?,
            change: row.maybe_json("change")?,
            problem: row.maybe_json("problem")?,
        },
        corrected: row.flag("corrected")?,
        dialect: row.maybe_json("dialect")?,
        fingerprint: row.maybe_text("fingerprint")?,
        snapshot_id: row.maybe_parsed("snapshot_id")?,
    })
}

/// What every reading of tables selects.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT t.id, t.version, t.source_id, s.name AS source_name, t.name, t.row_count, t.bytes,
                    t.refreshed_at, t.schema, t.change, t.problem, t.corrected, t.dialect, t.fingerprint,
                    t.snapshot_id
             FROM tables t JOIN sources s ON s.id = t.source_id
             WHERE t.removed_at = 0 AND s.removed_at = 0 ",
            $rest
        )
    };
}

/// The tables of one source, or of all, by names of source and table. What segments are is no table of all.
pub async fn tables(mut db: impl Reads, source: Option<SourceId>) -> Result<Vec<TableRow>> {
    let rows = sqlx::query(select!(
        "AND (t.source_id = $1 OR ($1 = '' AND s.kind <> 'segment'))
         ORDER BY s.name_fold, s.id, t.name_fold, t.id LIMIT 5000"
    ))
    .bind(source.map(|id| id.to_string()).unwrap_or_default())
    .fetch_all(&mut *db.reading().await?)
    .await
    .doing("list tables")?;
    rows.iter().map(row).collect()
}

/// A table that is there, or what a segment is.
pub async fn table(mut db: impl Reads, id: TableId) -> Result<Option<TableRow>> {
    let found = sqlx::query(select!("AND t.id = $1"))
        .bind(id.to_string())
        .fetch_optional(&mut *db.reading().await?)
        .await
        .doing("read a table")?;
    found.as_ref().map(row).transpose()
}

/// These tables, in this order; unknown ones are left out.
pub async fn tables_by_id(mut db: impl Reads, ids: &[TableId]) -> Result<Vec<TableRow>> {
    let mut db = db.reading().await?;
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        let one = sqlx::query(select!("AND t.id = $1"))
            .bind(id.to_string())
            .fetch_optional(&mut *db)
            .await
            .doing("read a table")?;
        if let Some(one) = one {
            found.push(row(&one)?);
        }
    }
    Ok(found)
}

/// The exports that use any of these tables, by name.
pub async fn exports_using(
    mut db: impl Reads,
    tables: &[TableId],
) -> Result<Vec<(ExportId, String)>> {
    let mut db = db.reading().await?;
    let mut by_name = BTreeMap::new();
    for table in tables {
        let rows = sqlx::query(
            "SELECT e.id, e.name, e.name_fold FROM exports e
             WHERE e.removed_at = 0 AND EXISTS
                 (SELECT 1 FROM export_items i WHERE i.export_id = e.id AND i.table_id = $1)
             ORDER BY e.name_fold, e.id LIMIT 1000",
        )
        .bind(table.to_string())
        .fetch_all(&mut *db)
        .await
        .doing("list the exports of a table")?;
        for row in &rows {
            let id: ExportId = row.parsed("id")?;
            by_name.insert((row.text("name_fold")?, id), row.text("name")?);
        }
    }
    Ok(by_name
        .into_iter()
        .map(|((_, id), name)| (id, name))
        .collect())
}

const LOCK_SOURCE: PerEngine = locked!("SELECT id FROM sources WHERE id = $1 AND removed_at = 0");

/// Locks a source, or segment, before its tables. False: it is removed.
pub(super) async fn lock_source(tx: &mut Tx, source: SourceId) -> Result<bool> {
    let sql = LOCK_SOURCE.of(tx.engine());
    let there = sqlx::query(sql)
        .bind(source.to_string())
        .fetch_optional(tx.connection())
        .await
        .doing("lock what makes a table")?;
    Ok(there.is_some())
}

/// Locks what makes these tables, sources before segments, so that none is removed before the transaction ends;
/// [`StoreError::NotFound`] if one is gone already.
pub async fn lock_sources(tx: &mut Tx, tables: &[TableId]) -> Result<()> {
    let wanted: BTreeSet<_> = tables.iter().collect();
    let there = tables_by_id(&mut *tx, tables).await?;
    if there.len() < wanted.len() {
        return Err(StoreError::NotFound);
    }
    let order = |table: &TableRow| (table.summary.is_segment(), table.summary.source_id);
    let sources: BTreeSet<_> = there.iter().map(order).collect();
    for (_, source) in sources {
        if !lock_source(tx, source).await? {
            return Err(StoreError::NotFound);
        }
    }
    Ok(())
}
