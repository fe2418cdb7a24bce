//! *Removed*: connections that were taken away and can come back.

use app::domain::{ConnectionId, ConnectionPause, Micros, RemovedConnection, Version};
use sqlx::any::AnyRow;

use super::pausing::set_pause;
use super::writing::name_in_exports;
use crate::store::columns::{Columns, checked};
use crate::store::error::Doing;
use crate::store::{Reads, Result, SignalKind, StoreError, Tx, fold, names};

/// How a connection comes back.
#[derive(Debug)]
pub struct Restored<'a> {
    /// One that no other connection has.
    pub name: &'a str,
    pub at: Micros,
    pub by: &'a str,
    /// Nothing goes there before somebody has looked at it.
    pub pause: &'a ConnectionPause,
}

fn taken_away(row: &AnyRow, kept_for: Micros) -> Result<RemovedConnection> {
    let removed_at = row.int("removed_at")?;
    Ok(RemovedConnection {
        id: row.parsed("id")?,
        name: row.text("name")?,
        kind: row.parsed("kind")?,
        removed_at,
        removed_by: row.text("updated_by")?,
        kept_until: removed_at + kept_for,
    })
}

/// Connections that were removed less than `kept_for` before `now`, newest first.
pub async fn removed(
    mut db: impl Reads,
    now: Micros,
    kept_for: Micros,
) -> Result<Vec<RemovedConnection>> {
    let rows = sqlx::query(
        "SELECT id, name, kind, removed_at, updated_by FROM connections WHERE removed_at > $1
         ORDER BY removed_at DESC, name_fold, id LIMIT 1000",
    )
    .bind((now - kept_for).max(0))
    .fetch_all(&mut *db.reading().await?)
    .await
    .doing("list removed connections")?;
    rows.iter().map(|row| taken_away(row, kept_for)).collect()
}

/// A removed connection; none if it is there, or never was.
pub async fn get_removed(
    mut db: impl Reads,
    id: ConnectionId,
    kept_for: Micros,
) -> Result<Option<RemovedConnection>> {
    let row = sqlx::query(
        "SELECT id, name, kind, removed_at, updated_by FROM connections
         WHERE id = $1 AND removed_at > 0",
    )
    .bind(id.to_string())
    .fetch_optional(&mut *db.reading().await?)
    .await
    .doing("read a removed connection")?;
    row.as_ref()
        .map(|row| taken_away(row, kept_for))
        .transpose()
}

/// The first of these names that no connection has.
pub async fn free_name(db: impl Reads, candidates: &[String]) -> Result<Option<String>> {
    const HOLDER: &str = "SELECT id FROM connections WHERE name_fold = $1 AND removed_at = 0";
    names::first_free(db, candidates, HOLDER).await
}

/// Brings a removed connection back, as a new version, paused.
pub async fn restore(tx: &mut Tx, id: ConnectionId, restored: &Restored<'_>) -> Result<Version> {
    let name_fold = fold(restored.name);
    let version: Option<Version> = sqlx::query_scalar(
        "UPDATE connections SET removed_at = 0, version = version + 1, name = $2, name_fold = $3,
                                updated_at = $4, updated_by = $5
         WHERE id = $1 AND removed_at > 0 RETURNING version",
    )
    .bind(id.to_string())
    .bind(checked(restored.name)?)
    .bind(&name_fold)
    .bind(restored.at)
    .bind(checked(restored.by)?)
    .fetch_optional(tx.connection())
    .await
    .unless_taken("bring a removed connection back", StoreError::NameTaken)?;
    let version = version.ok_or(StoreError::NotFound)?;
    name_in_exports(tx, id, &name_fold).await?;
    set_pause(tx, id, restored.pause).await?;
    tx.signal(SignalKind::Connection, id, version);
    Ok(version)
}

/// Forgets the secrets of connections that were removed up to an instant, and cannot come back. Says of how many
/// secrets.
pub async fn forget_removed(tx: &mut Tx, up_to: Micros) -> Result<u64> {
    let done = sqlx::query(
        "DELETE FROM secrets WHERE owner_kind = 'connection' AND owner_id IN
             (SELECT c.id FROM connections c WHERE c.removed_at > 0 AND c.removed_at <= $1)",
    )
    .bind(up_to)
    .execute(tx.connection())
    .await
    .doing("forget the secrets of removed connections")?;
    Ok(done.rows_affected())
}
