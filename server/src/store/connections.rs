//! Connections: address and terms of one destination, and with whom it is shared.

mod standing;

use app::domain::{
    Audience, ConnectionId, ConnectionRef, ConnectionSummary, ConnectionType, ExportId, Micros,
    PersonRef, UserId, Version,
};
use serde_json::{Map, Value};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::columns::{Columns, checked, to_json};
use super::error::Doing;
use super::{EditScope, Reads, Result, SignalKind, StoreError, Tx, fold};

pub use standing::{Standing, standing};
use standing::{expiries, last_test, pause};

/// How many runs of one connection work at once.
pub(super) const SLOTS: i64 = 2;

/// A connection. Secrets are never part of it.
#[derive(Clone, Debug, PartialEq)]
pub struct ConnectionRow {
    pub id: ConnectionId,
    pub version: Version,
    pub name: String,
    pub kind: ConnectionType,
    pub config: Map<String, Value>,
    pub audience: Audience,
    pub created_at: Micros,
    pub created_by: String,
    pub updated_at: Micros,
    pub updated_by: String,
}

/// What a save changes. The type stays.
#[derive(Debug)]
pub struct ConnectionChange<'a> {
    pub name: &'a str,
    pub config: &'a Map<String, Value>,
    pub audience: &'a Audience,
    pub at: Micros,
    pub by: &'a str,
}

const fn audience_code(audience: &Audience) -> &'static str {
    match audience {
        Audience::Administrators => "administrators",
        Audience::Contributors => "contributors",
        Audience::People(_) => "people",
    }
}

/// The audience of the column `audience`; named people are read from their own table.
pub(super) async fn audience(
    db: &mut AnyConnection,
    code: &str,
    connection: ConnectionId,
) -> Result<Audience> {
    match code {
        "administrators" => Ok(Audience::Administrators),
        "contributors" => Ok(Audience::Contributors),
        _ => Ok(Audience::People(people_ids(db, connection).await?)),
    }
}

async fn people_ids(db: &mut AnyConnection, connection: ConnectionId) -> Result<Vec<UserId>> {
    let rows = sqlx::query(
        "SELECT user_id FROM connection_people WHERE connection_id = $1 ORDER BY user_id LIMIT 1000",
    )
    .bind(connection.to_string())
    .fetch_all(db)
    .await
    .doing("read whom a connection is shared with")?;
    rows.iter().map(|row| row.parsed("user_id")).collect()
}

/// The people with whom a connection is shared by name.
pub async fn people(mut db: impl Reads, connection: ConnectionId) -> Result<Vec<PersonRef>> {
    let rows = sqlx::query(
        "SELECT u.id, u.name FROM connection_people p JOIN users u ON u.id = p.user_id
         WHERE p.connection_id = $1 ORDER BY u.id LIMIT 1000",
    )
    .bind(connection.to_string())
    .fetch_all(&mut *db.reading().await?)
    .await
    .doing("read whom a connection is shared with")?;
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

async fn write_people(tx: &mut Tx, connection: ConnectionId, audience: &Audience) -> Result<()> {
    const DOING: &str = "write whom a connection is shared with";
    sqlx::query("DELETE FROM connection_people WHERE connection_id = $1")
        .bind(connection.to_string())
        .execute(tx.connection())
        .await
        .doing(DOING)?;
    let Audience::People(people) = audience else {
        return Ok(());
    };
    for person in people {
        sqlx::query(
            "INSERT INTO connection_people (connection_id, user_id) VALUES ($1, $2)
             ON CONFLICT (connection_id, user_id) DO NOTHING",
        )
        .bind(connection.to_string())
        .bind(person.to_string())
        .execute(tx.connection())
        .await
        .doing(DOING)?;
    }
    Ok(())
}

/// Adds a connection, of version 1, with its places of work.
pub async fn insert(tx: &mut Tx, connection: &ConnectionRow) -> Result<()> {
    const DOING: &str = "add a connection";
    sqlx::query(
        "INSERT INTO connections (id, version, name, name_fold, kind, config, audience,
                                  created_at, created_by, updated_at, updated_by)
         VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(connection.id.to_string())
    .bind(checked(&connection.name)?)
    .bind(fold(&connection.name))
    .bind(connection.kind.code())
    .bind(to_json(&connection.config)?)
    .bind(audience_code(&connection.audience))
    .bind(connection.created_at)
    .bind(checked(&connection.created_by)?)
    .bind(connection.updated_at)
    .bind(checked(&connection.updated_by)?)
    .execute(tx.connection())
    .await
    .unless_taken(DOING, StoreError::NameTaken)?;
    write_people(tx, connection.id, &connection.audience).await?;
    for place in 0..SLOTS {
        sqlx::query("INSERT INTO slots (owner, place) VALUES ($1, $2)")
            .bind(connection.id.to_string())
            .bind(place)
            .execute(tx.connection())
            .await
            .doing(DOING)?;
    }
    tx.signal(SignalKind::Connection, connection.id, 1);
    Ok(())
}

/// Saves a new version of a connection, if it is still at the expected one. The lists of exports
/// follow its name.
pub async fn update(
    tx: &mut Tx,
    id: ConnectionId,
    expected: Version,
    change: &ConnectionChange<'_>,
) -> Result<Version> {
    let name_fold = fold(change.name);
    let done = sqlx::query(
        "UPDATE connections SET version = version + 1, name = $3, name_fold = $4, config = $5,
                                audience = $6, updated_at = $7, updated_by = $8
         WHERE id = $1 AND version = $2 AND removed_at = 0",
    )
    .bind(id.to_string())
    .bind(expected)
    .bind(checked(change.name)?)
    .bind(&name_fold)
    .bind(to_json(change.config)?)
    .bind(audience_code(change.audience))
    .bind(change.at)
    .bind(checked(change.by)?)
    .execute(tx.connection())
    .await
    .unless_taken("save a connection", StoreError::NameTaken)?;
    if done.rows_affected() == 0 {
        return Err(stale(tx, id).await);
    }
    write_people(tx, id, change.audience).await?;
    sqlx::query(
        "UPDATE exports SET connection_fold = $2, search_fold = name_fold || ' ' || $2 || ' ' ||
             (SELECT words FROM connection_types WHERE code = exports.kind)
         WHERE connection_id = $1 AND connection_fold <> $2",
    )
    .bind(id.to_string())
    .bind(&name_fold)
    .execute(tx.connection())
    .await
    .doing("give exports the new name of their connection")?;
    tx.signal(SignalKind::Connection, id, expected + 1);
    Ok(expected + 1)
}

/// Removes a connection that no export uses.
pub async fn remove(
    tx: &mut Tx,
    id: ConnectionId,
    expected: Option<Version>,
    at: Micros,
) -> Result<()> {
    let version: Option<Version> = sqlx::query_scalar(
        "UPDATE connections SET removed_at = $3
         WHERE id = $1 AND removed_at = 0 AND ($2 = 0 OR version = $2)
         RETURNING version",
    )
    .bind(id.to_string())
    .bind(expected.unwrap_or_default())
    .bind(at)
    .fetch_optional(tx.connection())
    .await
    .doing("remove a connection")?;
    let Some(version) = version else {
        return Err(stale(tx, id).await);
    };
    // Asked after the row is locked, so that no export can get the connection in between.
    if !exports_using(&mut *tx, id).await?.is_empty() {
        return Err(StoreError::InUse);
    }
    tx.signal(SignalKind::Connection, id, version);
    Ok(())
}

/// Why nothing was changed: not there, or another version is.
async fn stale(tx: &mut Tx, id: ConnectionId) -> StoreError {
    let current =
        sqlx::query_scalar("SELECT version FROM connections WHERE id = $1 AND removed_at = 0")
            .bind(id.to_string())
            .fetch_optional(tx.connection())
            .await
            .doing("read the version of a connection");
    match current {
        Ok(Some(current)) => StoreError::Stale { current },
        Ok(None) => StoreError::NotFound,
        Err(error) => error,
    }
}

/// A connection that is not removed.
pub async fn get(mut db: impl Reads, id: ConnectionId) -> Result<Option<ConnectionRow>> {
    let mut db = db.reading().await?;
    let row = sqlx::query(
        "SELECT id, version, name, kind, config, audience, created_at, created_by, updated_at, updated_by
         FROM connections WHERE id = $1 AND removed_at = 0",
    )
    .bind(id.to_string())
    .fetch_optional(&mut *db)
    .await
    .doing("read a connection")?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(ConnectionRow {
        id,
        version: row.int("version")?,
        name: row.text("name")?,
        kind: row.parsed("kind")?,
        config: row.json("config")?,
        audience: audience(&mut db, &row.text("audience")?, id).await?,
        created_at: row.int("created_at")?,
        created_by: row.text("created_by")?,
        updated_at: row.int("updated_at")?,
        updated_by: row.text("updated_by")?,
    }))
}

/// All connections by name, with how many exports use each.
pub async fn list(mut db: impl Reads) -> Result<Vec<ConnectionSummary>> {
    let mut db = db.reading().await?;
    let rows = sqlx::query(
        "SELECT c.id, c.version, c.name, c.kind, c.audience, c.created_at, c.created_by, c.updated_at,
                c.updated_by, c.tested_at, c.test_ok, c.test_reason, c.paused_at, c.paused_by, c.pause_reason,
                (SELECT COUNT(*) FROM exports e
                 WHERE e.connection_id = c.id AND e.removed_at = 0) AS exports
         FROM connections c WHERE c.removed_at = 0
         ORDER BY c.name_fold, c.id LIMIT 1000",
    )
    .fetch_all(&mut *db)
    .await
    .doing("list connections")?;
    let mut expiries = expiries(&mut db).await?;
    let mut summaries = Vec::with_capacity(rows.len());
    for row in &rows {
        let id = row.parsed("id")?;
        summaries.push(ConnectionSummary {
            id,
            version: row.int("version")?,
            name: row.text("name")?,
            kind: row.parsed("kind")?,
            audience: audience(&mut db, &row.text("audience")?, id).await?,
            exports: row.count("exports")?,
            test: last_test(row)?,
            pause: pause(row)?,
            expires: expiries.remove(&id).unwrap_or_default(),
            created_at: row.int("created_at")?,
            created_by: row.text("created_by")?,
            updated_at: row.int("updated_at")?,
            updated_by: row.text("updated_by")?,
        });
    }
    Ok(summaries)
}

/// The connections that somebody of this scope may give to an export, by name.
pub async fn usable(mut db: impl Reads, scope: &EditScope) -> Result<Vec<ConnectionRef>> {
    let (scope, user) = scope.bound();
    let rows = sqlx::query(
        "SELECT c.id, c.name, c.kind FROM connections c
         WHERE c.removed_at = 0
           AND ($1 = 2 OR ($1 = 1 AND (c.audience = 'contributors' OR (c.audience = 'people' AND EXISTS
               (SELECT 1 FROM connection_people p WHERE p.connection_id = c.id AND p.user_id = $2)))))
         ORDER BY c.name_fold, c.id LIMIT 1000",
    )
    .bind(scope)
    .bind(user)
    .fetch_all(&mut *db.reading().await?)
    .await
    .doing("list connections to choose from")?;
    rows.iter().map(reference).collect()
}

/// Whether any connection is shared with a contributor.
pub async fn is_any_shared(mut db: impl Reads, contributor: UserId) -> Result<bool> {
    let shared: i64 = sqlx::query_scalar(
        "SELECT CAST(CASE WHEN EXISTS (SELECT 1 FROM connections c WHERE c.removed_at = 0 AND
             (c.audience = 'contributors' OR (c.audience = 'people' AND EXISTS
                 (SELECT 1 FROM connection_people p
                  WHERE p.connection_id = c.id AND p.user_id = $1)))) THEN 1 ELSE 0 END AS BIGINT)",
    )
    .bind(contributor.to_string())
    .fetch_one(&mut *db.reading().await?)
    .await
    .doing("look whether a connection is shared with somebody")?;
    Ok(shared != 0)
}

fn reference(row: &AnyRow) -> Result<ConnectionRef> {
    Ok(ConnectionRef {
        id: row.parsed("id")?,
        name: row.text("name")?,
        kind: row.parsed("kind")?,
    })
}

/// The exports that use a connection, by name.
pub async fn exports_using(
    mut db: impl Reads,
    id: ConnectionId,
) -> Result<Vec<(ExportId, String)>> {
    let rows = sqlx::query(
        "SELECT id, name FROM exports WHERE connection_id = $1 AND removed_at = 0
         ORDER BY name_fold, id LIMIT 1000",
    )
    .bind(id.to_string())
    .fetch_all(&mut *db.reading().await?)
    .await
    .doing("list the exports of a connection")?;
    rows.iter()
        .map(|row| Ok((row.parsed("id")?, row.text("name")?)))
        .collect()
}
