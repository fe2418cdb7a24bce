//! People as an identity provider knows them: by a name that is theirs for ever.

use app::domain::{Micros, Role, UserId};

use crate::store::columns::{Columns, checked};
use crate::store::error::Doing;
use crate::store::{Reads, Result, Tx};

/// What an identity provider calls somebody.
#[derive(Clone, Copy, Debug)]
pub struct IdentityKey<'a> {
    pub issuer: &'a str,
    pub subject: &'a str,
}

/// The person whom a provider calls so. Service accounts are nobody there.
pub async fn identified(mut db: impl Reads, key: IdentityKey<'_>) -> Result<Option<UserId>> {
    let row = sqlx::query(
        "SELECT i.user_id FROM identities i JOIN users u ON u.id = i.user_id
         WHERE i.issuer = $1 AND i.subject = $2 AND u.kind = 'person'",
    )
    .bind(checked(key.issuer)?)
    .bind(checked(key.subject)?)
    .fetch_optional(&mut *db.reading().await?)
    .await
    .doing("find a person by identity")?;
    row.map(|row| row.parsed("user_id")).transpose()
}

/// Notes what a provider calls somebody, in place of what it called them before.
pub async fn identify(tx: &mut Tx, key: IdentityKey<'_>, user: UserId, at: Micros) -> Result<()> {
    const DOING: &str = "note an identity";
    sqlx::query("DELETE FROM identities WHERE issuer = $1 AND user_id = $2")
        .bind(checked(key.issuer)?)
        .bind(user.to_string())
        .execute(tx.connection())
        .await
        .doing(DOING)?;
    sqlx::query(
        "INSERT INTO identities (issuer, subject, user_id, created_at, last_at)
         VALUES ($1, $2, $3, $4, $4)",
    )
    .bind(checked(key.issuer)?)
    .bind(checked(key.subject)?)
    .bind(user.to_string())
    .bind(at)
    .execute(tx.connection())
    .await
    .doing(DOING)?;
    Ok(())
}

/// Notes that somebody came from a provider.
pub async fn identity_used(tx: &mut Tx, key: IdentityKey<'_>, at: Micros) -> Result<()> {
    sqlx::query("UPDATE identities SET last_at = $3 WHERE issuer = $1 AND subject = $2")
        .bind(checked(key.issuer)?)
        .bind(checked(key.subject)?)
        .bind(at)
        .execute(tx.connection())
        .await
        .doing("note that an identity was used")?;
    Ok(())
}

/// Gives somebody a role, whatever else was changed of them meanwhile.
pub async fn give_role(tx: &mut Tx, id: UserId, role: Role) -> Result<()> {
    sqlx::query("UPDATE users SET role = $2, version = version + 1 WHERE id = $1 AND role <> $2")
        .bind(id.to_string())
        .bind(role.code())
        .execute(tx.connection())
        .await
        .doing("give a role")?;
    Ok(())
}
