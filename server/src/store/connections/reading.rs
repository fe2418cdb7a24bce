//! Connections as they are read: one, all, those that somebody may use.

use app::domain::{
    Audience, ConnectionId, ConnectionRef, ConnectionSummary, ExportId, PersonRef, UserId,
};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::ConnectionRow;
use super::standing::{expiries, last_test, pause};
use crate::store::columns::Columns;
use crate::store::error::Doing;
use crate::store::{EditScope, Reads, Result, fold};

/// The audience of the column `audience`; named people are read from their own table.
pub(in crate::store) async fn audience(
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

/// Whether the connection `c` is shared with a contributor.
macro_rules! is_shared {
    ($contributor:literal) => {
        concat!(
            "(c.audience = 'contributors' OR (c.audience = 'people' AND EXISTS
                 (SELECT 1 FROM connection_people p WHERE p.connection_id = c.id AND p.user_id = ",
            $contributor,
            ")))"
        )
    };
}

pub(in crate::store) use is_shared;

/// The connections that somebody of this scope may give to an export, by name.
pub async fn usable(mut db: impl Reads, scope: &EditScope) -> Result<Vec<ConnectionRef>> {
    let (scope, user) = scope.bound();
    let rows = sqlx::query(concat!(
        "SELECT c.id, c.name, c.kind FROM connections c
         WHERE c.removed_at = 0
           AND ($1 = 2 OR ($1 = 1 AND ",
        is_shared!("$2"),
        "))
         ORDER BY c.name_fold, c.id LIMIT 1000",
    ))
    .bind(scope)
    .bind(user)
    .fetch_all(&mut *db.reading().await?)
    .await
    .doing("list connections to choose from")?;
    rows.iter().map(reference).collect()
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
