//! Reading segments.

use std::collections::HashMap;

use app::domain::{
    Micros, Permission, Reason, RefreshStatus, SchemaField, SegmentDefinition, SegmentId,
    SegmentUse, Version,
};
use sqlx::any::AnyRow;

use crate::store::columns::Columns;
use crate::store::error::Doing;
use crate::store::exports::permission;
use crate::store::{EditScope, Reads, Result};

/// A segment.
#[derive(Clone, Debug, PartialEq)]
pub struct SegmentRow {
    pub id: SegmentId,
    pub version: Version,
    pub name: String,
    pub definition: SegmentDefinition,
    /// Names of the tables that it is made from, in order.
    pub made_from: Vec<String>,
    /// Columns of its result: of the last evaluation, or as planned by a save after it.
    pub schema: Vec<SchemaField>,
    /// Rows of its snapshot; none until it was first evaluated.
    pub members: Option<i64>,
    pub status: RefreshStatus,
    pub status_reason: Option<Reason>,
    /// End of its last successful evaluation.
    pub refreshed_at: Option<Micros>,
    /// Exports that take it.
    pub used_by: u32,
    /// Those of them that the scope asked with may not edit.
    pub used_by_others: u32,
    pub created_at: Micros,
    pub created_by: String,
    pub updated_at: Micros,
    pub updated_by: String,
}

fn segment(row: &AnyRow, id: SegmentId, made_from: Vec<String>) -> Result<SegmentRow> {
    Ok(SegmentRow {
        id,
        version: row.int("version")?,
        name: row.text("name")?,
        definition: row.json("config")?,
        made_from,
        schema: row.json("schema")?,
        members: row.maybe_int("row_count")?,
        status: row.coded("status", RefreshStatus::from_code)?,
        status_reason: row.maybe_json("status_reason")?,
        refreshed_at: row.since("refreshed_at")?,
        used_by: row.count("used_by")?,
        used_by_others: row.count("used_by_others")?,
        created_at: row.int("created_at")?,
        created_by: row.maybe_text("created_by")?.unwrap_or_default(),
        updated_at: row.int("updated_at")?,
        updated_by: row.text("updated_by")?,
    })
}

/// What every reading of segments selects. `$1` and `$2` are the values of an [`EditScope`].
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT s.id, s.version, s.name, s.config, s.status, s.status_reason, s.refreshed_at, s.created_at,
                    s.updated_at, s.updated_by, t.row_count, t.schema,
                    (SELECT v.saved_by FROM segment_versions v
                     WHERE v.segment_id = s.id AND v.version = 1) AS created_by,
                    (SELECT COUNT(DISTINCT e.id) FROM export_items i
                     JOIN exports e ON e.id = i.export_id AND e.removed_at = 0
                     WHERE i.table_id = s.id) AS used_by,
                    (SELECT COUNT(DISTINCT e.id) FROM export_items i
                     JOIN exports e ON e.id = i.export_id AND e.removed_at = 0
                     LEFT JOIN connections c ON c.id = e.connection_id
                     WHERE i.table_id = s.id AND ",
            permission!(),
            " = 1) AS used_by_others
             FROM sources s JOIN tables t ON t.id = s.id
             WHERE s.kind = 'segment' AND s.removed_at = 0 ",
            $rest
        )
    };
}

/// Segments by name, 5 000 at most, as somebody of this scope sees them.
pub async fn list(mut db: impl Reads, scope: &EditScope) -> Result<Vec<SegmentRow>> {
    const DOING: &str = "list segments";
    let mut db = db.reading().await?;
    let (kind, user) = scope.bound();
    let rows = sqlx::query(select!("ORDER BY s.name_fold, s.id LIMIT 5000"))
        .bind(kind)
        .bind(user)
        .fetch_all(&mut *db)
        .await
        .doing(DOING)?;
    let inputs = sqlx::query(
        "SELECT i.segment_id, t.name
         FROM segment_inputs i JOIN tables t ON t.id = i.table_id
         JOIN sources s ON s.id = i.segment_id AND s.removed_at = 0
         ORDER BY t.name_fold, t.id LIMIT 100000",
    )
    .fetch_all(&mut *db)
    .await
    .doing(DOING)?;
    let mut made_from = HashMap::<SegmentId, Vec<String>>::new();
    for input in &inputs {
        let of = made_from.entry(input.parsed("segment_id")?).or_default();
        of.push(input.text("name")?);
    }
    rows.iter()
        .map(|row| {
            let id = row.parsed("id")?;
            segment(row, id, made_from.remove(&id).unwrap_or_default())
        })
        .collect()
}

/// A segment that is not removed, as somebody of this scope sees it.
pub async fn get(
    mut db: impl Reads,
    id: SegmentId,
    scope: &EditScope,
) -> Result<Option<SegmentRow>> {
    const DOING: &str = "read a segment";
    let mut db = db.reading().await?;
    let (kind, user) = scope.bound();
    let row = sqlx::query(select!("AND s.id = $3"))
        .bind(kind)
        .bind(user)
        .bind(id.to_string())
        .fetch_optional(&mut *db)
        .await
        .doing(DOING)?;
    let Some(row) = row else { return Ok(None) };
    let inputs = sqlx::query(
        "SELECT t.name FROM segment_inputs i JOIN tables t ON t.id = i.table_id
         WHERE i.segment_id = $1 ORDER BY t.name_fold, t.id LIMIT 5000",
    )
    .bind(id.to_string())
    .fetch_all(&mut *db)
    .await
    .doing(DOING)?;
    let made_from: Result<Vec<String>> = inputs.iter().map(|input| input.text("name")).collect();
    segment(&row, id, made_from?).map(Some)
}

/// The exports that take a segment, by name, with the permission of this scope on each. Who changes or removes the
/// segment needs `Edit` on all of them.
pub async fn used_by(
    mut db: impl Reads,
    id: SegmentId,
    scope: &EditScope,
) -> Result<Vec<SegmentUse>> {
    let (kind, user) = scope.bound();
    let rows = sqlx::query(concat!(
        "SELECT e.id, e.name, ",
        permission!(),
        " AS permission
         FROM exports e LEFT JOIN connections c ON c.id = e.connection_id
         WHERE e.removed_at = 0 AND e.id IN (SELECT i.export_id FROM export_items i WHERE i.table_id = $3)
         ORDER BY e.name_fold, e.id LIMIT 1000"
    ))
    .bind(kind)
    .bind(user)
    .bind(id.to_string())
    .fetch_all(&mut *db.reading().await?)
    .await
    .doing("list the exports of a segment")?;
    rows.iter()
        .map(|row| {
            Ok(SegmentUse {
                id: row.parsed("id")?,
                name: row.text("name")?,
                permission: if row.flag("permission")? {
                    Permission::View
                } else {
                    Permission::Edit
                },
            })
        })
        .collect()
}
