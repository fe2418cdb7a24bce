//! The end of a run: status, counts, waybill and what the list shows, in one transaction.

use app::domain::{
    DeliveredFile, ItemCounts, Micros, Reason, RunId, RunStatus, StripMark, Waybill,
};

use super::touch::{ended_as, fenced, lock_of};
use super::{files, slots};
use crate::store::columns::{Columns, to_json, to_maybe_json};
use crate::store::error::Doing;
use crate::store::{Result, SignalKind, Tx, connections, notices};

/// How a run ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Ended {
    pub status: RunStatus,
    pub reason: Option<Reason>,
    pub at: Micros,
    /// The oldest instant that the data of all tables are of.
    pub data_as_of: Option<Micros>,
    /// What became of each table that was pinned.
    pub items: Vec<EndedItem>,
    /// The receipt, if it delivered.
    pub waybill: Option<Waybill>,
}

/// How one table ended.
#[derive(Clone, Debug, PartialEq)]
pub struct EndedItem {
    pub place: i64,
    pub status: RunStatus,
    pub counts: ItemCounts,
    pub files: Vec<DeliveredFile>,
    pub escaped_cells: i64,
}

/// Ends a run. Without a reason of its own, one that delivered gets the warning that it was pinned with. One
/// that delivered is refused if its counts do not add up, here once more: nothing
/// is recorded as delivered that is not accounted for.
pub async fn end(tx: &mut Tx, run: RunId, fence: i64, ended: &Ended) -> Result<()> {
    const DOING: &str = "end a run";
    if ended.status.has_delivered() {
        ItemCounts::check(ended.items.iter().map(|item| &item.counts))?;
    }
    let (has_delivered, reason) = (ended.status.has_delivered(), ended.reason.as_ref());
    connections::run_ends(tx, run, has_delivered, reason, ended.at).await?;
    let export = lock_of(tx, run).await?;
    let rows: i64 = ended.items.iter().map(|item| item.counts.written).sum();
    let bytes: i64 = ended.items.iter().map(|item| item.counts.bytes).sum();
    let done = sqlx::query(
        "UPDATE runs SET status = $3, reason = CASE WHEN $9 = 1 THEN COALESCE($4, warning) ELSE $4 END,
                         ended_at = $5, in_doubt = 0,
                         data_as_of = COALESCE($6, data_as_of), rows_written = $7, rows_so_far = $7,
                         bytes = $8, lease_owner = NULL, lease_until = 0, next_attempt_at = NULL,
                         revision = revision + 1
         WHERE id = $1 AND fence = $2 AND status = 'processing' RETURNING revision, queued_at",
    )
    .bind(run.to_string())
    .bind(fence)
    .bind(ended.status.code())
    .bind(to_maybe_json(ended.reason.as_ref())?)
    .bind(ended.at)
    .bind(ended.data_as_of)
    .bind(rows)
    .bind(bytes)
    .bind(i64::from(ended.status.has_delivered()))
    .fetch_optional(tx.connection())
    .await
    .doing(DOING)?;
    let revision = fenced(done.as_ref())?;
    let queued_at = match &done {
        Some(done) if ended.status.has_delivered() => Some(done.int("queued_at")?),
        _ => None,
    };
    for item in &ended.items {
        write_item(tx, run, item).await?;
    }
    if let Some(queued_at) = queued_at {
        files::write(tx, run, queued_at, &ended.items).await?;
    }
    if let Some(waybill) = &ended.waybill {
        sqlx::query("INSERT INTO waybills (run_id, body) VALUES ($1, $2)")
            .bind(run.to_string())
            .bind(to_json(waybill)?)
            .execute(tx.connection())
            .await
            .doing("write a waybill")?;
    }
    slots::free(tx, run).await?;
    tx.signal(SignalKind::Queue, "runs", 0);
    let mark = StripMark::of(ended.status, rows, false);
    ended_as(tx, run, export, revision, mark).await?;
    notices::run_ended(tx, run, export).await
}

async fn write_item(tx: &mut Tx, run: RunId, item: &EndedItem) -> Result<()> {
    let counts = &item.counts;
    sqlx::query(
        "UPDATE run_items SET status = $3, rows_read = $4, rows_written = $5, rows_unchanged = $6,
                              rows_withheld = $7, rows_rejected = $8, rows_in_doubt = $9,
                              rows_removed = $10, bytes = $11, files = $12, escaped_cells = $13
         WHERE run_id = $1 AND place = $2",
    )
    .bind(run.to_string())
    .bind(item.place)
    .bind(item.status.code())
    .bind(counts.read)
    .bind(counts.written)
    .bind(counts.unchanged)
    .bind(counts.withheld)
    .bind(counts.rejected)
    .bind(counts.in_doubt)
    .bind(counts.removed)
    .bind(counts.bytes)
    .bind(to_json(&item.files)?)
    .bind(item.escaped_cells)
    .execute(tx.connection())
    .await
    .doing("write what became of a table")?;
    Ok(())
}
