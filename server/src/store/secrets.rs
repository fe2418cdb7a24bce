//! Secrets as they are kept: sealed texts, and references to where the text is. What they say is not known here.

use app::domain::{Micros, Reason};
use sqlx::any::AnyRow;

use super::columns::{Columns, checked, to_json};
use super::error::Doing;
use super::{Reads, Result, Tx};

/// Whose secret it is, and which one.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// As `connection`.
    pub owner_kind: &'a str,
    pub owner_id: &'a str,
    pub name: &'a str,
}

/// What is kept of a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// A sealed text, and the id of its key.
    Sealed { key_id: String, text: String },
    /// Where it is read from at each use.
    Reference(String),
}

/// A secret of an owner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretRow {
    pub name: String,
    pub kept: Kept,
    pub updated_at: Micros,
    pub updated_by: String,
}

/// A sealed text with its place.
#[derive(Clone, Debug)]
pub struct SealedRow {
    pub owner_kind: String,
    pub owner_id: String,
    pub name: String,
    pub text: String,
}

impl SealedRow {
    /// Where it is.
    pub fn place(&self) -> Place<'_> {
        Place {
            owner_kind: &self.owner_kind,
            owner_id: &self.owner_id,
            name: &self.name,
        }
    }
}

/// What went with the secrets that were forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Forgotten {
    pub secrets: u64,
    /// Connections that are paused since.
    pub connections: u64,
    /// Groups that cannot be told until their address is entered again.
    pub groups: u64,
    /// People who have no second factor since.
    pub factors: u64,
}

/// Keeps a secret, over the one before.
pub async fn put(tx: &mut Tx, place: &Place<'_>, kept: &Kept, by: &str, at: Micros) -> Result<()> {
    let (kind, value, key_id) = match kept {
        Kept::Sealed { key_id, text } => ("sealed", text, key_id.as_str()),
        Kept::Reference(reference) => ("reference", reference, ""),
    };
    sqlx::query(
        "INSERT INTO secrets (owner_kind, owner_id, name, kind, value, key_id, updated_at, updated_by)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (owner_kind, owner_id, name) DO UPDATE
         SET kind = $4, value = $5, key_id = $6, updated_at = $7, updated_by = $8",
    )
    .bind(place.owner_kind)
    .bind(checked(place.owner_id)?)
    .bind(checked(place.name)?)
    .bind(kind)
    .bind(checked(value)?)
    .bind(key_id)
    .bind(at)
    .bind(checked(by)?)
    .execute(tx.connection())
    .await
    .doing("keep a secret")?;
    Ok(())
}

/// Takes a secret away; there may be none.
pub async fn take(tx: &mut Tx, place: &Place<'_>) -> Result<()> {
    sqlx::query("DELETE FROM secrets WHERE owner_kind = $1 AND owner_id = $2 AND name = $3")
        .bind(place.owner_kind)
        .bind(checked(place.owner_id)?)
        .bind(checked(place.name)?)
        .execute(tx.connection())
        .await
        .doing("take a secret away")?;
    Ok(())
}

/// The secrets of an owner, by name.
pub async fn of(mut db: impl Reads, owner_kind: &str, owner_id: &str) -> Result<Vec<SecretRow>> {
    let rows = sqlx::query(
        "SELECT name, kind, value, key_id, updated_at, updated_by FROM secrets
         WHERE owner_kind = $1 AND owner_id = $2 ORDER BY name LIMIT 100",
    )
    .bind(owner_kind)
    .bind(checked(owner_id)?)
    .fetch_all(&mut *db.reading().await?)
    .await
    .doing("read secrets")?;
    rows.iter().map(secret).collect()
}

fn secret(row: &AnyRow) -> Result<SecretRow> {
    let value = row.text("value")?;
    let key_id = row.text("key_id")?;
    let kept = row.coded("kind", |code| match code {
        "sealed" => Some(Kept::Sealed {
            key_id: key_id.clone(),
            text: value.clone(),
        }),
        "reference" => Some(Kept::Reference(value.clone())),
        _ => None,
    })?;
    Ok(SecretRow {
        name: row.text("name")?,
        kept,
        updated_at: row.int("updated_at")?,
        updated_by: row.text("updated_by")?,
    })
}

/// The ids of all keys that a secret is sealed with.
pub async fn key_ids(mut db: impl Reads) -> Result<Vec<String>> {
    sqlx::query_scalar(
        "SELECT DISTINCT key_id FROM secrets WHERE kind = 'sealed' ORDER BY key_id LIMIT 100",
    )
    .fetch_all(&mut *db.reading().await?)
    .await
    .doing("read which keys secrets are sealed with")
}

/// What is sealed with another key than this one, by place: from the start, or after a place.
pub async fn sealed_otherwise(
    mut db: impl Reads,
    key_id: &str,
    after: Option<Place<'_>>,
    limit: u32,
) -> Result<Vec<SealedRow>> {
    let (kind, id, name) = after.map_or(("", "", ""), |place| {
        (place.owner_kind, place.owner_id, place.name)
    });
    let rows = sqlx::query(
        "SELECT owner_kind, owner_id, name, value FROM secrets
         WHERE kind = 'sealed' AND key_id <> $1 AND (owner_kind, owner_id, name) > ($2, $3, $4)
         ORDER BY owner_kind, owner_id, name LIMIT $5",
    )
    .bind(key_id)
    .bind(kind)
    .bind(id)
    .bind(name)
    .bind(i64::from(limit))
    .fetch_all(&mut *db.reading().await?)
    .await
    .doing("read what is sealed with another key")?;
    let sealed = |row: &AnyRow| {
        Ok(SealedRow {
            owner_kind: row.text("owner_kind")?,
            owner_id: row.text("owner_id")?,
            name: row.text("name")?,
            text: row.text("value")?,
        })
    };
    rows.iter().map(sealed).collect()
}

/// Puts a text that says the same in place of a sealed one, if it is still there.
pub async fn reseal(tx: &mut Tx, old: &SealedRow, key_id: &str, text: &str) -> Result<bool> {
    let done = sqlx::query(
        "UPDATE secrets SET value = $5, key_id = $6
         WHERE owner_kind = $1 AND owner_id = $2 AND name = $3 AND value = $4",
    )
    .bind(&old.owner_kind)
    .bind(&old.owner_id)
    .bind(&old.name)
    .bind(&old.text)
    .bind(text)
    .bind(key_id)
    .execute(tx.connection())
    .await
    .doing("seal a secret anew")?;
    Ok(done.rows_affected() > 0)
}

/// Forgets everything that is sealed. Connections that lose something are paused, as by the server; groups that lose their
/// address say so; people whose second factor goes have none.
pub async fn forget_sealed(tx: &mut Tx, why: &Reason, at: Micros) -> Result<Forgotten> {
    const DOING: &str = "forget what is sealed";
    let paused = sqlx::query(
        "UPDATE connections SET paused_at = $1, paused_by = '', pause_reason = $2
         WHERE paused_at = 0 AND id IN
             (SELECT owner_id FROM secrets WHERE owner_kind = 'connection' AND kind = 'sealed')",
    )
    .bind(at)
    .bind(to_json(why)?)
    .execute(tx.connection())
    .await
    .doing(DOING)?;
    let groups = sqlx::query(
        "UPDATE notice_channels SET problem = $1
         WHERE removed_at = 0 AND id IN
             (SELECT owner_id FROM secrets WHERE owner_kind = 'notice_channel' AND kind = 'sealed')",
    )
    .bind(to_json(&Reason::new("group_address_lost"))?)
    .execute(tx.connection())
    .await
    .doing(DOING)?;
    sqlx::query(
        "DELETE FROM recovery_codes WHERE user_id IN
             (SELECT owner_id FROM secrets WHERE owner_kind = 'user' AND kind = 'sealed')",
    )
    .execute(tx.connection())
    .await
    .doing(DOING)?;
    let factors = sqlx::query(
        "DELETE FROM second_factors WHERE user_id IN
             (SELECT owner_id FROM secrets WHERE owner_kind = 'user' AND kind = 'sealed')",
    )
    .execute(tx.connection())
    .await
    .doing(DOING)?;
    let secrets = sqlx::query("DELETE FROM secrets WHERE kind = 'sealed'")
        .execute(tx.connection())
        .await
        .doing(DOING)?;
    Ok(Forgotten {
        secrets: secrets.rows_affected(),
        connections: paused.rows_affected(),
        groups: groups.rows_affected(),
        factors: factors.rows_affected(),
    })
}
