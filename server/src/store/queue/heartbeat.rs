//! A worker's sign of life, with how far it has got.

use app::domain::RunId;

use super::slots;
use crate::store::columns::Columns;
use crate::store::error::Doing;
use crate::store::{Result, SignalKind, Store, Tx};

/// What a heartbeat found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heartbeat {
    /// The lease goes on.
    Alive {
        /// A person asked to stop.
        cancel_requested: bool,
    },
    /// Somebody else has it, or it has ended: stop at once, publish nothing.
    Lost,
}

/// How far an attempt has got. The default says nothing new.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Rows written so far, of all tables.
    pub rows: i64,
    pub bytes: i64,
    /// The tables that got further.
    pub items: Vec<ItemProgress>,
}

/// How far one table has got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ItemProgress {
    pub place: i64,
    pub read: i64,
    pub written: i64,
    pub bytes: i64,
}

/// Keeps the lease of a run and its places for `lease_us` from now, and notes its progress.
pub async fn heartbeat(
    store: &Store,
    run: RunId,
    fence: i64,
    lease_us: i64,
    progress: &Progress,
) -> Result<Heartbeat> {
    let mut tx = store.begin().await?;
    let until = tx.lease_now().await?.saturating_add(lease_us);
    let news = i64::from(*progress != Progress::default());
    let row = sqlx::query(
        "UPDATE runs SET lease_until = $3, revision = revision + $4,
                         rows_so_far = CASE WHEN $4 = 1 THEN $5 ELSE rows_so_far END,
                         bytes = CASE WHEN $4 = 1 THEN $6 ELSE bytes END
         WHERE id = $1 AND fence = $2 AND status = 'processing'
         RETURNING export_id, cancel_requested, revision",
    )
    .bind(run.to_string())
    .bind(fence)
    .bind(until)
    .bind(news)
    .bind(progress.rows)
    .bind(progress.bytes)
    .fetch_optional(tx.connection())
    .await
    .doing("keep the lease of a run")?;
    let Some(row) = row else {
        tx.rollback().await?;
        return Ok(Heartbeat::Lost);
    };
    slots::extend(&mut tx, run, until).await?;
    for item in &progress.items {
        note(&mut tx, run, *item).await?;
    }
    if news == 1 {
        tx.signal(SignalKind::Run, run, row.int("revision")?);
        tx.signal(SignalKind::Export, row.text("export_id")?, 0);
    }
    tx.commit().await?;
    Ok(Heartbeat::Alive {
        cancel_requested: row.flag("cancel_requested")?,
    })
}

async fn note(tx: &mut Tx, run: RunId, item: ItemProgress) -> Result<()> {
    sqlx::query(
        "UPDATE run_items SET status = 'processing', rows_read = $3, rows_written = $4, bytes = $5
         WHERE run_id = $1 AND place = $2",
    )
    .bind(run.to_string())
    .bind(item.place)
    .bind(item.read)
    .bind(item.written)
    .bind(item.bytes)
    .execute(tx.connection())
    .await
    .doing("note the progress of a table")?;
    Ok(())
}
