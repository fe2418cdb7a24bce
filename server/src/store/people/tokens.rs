//! Tokens for REST. What a token is, is not kept, only its hash.

use app::domain::{Micros, Role, TokenId, TokenSummary, UserId};
use sqlx::any::AnyRow;

use super::users::{UserRow, user};
use super::{COARSE, MOST};
use crate::store::columns::{Columns, checked};
use crate::store::error::Doing;
use crate::store::{Reads, Result, Tx};

/// A token to be added.
pub struct TokenRow {
    pub id: TokenId,
    pub user_id: UserId,
    pub name: String,
    pub token_hash: String,
    pub created_at: Micros,
    /// Empty: the command line, or its person.
    pub created_by: String,
    /// Who made it, where it is of a service account.
    pub maker_id: Option<UserId>,
    /// None: never.
    pub expires_at: Option<Micros>,
    /// The most that it may; none: what its person may.
    pub role: Option<Role>,
}

/// Whose token it is.
#[derive(Debug)]
pub struct TokenUser {
    /// Their role is no higher than that of the token.
    pub user: UserRow,
    pub token: TokenId,
    pub last_used_at: Option<Micros>,
}

fn summary(row: &AnyRow) -> Result<TokenSummary> {
    Ok(TokenSummary {
        id: row.parsed("id")?,
        name: row.text("name")?,
        role: row.maybe_parsed("role")?,
        created_at: row.int("created_at")?,
        created_by: row.text("created_by")?,
        expires_at: row.since("expires_at")?,
        last_used_at: row.maybe_int("last_used_at")?,
    })
}

fn names(row: &AnyRow) -> Result<(String, String)> {
    Ok((row.text("account")?, row.text("token")?))
}

/// Adds a token.
pub async fn insert_token(tx: &mut Tx, token: &TokenRow) -> Result<()> {
    sqlx::query(
        "INSERT INTO tokens (id, user_id, name, token_hash, created_at, created_by, expires_at, role,
                             maker_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(token.id.to_string())
    .bind(token.user_id.to_string())
    .bind(checked(&token.name)?)
    .bind(checked(&token.token_hash)?)
    .bind(token.created_at)
    .bind(checked(&token.created_by)?)
    .bind(token.expires_at.unwrap_or_default())
    .bind(token.role.map(Role::code))
    .bind(token.maker_id.map(|id| id.to_string()))
    .execute(tx.connection())
    .await
    .doing("add a token")?;
    Ok(())
}

/// The person of a token that was neither revoked nor has ended, unless disabled.
pub async fn token_user(mut db: impl Reads, hash: &str, now: Micros) -> Result<Option<TokenUser>> {
    let Ok(hash) = checked(hash) else {
        return Ok(None);
    };
    let row = sqlx::query(
        "SELECT u.id, u.email, u.name, u.role, u.password_hash, u.disabled, u.created_at,
                t.id AS token, t.role AS ceiling, t.last_used_at
         FROM tokens t JOIN users u ON u.id = t.user_id
         WHERE t.token_hash = $1 AND t.revoked = 0 AND (t.expires_at = 0 OR t.expires_at > $2)
           AND u.disabled = 0",
    )
    .bind(hash)
    .bind(now)
    .fetch_optional(&mut *db.reading().await?)
    .await
    .doing("find a token")?;
    let Some(row) = row else { return Ok(None) };
    let mut user = user(&row)?;
    if let Some(ceiling) = row.maybe_parsed::<Role>("ceiling")? {
        user.role = user.role.min(ceiling);
    }
    Ok(Some(TokenUser {
        user,
        token: row.parsed("token")?,
        last_used_at: row.maybe_int("last_used_at")?,
    }))
}

/// The tokens of somebody that count, newest first.
pub async fn tokens_of(mut db: impl Reads, user: UserId, now: Micros) -> Result<Vec<TokenSummary>> {
    let rows = sqlx::query(
        "SELECT id, name, role, created_at, created_by, expires_at, last_used_at FROM tokens
         WHERE user_id = $1 AND revoked = 0 AND (expires_at = 0 OR expires_at > $2)
         ORDER BY created_at DESC, id DESC LIMIT $3",
    )
    .bind(user.to_string())
    .bind(now)
    .bind(MOST)
    .fetch_all(&mut *db.reading().await?)
    .await
    .doing("list tokens")?;
    rows.iter().map(summary).collect()
}

/// The tokens of service accounts that somebody made and that count: names of account and token, oldest first.
pub async fn tokens_made_by(
    mut db: impl Reads,
    maker: UserId,
    now: Micros,
) -> Result<Vec<(String, String)>> {
    let rows = sqlx::query(
        "SELECT u.name AS account, t.name AS token FROM tokens t JOIN users u ON u.id = t.user_id
         WHERE t.maker_id = $1 AND t.revoked = 0 AND (t.expires_at = 0 OR t.expires_at > $2)
         ORDER BY t.created_at, t.id LIMIT $3",
    )
    .bind(maker.to_string())
    .bind(now)
    .bind(MOST)
    .fetch_all(&mut *db.reading().await?)
    .await
    .doing("list the tokens that somebody made")?;
    rows.iter().map(names).collect()
}

/// A token, counting or not, and whose it is.
pub async fn token(mut db: impl Reads, id: TokenId) -> Result<Option<(UserId, TokenSummary)>> {
    let row = sqlx::query(
        "SELECT id, user_id, name, role, created_at, created_by, expires_at, last_used_at
         FROM tokens WHERE id = $1",
    )
    .bind(id.to_string())
    .fetch_optional(&mut *db.reading().await?)
    .await
    .doing("read a token")?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some((row.parsed("user_id")?, summary(&row)?)))
}

/// Notes when a token was last used, once a minute at most.
pub async fn touch_token(tx: &mut Tx, hash: &str, at: Micros) -> Result<()> {
    sqlx::query(
        "UPDATE tokens SET last_used_at = $2
         WHERE token_hash = $1 AND (last_used_at IS NULL OR last_used_at < $3)",
    )
    .bind(hash)
    .bind(at)
    .bind(at - COARSE)
    .execute(tx.connection())
    .await
    .doing("note the use of a token")?;
    Ok(())
}

/// Makes a token useless. Says whether it was of use.
pub async fn revoke_token(tx: &mut Tx, id: TokenId) -> Result<bool> {
    let done = sqlx::query("UPDATE tokens SET revoked = 1 WHERE id = $1 AND revoked = 0")
        .bind(id.to_string())
        .execute(tx.connection())
        .await
        .doing("revoke a token")?;
    Ok(done.rows_affected() > 0)
}

/// Makes all tokens of somebody useless. Says how many were of use.
pub async fn revoke_tokens_of(tx: &mut Tx, user: UserId, now: Micros) -> Result<u64> {
    let done = sqlx::query(
        "UPDATE tokens SET revoked = 1
         WHERE user_id = $1 AND revoked = 0 AND (expires_at = 0 OR expires_at > $2)",
    )
    .bind(user.to_string())
    .bind(now)
    .execute(tx.connection())
    .await
    .doing("revoke the tokens of somebody")?;
    Ok(done.rows_affected())
}
