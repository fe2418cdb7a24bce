//! Connections are added, saved and removed.

use app::domain::{Audience, ConnectionId, Micros, Version};

use super::{ConnectionChange, ConnectionRow, SLOTS, exports_using};
use crate::store::columns::{checked, to_json};
use crate::store::error::Doing;
use crate::store::{Result, SignalKind, StoreError, Tx, exports, fold};

const fn audience_code(audience: &Audience) -> &'static str {
    match audience {
        Audience::Administrators => "administrators",
        Audience::Contributors => "contributors",
        Audience::People(_) => "people",
    }
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

/// Adds a connection, of version 1, with its places of work. Who adds it agrees that data leave to it.
pub async fn insert(tx: &mut Tx, connection: &ConnectionRow) -> Result<()> {
    const DOING: &str = "add a connection";
    sqlx::query(
        "INSERT INTO connections (id, version, name, name_fold, kind, config, audience,
                                  created_at, created_by, updated_at, updated_by, consent_at, consent_by)
         VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $7, $8)",
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

/// Gives every connection its places of work, where none has any: no backup holds them.
pub(in crate::store) async fn make_places(tx: &mut Tx) -> Result<()> {
    for place in 0..SLOTS {
        sqlx::query("INSERT INTO slots (owner, place) SELECT id, $1 FROM connections")
            .bind(place)
            .execute(tx.connection())
            .await
            .doing("make the places of connections")?;
    }
    Ok(())
}

/// Saves a new version of a connection, if it is still at the expected one. The lists of exports
/// follow its name. Who saves it agrees that data leave to it.
pub async fn update(
    tx: &mut Tx,
    id: ConnectionId,
    expected: Version,
    change: &ConnectionChange<'_>,
) -> Result<Version> {
    let name_fold = fold(change.name);
    let done = sqlx::query(
        "UPDATE connections SET version = version + 1, name = $3, name_fold = $4, config = $5,
                                audience = $6, updated_at = $7, updated_by = $8, consent_at = $7, consent_by = $8
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
    name_in_exports(tx, id, &name_fold).await?;
    tx.signal(SignalKind::Connection, id, expected + 1);
    Ok(expected + 1)
}

/// Gives the lists of exports the name of their connection.
pub(super) async fn name_in_exports(tx: &mut Tx, id: ConnectionId, name_fold: &str) -> Result<()> {
    exports::lock_attached(tx, id, name_fold).await?;
    sqlx::query(
        "UPDATE exports SET connection_fold = $2, search_fold = name_fold || ' ' || $2 || ' ' ||
             (SELECT words FROM connection_types WHERE code = exports.kind)
         WHERE connection_id = $1 AND connection_fold <> $2",
    )
    .bind(id.to_string())
    .bind(name_fold)
    .execute(tx.connection())
    .await
    .doing("give exports the name of their connection")?;
    Ok(())
}

/// Removes a connection that no export uses. Who removed it was the last to change it.
pub async fn remove(
    tx: &mut Tx,
    id: ConnectionId,
    expected: Option<Version>,
    at: Micros,
    by: &str,
) -> Result<()> {
    let version: Option<Version> = sqlx::query_scalar(
        "UPDATE connections SET removed_at = $3, updated_at = $3, updated_by = $4
         WHERE id = $1 AND removed_at = 0 AND ($2 = 0 OR version = $2)
         RETURNING version",
    )
    .bind(id.to_string())
    .bind(expected.unwrap_or_default())
    .bind(at)
    .bind(checked(by)?)
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
