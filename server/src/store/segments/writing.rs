//! Writing segments: source, table, version and inputs together.

use app::domain::{
    Micros, Reason, RefreshStatus, SchemaField, SegmentDefinition, SegmentId, TableId, Version,
};

use crate::store::columns::{Columns, checked, to_json};
use crate::store::error::Doing;
use crate::store::{
    EditScope, PerEngine, Result, SignalKind, StoreError, Tx, fold, locked, tables, tasks,
};

/// A segment to add.
#[derive(Debug)]
pub struct NewSegment<'a> {
    pub id: SegmentId,
    pub name: &'a str,
    pub definition: &'a SegmentDefinition,
    /// The tables that it reads, as `DataPlane::check_segment` found them.
    pub inputs: &'a [TableId],
    /// The columns of its result, as `DataPlane::check_segment` found them.
    pub schema: &'a [SchemaField],
    pub at: Micros,
    pub by: &'a str,
}

/// What a save changes: everything.
#[derive(Debug)]
pub struct SegmentChange<'a> {
    pub name: &'a str,
    pub definition: &'a SegmentDefinition,
    /// The tables that it reads, as `DataPlane::check_segment` found them.
    pub inputs: &'a [TableId],
    /// The columns of its result, as `DataPlane::check_segment` found them.
    pub schema: &'a [SchemaField],
    pub at: Micros,
    pub by: &'a str,
}

const LOCK_VERSION: PerEngine =
    locked!("SELECT version FROM sources WHERE id = $1 AND removed_at = 0");

/// Adds a segment, of version 1, never evaluated. `NameTaken`: another segment has the name. `NotFound`: a table
/// that it reads was removed meanwhile.
pub async fn create(tx: &mut Tx, new: &NewSegment<'_>) -> Result<()> {
    tables::lock_sources(tx, new.inputs).await?;
    sqlx::query(
        "INSERT INTO sources (id, version, name, name_fold, kind, config, status,
                              created_at, updated_at, updated_by)
         VALUES ($1, 1, $2, $3, 'segment', $4, $5, $6, $6, $7)",
    )
    .bind(new.id.to_string())
    .bind(checked(new.name)?)
    .bind(fold(new.name))
    .bind(to_json(new.definition)?)
    .bind(RefreshStatus::NotStarted.code())
    .bind(new.at)
    .bind(checked(new.by)?)
    .execute(tx.connection())
    .await
    .unless_taken("add a segment", StoreError::NameTaken)?;
    sqlx::query(
        "INSERT INTO tables (id, source_id, name, name_fold, version, schema)
         VALUES ($1, $1, $2, $3, 1, $4)",
    )
    .bind(new.id.to_string())
    .bind(new.name)
    .bind(fold(new.name))
    .bind(to_json(new.schema)?)
    .execute(tx.connection())
    .await
    .doing("add the table of a segment")?;
    let change = SegmentChange {
        name: new.name,
        definition: new.definition,
        inputs: new.inputs,
        schema: new.schema,
        at: new.at,
        by: new.by,
    };
    keep_version(tx, new.id, 1, &change).await?;
    tx.signal(SignalKind::Source, new.id, 1);
    tx.signal(SignalKind::Table, new.id, 1);
    Ok(())
}

/// Saves a new version of a segment, if it is still at the expected one.
pub async fn update(
    tx: &mut Tx,
    id: SegmentId,
    expected: Version,
    change: &SegmentChange<'_>,
) -> Result<Version> {
    tables::lock_sources(tx, change.inputs).await?;
    let done = sqlx::query(
        "UPDATE sources SET version = version + 1, name = $3, name_fold = $4, config = $5,
                            updated_at = $6, updated_by = $7
         WHERE id = $1 AND version = $2 AND removed_at = 0 AND kind = 'segment'",
    )
    .bind(id.to_string())
    .bind(expected)
    .bind(checked(change.name)?)
    .bind(fold(change.name))
    .bind(to_json(change.definition)?)
    .bind(change.at)
    .bind(checked(change.by)?)
    .execute(tx.connection())
    .await
    .unless_taken("save a segment", StoreError::NameTaken)?;
    if done.rows_affected() == 0 {
        return Err(stale(tx, id).await);
    }
    sqlx::query(
        "UPDATE tables SET version = CASE WHEN schema = $4 THEN version ELSE version + 1 END,
                           name = $2, name_fold = $3, schema = $4
         WHERE id = $1",
    )
    .bind(id.to_string())
    .bind(change.name)
    .bind(fold(change.name))
    .bind(to_json(change.schema)?)
    .execute(tx.connection())
    .await
    .doing("save the table of a segment")?;
    keep_version(tx, id, expected + 1, change).await?;
    tx.signal(SignalKind::Source, id, expected + 1);
    tx.signal(SignalKind::Table, id, expected + 1);
    Ok(expected + 1)
}

/// Removes a segment with its table, if no export takes it (`InUse`). Its versions, snapshots and what it is made from
/// stay, so that it can come back; evaluations that wait end as failed.
pub async fn remove(
    tx: &mut Tx,
    id: SegmentId,
    expected: Option<Version>,
    at: Micros,
    by: &str,
) -> Result<()> {
    const DOING: &str = "remove a segment";
    let version: Option<Version> = sqlx::query_scalar(
        "UPDATE sources SET removed_at = $3, updated_by = $4
         WHERE id = $1 AND removed_at = 0 AND kind = 'segment' AND ($2 = 0 OR version = $2)
         RETURNING version",
    )
    .bind(id.to_string())
    .bind(expected.unwrap_or_default())
    .bind(at)
    .bind(checked(by)?)
    .fetch_optional(tx.connection())
    .await
    .doing(DOING)?;
    let Some(version) = version else {
        return Err(stale(tx, id).await);
    };
    let used_by = super::used_by(&mut *tx, id, &EditScope::All).await?;
    if !used_by.is_empty() {
        return Err(StoreError::InUse);
    }
    sqlx::query("UPDATE tables SET removed_at = $2 WHERE id = $1")
        .bind(id.to_string())
        .bind(at)
        .execute(tx.connection())
        .await
        .doing(DOING)?;
    tasks::fail_waiting(tx, id.source(), &Reason::new("segment_removed"), at).await?;
    tx.signal(SignalKind::Source, id, version);
    tx.signal(SignalKind::Table, id, version);
    Ok(())
}

/// Forgets what segments were that were removed before an instant, and cannot come back. That they were there stays
/// known, since runs that are kept name them.
pub async fn forget_removed(tx: &mut Tx, before: Micros) -> Result<()> {
    for sql in [
        "DELETE FROM segment_inputs WHERE segment_id IN
             (SELECT s.id FROM sources s WHERE s.kind = 'segment' AND s.removed_at > 0 AND s.removed_at < $1)",
        "DELETE FROM segment_versions WHERE segment_id IN
             (SELECT s.id FROM sources s WHERE s.kind = 'segment' AND s.removed_at > 0 AND s.removed_at < $1)",
    ] {
        sqlx::query(sql)
            .bind(before)
            .execute(tx.connection())
            .await
            .doing("forget removed segments")?;
    }
    Ok(())
}

/// The version of a segment, which does not move before the transaction ends; none if it is removed.
pub async fn lock_version(tx: &mut Tx, id: SegmentId) -> Result<Option<Version>> {
    let sql = LOCK_VERSION.of(tx.engine());
    let row = sqlx::query(sql)
        .bind(id.to_string())
        .fetch_optional(tx.connection())
        .await
        .doing("lock a segment")?;
    row.map(|row| row.int("version")).transpose()
}

/// Keeps a version, and which tables the current one reads.
async fn keep_version(
    tx: &mut Tx,
    id: SegmentId,
    version: Version,
    change: &SegmentChange<'_>,
) -> Result<()> {
    const DOING: &str = "keep a version of a segment";
    sqlx::query(
        "INSERT INTO segment_versions (segment_id, version, name, definition, saved_at, saved_by)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(id.to_string())
    .bind(version)
    .bind(change.name)
    .bind(to_json(change.definition)?)
    .bind(change.at)
    .bind(change.by)
    .execute(tx.connection())
    .await
    .doing(DOING)?;
    sqlx::query("DELETE FROM segment_inputs WHERE segment_id = $1")
        .bind(id.to_string())
        .execute(tx.connection())
        .await
        .doing(DOING)?;
    for table in change.inputs {
        sqlx::query("INSERT INTO segment_inputs (segment_id, table_id) VALUES ($1, $2)")
            .bind(id.to_string())
            .bind(table.to_string())
            .execute(tx.connection())
            .await
            .doing(DOING)?;
    }
    Ok(())
}

async fn stale(tx: &mut Tx, id: SegmentId) -> StoreError {
    let current = sqlx::query_scalar(
        "SELECT version FROM sources WHERE id = $1 AND removed_at = 0 AND kind = 'segment'",
    )
    .bind(id.to_string())
    .fetch_optional(tx.connection())
    .await
    .doing("read the version of a segment");
    match current {
        Ok(Some(current)) => StoreError::Stale { current },
        Ok(None) => StoreError::NotFound,
        Err(error) => error,
    }
}
