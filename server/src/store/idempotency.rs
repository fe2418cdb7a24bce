//! Answers to requests that carried an `Idempotency-Key`, for a day.

use app::domain::{Micros, UserId};

use super::columns::{Columns, checked};
use super::error::Doing;
use super::{Reads, Result, StoreError, Tx};

/// How long an answer is kept.
const KEPT_FOR: Micros = 24 * 3_600 * 1_000_000;

/// What was answered, and to which body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// What the request is known again by. The same key with another body is a mistake of the caller's.
    pub body_hash: String,
    pub status: u16,
    pub answer: String,
}

/// What was answered to this person under this key, less than a day ago.
pub async fn find(
    mut db: impl Reads,
    key: &str,
    user: UserId,
    now: Micros,
) -> Result<Option<Kept>> {
    let row = sqlx::query(
        "SELECT body_hash, status, answer FROM idempotency_keys
         WHERE user_id = $1 AND key = $2 AND kept_at > $3",
    )
    .bind(user.to_string())
    .bind(checked(key)?)
    .bind(now - KEPT_FOR)
    .fetch_optional(&mut *db.reading().await?)
    .await
    .doing("find an idempotency key")?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(Kept {
        body_hash: row.text("body_hash")?,
        status: u16::try_from(row.count("status")?).unwrap_or(u16::MAX),
        answer: row.text("answer")?,
    }))
}

/// Keeps an answer, in the transaction of what it answers; [`StoreError::KeyTaken`] if another
/// request was first.
pub async fn keep(tx: &mut Tx, key: &str, user: UserId, kept: &Kept, at: Micros) -> Result<()> {
    let done = sqlx::query(
        "INSERT INTO idempotency_keys (user_id, key, body_hash, status, answer, kept_at)
         VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (user_id, key) DO UPDATE
         SET body_hash = $3, status = $4, answer = $5, kept_at = $6
         WHERE idempotency_keys.kept_at <= $7",
    )
    .bind(user.to_string())
    .bind(checked(key)?)
    .bind(checked(&kept.body_hash)?)
    .bind(i64::from(kept.status))
    .bind(checked(&kept.answer)?)
    .bind(at)
    .bind(at - KEPT_FOR)
    .execute(tx.connection())
    .await
    .doing("keep an answer")?;
    if done.rows_affected() == 0 {
        Err(StoreError::KeyTaken)
    } else {
        Ok(())
    }
}

/// Forgets answers that were kept for a day.
pub async fn delete_expired(tx: &mut Tx, now: Micros) -> Result<u64> {
    let done = sqlx::query("DELETE FROM idempotency_keys WHERE kept_at <= $1")
        .bind(now - KEPT_FOR)
        .execute(tx.connection())
        .await
        .doing("forget old answers")?;
    Ok(done.rows_affected())
}
