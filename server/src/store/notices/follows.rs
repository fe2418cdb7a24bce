//! What people follow, and with which limits.

use app::domain::{ExportId, Follow, FollowSettings, Micros, UserId};
use sqlx::any::AnyRow;

use crate::store::columns::{Columns, checked};
use crate::store::error::Doing;
use crate::store::ids::fresh;
use crate::store::{Reads, Result, StoreError, Tx};

/// Most things that one person follows.
const MOST: i64 = 1000;

/// What a person wants to follow.
#[derive(Debug)]
pub struct NewFollow<'a> {
    pub user_id: UserId,
    /// None: everything.
    pub export_id: Option<ExportId>,
    pub settings: &'a FollowSettings,
    /// Code of the language of mails.
    pub language: &'a str,
    pub at: Micros,
}

/// A limit as a column holds it.
pub(super) fn limit(value: Option<u32>) -> i64 {
    value.map_or(0, i64::from)
}

/// The settings of a follower, from the columns of people and groups alike.
pub(super) fn settings(row: &AnyRow, by_mail: bool) -> Result<FollowSettings> {
    let limit = |column| {
        row.count(column)
            .map(|value| Some(value).filter(|value| *value > 0))
    };
    Ok(FollowSettings {
        by_mail,
        rows_percent: limit("rows_percent")?,
        longer_than_minutes: limit("longer_than_minutes")?,
        silent_hours: limit("silent_hours")?,
    })
}

/// Follows an export that is there, or everything, with these settings instead of those before.
pub async fn follow(tx: &mut Tx, new: &NewFollow<'_>) -> Result<()> {
    if let Some(export) = new.export_id {
        let there: Option<i64> =
            sqlx::query_scalar("SELECT version FROM exports WHERE id = $1 AND removed_at = 0")
                .bind(export.to_string())
                .fetch_optional(tx.connection())
                .await
                .doing("find an export to follow")?;
        there.ok_or(StoreError::NotFound)?;
    }
    let settings = new.settings;
    let changed = sqlx::query(
        "UPDATE follows SET by_mail = $3, rows_percent = $4, longer_than_minutes = $5, silent_hours = $6,
                            language = $7
         WHERE user_id = $1 AND COALESCE(export_id, '') = $2",
    )
    .bind(new.user_id.to_string())
    .bind(new.export_id.map(|id| id.to_string()).unwrap_or_default())
    .bind(i64::from(settings.by_mail))
    .bind(limit(settings.rows_percent))
    .bind(limit(settings.longer_than_minutes))
    .bind(limit(settings.silent_hours))
    .bind(checked(new.language)?)
    .execute(tx.connection())
    .await
    .doing("change what a person follows")?;
    if changed.rows_affected() > 0 {
        return forget(tx, &new.user_id.to_string(), new.export_id).await;
    }
    // Asked twice at once, the first counts.
    sqlx::query(
        "INSERT INTO follows (id, user_id, export_id, by_mail, rows_percent, longer_than_minutes,
                              silent_hours, language)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
    )
    .bind(fresh(new.at).to_string())
    .bind(new.user_id.to_string())
    .bind(new.export_id.map(|id| id.to_string()))
    .bind(i64::from(settings.by_mail))
    .bind(limit(settings.rows_percent))
    .bind(limit(settings.longer_than_minutes))
    .bind(limit(settings.silent_hours))
    .bind(new.language)
    .execute(tx.connection())
    .await
    .doing("follow an export")?;
    Ok(())
}

/// Follows an export, or everything, no longer.
pub async fn unfollow(tx: &mut Tx, user: UserId, export: Option<ExportId>) -> Result<()> {
    sqlx::query("DELETE FROM follows WHERE user_id = $1 AND COALESCE(export_id, '') = $2")
        .bind(user.to_string())
        .bind(export.map(|id| id.to_string()).unwrap_or_default())
        .execute(tx.connection())
        .await
        .doing("follow an export no longer")?;
    forget(tx, &user.to_string(), export).await
}

/// Forgets what a person or group was told of its limits, for an export or for all: they are other ones now.
pub(super) async fn forget(tx: &mut Tx, follower: &str, export: Option<ExportId>) -> Result<()> {
    sqlx::query("DELETE FROM notice_alerts WHERE follower = $1 AND ($2 = '' OR export_id = $2)")
        .bind(follower)
        .bind(export.map(|id| id.to_string()).unwrap_or_default())
        .execute(tx.connection())
        .await
        .doing("forget what was told of limits")?;
    Ok(())
}

/// What a person follows: everything first, then exports by name.
pub async fn following(mut db: impl Reads, user: UserId) -> Result<Vec<Follow>> {
    let rows = sqlx::query(
        "SELECT f.export_id, COALESCE(e.name, '') AS export_name, f.by_mail, f.rows_percent,
                f.longer_than_minutes, f.silent_hours
         FROM follows f LEFT JOIN exports e ON e.id = f.export_id
         WHERE f.user_id = $1 AND (f.export_id IS NULL OR e.removed_at = 0)
         ORDER BY COALESCE(e.name_fold, ''), f.id LIMIT $2",
    )
    .bind(user.to_string())
    .bind(MOST)
    .fetch_all(&mut *db.reading().await?)
    .await
    .doing("list what a person follows")?;
    rows.iter()
        .map(|row| {
            Ok(Follow {
                export_id: row.maybe_parsed("export_id")?,
                export_name: row.text("export_name")?,
                settings: settings(row, row.flag("by_mail")?)?,
            })
        })
        .collect()
}
