//! Data sources: where tables come from. Their status is written by what happens to their tasks. Segments, which are
//! kept beside them, are no data sources here.

use app::domain::{ExportId, Micros, Reason, RefreshStatus, SourceId, SourceKind, Version};
use serde_json::{Map, Value};
use sqlx::any::AnyRow;

use super::columns::{Columns, checked, to_json};
use super::error::Doing;
use super::{Reads, Result, SignalKind, StoreError, Tx, fold, segments, tasks};

/// A data source.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceRow {
    pub id: SourceId,
    pub version: Version,
    pub name: String,
    pub kind: SourceKind,
    pub config: Map<String, Value>,
    /// How many tables it has.
    pub tables: u32,
    pub status: RefreshStatus,
    pub status_reason: Option<Reason>,
    /// End of its last successful refresh.
    pub refreshed_at: Option<Micros>,
    pub created_at: Micros,
    pub updated_at: Micros,
    pub updated_by: String,
}

/// A source to add.
#[derive(Debug)]
pub struct NewSource<'a> {
    pub id: SourceId,
    pub name: &'a str,
    pub kind: SourceKind,
    pub config: &'a Map<String, Value>,
    pub at: Micros,
    pub by: &'a str,
}

/// What a save changes. The kind stays.
#[derive(Debug)]
pub struct SourceChange<'a> {
    pub name: &'a str,
    pub config: &'a Map<String, Value>,
    pub at: Micros,
    pub by: &'a str,
}

/// Adds a source, of version 1, never refreshed.
pub async fn insert(tx: &mut Tx, source: &NewSource<'_>) -> Result<()> {
    sqlx::query(
        "INSERT INTO sources (id, version, name, name_fold, kind, config, status,
                              created_at, updated_at, updated_by)
         VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $7, $8)",
    )
    .bind(source.id.to_string())
    .bind(checked(source.name)?)
    .bind(fold(source.name))
    .bind(source.kind.code())
    .bind(to_json(source.config)?)
    .bind(RefreshStatus::NotStarted.code())
    .bind(source.at)
    .bind(checked(source.by)?)
    .execute(tx.connection())
    .await
    .unless_taken("add a source", StoreError::NameTaken)?;
    tx.signal(SignalKind::Source, source.id, 1);
    Ok(())
}

/// Saves a new version of a source, if it is still at the expected one.
pub async fn update(
    tx: &mut Tx,
    id: SourceId,
    expected: Version,
    change: &SourceChange<'_>,
) -> Result<Version> {
    let done = sqlx::query(
        "UPDATE sources SET version = version + 1, name = $3, name_fold = $4, config = $5,
                            updated_at = $6, updated_by = $7
         WHERE id = $1 AND version = $2 AND removed_at = 0 AND kind <> 'segment'",
    )
    .bind(id.to_string())
    .bind(expected)
    .bind(checked(change.name)?)
    .bind(fold(change.name))
    .bind(to_json(change.config)?)
    .bind(change.at)
    .bind(checked(change.by)?)
    .execute(tx.connection())
    .await
    .unless_taken("save a source", StoreError::NameTaken)?;
    if done.rows_affected() == 0 {
        return Err(stale(tx, id).await);
    }
    tx.signal(SignalKind::Source, id, expected + 1);
    Ok(expected + 1)
}

/// Removes a source and its tables, if no export and no segment uses one of them (`InUse`). Refreshes that wait end
/// as failed.
pub async fn remove(
    tx: &mut Tx,
    id: SourceId,
    expected: Option<Version>,
    at: Micros,
) -> Result<()> {
    const DOING: &str = "remove a source";
    let version: Option<Version> = sqlx::query_scalar(
        "UPDATE sources SET removed_at = $3
         WHERE id = $1 AND removed_at = 0 AND kind <> 'segment' AND ($2 = 0 OR version = $2)
         RETURNING version",
    )
    .bind(id.to_string())
    .bind(expected.unwrap_or_default())
    .bind(at)
    .fetch_optional(tx.connection())
    .await
    .doing(DOING)?;
    let Some(version) = version else {
        return Err(stale(tx, id).await);
    };
    if !exports_using(&mut *tx, id).await?.is_empty()
        || !segments::using_tables_of(&mut *tx, id).await?.is_empty()
    {
        return Err(StoreError::InUse);
    }
    sqlx::query("UPDATE tables SET removed_at = $2 WHERE source_id = $1 AND removed_at = 0")
        .bind(id.to_string())
        .bind(at)
        .execute(tx.connection())
        .await
        .doing(DOING)?;
    tasks::fail_waiting(tx, id, &Reason::new("source_removed"), at).await?;
    tx.signal(SignalKind::Source, id, version);
    Ok(())
}

async fn stale(tx: &mut Tx, id: SourceId) -> StoreError {
    let current = sqlx::query_scalar(
        "SELECT version FROM sources WHERE id = $1 AND removed_at = 0 AND kind <> 'segment'",
    )
    .bind(id.to_string())
    .fetch_optional(tx.connection())
    .await
    .doing("read the version of a source");
    match current {
        Ok(Some(current)) => StoreError::Stale { current },
        Ok(None) => StoreError::NotFound,
        Err(error) => error,
    }
}

fn source(row: &AnyRow) -> Result<SourceRow> {
    Ok(SourceRow {
        id: row.parsed("id")?,
        version: row.int("version")?,
        name: row.text("name")?,
        kind: row.coded("kind", SourceKind::from_code)?,
        config: row.json("config")?,
        tables: row.count("tables")?,
        status: row.coded("status", RefreshStatus::from_code)?,
        status_reason: row.maybe_json("status_reason")?,
        refreshed_at: row.since("refreshed_at")?,
        created_at: row.int("created_at")?,
        updated_at: row.int("updated_at")?,
        updated_by: row.text("updated_by")?,
    })
}

/// What every reading of sources selects.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT s.id, s.version, s.name, s.kind, s.config, s.status, s.status_reason, s.refreshed_at,
                    s.created_at, s.updated_at, s.updated_by,
                    (SELECT COUNT(*) FROM tables t
                     WHERE t.source_id = s.id AND t.removed_at = 0) AS tables
             FROM sources s WHERE s.removed_at = 0 AND s.kind <> 'segment' ",
            $rest
        )
    };
}

/// A source that is not removed.
pub async fn get(mut db: impl Reads, id: SourceId) -> Result<Option<SourceRow>> {
    let row = sqlx::query(select!("AND s.id = $1"))
        .bind(id.to_string())
        .fetch_optional(&mut *db.reading().await?)
        .await
        .doing("read a source")?;
    row.as_ref().map(source).transpose()
}

/// All sources by name.
pub async fn list(mut db: impl Reads) -> Result<Vec<SourceRow>> {
    let rows = sqlx::query(select!("ORDER BY s.name_fold, s.id LIMIT 1000"))
        .fetch_all(&mut *db.reading().await?)
        .await
        .doing("list sources")?;
    rows.iter().map(source).collect()
}

/// The exports that use a table of a source, by name.
pub async fn exports_using(mut db: impl Reads, id: SourceId) -> Result<Vec<(ExportId, String)>> {
    let rows = sqlx::query(
        "SELECT e.id, e.name FROM exports e
         WHERE e.removed_at = 0 AND EXISTS
             (SELECT 1 FROM export_items i JOIN tables t ON t.id = i.table_id
              WHERE i.export_id = e.id AND t.source_id = $1)
         ORDER BY e.name_fold, e.id LIMIT 1000",
    )
    .bind(id.to_string())
    .fetch_all(&mut *db.reading().await?)
    .await
    .doing("list the exports of a source")?;
    rows.iter()
        .map(|row| Ok((row.parsed("id")?, row.text("name")?)))
        .collect()
}
