//! Reading one export.

use app::domain::{
    Audience, ConnectionId, ConnectionRef, DeliveryOptions, ExportDetails, ExportId, ExportItem,
    ExportListRow, ExportStatus, Micros, Mode, Permission, ScheduleDraft, Version,
};
use sqlx::any::AnyRow;

use super::{Config, EditScope};
use crate::store::columns::Columns;
use crate::store::error::Doing;
use crate::store::{Reads, Result, connections, tasks};

/// An export as it is now.
#[derive(Clone, Debug, PartialEq)]
pub struct ExportRecord {
    /// The permission in it is that of the scope asked with.
    pub details: ExportDetails,
    /// With whom its connection is shared; none when detached.
    pub audience: Option<Audience>,
}

/// A version of an export, as it was saved.
#[derive(Clone, Debug, PartialEq)]
pub struct ExportVersion {
    pub version: Version,
    pub name: String,
    pub connection_id: Option<ConnectionId>,
    pub folder: String,
    pub items: Vec<ExportItem>,
    pub mode: Mode,
    pub options: DeliveryOptions,
    /// *Schedule run*, as it was then.
    pub enabled: bool,
    pub schedule: ScheduleDraft,
    pub saved_at: Micros,
    pub saved_by: String,
}

/// What a row of the list is made of, from `exports e`, its connection `c` and its run `r`. `$1`
/// and `$2` are the values of an [`EditScope`].
macro_rules! row_columns {
    () => {
        concat!(
            "e.id, e.version, e.name, e.kind, e.status, e.status_reason, e.status_run_id,
             CASE WHEN e.status = 'processing' THEN r.rows_so_far END AS rows_so_far,
             e.refreshed_at, e.data_as_of, e.enabled, e.schedule, e.next_start_at, e.connection_id,
             c.name AS connection_name,
             c.kind AS connection_kind, e.updated_at, e.updated_by, ",
            $crate::store::exports::scope::permission!(),
            " AS permission, ",
            $crate::store::tasks::waits_for!()
        )
    };
}

pub(super) use row_columns;

/// A row of the list.
pub(super) fn list_row(row: &AnyRow) -> Result<ExportListRow> {
    let connection = match row.maybe_parsed("connection_id")? {
        Some(id) => Some(ConnectionRef {
            id,
            name: row.text("connection_name")?,
            kind: row.parsed("connection_kind")?,
        }),
        None => None,
    };
    Ok(ExportListRow {
        id: row.parsed("id")?,
        version: row.int("version")?,
        name: row.text("name")?,
        kind: row.parsed("kind")?,
        status: row.coded("status", ExportStatus::from_code)?,
        status_reason: row.maybe_json("status_reason")?.or(tasks::waiting(row)?),
        run_id: row.maybe_parsed("status_run_id")?,
        rows_so_far: row.maybe_int("rows_so_far")?,
        refreshed_at: row.since("refreshed_at")?,
        data_as_of: row.since("data_as_of")?,
        enabled: row.flag("enabled")?,
        schedule: row.json("schedule")?,
        next_run_at: row.since("next_start_at")?,
        connection,
        permission: if row.int("permission")? == 0 {
            Permission::Edit
        } else {
            Permission::View
        },
        updated_at: row.int("updated_at")?,
        updated_by: row.text("updated_by")?,
    })
}

/// An export that is not removed, with the permission of this scope.
pub async fn get(
    mut db: impl Reads,
    id: ExportId,
    scope: &EditScope,
) -> Result<Option<ExportRecord>> {
    let mut db = db.reading().await?;
    let (scope, user) = scope.bound();
    let row = sqlx::query(concat!(
        "SELECT ",
        row_columns!(),
        ", e.folder, e.created_at, e.created_by, v.config, c.audience
         FROM exports e
         JOIN export_versions v ON v.export_id = e.id AND v.version = e.version
         LEFT JOIN connections c ON c.id = e.connection_id
         LEFT JOIN runs r ON r.id = e.status_run_id
         WHERE e.id = $3 AND e.removed_at = 0"
    ))
    .bind(scope)
    .bind(user)
    .bind(id.to_string())
    .fetch_optional(&mut *db)
    .await
    .doing("read an export")?;
    let Some(row) = row else { return Ok(None) };
    let config: Config = row.json("config")?;
    let details = ExportDetails {
        row: list_row(&row)?,
        items: config.items,
        mode: config.mode,
        options: config.options,
        folder: row.text("folder")?,
        created_at: row.int("created_at")?,
        created_by: row.text("created_by")?,
    };
    let audience = match (&details.row.connection, row.maybe_text("audience")?) {
        (Some(connection), Some(code)) => {
            Some(connections::audience(&mut db, &code, connection.id).await?)
        }
        _ => None,
    };
    Ok(Some(ExportRecord { details, audience }))
}

/// A version of an export, even of one that was removed since.
pub async fn get_version(
    mut db: impl Reads,
    id: ExportId,
    version: Version,
) -> Result<Option<ExportVersion>> {
    let row = sqlx::query(
        "SELECT version, name, connection_id, folder, config, enabled, schedule, saved_at, saved_by
         FROM export_versions WHERE export_id = $1 AND version = $2",
    )
    .bind(id.to_string())
    .bind(version)
    .fetch_optional(&mut *db.reading().await?)
    .await
    .doing("read a version of an export")?;
    let Some(row) = row else { return Ok(None) };
    let config: Config = row.json("config")?;
    Ok(Some(ExportVersion {
        version: row.int("version")?,
        name: row.text("name")?,
        connection_id: row.maybe_parsed("connection_id")?,
        folder: row.text("folder")?,
        items: config.items,
        mode: config.mode,
        options: config.options,
        enabled: row.flag("enabled")?,
        schedule: row.json("schedule")?,
        saved_at: row.int("saved_at")?,
        saved_by: row.text("saved_by")?,
    }))
}
