//! Names and folders that are taken.

use app::domain::{ConnectionId, DeliveryOptions, ExportId};

use super::Config;
use crate::store::columns::Columns;
use crate::store::error::Doing;
use crate::store::{Reads, Result, fold, names};

/// Another export of the same connection: what its paths are made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Neighbour {
    pub id: ExportId,
    pub name: String,
    pub folder: String,
    pub options: DeliveryOptions,
    /// Names of its tables.
    pub tables: Vec<String>,
}

/// Whether an export has this name, ignoring case and accents.
pub async fn name_taken(mut db: impl Reads, name: &str, except: Option<ExportId>) -> Result<bool> {
    let taken: Option<String> = sqlx::query_scalar(
        "SELECT id FROM exports WHERE name_fold = $1 AND removed_at = 0 AND id <> $2",
    )
    .bind(fold(name))
    .bind(except.map(|id| id.to_string()).unwrap_or_default())
    .fetch_optional(&mut *db.reading().await?)
    .await
    .doing("look whether a name is taken")?;
    Ok(taken.is_some())
}

/// The first of these names that no export has.
pub async fn free_name(db: impl Reads, candidates: &[String]) -> Result<Option<String>> {
    const HOLDER: &str = "SELECT id FROM exports WHERE name_fold = $1 AND removed_at = 0";
    names::first_free(db, candidates, HOLDER).await
}

/// The folders of a connection's exports.
pub async fn folders_taken(
    mut db: impl Reads,
    connection: ConnectionId,
    except: Option<ExportId>,
) -> Result<Vec<String>> {
    sqlx::query_scalar(
        "SELECT folder FROM exports WHERE connection_id = $1 AND removed_at = 0 AND id <> $2
         ORDER BY folder, id LIMIT 10000",
    )
    .bind(connection.to_string())
    .bind(except.map(|id| id.to_string()).unwrap_or_default())
    .fetch_all(&mut *db.reading().await?)
    .await
    .doing("list the folders of a connection")
}

/// The other exports of a connection, by name: could any of them write the same path?
pub async fn other_exports_of_connection(
    mut db: impl Reads,
    connection: ConnectionId,
    except: Option<ExportId>,
) -> Result<Vec<Neighbour>> {
    let rows = sqlx::query(
        "SELECT e.id, e.name, e.folder, v.config
         FROM exports e JOIN export_versions v ON v.export_id = e.id AND v.version = e.version
         WHERE e.connection_id = $1 AND e.removed_at = 0 AND e.id <> $2
         ORDER BY e.name_fold, e.id LIMIT 10000",
    )
    .bind(connection.to_string())
    .bind(except.map(|id| id.to_string()).unwrap_or_default())
    .fetch_all(&mut *db.reading().await?)
    .await
    .doing("list the other exports of a connection")?;
    rows.iter()
        .map(|row| {
            let config: Config = row.json("config")?;
            Ok(Neighbour {
                id: row.parsed("id")?,
                name: row.text("name")?,
                folder: row.text("folder")?,
                options: config.options,
                tables: config
                    .items
                    .into_iter()
                    .map(|item| item.table_name)
                    .collect(),
            })
        })
        .collect()
}
