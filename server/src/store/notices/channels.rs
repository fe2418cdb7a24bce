//! Groups that are told: a mailing list, a chat room, another program.

use std::collections::{BTreeMap, BTreeSet};

use app::domain::{Channel, ChannelId, ChannelKind, ExportId, FollowSettings, Micros, Version};
use sqlx::any::AnyRow;

use super::addresses::forget_address;
use super::follows::{forget, limit, settings};
use crate::store::columns::{Columns, checked, export_rows};
use crate::store::error::Doing;
use crate::store::{PerEngine, Reads, Result, SignalKind, StoreError, Tx, fold, over_given};

/// Most groups, and most exports of one.
const MOST: i64 = 1000;

/// What a save gives a group.
#[derive(Debug)]
pub struct ChannelChange<'a> {
    pub name: &'a str,
    pub kind: ChannelKind,
    /// A mail address, or where a webhook leads: its address is kept as a secret.
    pub address: &'a str,
    /// None: everything.
    pub exports: &'a [ExportId],
    pub settings: &'a FollowSettings,
    pub at: Micros,
    pub by: &'a str,
}

const WRITE_EXPORTS: PerEngine = over_given!(
    "INSERT INTO notice_channel_exports (channel_id, export_id) SELECT $2, g.value ->> 'export' FROM",
    "WHERE 1 = 1 ON CONFLICT (channel_id, export_id) DO NOTHING"
);

const FIND_EXPORTS: PerEngine = over_given!(
    "SELECT e.id FROM",
    "JOIN exports e ON e.id = g.value ->> 'export' AND e.removed_at = 0 ORDER BY e.id LIMIT $2"
);

/// Adds a group, of version 1.
pub async fn add(tx: &mut Tx, id: ChannelId, new: &ChannelChange<'_>) -> Result<()> {
    sqlx::query(
        "INSERT INTO notice_channels (id, version, name, name_fold, kind, address, is_sealed, follows_all,
                                      rows_percent, longer_than_minutes, silent_hours, updated_at, updated_by)
         VALUES ($1, 1, $2, $3, $4, $5, 1, $6, $7, $8, $9, $10, $11)",
    )
    .bind(id.to_string())
    .bind(checked(new.name)?)
    .bind(fold(new.name))
    .bind(new.kind.code())
    .bind(checked(new.address)?)
    .bind(i64::from(new.exports.is_empty()))
    .bind(limit(new.settings.rows_percent))
    .bind(limit(new.settings.longer_than_minutes))
    .bind(limit(new.settings.silent_hours))
    .bind(new.at)
    .bind(checked(new.by)?)
    .execute(tx.connection())
    .await
    .unless_taken("add a group that gets notices", StoreError::NameTaken)?;
    write_exports(tx, id, new.exports).await?;
    tx.signal(SignalKind::Notice, "", 0);
    Ok(())
}

/// Saves a new version of a group, if it is still at the expected one. What became of its last sending, and what it was
/// told of limits, is forgotten.
pub async fn change(
    tx: &mut Tx,
    id: ChannelId,
    expected: Version,
    change: &ChannelChange<'_>,
) -> Result<Version> {
    const DOING: &str = "save a group that gets notices";
    let done = sqlx::query(
        "UPDATE notice_channels SET version = version + 1, name = $3, name_fold = $4, kind = $5, address = $6,
                is_sealed = 1, follows_all = $7, rows_percent = $8, longer_than_minutes = $9, silent_hours = $10,
                problem = NULL, updated_at = $11, updated_by = $12
         WHERE id = $1 AND version = $2 AND removed_at = 0",
    )
    .bind(id.to_string())
    .bind(expected)
    .bind(checked(change.name)?)
    .bind(fold(change.name))
    .bind(change.kind.code())
    .bind(checked(change.address)?)
    .bind(i64::from(change.exports.is_empty()))
    .bind(limit(change.settings.rows_percent))
    .bind(limit(change.settings.longer_than_minutes))
    .bind(limit(change.settings.silent_hours))
    .bind(change.at)
    .bind(checked(change.by)?)
    .execute(tx.connection())
    .await
    .unless_taken(DOING, StoreError::NameTaken)?;
    if done.rows_affected() == 0 {
        return Err(stale(tx, id).await);
    }
    sqlx::query("DELETE FROM notice_channel_exports WHERE channel_id = $1")
        .bind(id.to_string())
        .execute(tx.connection())
        .await
        .doing(DOING)?;
    write_exports(tx, id, change.exports).await?;
    forget(tx, &id.to_string(), None).await?;
    tx.signal(SignalKind::Notice, "", 0);
    Ok(expected + 1)
}

async fn write_exports(tx: &mut Tx, id: ChannelId, exports: &[ExportId]) -> Result<()> {
    if exports.is_empty() {
        return Ok(());
    }
    let sql = WRITE_EXPORTS.of(tx.engine());
    sqlx::query(sql)
        .bind(export_rows(exports)?)
        .bind(id.to_string())
        .execute(tx.connection())
        .await
        .doing("write which exports a group follows")?;
    Ok(())
}

/// Removes a group. What was still to be sent to it is not, and its address is forgotten.
pub async fn remove(
    tx: &mut Tx,
    id: ChannelId,
    expected: Option<Version>,
    at: Micros,
) -> Result<()> {
    const DOING: &str = "remove a group that gets notices";
    let done = sqlx::query(
        "UPDATE notice_channels SET removed_at = $3, address = ''
         WHERE id = $1 AND removed_at = 0 AND ($2 = 0 OR version = $2)",
    )
    .bind(id.to_string())
    .bind(expected.unwrap_or_default())
    .bind(at)
    .execute(tx.connection())
    .await
    .doing(DOING)?;
    if done.rows_affected() == 0 {
        return Err(stale(tx, id).await);
    }
    sqlx::query("UPDATE notice_sendings SET ended_at = $2 WHERE channel_id = $1 AND ended_at = 0")
        .bind(id.to_string())
        .bind(at)
        .execute(tx.connection())
        .await
        .doing(DOING)?;
    forget_address(tx, id).await?;
    forget(tx, &id.to_string(), None).await?;
    tx.signal(SignalKind::Notice, "", 0);
    Ok(())
}

/// Why nothing was changed: not there, or another version is.
async fn stale(tx: &mut Tx, id: ChannelId) -> StoreError {
    let current =
        sqlx::query_scalar("SELECT version FROM notice_channels WHERE id = $1 AND removed_at = 0")
            .bind(id.to_string())
            .fetch_optional(tx.connection())
            .await
            .doing("read the version of a group");
    match current {
        Ok(Some(current)) => StoreError::Stale { current },
        Ok(None) => StoreError::NotFound,
        Err(error) => error,
    }
}

/// A group that is not removed.
pub async fn channel(mut db: impl Reads, id: ChannelId) -> Result<Option<Channel>> {
    let mut db = db.reading().await?;
    let row = sqlx::query(
        "SELECT id, version, name, kind, address, rows_percent, longer_than_minutes, silent_hours, sent_at,
                problem, updated_at, updated_by
         FROM notice_channels WHERE id = $1 AND removed_at = 0",
    )
    .bind(id.to_string())
    .fetch_optional(&mut *db)
    .await
    .doing("read a group that gets notices")?;
    let Some(row) = row else { return Ok(None) };
    let exports = sqlx::query(
        "SELECT o.channel_id, e.id, e.name FROM notice_channel_exports o JOIN exports e ON e.id = o.export_id
         WHERE o.channel_id = $1 ORDER BY e.name_fold, e.id LIMIT $2",
    )
    .bind(id.to_string())
    .bind(MOST)
    .fetch_all(&mut *db)
    .await
    .doing("list the exports that a group follows")?;
    whole(&row, &mut by_channel(&exports)?).map(Some)
}

/// All groups by name.
pub async fn channels(mut db: impl Reads) -> Result<Vec<Channel>> {
    let mut db = db.reading().await?;
    let rows = sqlx::query(
        "SELECT id, version, name, kind, address, rows_percent, longer_than_minutes, silent_hours, sent_at,
                problem, updated_at, updated_by
         FROM notice_channels WHERE removed_at = 0 ORDER BY name_fold, id LIMIT $1",
    )
    .bind(MOST)
    .fetch_all(&mut *db)
    .await
    .doing("list groups that get notices")?;
    let exports = sqlx::query(
        "SELECT o.channel_id, e.id, e.name FROM notice_channels c
         JOIN notice_channel_exports o ON o.channel_id = c.id
         JOIN exports e ON e.id = o.export_id
         WHERE c.removed_at = 0 ORDER BY o.channel_id, e.name_fold, e.id LIMIT $1",
    )
    .bind(MOST * MOST)
    .fetch_all(&mut *db)
    .await
    .doing("list the exports that groups follow")?;
    let mut exports = by_channel(&exports)?;
    rows.iter().map(|row| whole(row, &mut exports)).collect()
}

/// The exports of groups, in the order of their rows.
type ExportsOf = BTreeMap<ChannelId, Vec<(ExportId, String)>>;

fn by_channel(rows: &[AnyRow]) -> Result<ExportsOf> {
    let mut exports = ExportsOf::new();
    for row in rows {
        let export = (row.parsed("id")?, row.text("name")?);
        exports
            .entry(row.parsed("channel_id")?)
            .or_default()
            .push(export);
    }
    Ok(exports)
}

/// A group, with what it follows, which is taken out.
fn whole(row: &AnyRow, exports: &mut ExportsOf) -> Result<Channel> {
    let id: ChannelId = row.parsed("id")?;
    Ok(Channel {
        id,
        version: row.int("version")?,
        name: row.text("name")?,
        kind: row.coded("kind", ChannelKind::from_code)?,
        address: row.text("address")?,
        exports: exports.remove(&id).unwrap_or_default(),
        settings: settings(row, false)?,
        sent_at: row.since("sent_at")?,
        problem: row.maybe_json("problem")?,
        updated_at: row.int("updated_at")?,
        updated_by: row.text("updated_by")?,
    })
}

/// Those of these exports that are there.
pub async fn exports_there(tx: &mut Tx, exports: &[ExportId]) -> Result<BTreeSet<ExportId>> {
    let sql = FIND_EXPORTS.of(tx.engine());
    let rows = sqlx::query(sql)
        .bind(export_rows(exports)?)
        .bind(MOST)
        .fetch_all(tx.connection())
        .await
        .doing("find exports to follow")?;
    rows.iter().map(|row| row.parsed("id")).collect()
}
