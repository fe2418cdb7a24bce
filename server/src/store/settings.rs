//! What people change about this environment, and what it remembers of itself, by key.

use super::columns::checked;
use super::error::Doing;
use super::{PerEngine, Reads, Result, Tx, locked};

/// The id of the lake that belongs to this database.
pub const LAKE_ID: &str = "lake_id";
/// How many snapshots of each table are kept.
pub const KEEP_SNAPSHOTS: &str = "keep_snapshots";
/// For how many days runs and waybills are kept.
pub const KEEP_RUNS_DAYS: &str = "keep_runs_days";
/// How full, in percent, a disk may be for refreshes.
pub const STOP_REFRESHES_PERCENT: &str = "stop_refreshes_percent";
/// Pauses everything while it is there: `SystemPause` as JSON. `unless_paused!` knows it too.
pub const SYSTEM_PAUSE: &str = "system_pause";
/// That, and from what, this database was restored: `Restored` as JSON.
pub const RESTORED: &str = "restored";
/// Starts up to this instant are not caught up.
pub const PLANNED_FROM: &str = "planned_from";
/// The last backup: `LastBackup` as JSON.
pub const LAST_BACKUP: &str = "last_backup";

const HELD: PerEngine = locked!("SELECT value FROM settings WHERE key = $1");

/// The value of a key.
pub async fn get(mut db: impl Reads, key: &str) -> Result<Option<String>> {
    sqlx::query_scalar("SELECT value FROM settings WHERE key = $1")
        .bind(checked(key)?)
        .fetch_optional(&mut *db.reading().await?)
        .await
        .doing("read a setting")
}

/// Gives a key its value.
pub async fn set(tx: &mut Tx, key: &str, value: &str) -> Result<()> {
    sqlx::query(
        "INSERT INTO settings (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = $2",
    )
    .bind(checked(key)?)
    .bind(checked(value)?)
    .execute(tx.connection())
    .await
    .doing("write a setting")?;
    Ok(())
}

/// Gives a key its first value. False: it has one already.
pub async fn add(tx: &mut Tx, key: &str, value: &str) -> Result<bool> {
    let done = sqlx::query(
        "INSERT INTO settings (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING",
    )
    .bind(checked(key)?)
    .bind(checked(value)?)
    .execute(tx.connection())
    .await
    .doing("write a setting")?;
    Ok(done.rows_affected() > 0)
}

/// The value of a key, which nobody else changes until the transaction ends.
pub async fn hold(tx: &mut Tx, key: &str) -> Result<Option<String>> {
    let sql = HELD.of(tx.engine());
    sqlx::query_scalar(sql)
        .bind(checked(key)?)
        .fetch_optional(tx.connection())
        .await
        .doing("hold a setting")
}

/// The value of a key, which has none afterwards: of several who take it, one gets it.
pub async fn take(tx: &mut Tx, key: &str) -> Result<Option<String>> {
    sqlx::query_scalar("DELETE FROM settings WHERE key = $1 RETURNING value")
        .bind(checked(key)?)
        .fetch_optional(tx.connection())
        .await
        .doing("take a setting")
}
