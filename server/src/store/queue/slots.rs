//! Places of work: how many runs of one connection, and of the whole server, work at once. A place
//! is a row that is taken in the claiming transaction; counting in a `WHERE` would let two through.

use app::domain::{ConnectionId, Micros, RunId};

use crate::store::columns::Columns;
use crate::store::error::Doing;
use crate::store::{PerEngine, Result, Tx, connections, skip_locked};

/// Owner of the places of the whole server.
const SERVER: &str = "server";

const FREE: PerEngine = skip_locked!(
    "SELECT s.place FROM slots s
     WHERE s.owner = $1 AND s.place < $2 AND (s.run_id IS NULL OR s.lease_until <= $3)
     ORDER BY s.place LIMIT 1",
    "s"
);

/// A lease to take places under.
#[derive(Clone, Copy)]
pub(super) struct Lease {
    pub(super) run: RunId,
    pub(super) now: Micros,
    pub(super) until: Micros,
}

/// Takes a place of the connection and one of the server; false if either has none left.
pub(super) async fn take(
    tx: &mut Tx,
    connection: ConnectionId,
    at_once: u32,
    lease: Lease,
) -> Result<bool> {
    // What an earlier claim of the same run had is its own again.
    free(tx, lease.run).await?;
    make_server_places(tx, at_once).await?;
    Ok(
        take_one(tx, &connection.to_string(), connections::SLOTS, lease).await?
            && take_one(tx, SERVER, i64::from(at_once), lease).await?,
    )
}

async fn take_one(tx: &mut Tx, owner: &str, places: i64, lease: Lease) -> Result<bool> {
    const DOING: &str = "take a place of work";
    let sql = FREE.of(tx.engine());
    let row = sqlx::query(sql)
        .bind(owner)
        .bind(places)
        .bind(lease.now)
        .fetch_optional(tx.connection())
        .await
        .doing(DOING)?;
    let Some(row) = row else { return Ok(false) };
    sqlx::query(
        "UPDATE slots SET run_id = $3, lease_until = $4, taken_at = $5 WHERE owner = $1 AND place = $2",
    )
    .bind(owner)
    .bind(row.int("place")?)
    .bind(lease.run.to_string())
    .bind(lease.until)
    .bind(lease.now)
    .execute(tx.connection())
    .await
    .doing(DOING)?;
    Ok(true)
}

async fn make_server_places(tx: &mut Tx, at_once: u32) -> Result<()> {
    const DOING: &str = "make the places of work of the server";
    let there: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM slots WHERE owner = $1")
        .bind(SERVER)
        .fetch_one(tx.connection())
        .await
        .doing(DOING)?;
    for place in there..i64::from(at_once) {
        sqlx::query("INSERT INTO slots (owner, place) VALUES ($1, $2) ON CONFLICT (owner, place) DO NOTHING")
            .bind(SERVER)
            .bind(place)
            .execute(tx.connection())
            .await
            .doing(DOING)?;
    }
    Ok(())
}

/// Keeps the places of a run.
pub(super) async fn extend(tx: &mut Tx, run: RunId, until: Micros) -> Result<()> {
    sqlx::query("UPDATE slots SET lease_until = $2 WHERE run_id = $1")
        .bind(run.to_string())
        .bind(until)
        .execute(tx.connection())
        .await
        .doing("keep the places of a run")?;
    Ok(())
}

/// Gives the places of a run back.
pub(super) async fn free(tx: &mut Tx, run: RunId) -> Result<()> {
    sqlx::query("UPDATE slots SET run_id = NULL, lease_until = 0 WHERE run_id = $1")
        .bind(run.to_string())
        .execute(tx.connection())
        .await
        .doing("give the places of a run back")?;
    Ok(())
}
