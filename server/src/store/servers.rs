//! Servers that run on this database: each looks in now and then, and tells of the disk that it writes to.

use app::domain::{Disk, Micros};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::columns::{Columns, checked};
use super::error::Doing;
use super::{Result, SignalKind, Store, Tx};

/// Who did not look in for so long runs no more, or does not reach the database.
const LIVE_US: Micros = 30_000_000;
/// For how long such are remembered.
const REMEMBERED_US: Micros = 24 * 3_600_000_000;

/// What a server tells of itself.
#[derive(Clone, Copy, Debug)]
pub struct Sign<'a> {
    /// Its worker's: a new one at every start.
    pub id: &'a str,
    /// Lasts over starts.
    pub name: &'a str,
    pub version: &'a str,
    pub started_at: Micros,
    /// None: the machine does not tell.
    pub disk: Option<Disk>,
    /// The disk is so full that it refreshes nothing.
    pub refreshes_stopped: bool,
    /// It looks in for the first time since it was started.
    pub is_first: bool,
}

/// A server that looked in lately.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerRow {
    pub id: String,
    pub name: String,
    pub version: String,
    pub started_at: Micros,
    /// By the clock of the database.
    pub seen_at: Micros,
    pub disk: Option<Disk>,
    pub refreshes_stopped: bool,
}

fn row(row: &AnyRow) -> Result<ServerRow> {
    let total = row.int("disk_total")?;
    let free = row.int("disk_free")?;
    Ok(ServerRow {
        id: row.text("id")?,
        name: row.text("name")?,
        version: row.text("version")?,
        started_at: row.int("started_at")?,
        seen_at: row.int("seen_at")?,
        disk: (total > 0).then_some(Disk { total, free }),
        refreshes_stopped: row.flag("refreshes_stopped")?,
    })
}

/// Notes that a server is there. Pages hear of it when it comes, and when it stops refreshing or begins to again.
pub async fn look_in(store: &Store, sign: &Sign<'_>) -> Result<()> {
    const DOING: &str = "note that this server runs";
    let mut tx = store.begin().await?;
    let seen_at = tx.lease_now().await?;
    let before: Option<i64> =
        sqlx::query_scalar("SELECT refreshes_stopped FROM servers WHERE id = $1")
            .bind(checked(sign.id)?)
            .fetch_optional(tx.connection())
            .await
            .doing(DOING)?;
    if sign.is_first {
        succeed(&mut tx, sign).await?;
    }
    let disk = sign.disk.unwrap_or(Disk { total: 0, free: 0 });
    let stopped = i64::from(sign.refreshes_stopped);
    sqlx::query(
        "INSERT INTO servers (id, name, version, started_at, seen_at, disk_total, disk_free, refreshes_stopped)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (id) DO UPDATE SET seen_at = $5, disk_total = $6, disk_free = $7, refreshes_stopped = $8",
    )
    .bind(sign.id)
    .bind(checked(sign.name)?)
    .bind(checked(sign.version)?)
    .bind(sign.started_at)
    .bind(seen_at)
    .bind(disk.total)
    .bind(disk.free)
    .bind(stopped)
    .execute(tx.connection())
    .await
    .doing(DOING)?;
    if before != Some(stopped) {
        tx.signal(SignalKind::System, "servers", 0);
    }
    tx.commit().await
}

/// A server that starts takes the place of the one of its name before it, which may not have been able to leave. If
/// that one is there all the same, it comes back when it looks in next, and both stay.
async fn succeed(tx: &mut Tx, sign: &Sign<'_>) -> Result<()> {
    sqlx::query("DELETE FROM servers WHERE name = $1 AND id <> $2")
        .bind(checked(sign.name)?)
        .bind(sign.id)
        .execute(tx.connection())
        .await
        .doing("take the place of the server before this one")?;
    Ok(())
}

/// Notes that a server has ended.
pub async fn leave(store: &Store, id: &str) -> Result<()> {
    let mut tx = store.begin().await?;
    sqlx::query("DELETE FROM servers WHERE id = $1")
        .bind(checked(id)?)
        .execute(tx.connection())
        .await
        .doing("note that this server has ended")?;
    tx.signal(SignalKind::System, "servers", 0);
    tx.commit().await
}

/// The servers that looked in within the last half minute, by name.
pub async fn live(store: &Store) -> Result<Vec<ServerRow>> {
    let mut db = store.reader().await?;
    let since = clock(store, &mut db).await?.saturating_sub(LIVE_US);
    let rows = sqlx::query(
        "SELECT id, name, version, started_at, seen_at, disk_total, disk_free, refreshes_stopped
         FROM servers WHERE seen_at > $1 ORDER BY name, id LIMIT 100",
    )
    .bind(since)
    .fetch_all(&mut *db)
    .await
    .doing("list servers")?;
    rows.iter().map(row).collect()
}

/// Whether a server other than this one is there and refreshes.
pub async fn another_refreshes(store: &Store, id: &str) -> Result<bool> {
    let mut db = store.reader().await?;
    let since = clock(store, &mut db).await?.saturating_sub(LIVE_US);
    let other: Option<String> = sqlx::query_scalar(
        "SELECT id FROM servers WHERE seen_at > $1 AND id <> $2 AND refreshes_stopped = 0
         ORDER BY seen_at, id LIMIT 1",
    )
    .bind(since)
    .bind(checked(id)?)
    .fetch_optional(&mut *db)
    .await
    .doing("find a server that refreshes")?;
    Ok(other.is_some())
}

/// Forgets servers that did not look in for a day.
pub async fn forget(tx: &mut Tx) -> Result<u64> {
    let before = tx.lease_now().await?.saturating_sub(REMEMBERED_US);
    let done = sqlx::query("DELETE FROM servers WHERE seen_at < $1")
        .bind(before)
        .execute(tx.connection())
        .await
        .doing("forget servers that are gone")?;
    Ok(done.rows_affected())
}

/// The instant by the clock that they look in by, or by this server's own where that is behind: a clock that is ahead would
/// forget what is to be kept.
pub async fn earlier_now(store: &Store, own: Micros) -> Result<Micros> {
    let mut db = store.reader().await?;
    Ok(clock(store, &mut db).await?.min(own))
}

/// The clock that they look in by.
async fn clock(store: &Store, db: &mut AnyConnection) -> Result<Micros> {
    let Some(clock) = store.engine().dialect().clock else {
        return Ok(store.now());
    };
    sqlx::query_scalar(clock)
        .fetch_one(db)
        .await
        .doing("read the database's clock")
}
