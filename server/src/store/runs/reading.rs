//! One run.

use app::domain::{
    ConnectionId, ConnectionRef, DeliveredFile, ExportId, FieldMapping, ItemCounts, Micros, Reason,
    RunId, RunStatus, RunSummary, SchemaField, TableId, Trigger, Waybill,
};
use serde_json::Value;
use sqlx::any::AnyRow;

use crate::store::columns::Columns;
use crate::store::error::Doing;
use crate::store::{Reads, Result, SnapshotId, tasks};

/// A run.
#[derive(Clone, Debug, PartialEq)]
pub struct RunRow {
    pub summary: RunSummary,
    /// The connection it delivers to, as of when it was asked for.
    pub connection_id: ConnectionId,
    /// A person asked to stop it.
    pub cancel_requested: bool,
    /// It was held, and a person said *Deliver*.
    pub released: bool,
    /// The paths of its delivery, once fixed.
    pub plan: Option<Value>,
    /// Moves with every write.
    pub revision: i64,
    pub rows_so_far: i64,
}

/// One table of a run, as it was pinned.
#[derive(Clone, Debug, PartialEq)]
pub struct RunItemRow {
    pub place: i64,
    pub table_id: TableId,
    pub table_name: String,
    pub snapshot_id: SnapshotId,
    pub snapshot_at: Micros,
    pub status: RunStatus,
    pub counts: ItemCounts,
    pub expected: i64,
    pub schema: Vec<SchemaField>,
    pub mapping: Vec<FieldMapping>,
    pub files: Vec<DeliveredFile>,
    pub escaped_cells: i64,
}

/// What the last delivery of an export brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastDelivery {
    pub run_id: RunId,
    pub ended_at: Micros,
    /// Rows written per table.
    pub tables: Vec<(TableId, i64)>,
}

/// The columns of a summary, from `runs r` and its `exports e`. One that waits has what it waits for as its reason.
macro_rules! summary_columns {
    () => {
        concat!(
            "r.id, r.export_id, e.name AS export_name, r.status, r.reason, r.caused_by, r.started_by_name,
             r.queued_at, r.started_at, r.ended_at, r.attempt, r.max_attempts, r.released, r.next_attempt_at,
             r.export_version, r.data_as_of, r.rows_written, r.bytes, r.connection_id,
             (SELECT c.name FROM connections c WHERE c.id = r.connection_id) AS connection_name,
             (SELECT c.kind FROM connections c WHERE c.id = r.connection_id) AS connection_kind,
             (SELECT COUNT(*) FROM run_files f WHERE f.run_id = r.id) AS files,
             (SELECT f.path FROM run_files f WHERE f.run_id = r.id ORDER BY f.place LIMIT 1) AS first_file,
             CASE WHEN e.removed_at > 0 THEN 1 ELSE 0 END AS export_removed,
             CASE WHEN r.status = 'queued' AND r.released = 0 THEN
                 (SELECT COUNT(*) FROM runs o
                  WHERE o.export_id = r.export_id AND o.ended_at IS NULL AND o.id <> r.id)
             ELSE 0 END AS runs_before, ",
            $crate::store::tasks::waits_for!()
        )
    };
}

pub(super) use summary_columns;

/// What a run that is in the queue waits for: what its export waits for, or the run of the export before it.
fn waiting(row: &AnyRow) -> Result<Option<Reason>> {
    let is_behind = row.int("runs_before")? > 0;
    let behind = is_behind.then(|| Reason::new("behind_another_run"));
    Ok(tasks::waiting(row)?.or(behind))
}

pub(super) fn summary(row: &AnyRow) -> Result<RunSummary> {
    // The attempt in which a run was held does not count (`queue::release`).
    let held = i64::from(row.flag("released")?);
    let attempt = (row.int("attempt")? - held).max(0);
    Ok(RunSummary {
        id: row.parsed("id")?,
        export_id: row.parsed("export_id")?,
        export_name: row.text("export_name")?,
        status: row.coded("status", RunStatus::from_code)?,
        status_reason: row.maybe_json("reason")?.or(waiting(row)?),
        trigger: row.coded("caused_by", Trigger::from_code)?,
        started_by: row.text("started_by_name")?,
        queued_at: row.int("queued_at")?,
        started_at: row.maybe_int("started_at")?,
        ended_at: row.maybe_int("ended_at")?,
        attempt,
        attempts: (row.int("max_attempts")? - held).max(attempt),
        next_attempt_at: row.maybe_int("next_attempt_at")?,
        export_version: row.int("export_version")?,
        data_as_of: row.maybe_int("data_as_of")?,
        rows_written: row.int("rows_written")?,
        bytes: row.int("bytes")?,
        connection: Some(ConnectionRef {
            id: row.parsed("connection_id")?,
            name: row.text("connection_name")?,
            kind: row.parsed("connection_kind")?,
        }),
        files: row.count("files")?,
        first_file: row.maybe_text("first_file")?,
        is_export_removed: row.flag("export_removed")?,
    })
}

/// A run, even of an export that was removed since.
pub async fn run(mut db: impl Reads, id: RunId) -> Result<Option<RunRow>> {
    let row = sqlx::query(concat!(
        "SELECT ",
        summary_columns!(),
        ", r.cancel_requested, r.plan, r.revision, r.rows_so_far
         FROM runs r JOIN exports e ON e.id = r.export_id WHERE r.id = $1"
    ))
    .bind(id.to_string())
    .fetch_optional(&mut *db.reading().await?)
    .await
    .doing("read a run")?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(RunRow {
        summary: summary(&row)?,
        connection_id: row.parsed("connection_id")?,
        cancel_requested: row.flag("cancel_requested")?,
        released: row.flag("released")?,
        plan: row.maybe_json("plan")?,
        revision: row.int("revision")?,
        rows_so_far: row.int("rows_so_far")?,
    }))
}

/// The tables of a run, in their order; none before they are pinned.
pub async fn run_items(mut db: impl Reads, id: RunId) -> Result<Vec<RunItemRow>> {
    let rows = sqlx::query(
        "SELECT place, table_id, table_name, snapshot_id, snapshot_at, status, expected,
                rows_read, rows_written, rows_unchanged, rows_withheld, rows_rejected, rows_in_doubt,
                rows_removed, bytes, escaped_cells, schema, mapping, files
         FROM run_items WHERE run_id = $1 ORDER BY place LIMIT 10000",
    )
    .bind(id.to_string())
    .fetch_all(&mut *db.reading().await?)
    .await
    .doing("read the tables of a run")?;
    rows.iter().map(item).collect()
}

fn item(row: &AnyRow) -> Result<RunItemRow> {
    Ok(RunItemRow {
        place: row.int("place")?,
        table_id: row.parsed("table_id")?,
        table_name: row.text("table_name")?,
        snapshot_id: row.parsed("snapshot_id")?,
        snapshot_at: row.int("snapshot_at")?,
        status: row.coded("status", RunStatus::from_code)?,
        counts: ItemCounts {
            read: row.int("rows_read")?,
            written: row.int("rows_written")?,
            unchanged: row.int("rows_unchanged")?,
            withheld: row.int("rows_withheld")?,
            rejected: row.int("rows_rejected")?,
            in_doubt: row.int("rows_in_doubt")?,
            removed: row.int("rows_removed")?,
            bytes: row.int("bytes")?,
        },
        expected: row.int("expected")?,
        schema: row.json("schema")?,
        mapping: row.json("mapping")?,
        files: row.json("files")?,
        escaped_cells: row.int("escaped_cells")?,
    })
}

/// The receipt of a run that delivered.
pub async fn waybill(mut db: impl Reads, id: RunId) -> Result<Option<Waybill>> {
    let row = sqlx::query("SELECT body FROM waybills WHERE run_id = $1")
        .bind(id.to_string())
        .fetch_optional(&mut *db.reading().await?)
        .await
        .doing("read a waybill")?;
    row.map(|row| row.json("body")).transpose()
}

/// What the run of an export that delivered last brought.
pub async fn last_delivery(mut db: impl Reads, export: ExportId) -> Result<Option<LastDelivery>> {
    const DOING: &str = "read the last delivery of an export";
    let mut db = db.reading().await?;
    let run = sqlx::query(
        "SELECT id, ended_at FROM runs
         WHERE export_id = $1 AND status IN ('successful', 'completed_with_warnings')
         ORDER BY ended_at DESC, id DESC LIMIT 1",
    )
    .bind(export.to_string())
    .fetch_optional(&mut *db)
    .await
    .doing(DOING)?;
    let Some(run) = run else { return Ok(None) };
    let run_id: RunId = run.parsed("id")?;
    let tables = sqlx::query(
        "SELECT table_id, rows_written FROM run_items WHERE run_id = $1 ORDER BY place LIMIT 10000",
    )
    .bind(run_id.to_string())
    .fetch_all(&mut *db)
    .await
    .doing(DOING)?;
    Ok(Some(LastDelivery {
        run_id,
        ended_at: run.int("ended_at")?,
        tables: tables
            .iter()
            .map(|row| Ok((row.parsed("table_id")?, row.int("rows_written")?)))
            .collect::<Result<_>>()?,
    }))
}
