//! Sessions of pages. A cookie's value is not kept, only its hash.

use app::domain::{Micros, Preferences, SessionId, UserId};
use sqlx::any::AnyRow;

use super::users::{UserRow, preferences, user};
use super::{COARSE, MOST};
use crate::store::columns::{Columns, checked};
use crate::store::error::Doing;
use crate::store::{Reads, Result, StoreError, Tx};

/// A session to be started.
pub struct SessionRow {
    pub id: SessionId,
    pub token_hash: String,
    pub user_id: UserId,
    pub created_at: Micros,
    pub idle_until: Micros,
    pub absolute_until: Micros,
    pub network: String,
    /// The browser, as it names itself.
    pub agent: String,
}

/// Whose session it is, and how long it lasts.
#[derive(Debug)]
pub struct SessionUser {
    pub user: UserRow,
    pub preferences: Preferences,
    pub idle_until: Micros,
    pub absolute_until: Micros,
}

/// A session as it is listed.
pub struct KeptSession {
    /// None of sessions from before they had one.
    pub id: Option<SessionId>,
    pub token_hash: String,
    pub created_at: Micros,
    pub last_seen_at: Micros,
    pub network: String,
    pub agent: String,
}

fn kept(row: &AnyRow) -> Result<KeptSession> {
    let id = row.text("id")?;
    let created_at = row.int("created_at")?;
    Ok(KeptSession {
        id: if id.is_empty() {
            None
        } else {
            Some(row.parsed("id")?)
        },
        token_hash: row.text("token_hash")?,
        created_at,
        last_seen_at: row.int("last_seen_at")?.max(created_at),
        network: row.text("network")?,
        agent: row.text("agent")?,
    })
}

/// Starts a session.
pub async fn insert_session(tx: &mut Tx, session: &SessionRow) -> Result<()> {
    sqlx::query(
        "INSERT INTO sessions (token_hash, user_id, created_at, idle_until, absolute_until, network,
                               id, last_seen_at, agent)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $3, $8)",
    )
    .bind(checked(&session.token_hash)?)
    .bind(session.user_id.to_string())
    .bind(session.created_at)
    .bind(session.idle_until)
    .bind(session.absolute_until)
    .bind(checked(&session.network)?)
    .bind(session.id.to_string())
    .bind(checked(&session.agent)?)
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
                u.language, u.time_zone, u.theme, s.idle_until, s.absolute_until
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
        preferences: preferences(&row)?,
        idle_until: row.int("idle_until")?,
        absolute_until: row.int("absolute_until")?,
    }))
}

/// The sessions of a person that last, the one used last first.
pub async fn sessions_of(
    mut db: impl Reads,
    user: UserId,
    now: Micros,
) -> Result<Vec<KeptSession>> {
    let rows = sqlx::query(
        "SELECT id, token_hash, created_at, last_seen_at, network, agent FROM sessions
         WHERE user_id = $1 AND idle_until > $2 AND absolute_until > $2
         ORDER BY last_seen_at DESC, token_hash LIMIT $3",
    )
    .bind(user.to_string())
    .bind(now)
    .bind(MOST)
    .fetch_all(&mut *db.reading().await?)
    .await
    .doing("list sessions")?;
    rows.iter().map(kept).collect()
}

/// Notes that a session is used, and moves its idle time, if by more than a minute. Says whether it did.
pub async fn touch_session(
    tx: &mut Tx,
    hash: &str,
    at: Micros,
    idle_until: Micros,
) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE sessions SET idle_until = $2, last_seen_at = $4
         WHERE token_hash = $1 AND idle_until < $3",
    )
    .bind(hash)
    .bind(idle_until)
    .bind(idle_until - COARSE)
    .bind(at)
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

/// Ends a session of this person.
pub async fn delete_session_of(tx: &mut Tx, user: UserId, id: SessionId) -> Result<()> {
    let done = sqlx::query("DELETE FROM sessions WHERE user_id = $1 AND id = $2")
        .bind(user.to_string())
        .bind(id.to_string())
        .execute(tx.connection())
        .await
        .doing("end a session of a person")?;
    if done.rows_affected() == 0 {
        return Err(StoreError::NotFound);
    }
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

/// Ends all sessions of a person but the one with this hash. Says how many.
pub async fn delete_other_sessions(tx: &mut Tx, user: UserId, hash: &str) -> Result<u64> {
    let done = sqlx::query("DELETE FROM sessions WHERE user_id = $1 AND token_hash <> $2")
        .bind(user.to_string())
        .bind(checked(hash)?)
        .execute(tx.connection())
        .await
        .doing("end the other sessions of a person")?;
    Ok(done.rows_affected())
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
