//! People, and what they sign in with. Of sessions and tokens only hashes are kept.

use app::domain::{Micros, PersonRef, Role, TokenId, UserId};
use sqlx::any::AnyRow;

use super::columns::{Columns, checked};
use super::error::Doing;
use super::ids::fresh;
use super::{Reads, Result, StoreError, Tx, fold};

/// Times of use move by more than this, or not at all: reading must not keep the writer busy.
const COARSE: Micros = 60_000_000;
/// Most people who are listed by name.
const MOST: i64 = 10_000;

/// A person.
#[derive(Clone, PartialEq, Eq)]
pub struct UserRow {
    pub id: UserId,
    /// In lower case.
    pub email: String,
    pub name: String,
    pub role: Role,
    /// A PHC string.
    pub password_hash: String,
    /// May not sign in, and no session or token of theirs counts.
    pub disabled: bool,
    pub created_at: Micros,
}

impl std::fmt::Debug for UserRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("UserRow")
            .field("id", &self.id)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

/// A session of a page. The cookie's value is not kept, only its hash.
pub struct SessionRow {
    pub token_hash: String,
    pub user_id: UserId,
    pub created_at: Micros,
    pub idle_until: Micros,
    pub absolute_until: Micros,
    pub network: String,
}

/// Whose session it is, and how long it lasts.
#[derive(Debug)]
pub struct SessionUser {
    pub user: UserRow,
    pub idle_until: Micros,
    pub absolute_until: Micros,
}

/// A token for REST.
pub struct TokenRow {
    pub id: TokenId,
    pub user_id: UserId,
    pub name: String,
    pub token_hash: String,
    pub created_at: Micros,
}

/// Sign-ins that failed, counted three ways.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failures {
    /// Of this account from this network.
    pub pair: i64,
    /// Of any account from this network.
    pub network: i64,
    /// Of this account from anywhere.
    pub account: i64,
}

fn user(row: &AnyRow) -> Result<UserRow> {
    Ok(UserRow {
        id: row.parsed("id")?,
        email: row.text("email")?,
        name: row.text("name")?,
        role: row.parsed("role")?,
        password_hash: row.text("password_hash")?,
        disabled: row.flag("disabled")?,
        created_at: row.int("created_at")?,
    })
}

/// Adds a person; [`StoreError::EmailTaken`] if the address is somebody's.
pub async fn insert_user(tx: &mut Tx, user: &UserRow) -> Result<()> {
    sqlx::query(
        "INSERT INTO users (id, email, name, role, password_hash, disabled, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(user.id.to_string())
    .bind(checked(&user.email)?.to_lowercase())
    .bind(checked(&user.name)?)
    .bind(user.role.code())
    .bind(checked(&user.password_hash)?)
    .bind(i64::from(user.disabled))
    .bind(user.created_at)
    .execute(tx.connection())
    .await
    .unless_taken("add a person", StoreError::EmailTaken)?;
    Ok(())
}

/// The person with this address, in any case.
pub async fn user_by_email(mut db: impl Reads, email: &str) -> Result<Option<UserRow>> {
    let Ok(email) = checked(email) else {
        return Ok(None);
    };
    let row = sqlx::query(
        "SELECT id, email, name, role, password_hash, disabled, created_at
         FROM users WHERE email = $1",
    )
    .bind(email.to_lowercase())
    .fetch_optional(&mut *db.reading().await?)
    .await
    .doing("find a person by address")?;
    row.as_ref().map(user).transpose()
}

/// The person with this id.
pub async fn user_by_id(mut db: impl Reads, id: UserId) -> Result<Option<UserRow>> {
    let row = sqlx::query(
        "SELECT id, email, name, role, password_hash, disabled, created_at
         FROM users WHERE id = $1",
    )
    .bind(id.to_string())
    .fetch_optional(&mut *db.reading().await?)
    .await
    .doing("find a person")?;
    row.as_ref().map(user).transpose()
}

/// Who is not disabled, by name.
pub async fn names(mut db: impl Reads) -> Result<Vec<PersonRef>> {
    let rows = sqlx::query("SELECT id, name FROM users WHERE disabled = 0 ORDER BY id LIMIT $1")
        .bind(MOST)
        .fetch_all(&mut *db.reading().await?)
        .await
        .doing("list people by name")?;
    let person = |row: &AnyRow| {
        Ok(PersonRef {
            id: row.parsed("id")?,
            name: row.text("name")?,
        })
    };
    let mut people = rows.iter().map(person).collect::<Result<Vec<_>>>()?;
    people.sort_by_cached_key(|person| fold(&person.name));
    Ok(people)
}

/// How many people there are.
pub async fn count_users(mut db: impl Reads) -> Result<i64> {
    sqlx::query_scalar("SELECT COUNT(*) FROM users")
        .fetch_one(&mut *db.reading().await?)
        .await
        .doing("count people")
}

/// Starts a session.
pub async fn insert_session(tx: &mut Tx, session: &SessionRow) -> Result<()> {
    sqlx::query(
        "INSERT INTO sessions (token_hash, user_id, created_at, idle_until, absolute_until, network)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(checked(&session.token_hash)?)
    .bind(session.user_id.to_string())
    .bind(session.created_at)
    .bind(session.idle_until)
    .bind(session.absolute_until)
    .bind(checked(&session.network)?)
    .execute(tx.connection())
    .await
    .doing("start a session")?;
    Ok(())
}

/// The person of a session that has neither expired nor been idle too long, unless disabled.
pub async fn session_user(
    mut db: impl Reads,
    hash: &str,
    now: Micros,
) -> Result<Option<SessionUser>> {
    let Ok(hash) = checked(hash) else {
        return Ok(None);
    };
    let row = sqlx::query(
        "SELECT u.id, u.email, u.name, u.role, u.password_hash, u.disabled, u.created_at,
                s.idle_until, s.absolute_until
         FROM sessions s JOIN users u ON u.id = s.user_id
         WHERE s.token_hash = $1 AND s.idle_until > $2 AND s.absolute_until > $2 AND u.disabled = 0",
    )
    .bind(hash)
    .bind(now)
    .fetch_optional(&mut *db.reading().await?)
    .await
    .doing("find a session")?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(SessionUser {
        user: user(&row)?,
        idle_until: row.int("idle_until")?,
        absolute_until: row.int("absolute_until")?,
    }))
}

/// Moves the idle time of a session, if by more than a minute. Says whether it did.
pub async fn touch_session(tx: &mut Tx, hash: &str, idle_until: Micros) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE sessions SET idle_until = $2 WHERE token_hash = $1 AND idle_until < $3",
    )
    .bind(hash)
    .bind(idle_until)
    .bind(idle_until - COARSE)
    .execute(tx.connection())
    .await
    .doing("keep a session alive")?;
    Ok(done.rows_affected() > 0)
}

/// Ends a session. Ending what has ended is no error.
pub async fn delete_session(tx: &mut Tx, hash: &str) -> Result<()> {
    let Ok(hash) = checked(hash) else {
        return Ok(());
    };
    sqlx::query("DELETE FROM sessions WHERE token_hash = $1")
        .bind(hash)
        .execute(tx.connection())
        .await
        .doing("end a session")?;
    Ok(())
}

/// Ends all sessions of a person.
pub async fn delete_sessions_of(tx: &mut Tx, user: UserId) -> Result<()> {
    sqlx::query("DELETE FROM sessions WHERE user_id = $1")
        .bind(user.to_string())
        .execute(tx.connection())
        .await
        .doing("end the sessions of a person")?;
    Ok(())
}

/// Forgets sessions that no longer count.
pub async fn delete_expired_sessions(tx: &mut Tx, now: Micros) -> Result<u64> {
    let done = sqlx::query("DELETE FROM sessions WHERE idle_until <= $1 OR absolute_until <= $1")
        .bind(now)
        .execute(tx.connection())
        .await
        .doing("forget expired sessions")?;
    Ok(done.rows_affected())
}

/// Adds a token.
pub async fn insert_token(tx: &mut Tx, token: &TokenRow) -> Result<()> {
    sqlx::query(
        "INSERT INTO tokens (id, user_id, name, token_hash, created_at) VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(token.id.to_string())
    .bind(token.user_id.to_string())
    .bind(checked(&token.name)?)
    .bind(checked(&token.token_hash)?)
    .bind(token.created_at)
    .execute(tx.connection())
    .await
    .doing("add a token")?;
    Ok(())
}

/// The person of a token that was not revoked, unless disabled.
pub async fn token_user(mut db: impl Reads, hash: &str) -> Result<Option<UserRow>> {
    let Ok(hash) = checked(hash) else {
        return Ok(None);
    };
    let row = sqlx::query(
        "SELECT u.id, u.email, u.name, u.role, u.password_hash, u.disabled, u.created_at
         FROM tokens t JOIN users u ON u.id = t.user_id
         WHERE t.token_hash = $1 AND t.revoked = 0 AND u.disabled = 0",
    )
    .bind(hash)
    .fetch_optional(&mut *db.reading().await?)
    .await
    .doing("find a token")?;
    row.as_ref().map(user).transpose()
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

/// Notes a sign-in that failed.
pub async fn record_failure(
    tx: &mut Tx,
    account_key: &str,
    network: &str,
    at: Micros,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO sign_in_failures (id, account_key, network, failed_at) VALUES ($1, $2, $3, $4)",
    )
    .bind(fresh(at).to_string())
    .bind(checked(account_key)?)
    .bind(checked(network)?)
    .bind(at)
    .execute(tx.connection())
    .await
    .doing("note a sign-in that failed")?;
    Ok(())
}

/// The failures since an instant.
pub async fn failures(
    mut db: impl Reads,
    account_key: &str,
    network: &str,
    since: Micros,
) -> Result<Failures> {
    let row = sqlx::query(
        "SELECT
            (SELECT COUNT(*) FROM sign_in_failures
             WHERE account_key = $1 AND network = $2 AND failed_at >= $3) AS pair,
            (SELECT COUNT(*) FROM sign_in_failures WHERE network = $2 AND failed_at >= $3) AS network,
            (SELECT COUNT(*) FROM sign_in_failures WHERE account_key = $1 AND failed_at >= $3) AS account",
    )
    .bind(checked(account_key)?)
    .bind(checked(network)?)
    .bind(since)
    .fetch_one(&mut *db.reading().await?)
    .await
    .doing("count sign-ins that failed")?;
    Ok(Failures {
        pair: row.int("pair")?,
        network: row.int("network")?,
        account: row.int("account")?,
    })
}

/// Forgets the failures of this account from this network: they signed in.
pub async fn clear_failures(tx: &mut Tx, account_key: &str, network: &str) -> Result<()> {
    sqlx::query("DELETE FROM sign_in_failures WHERE account_key = $1 AND network = $2")
        .bind(checked(account_key)?)
        .bind(checked(network)?)
        .execute(tx.connection())
        .await
        .doing("forget sign-ins that failed")?;
    Ok(())
}

/// Forgets failures that no longer count.
pub async fn delete_failures_before(tx: &mut Tx, at: Micros) -> Result<u64> {
    let done = sqlx::query("DELETE FROM sign_in_failures WHERE failed_at < $1")
        .bind(at)
        .execute(tx.connection())
        .await
        .doing("forget old sign-ins that failed")?;
    Ok(done.rows_affected())
}
