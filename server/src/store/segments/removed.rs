//! *Removed*: segments that were taken away and can come back.

use app::domain::{Micros, RemovedSegment, SegmentDefinition, SegmentId, Version};
use sqlx::any::AnyRow;

use super::inputs::inputs;
use crate::store::columns::{Columns, checked};
use crate::store::error::Doing;
use crate::store::{Reads, Result, SignalKind, StoreError, Tx, fold, names, tables};

/// How a segment comes back.
#[derive(Debug)]
pub struct Restored<'a> {
    /// One that no other segment has.
    pub name: &'a str,
    pub at: Micros,
    pub by: &'a str,
}

fn taken_away(row: &AnyRow, kept_for: Micros) -> Result<RemovedSegment> {
    let removed_at = row.int("removed_at")?;
    let definition: SegmentDefinition = row.json("config")?;
    Ok(RemovedSegment {
        id: row.parsed("id")?,
        name: row.text("name")?,
        kind: definition.kind(),
        removed_at,
        removed_by: row.text("updated_by")?,
        kept_until: removed_at + kept_for,
    })
}

/// Segments that were removed less than `kept_for` before `now`, newest first.
pub async fn removed(
    mut db: impl Reads,
    now: Micros,
    kept_for: Micros,
) -> Result<Vec<RemovedSegment>> {
    let rows = sqlx::query(
        "SELECT id, name, config, removed_at, updated_by FROM sources
         WHERE kind = 'segment' AND removed_at > $1
         ORDER BY removed_at DESC, name_fold, id LIMIT 1000",
    )
    .bind((now - kept_for).max(0))
    .fetch_all(&mut *db.reading().await?)
    .await
    .doing("list removed segments")?;
    rows.iter().map(|row| taken_away(row, kept_for)).collect()
}

/// A removed segment; none if it is there, or never was.
pub async fn get_removed(
    mut db: impl Reads,
    id: SegmentId,
    kept_for: Micros,
) -> Result<Option<RemovedSegment>> {
    let row = sqlx::query(
        "SELECT id, name, config, removed_at, updated_by FROM sources
         WHERE id = $1 AND kind = 'segment' AND removed_at > 0",
    )
    .bind(id.to_string())
    .fetch_optional(&mut *db.reading().await?)
    .await
    .doing("read a removed segment")?;
    row.as_ref()
        .map(|row| taken_away(row, kept_for))
        .transpose()
}

/// The name of a table that a segment is made from and that is gone; the first of them.
pub async fn gone_input(mut db: impl Reads, id: SegmentId) -> Result<Option<String>> {
    sqlx::query_scalar(
        "SELECT t.name FROM segment_inputs i
         JOIN tables t ON t.id = i.table_id
         JOIN sources s ON s.id = t.source_id
         WHERE i.segment_id = $1 AND (t.removed_at > 0 OR s.removed_at > 0)
         ORDER BY t.name_fold, t.id LIMIT 1",
    )
    .bind(id.to_string())
    .fetch_optional(&mut *db.reading().await?)
    .await
    .doing("look whether the tables of a segment are there")
}

/// The first of these names that no segment has.
pub async fn free_name(db: impl Reads, candidates: &[String]) -> Result<Option<String>> {
    const HOLDER: &str =
        "SELECT id FROM sources WHERE name_fold = $1 AND removed_at = 0 AND kind = 'segment'";
    names::first_free(db, candidates, HOLDER).await
}

/// Brings a removed segment back with its table, as a new version. `NotFound`: it is no removed segment, or a table
/// that it reads is gone.
pub async fn restore(tx: &mut Tx, id: SegmentId, restored: &Restored<'_>) -> Result<Version> {
    const DOING: &str = "bring a removed segment back";
    let read = inputs(&mut *tx, id).await?;
    tables::lock_sources(tx, &read).await?;
    let name_fold = fold(restored.name);
    let version: Option<Version> = sqlx::query_scalar(
        "UPDATE sources SET removed_at = 0, version = version + 1, name = $2, name_fold = $3,
                            updated_at = $4, updated_by = $5
         WHERE id = $1 AND removed_at > 0 AND kind = 'segment' RETURNING version",
    )
    .bind(id.to_string())
    .bind(checked(restored.name)?)
    .bind(&name_fold)
    .bind(restored.at)
    .bind(checked(restored.by)?)
    .fetch_optional(tx.connection())
    .await
    .unless_taken(DOING, StoreError::NameTaken)?;
    let version = version.ok_or(StoreError::NotFound)?;
    sqlx::query("UPDATE tables SET removed_at = 0, name = $2, name_fold = $3 WHERE id = $1")
        .bind(id.to_string())
        .bind(restored.name)
        .bind(&name_fold)
        .execute(tx.connection())
        .await
        .doing(DOING)?;
    sqlx::query(
        "INSERT INTO segment_versions (segment_id, version, name, definition, saved_at, saved_by)
         SELECT id, version, name, config, updated_at, updated_by FROM sources WHERE id = $1",
    )
    .bind(id.to_string())
    .execute(tx.connection())
    .await
    .doing(DOING)?;
    tx.signal(SignalKind::Source, id, version);
    tx.signal(SignalKind::Table, id, version);
    Ok(version)
}
