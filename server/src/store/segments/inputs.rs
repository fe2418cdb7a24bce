//! What segments are made from.

use std::collections::BTreeMap;

use app::domain::{SegmentId, SourceId, TableId};
use serde::Serialize;

use crate::store::columns::{Columns, to_json};
use crate::store::error::Doing;
use crate::store::{PerEngine, Reads, Result, Tx, over_given};

/// A table that a segment is made from, with its source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SegmentInput {
    pub segment: SegmentId,
    pub source: SourceId,
    pub table: TableId,
}

/// The tables that a segment is made from, in one order always.
pub async fn inputs(mut db: impl Reads, id: SegmentId) -> Result<Vec<TableId>> {
    let rows = sqlx::query(
        "SELECT table_id FROM segment_inputs WHERE segment_id = $1 ORDER BY table_id LIMIT 5000",
    )
    .bind(id.to_string())
    .fetch_all(&mut *db.reading().await?)
    .await
    .doing("read what a segment is made from")?;
    rows.iter().map(|row| row.parsed("table_id")).collect()
}

const INPUTS_OF: PerEngine = over_given!(
    "SELECT i.segment_id, t.source_id, i.table_id FROM",
    "JOIN segment_inputs i ON i.segment_id = g.value ->> 'segment'
     JOIN tables t ON t.id = i.table_id
     JOIN sources s ON s.id = t.source_id AND s.removed_at = 0
     ORDER BY t.source_id, i.segment_id, i.table_id LIMIT 1000000"
);

/// The tables that these segments are made from.
pub async fn inputs_of(tx: &mut Tx, segments: &[SegmentId]) -> Result<Vec<SegmentInput>> {
    #[derive(Serialize)]
    struct Row {
        segment: SegmentId,
    }
    if segments.is_empty() {
        return Ok(Vec::new());
    }
    let given: Vec<Row> = segments.iter().map(|id| Row { segment: *id }).collect();
    let sql = INPUTS_OF.of(tx.engine());
    let rows = sqlx::query(sql)
        .bind(to_json(&given)?)
        .fetch_all(tx.connection())
        .await
        .doing("read what segments are made from")?;
    rows.iter()
        .map(|row| {
            Ok(SegmentInput {
                segment: row.parsed("segment_id")?,
                source: row.parsed("source_id")?,
                table: row.parsed("table_id")?,
            })
        })
        .collect()
}

/// The sources of what each segment is made from, for all segments that there are.
pub(in crate::store) async fn sources_of_all(
    tx: &mut Tx,
) -> Result<BTreeMap<SegmentId, Vec<SourceId>>> {
    let rows = sqlx::query(
        "SELECT DISTINCT i.segment_id, t.source_id
         FROM segment_inputs i JOIN tables t ON t.id = i.table_id
         JOIN sources g ON g.id = i.segment_id AND g.removed_at = 0
         ORDER BY i.segment_id, t.source_id LIMIT 1000000",
    )
    .fetch_all(tx.connection())
    .await
    .doing("read what segments are made from")?;
    let mut all = BTreeMap::<SegmentId, Vec<SourceId>>::new();
    for row in &rows {
        let of = all.entry(row.parsed("segment_id")?).or_default();
        of.push(row.parsed("source_id")?);
    }
    Ok(all)
}

/// The segments that are made from a table, in the order in which they are locked.
pub async fn using_table(mut db: impl Reads, table: TableId) -> Result<Vec<SegmentId>> {
    let rows = sqlx::query(
        "SELECT i.segment_id FROM segment_inputs i
         JOIN sources s ON s.id = i.segment_id AND s.removed_at = 0
         WHERE i.table_id = $1 ORDER BY i.segment_id LIMIT 5000",
    )
    .bind(table.to_string())
    .fetch_all(&mut *db.reading().await?)
    .await
    .doing("list the segments of a table")?;
    rows.iter().map(|row| row.parsed("segment_id")).collect()
}

/// The segments that are made from tables of a source, by name: it cannot be removed before they are.
pub async fn using_tables_of(
    mut db: impl Reads,
    source: SourceId,
) -> Result<Vec<(SegmentId, String)>> {
    let rows = sqlx::query(
        "SELECT s.id, s.name FROM sources s
         WHERE s.kind = 'segment' AND s.removed_at = 0 AND s.id IN
             (SELECT i.segment_id FROM segment_inputs i JOIN tables t ON t.id = i.table_id
              WHERE t.source_id = $1)
         ORDER BY s.name_fold, s.id LIMIT 1000",
    )
    .bind(source.to_string())
    .fetch_all(&mut *db.reading().await?)
    .await
    .doing("list the segments of a source")?;
    rows.iter()
        .map(|row| Ok((row.parsed("id")?, row.text("name")?)))
        .collect()
}
