//! The status columns of exports, which follow their runs.

use app::domain::{
    ConnectionId, ExportId, ExportStatus, Reason, StripMark, UserId, without_places,
};

use super::strip::appended;
use crate::store::columns::{Columns, as_int, export_rows, to_maybe_json};
use crate::store::error::Doing;
use crate::store::{PerEngine, Result, SignalKind, StoreError, Tx, locked, over_given};

const LOCK: PerEngine = locked!("SELECT version FROM exports WHERE id = $1");

/// Keeps other writers off an export and its runs until the transaction ends. Whatever changes a
/// run takes this lock first, so that nobody waits for somebody who waits for them.
pub(in crate::store) async fn lock(tx: &mut Tx, id: ExportId) -> Result<()> {
    let sql = LOCK.of(tx.engine());
    let version: Option<i64> = sqlx::query_scalar(sql)
        .bind(id.to_string())
        .fetch_optional(tx.connection())
        .await
        .doing("lock an export")?;
    version.map(|_| ()).ok_or(StoreError::NotFound)
}

const LOCK_ALL: PerEngine = over_given!(
    "SELECT e.id FROM",
    "JOIN exports e ON e.id = g.value ->> 'export' ORDER BY e.id LIMIT $2",
    " FOR UPDATE OF e"
);

/// Keeps other writers off these exports and their runs until the transaction ends. Whoever changes several takes all
/// of them first, in one order, and only then what each of them needs. Those that are not there are passed over.
pub async fn lock_all(tx: &mut Tx, ids: &[ExportId]) -> Result<()> {
    let sql = LOCK_ALL.of(tx.engine());
    sqlx::query(sql)
        .bind(export_rows(ids)?)
        .bind(as_int(ids.len()))
        .fetch_all(tx.connection())
        .await
        .doing("lock exports")?;
    Ok(())
}

const OWNED: PerEngine = locked!(
    "SELECT id FROM exports WHERE owner_id = $1 AND owner_fold <> $2 ORDER BY id LIMIT 100000"
);
const ATTACHED: PerEngine = locked!(
    "SELECT id FROM exports WHERE connection_id = $1 AND connection_fold <> $2 ORDER BY id LIMIT 100000"
);

/// The same of the exports of an owner that do not have this name of theirs.
pub(in crate::store) async fn lock_owned(tx: &mut Tx, owner: UserId, name: &str) -> Result<()> {
    lock_renamed(tx, OWNED, owner.to_string(), name).await
}

/// The same of the exports of a connection that do not have this name of it.
pub(in crate::store) async fn lock_attached(
    tx: &mut Tx,
    connection: ConnectionId,
    name: &str,
) -> Result<()> {
    lock_renamed(tx, ATTACHED, connection.to_string(), name).await
}

async fn lock_renamed(tx: &mut Tx, which: PerEngine, of: String, name: &str) -> Result<()> {
    let sql = which.of(tx.engine());
    sqlx::query(sql)
        .bind(of)
        .bind(name)
        .fetch_all(tx.connection())
        .await
        .doing("lock the exports of what is renamed")?;
    Ok(())
}

/// What the list shows of an export's runs: the status of the unfinished run (active before queued), else of
/// the run that ended last; and when it last delivered. Starts that another run kept from running are marks beside
/// the runs, no status.
const SHOWN: &str =
    "SELECT s.id AS run_id, s.status, s.reason, d.ended_at AS refreshed_at, d.data_as_of
     FROM (SELECT COALESCE(
                      (SELECT u.id FROM runs u WHERE u.export_id = $1 AND u.ended_at IS NULL
                       ORDER BY CASE WHEN u.status = 'queued' AND u.released = 0 THEN 1 ELSE 0 END, u.id DESC
                       LIMIT 1),
                      (SELECT l.id FROM runs l WHERE l.export_id = $1 AND l.ended_at IS NOT NULL AND l.mark = 0
                       ORDER BY l.ended_at DESC, l.id DESC LIMIT 1)) AS shown,
                  (SELECT f.id FROM runs f WHERE f.export_id = $1 AND f.ended_at IS NOT NULL
                     AND f.status IN ('successful', 'completed_with_warnings')
                   ORDER BY f.ended_at DESC, f.id DESC LIMIT 1) AS delivered) c
     LEFT JOIN runs s ON s.id = c.shown
     LEFT JOIN runs d ON d.id = c.delivered";

/// Writes what the list shows of an export's runs. `mark`: of the run that has ended just now, for the strip.
pub(in crate::store) async fn refresh_status(
    tx: &mut Tx,
    id: ExportId,
    mark: Option<StripMark>,
) -> Result<()> {
    const DOING: &str = "write the status of an export";
    let shown = sqlx::query(SHOWN)
        .bind(id.to_string())
        .fetch_one(tx.connection())
        .await
        .doing(DOING)?;
    let run = shown.maybe_text("run_id")?;
    let status = match run {
        Some(_) => shown.coded("status", ExportStatus::from_code)?,
        None => ExportStatus::NotStarted,
    };
    // Everybody reads it; the page of the run says all of it to administrators.
    let reason: Option<Reason> = shown.maybe_json("reason")?;
    let reason = reason.map(without_places);
    let version = sqlx::query_scalar(concat!(
        "UPDATE exports SET status = $2, status_rank = $3, status_reason = $4, status_run_id = $5,
                            refreshed_at = $6, data_as_of = $7, strip = ",
        appended!("$8"),
        " WHERE id = $1 RETURNING version"
    ))
    .bind(id.to_string())
    .bind(status.code())
    .bind(status.rank())
    .bind(to_maybe_json(reason.as_ref())?)
    .bind(run)
    .bind(shown.maybe_int("refreshed_at")?.unwrap_or_default())
    .bind(shown.maybe_int("data_as_of")?.unwrap_or_default())
    .bind(
        mark.into_iter()
            .flat_map(StripMark::letters)
            .collect::<String>(),
    )
    .fetch_optional(tx.connection())
    .await
    .doing(DOING)?;
    tx.signal(SignalKind::Export, id, version.ok_or(StoreError::NotFound)?);
    Ok(())
}
