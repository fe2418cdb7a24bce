//! Snapshots: what a table was at one moment. Their files are in the lake; here is where, and what
//! they hold.

use std::collections::BTreeSet;
use std::iter;

use app::domain::{Micros, SchemaChange, SchemaField, TableId};
use serde::Serialize;
use serde_json::Value;
use sqlx::any::AnyRow;

use crate::store::columns::{Columns, as_int, checked, to_json, to_maybe_json};
use crate::store::error::Doing;
use crate::store::{PerEngine, Reads, Result, SignalKind, SnapshotId, StoreError, Tx, over_given};

/// A snapshot.
#[derive(Clone, Debug, PartialEq)]
pub struct SnapshotRow {
    pub id: SnapshotId,
    pub table_id: TableId,
    /// Its folder, relative to the lake.
    pub path: String,
    pub rows: i64,
    pub bytes: i64,
    pub schema: Vec<SchemaField>,
    /// Its files, as the engine describes them.
    pub files: Value,
    /// What the files of the source were.
    pub fingerprint: String,
    pub taken_at: Micros,
    /// When the source was last found unchanged since: its data are of this instant. Of a segment: the oldest instant
    /// that the data of its tables are of.
    pub confirmed_at: Micros,
    /// Of a segment: the snapshots that it was made from. They may have been dropped meanwhile.
    pub made_from: Vec<SnapshotId>,
}

/// What the snapshot of a segment was made from.
#[derive(Clone, Copy, Debug)]
pub struct MadeFrom<'a> {
    pub snapshots: &'a [SnapshotId],
    /// The oldest instant that their data are of.
    pub data_as_of: Micros,
}

/// A snapshot to record.
#[derive(Debug)]
pub struct NewSnapshot<'a> {
    pub id: SnapshotId,
    pub table_id: TableId,
    pub path: &'a str,
    pub rows: i64,
    pub bytes: i64,
    pub schema: &'a [SchemaField],
    pub files: &'a Value,
    pub fingerprint: &'a str,
    pub dialect: Option<&'a Value>,
    /// What is different from the schema before; without it, a change nobody saw yet stays.
    pub change: Option<&'a SchemaChange>,
    /// Of a segment only.
    pub made_from: Option<MadeFrom<'a>>,
    pub taken_at: Micros,
}

fn row(row: &AnyRow) -> Result<SnapshotRow> {
    Ok(SnapshotRow {
        id: row.parsed("id")?,
        table_id: row.parsed("table_id")?,
        path: row.text("path")?,
        rows: row.int("row_count")?,
        bytes: row.int("bytes")?,
        schema: row.json("schema")?,
        files: row.json("files")?,
        fingerprint: row.text("fingerprint")?,
        taken_at: row.int("taken_at")?,
        confirmed_at: row.int("confirmed_at")?,
        made_from: row.maybe_json("made_from")?.unwrap_or_default(),
    })
}

/// Records a snapshot and makes it the table's. The table's version moves only if its schema does.
pub async fn record_snapshot(tx: &mut Tx, new: &NewSnapshot<'_>) -> Result<()> {
    const DOING: &str = "record a snapshot";
    let schema = to_json(new.schema)?;
    sqlx::query(
        "INSERT INTO snapshots (id, table_id, path, row_count, bytes, schema, files, fingerprint,
                                taken_at, confirmed_at, made_from)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(new.id.to_string())
    .bind(new.table_id.to_string())
    .bind(checked(new.path)?)
    .bind(new.rows)
    .bind(new.bytes)
    .bind(&schema)
    .bind(to_json(new.files)?)
    .bind(checked(new.fingerprint)?)
    .bind(new.taken_at)
    .bind(new.made_from.map_or(new.taken_at, |made| made.data_as_of))
    .bind(to_maybe_json(new.made_from.map(|made| made.snapshots))?)
    .execute(tx.connection())
    .await
    .doing(DOING)?;
    let version = sqlx::query_scalar(
        "UPDATE tables SET version = CASE WHEN schema = $2 THEN version ELSE version + 1 END,
                           schema = $2, snapshot_id = $3, row_count = $4, bytes = $5, fingerprint = $6,
                           dialect = $7, refreshed_at = $8, change = COALESCE($9, change), problem = NULL
         WHERE id = $1 RETURNING version",
    )
    .bind(new.table_id.to_string())
    .bind(schema)
    .bind(new.id.to_string())
    .bind(new.rows)
    .bind(new.bytes)
    .bind(checked(new.fingerprint)?)
    .bind(to_maybe_json(new.dialect)?)
    .bind(new.taken_at)
    .bind(to_maybe_json(new.change.filter(|change| !change.is_empty()))?)
    .fetch_optional(tx.connection())
    .await
    .doing(DOING)?;
    tx.signal(
        SignalKind::Table,
        new.table_id,
        version.ok_or(StoreError::NotFound)?,
    );
    Ok(())
}

/// Notes that the source of a table is unchanged since its snapshot.
pub async fn confirm_snapshot(tx: &mut Tx, table: TableId, at: Micros) -> Result<()> {
    confirm_made(tx, table, at, at).await
}

/// Notes that the snapshot of a segment is what it would be now, made from data of this instant.
pub async fn confirm_made(
    tx: &mut Tx,
    table: TableId,
    data_as_of: Micros,
    at: Micros,
) -> Result<()> {
    const DOING: &str = "confirm a snapshot";
    sqlx::query(
        "UPDATE snapshots SET confirmed_at = $2
         WHERE id = (SELECT snapshot_id FROM tables WHERE id = $1)",
    )
    .bind(table.to_string())
    .bind(data_as_of)
    .execute(tx.connection())
    .await
    .doing(DOING)?;
    let version = sqlx::query_scalar(
        "UPDATE tables SET refreshed_at = $2, problem = NULL
         WHERE id = $1 AND snapshot_id IS NOT NULL RETURNING version",
    )
    .bind(table.to_string())
    .bind(at)
    .fetch_optional(tx.connection())
    .await
    .doing(DOING)?;
    tx.signal(
        SignalKind::Table,
        table,
        version.ok_or(StoreError::NotFound)?,
    );
    Ok(())
}

/// What every reading of snapshots selects.
macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT n.id, n.table_id, n.path, n.row_count, n.bytes, n.schema, n.files, n.fingerprint,
                    n.taken_at, n.confirmed_at, n.made_from
             FROM snapshots n ",
            $rest
        )
    };
}

/// A snapshot, whether or not it is still its table's.
pub async fn snapshot(mut db: impl Reads, id: SnapshotId) -> Result<Option<SnapshotRow>> {
    let found = sqlx::query(select!("WHERE n.id = $1"))
        .bind(id.to_string())
        .fetch_optional(&mut *db.reading().await?)
        .await
        .doing("read a snapshot")?;
    found.as_ref().map(row).transpose()
}

/// Whether there is such a snapshot.
pub async fn is_recorded(mut db: impl Reads, id: SnapshotId) -> Result<bool> {
    let found: Option<String> = sqlx::query_scalar("SELECT id FROM snapshots WHERE id = $1")
        .bind(id.to_string())
        .fetch_optional(&mut *db.reading().await?)
        .await
        .doing("look for a snapshot")?;
    Ok(found.is_some())
}

/// The snapshots that these tables have now, in this order; tables without one are left out.
pub async fn latest_snapshots(mut db: impl Reads, tables: &[TableId]) -> Result<Vec<SnapshotRow>> {
    let mut db = db.reading().await?;
    let mut found = Vec::with_capacity(tables.len());
    for table in tables {
        let one = sqlx::query(select!(
            "JOIN tables t ON t.snapshot_id = n.id WHERE t.id = $1"
        ))
        .bind(table.to_string())
        .fetch_optional(&mut *db)
        .await
        .doing("read the snapshot of a table")?;
        if let Some(one) = one {
            found.push(row(&one)?);
        }
    }
    Ok(found)
}

/// Lets tables that were removed before an instant go from their snapshots: nobody sees them any more. One that comes back
/// is read anew.
pub async fn let_go_of_removed(tx: &mut Tx, before: Micros) -> Result<u64> {
    let done = sqlx::query(
        "UPDATE tables SET snapshot_id = NULL, row_count = NULL, bytes = NULL, fingerprint = NULL,
                           refreshed_at = NULL
         WHERE removed_at > 0 AND removed_at < $1 AND snapshot_id IS NOT NULL",
    )
    .bind(before)
    .execute(tx.connection())
    .await
    .doing("let removed tables go from their snapshots")?;
    Ok(done.rows_affected())
}

/// Snapshots that nothing needs: older than the last `keep` of their table, or of a removed one that was let go; not the
/// table's own, not pinned by a run that has not ended, and of no table that a segment is being made from. Oldest first.
pub async fn snapshots_to_drop(mut db: impl Reads, keep: u32) -> Result<Vec<SnapshotRow>> {
    let rows = sqlx::query(select!(
        "JOIN (SELECT id, ROW_NUMBER() OVER (PARTITION BY table_id ORDER BY taken_at DESC, id DESC) AS age
               FROM snapshots) ranked ON ranked.id = n.id
         WHERE (ranked.age > $1
                OR EXISTS (SELECT 1 FROM tables g WHERE g.id = n.table_id AND g.removed_at > 0
                             AND g.snapshot_id IS NULL))
           AND NOT EXISTS (SELECT 1 FROM tables t WHERE t.id = n.table_id AND t.snapshot_id = n.id)
           AND NOT EXISTS (SELECT 1 FROM run_items i JOIN runs r ON r.id = i.run_id
                           WHERE i.snapshot_id = n.id AND r.ended_at IS NULL)
           AND NOT EXISTS (SELECT 1 FROM segment_inputs i JOIN tasks k ON k.source_id = i.segment_id
                           WHERE i.table_id = n.table_id AND k.status = 'processing')
         ORDER BY n.taken_at, n.id LIMIT 500"
    ))
    .bind(i64::from(keep))
    .fetch_all(&mut *db.reading().await?)
    .await
    .doing("find snapshots to drop")?;
    rows.iter().map(row).collect()
}

const HOLD: PerEngine = over_given!(
    "SELECT n.id FROM",
    "JOIN snapshots n ON n.id = g.value ->> 'id' ORDER BY n.id LIMIT $2",
    " FOR UPDATE OF n"
);

/// Holds snapshots until the transaction ends: nobody forgets them before. [`StoreError::InUse`] if somebody has.
pub(in crate::store) async fn hold_snapshots(
    tx: &mut Tx,
    ids: impl Iterator<Item = SnapshotId>,
) -> Result<()> {
    #[derive(Serialize)]
    struct Row {
        id: String,
    }
    let wanted: BTreeSet<String> = ids.map(|id| id.to_string()).collect();
    let count = wanted.len();
    let wanted: Vec<Row> = wanted.into_iter().map(|id| Row { id }).collect();
    let held = sqlx::query(HOLD.of(tx.engine()))
        .bind(to_json(&wanted)?)
        .bind(as_int(count))
        .fetch_all(tx.connection())
        .await
        .doing("hold snapshots")?;
    if held.len() == count {
        Ok(())
    } else {
        Err(StoreError::InUse)
    }
}

/// Forgets a snapshot, unless it became needed again. Drop its files afterwards.
pub async fn delete_snapshot(tx: &mut Tx, id: SnapshotId) -> Result<()> {
    // In a statement before: one that waited for whoever pins it would not see the pin.
    hold_snapshots(tx, iter::once(id)).await?;
    let done = sqlx::query(
        "DELETE FROM snapshots WHERE id = $1
           AND NOT EXISTS (SELECT 1 FROM tables t WHERE t.snapshot_id = $1)
           AND NOT EXISTS (SELECT 1 FROM run_items i JOIN runs r ON r.id = i.run_id
                           WHERE i.snapshot_id = $1 AND r.ended_at IS NULL)",
    )
    .bind(id.to_string())
    .execute(tx.connection())
    .await
    .doing("forget a snapshot")?;
    if done.rows_affected() == 0 {
        Err(StoreError::InUse)
    } else {
        Ok(())
    }
}
