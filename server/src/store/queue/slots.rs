//! Places of work: how many runs of one connection, and of all servers, work at once. A place
//! is a row that is taken in the claiming transaction; counting in a `WHERE` would let two through.

use std::collections::BTreeMap;

use app::domain::{ConnectionId, Micros, RunId};
use serde::Serialize;

use crate::store::columns::{Columns, as_int, to_json};
use crate::store::error::Doing;
use crate::store::{PerEngine, Result, Tx, connections, over_given, skip_locked};

/// Owner of the places of all servers.
const SERVER: &str = "server";

const FREE: PerEngine = skip_locked!(
    "SELECT s.place FROM slots s
     WHERE s.owner = $1 AND s.place < $2 AND (s.run_id IS NULL OR s.lease_until <= $3)
     ORDER BY s.place LIMIT $4",
    "s"
);

const FREE_OF_CONNECTIONS: PerEngine = over_given!(
    "SELECT s.owner, s.place FROM",
    "JOIN slots s ON s.owner = g.value ->> 'connection'
     WHERE s.run_id IS NULL OR s.lease_until <= $2 ORDER BY s.owner, s.place LIMIT $3",
    " FOR UPDATE OF s SKIP LOCKED"
);

const TAKE: PerEngine = over_given!(
    "UPDATE slots SET run_id = g.value ->> 'run', lease_until = $2, taken_at = $3 FROM",
    "WHERE slots.owner = g.value ->> 'owner' AND slots.place = CAST(g.value ->> 'place' AS BIGINT)"
);

/// Places that nobody else can take before the transaction ends: one of each connection, as many of all servers.
#[derive(Default)]
pub(super) struct Places {
    of_connections: BTreeMap<ConnectionId, i64>,
    of_server: Vec<i64>,
    given: Vec<Given>,
}

/// A place with the run that has it.
#[derive(Serialize)]
struct Given {
    owner: String,
    place: i64,
    run: RunId,
}

impl Places {
    pub(super) fn is_empty(&self) -> bool {
        self.of_connections.is_empty() || self.of_server.is_empty()
    }

    /// Gives a run a place of its connection and one of all servers; false if either has none left.
    pub(super) fn give(&mut self, connection: ConnectionId, run: RunId) -> bool {
        if self.is_empty() {
            return false;
        }
        let Some(own) = self.of_connections.remove(&connection) else {
            return false;
        };
        let of_server = self.of_server.pop().map(|place| (SERVER.to_owned(), place));
        let places = of_server.into_iter().chain([(connection.to_string(), own)]);
        self.given
            .extend(places.map(|(owner, place)| Given { owner, place, run }));
        true
    }

    /// Takes the places of other runs back.
    pub(super) fn keep(&mut self, has: impl Fn(RunId) -> bool) {
        self.given.retain(|given| has(given.run));
    }
}

/// Finds free places of work for a run of each of these connections, and locks them.
pub(super) async fn free_places(
    tx: &mut Tx,
    wanted: &[ConnectionId],
    at_once: u32,
    now: Micros,
) -> Result<Places> {
    #[derive(Serialize)]
    struct Row {
        connection: ConnectionId,
    }
    let of_server = free_of_server(tx, wanted.len(), at_once, now).await?;
    if of_server.is_empty() {
        return Ok(Places::default());
    }
    let wanted: Vec<Row> = wanted.iter().map(|id| Row { connection: *id }).collect();
    let sql = FREE_OF_CONNECTIONS.of(tx.engine());
    let rows = sqlx::query(sql)
        .bind(to_json(&wanted)?)
        .bind(now)
        .bind(as_int(wanted.len()).saturating_mul(connections::SLOTS))
        .fetch_all(tx.connection())
        .await
        .doing("find free places of connections")?;
    let mut places = Places {
        of_server,
        ..Places::default()
    };
    for row in &rows {
        let owner = row.parsed("owner")?;
        places
            .of_connections
            .entry(owner)
            .or_insert(row.int("place")?);
    }
    Ok(places)
}

/// Free places of all servers, which are made when they are first needed.
async fn free_of_server(tx: &mut Tx, most: usize, at_once: u32, now: Micros) -> Result<Vec<i64>> {
    if most == 0 {
        return Ok(Vec::new());
    }
    let free = lock_free_of_server(tx, most, at_once, now).await?;
    if free.len() < most && make_server_places(tx, at_once).await? {
        return lock_free_of_server(tx, most, at_once, now).await;
    }
    Ok(free)
}

async fn lock_free_of_server(
    tx: &mut Tx,
    most: usize,
    at_once: u32,
    now: Micros,
) -> Result<Vec<i64>> {
    let sql = FREE.of(tx.engine());
    let rows = sqlx::query(sql)
        .bind(SERVER)
        .bind(i64::from(at_once))
        .bind(now)
        .bind(as_int(most))
        .fetch_all(tx.connection())
        .await
        .doing("find free places of all servers")?;
    rows.iter().map(|row| row.int("place")).collect()
}

/// Whether there were too few.
async fn make_server_places(tx: &mut Tx, at_once: u32) -> Result<bool> {
    const DOING: &str = "make the places of work of all servers";
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
    Ok(there < i64::from(at_once))
}

/// Takes the places that were given, until their leases pass.
pub(super) async fn take(tx: &mut Tx, places: &Places, now: Micros, until: Micros) -> Result<()> {
    if places.given.is_empty() {
        return Ok(());
    }
    let sql = TAKE.of(tx.engine());
    sqlx::query(sql)
        .bind(to_json(&places.given)?)
        .bind(until)
        .bind(now)
        .execute(tx.connection())
        .await
        .doing("take places of work")?;
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
