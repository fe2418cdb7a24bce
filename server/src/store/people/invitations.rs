//! Links that can be used once: to become somebody, or to a new password.

use app::domain::{Invitation, InvitationId, Micros, Role, UserId};
use sqlx::any::AnyRow;

use super::MOST;
use crate::store::columns::{Columns, checked};
use crate::store::error::Doing;
use crate::store::{Reads, Result, Tx};

/// A link to be made.
pub struct NewInvitation<'a> {
    pub id: InvitationId,
    pub code_hash: &'a str,
    pub email: &'a str,
    pub name: &'a str,
    pub role: Role,
    /// Whose new password it is for.
    pub user_id: Option<UserId>,
    pub at: Micros,
    pub by: &'a str,
    /// Whose it is to be withdrawn with, should they make none any more.
    pub maker_id: Option<UserId>,
    pub expires_at: Micros,
}

fn row_of(row: &AnyRow) -> Result<Invitation> {
    Ok(Invitation {
        id: row.parsed("id")?,
        email: row.text("email")?,
        name: row.text("name")?,
        role: row.parsed("role")?,
        user_id: row.maybe_parsed("user_id")?,
        created_at: row.int("created_at")?,
        created_by: row.text("created_by")?,
        expires_at: row.int("expires_at")?,
    })
}

/// Adds a link.
pub async fn insert_invitation(tx: &mut Tx, new: &NewInvitation<'_>) -> Result<()> {
    sqlx::query(
        "INSERT INTO invitations (id, code_hash, email, name, role, user_id, created_at, created_by,
                                  expires_at, maker_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(new.id.to_string())
    .bind(checked(new.code_hash)?)
    .bind(checked(new.email)?.to_lowercase())
    .bind(checked(new.name)?)
    .bind(new.role.code())
    .bind(new.user_id.map(|id| id.to_string()))
    .bind(new.at)
    .bind(checked(new.by)?)
    .bind(new.expires_at)
    .bind(new.maker_id.map(|id| id.to_string()))
    .execute(tx.connection())
    .await
    .doing("add an invitation")?;
    Ok(())
}

/// Invitations of new people that can be used, newest first.
pub async fn invitations(mut db: impl Reads, now: Micros) -> Result<Vec<Invitation>> {
    let rows = sqlx::query(
        "SELECT id, email, name, role, user_id, created_at, created_by, expires_at FROM invitations
         WHERE user_id IS NULL AND used_at = 0 AND revoked_at = 0 AND expires_at > $1
         ORDER BY created_at DESC, id DESC LIMIT $2",
    )
    .bind(now)
    .bind(MOST)
    .fetch_all(&mut *db.reading().await?)
    .await
    .doing("list invitations")?;
    rows.iter().map(row_of).collect()
}

/// A link, whether it can be used or not.
pub async fn invitation(mut db: impl Reads, id: InvitationId) -> Result<Option<Invitation>> {
    let row = sqlx::query(
        "SELECT id, email, name, role, user_id, created_at, created_by, expires_at FROM invitations
         WHERE id = $1",
    )
    .bind(id.to_string())
    .fetch_optional(&mut *db.reading().await?)
    .await
    .doing("read an invitation")?;
    row.as_ref().map(row_of).transpose()
}

/// The link of this code, if it can be used. One for somebody who is disabled cannot.
pub async fn open_invitation(
    mut db: impl Reads,
    code_hash: &str,
    now: Micros,
) -> Result<Option<Invitation>> {
    let row = sqlx::query(
        "SELECT i.id, i.email, i.name, i.role, i.user_id, i.created_at, i.created_by, i.expires_at
         FROM invitations i LEFT JOIN users u ON u.id = i.user_id
         WHERE i.code_hash = $1 AND i.used_at = 0 AND i.revoked_at = 0 AND i.expires_at > $2
           AND COALESCE(u.disabled, 0) = 0",
    )
    .bind(checked(code_hash)?)
    .bind(now)
    .fetch_optional(&mut *db.reading().await?)
    .await
    .doing("find an invitation")?;
    row.as_ref().map(row_of).transpose()
}

/// Uses a link up. Says whether it could still be used: of two who use it at once, one is told no.
pub async fn spend(tx: &mut Tx, id: InvitationId, at: Micros) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE invitations SET used_at = $2
         WHERE id = $1 AND used_at = 0 AND revoked_at = 0 AND expires_at > $2",
    )
    .bind(id.to_string())
    .bind(at)
    .execute(tx.connection())
    .await
    .doing("use an invitation")?;
    Ok(done.rows_affected() > 0)
}

/// Makes a link useless. Says whether it could be used.
pub async fn revoke_invitation(tx: &mut Tx, id: InvitationId, at: Micros) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE invitations SET revoked_at = $2 WHERE id = $1 AND used_at = 0 AND revoked_at = 0",
    )
    .bind(id.to_string())
    .bind(at)
    .execute(tx.connection())
    .await
    .doing("revoke an invitation")?;
    Ok(done.rows_affected() > 0)
}

/// Makes all invitations of an address useless.
pub async fn revoke_invitations_to(tx: &mut Tx, email: &str, at: Micros) -> Result<()> {
    sqlx::query(
        "UPDATE invitations SET revoked_at = $2
         WHERE email = $1 AND user_id IS NULL AND used_at = 0 AND revoked_at = 0",
    )
    .bind(checked(email)?.to_lowercase())
    .bind(at)
    .execute(tx.connection())
    .await
    .doing("revoke the invitations of an address")?;
    Ok(())
}

/// Makes all links to a new password of somebody useless.
pub async fn revoke_password_links(tx: &mut Tx, user: UserId, at: Micros) -> Result<()> {
    sqlx::query(
        "UPDATE invitations SET revoked_at = $2
         WHERE user_id = $1 AND used_at = 0 AND revoked_at = 0",
    )
    .bind(user.to_string())
    .bind(at)
    .execute(tx.connection())
    .await
    .doing("revoke links to a new password")?;
    Ok(())
}

/// Makes all links useless that somebody made and that could be used, and gives them.
pub async fn revoke_links_made_by(
    tx: &mut Tx,
    maker: UserId,
    at: Micros,
) -> Result<Vec<Invitation>> {
    const DOING: &str = "revoke the links that somebody made";
    let rows = sqlx::query(
        "SELECT id, email, name, role, user_id, created_at, created_by, expires_at FROM invitations
         WHERE maker_id = $1 AND used_at = 0 AND revoked_at = 0 AND expires_at > $2
         ORDER BY created_at, id LIMIT $3",
    )
    .bind(maker.to_string())
    .bind(at)
    .bind(MOST)
    .fetch_all(tx.connection())
    .await
    .doing(DOING)?;
    sqlx::query(
        "UPDATE invitations SET revoked_at = $2
         WHERE maker_id = $1 AND used_at = 0 AND revoked_at = 0",
    )
    .bind(maker.to_string())
    .bind(at)
    .execute(tx.connection())
    .await
    .doing(DOING)?;
    rows.iter().map(row_of).collect()
}

/// Forgets links that ended before an instant.
pub async fn delete_invitations_before(tx: &mut Tx, at: Micros) -> Result<u64> {
    let done = sqlx::query("DELETE FROM invitations WHERE expires_at < $1")
        .bind(at)
        .execute(tx.connection())
        .await
        .doing("forget old invitations")?;
    Ok(done.rows_affected())
}
