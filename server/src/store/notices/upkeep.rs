//! Notices that are old enough go, a bounded number at a time.

use app::domain::Micros;

use crate::store::columns::Columns;
use crate::store::error::Doing;
use crate::store::{Result, Store, Tx};

/// How long notices are kept.
const KEPT_FOR: Micros = 400 * 24 * 3_600_000_000;
/// How many one person keeps.
const KEPT: i64 = 1000;
/// How many old notices one call removes.
const AT_ONCE: i64 = 500;
/// For how many people one call removes what is too much.
const PEOPLE_AT_ONCE: i64 = 20;

/// Removes notices older than 400 days, and of each person those beyond the newest 1000.
pub async fn upkeep(store: &Store) -> Result<()> {
    let before = store.now().saturating_sub(KEPT_FOR);
    let crowded = crowded(store).await?;
    let mut tx = store.begin().await?;
    for user in crowded {
        thin(&mut tx, &user).await?;
    }
    for sql in [
        "DELETE FROM notice_sendings WHERE notice_id IN
             (SELECT id FROM notices WHERE at < $1 ORDER BY at, id LIMIT $2)",
        "DELETE FROM notice_readers WHERE notice_id IN
             (SELECT id FROM notices WHERE at < $1 ORDER BY at, id LIMIT $2)",
        // What another server removes at the same instant is left to it.
        "DELETE FROM notices WHERE id IN
             (SELECT id FROM notices WHERE at < $1 ORDER BY at, id LIMIT $2)
           AND NOT EXISTS (SELECT 1 FROM notice_sendings s WHERE s.notice_id = notices.id)
           AND NOT EXISTS (SELECT 1 FROM notice_readers r WHERE r.notice_id = notices.id)",
        "DELETE FROM connection_notice_readers WHERE notice_id IN
             (SELECT id FROM connection_notices WHERE noticed_at < $1 ORDER BY noticed_at, id LIMIT $2)",
        "DELETE FROM connection_notices WHERE id IN
             (SELECT id FROM connection_notices WHERE noticed_at < $1 ORDER BY noticed_at, id LIMIT $2)
           AND NOT EXISTS (SELECT 1 FROM connection_notice_readers r WHERE r.notice_id = connection_notices.id)",
    ] {
        sqlx::query(sql)
            .bind(before)
            .bind(AT_ONCE)
            .execute(tx.connection())
            .await
            .doing("remove old notices")?;
    }
    tx.commit().await
}

/// People who have more notices than are kept.
async fn crowded(store: &Store) -> Result<Vec<String>> {
    let rows = sqlx::query(
        "SELECT user_id FROM notice_readers GROUP BY user_id HAVING COUNT(*) > $1
         ORDER BY user_id LIMIT $2",
    )
    .bind(KEPT)
    .bind(PEOPLE_AT_ONCE)
    .fetch_all(&mut *store.reader().await?)
    .await
    .doing("find who has many notices")?;
    rows.iter().map(|row| row.text("user_id")).collect()
}

/// Keeps the newest of a person's notices.
async fn thin(tx: &mut Tx, user: &str) -> Result<()> {
    const DOING: &str = "remove what a person has too many of";
    let oldest = sqlx::query(
        "SELECT at, notice_id FROM notice_readers WHERE user_id = $1
         ORDER BY at DESC, notice_id DESC LIMIT 1 OFFSET $2",
    )
    .bind(user)
    .bind(KEPT)
    .fetch_optional(tx.connection())
    .await
    .doing(DOING)?;
    let Some(oldest) = oldest else { return Ok(()) };
    sqlx::query(
        "DELETE FROM notice_readers WHERE user_id = $1 AND (at < $2 OR (at = $2 AND notice_id <= $3))",
    )
    .bind(user)
    .bind(oldest.int("at")?)
    .bind(oldest.text("notice_id")?)
    .execute(tx.connection())
    .await
    .doing(DOING)?;
    Ok(())
}
