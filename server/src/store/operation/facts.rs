//! What the database is, and how much it knows of.

use app::domain::DatabaseKind;

use crate::store::error::Doing;
use crate::store::{Engine, Result, Store};

/// What the database says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    pub database: DatabaseKind,
    /// Version of the database program: `3.46.1`.
    pub database_version: String,
    /// Version of the schema in it.
    pub schema_version: i64,
    /// What all snapshots hold, in bytes.
    pub snapshot_bytes: i64,
}

/// Asks the database about itself.
pub async fn facts(store: &Store) -> Result<Facts> {
    const DOING: &str = "ask the database about itself";
    let mut db = store.reader().await?;
    let version: String = sqlx::query_scalar(store.engine().dialect().version)
        .fetch_one(&mut *db)
        .await
        .doing(DOING)?;
    let schema_version = sqlx::query_scalar("SELECT version FROM schema_info WHERE one = 1")
        .fetch_one(&mut *db)
        .await
        .doing(DOING)?;
    let snapshot_bytes =
        sqlx::query_scalar("SELECT CAST(COALESCE(SUM(bytes), 0) AS BIGINT) FROM snapshots")
            .fetch_one(&mut *db)
            .await
            .doing(DOING)?;
    // Distributions add their own version: `17.6 (Debian 17.6-0+deb13u1)`.
    let number = version.split_whitespace().next().unwrap_or_default();
    Ok(Facts {
        database: match store.engine() {
            Engine::Sqlite => DatabaseKind::Sqlite,
            Engine::Postgres => DatabaseKind::Postgres,
        },
        database_version: number.to_owned(),
        schema_version,
        snapshot_bytes,
    })
}
