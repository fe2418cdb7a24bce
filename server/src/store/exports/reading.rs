//! Reading one export.

use app::domain::{
    Audience, Cause, ChangeId, ConnectionId, ConnectionRef, DeliveryOptions, ExportAbout,
    ExportDetails, ExportId, ExportItem, ExportListRow, ExportStatus, Micros, Mode, Permission,
    PersonRef, ScheduleDraft, Version,
};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::{Config, EditScope};
use crate::store::columns::{Columns, as_int, export_rows};
use crate::store::error::Doing;
use crate::store::{PerEngine, Reads, Result, Store, connections, over_given, tasks};

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
    /// None: from before causes were kept.
    pub cause: Option<Cause>,
    /// The step that made it; none from before steps were kept.
    pub change: Option<ChangeId>,
}

/// What a row of the list is made of, from `exports e`, its connection `c` and its run `r`. `$1`
/// and `$2` are the values of an [`EditScope`]. What follows the system refresh starts with it; when that is, is read once
/// for all rows.
macro_rules! row_columns {
    () => {
        concat!(
            "e.id, e.version, e.name, e.kind, e.status, e.status_reason, e.status_run_id,
             CASE WHEN e.status = 'processing' THEN r.rows_so_far END AS rows_so_far,
             CASE WHEN e.status = 'retrying' THEN
                 r.next_attempt_at || ':' || (r.attempt + 1 - r.released) || ':' || (r.max_attempts - r.released)
             END AS next_attempt,
             e.refreshed_at, e.data_as_of, e.enabled,
             CASE WHEN r.started_at > 0 THEN COALESCE(r.ended_at, r.started_at) END AS attempted_at,
             e.schedule,
             CASE WHEN e.follows_refresh = 1 THEN
                 COALESCE((SELECT s.next_start_at FROM system_schedule s WHERE s.one = 1), 0)
             ELSE e.next_start_at END AS next_run_at,
             e.connection_id,
             c.name AS connection_name,
             c.kind AS connection_kind, e.updated_at, e.updated_by, e.strip, e.labels,
             (SELECT u.name FROM users u WHERE u.id = e.owner_id) AS owner, ",
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
        next_attempt: row.maybe_parsed("next_attempt")?,
        refreshed_at: row.since("refreshed_at")?,
        data_as_of: row.since("data_as_of")?,
        attempted_at: row.maybe_int("attempted_at")?,
        enabled: row.flag("enabled")?,
        schedule: row.json("schedule")?,
        next_run_at: row.since("next_run_at")?,
        connection,
        permission: if row.int("permission")? == 0 {
            Permission::Edit
        } else {
            Permission::View
        },
        updated_at: row.int("updated_at")?,
        updated_by: row.text("updated_by")?,
        strip: row.parsed("strip")?,
        labels: row.text("labels")?.lines().map(str::to_owned).collect(),
        owner: row.maybe_text("owner")?,
    })
}

/// What is noted about an export, from `exports e` and its row of the list.
fn about(row: &AnyRow, listed: &ExportListRow) -> Result<ExportAbout> {
    let owner_id = row.maybe_parsed("owner_id")?;
    Ok(ExportAbout {
        version: row.int("about_version")?,
        labels: listed.labels.clone(),
        owner: owner_id
            .zip(listed.owner.clone())
            .map(|(id, name)| PersonRef { id, name }),
        note: row.text("note")?,
    })
}

/// One export with its configuration: `$1` and `$2` are the values of an [`EditScope`], `$3` its id.
macro_rules! record {
    ($which:literal) => {
        concat!(
            "SELECT ",
            $crate::store::exports::reading::row_columns!(),
            ", e.folder, e.created_at, e.created_by, e.owner_id, e.note, e.about_version, e.removed_at,
               e.removed_by, e.removed_change, v.config, c.audience, c.removed_at AS connection_removed_at
             FROM exports e
             JOIN export_versions v ON v.export_id = e.id AND v.version = e.version
             LEFT JOIN connections c ON c.id = e.connection_id
             LEFT JOIN runs r ON r.id = e.status_run_id
             WHERE e.id = $3 AND ",
            $which
        )
    };
}

pub(super) use record;

/// An export that is not removed, with the permission of this scope.
pub async fn get(
    mut db: impl Reads,
    id: ExportId,
    scope: &EditScope,
) -> Result<Option<ExportRecord>> {
    let mut db = db.reading().await?;
    let (scope, user) = scope.bound();
    let row = sqlx::query(record!("e.removed_at = 0"))
        .bind(scope)
        .bind(user)
        .bind(id.to_string())
        .fetch_optional(&mut *db)
        .await
        .doing("read an export")?;
    match row {
        Some(row) => export_record(&mut db, &row).await.map(Some),
        None => Ok(None),
    }
}

/// The plus sign keeps SQLite from walking all exports that are not removed.
const ROWS: PerEngine = over_given!(
    concat!("SELECT ", row_columns!(), " FROM"),
    "JOIN exports e ON e.id = g.value ->> 'export'
     LEFT JOIN connections c ON c.id = e.connection_id
     LEFT JOIN runs r ON r.id = e.status_run_id
     WHERE +e.removed_at = 0 ORDER BY e.id LIMIT $4",
    "",
    "$3"
);

/// Rows of the list by id, as somebody of this scope sees them, in one query; those that are not there, or were removed,
/// are left out.
pub async fn rows_by_id(
    store: &Store,
    ids: &[ExportId],
    scope: &EditScope,
) -> Result<Vec<ExportListRow>> {
    let sql = ROWS.of(store.engine());
    let (scope, user) = scope.bound();
    let rows = sqlx::query(sql)
        .bind(scope)
        .bind(user)
        .bind(export_rows(ids)?)
        .bind(as_int(ids.len()))
        .fetch_all(&mut *store.reader().await?)
        .await
        .doing("read rows of the list by id")?;
    rows.iter().map(list_row).collect()
}

/// One export with its configuration, from a row of [`record!`].
pub(super) async fn export_record(db: &mut AnyConnection, row: &AnyRow) -> Result<ExportRecord> {
    let config: Config = row.json("config")?;
    let listed = list_row(row)?;
    let details = ExportDetails {
        about: about(row, &listed)?,
        row: listed,
        items: config.items,
        mode: config.mode,
        options: config.options,
        folder: row.text("folder")?,
        created_at: row.int("created_at")?,
        created_by: row.text("created_by")?,
    };
    let audience = match (&details.row.connection, row.maybe_text("audience")?) {
        (Some(connection), Some(code)) => {
            Some(connections::audience(db, &code, connection.id).await?)
        }
        _ => None,
    };
    Ok(ExportRecord { details, audience })
}

/// What a version is made of, from `export_versions`.
macro_rules! version_columns {
    () => {
        "version, name, connection_id, folder, config, enabled, schedule, saved_at, saved_by, cause,
         restored_from, copy_of, change_id"
    };
}

pub(super) use version_columns;

/// A version of an export, even of one that was removed since.
pub async fn get_version(
    mut db: impl Reads,
    id: ExportId,
    version: Version,
) -> Result<Option<ExportVersion>> {
    let row = sqlx::query(concat!(
        "SELECT ",
        version_columns!(),
        " FROM export_versions WHERE export_id = $1 AND version = $2"
    ))
    .bind(id.to_string())
    .bind(version)
    .fetch_optional(&mut *db.reading().await?)
    .await
    .doing("read a version of an export")?;
    row.as_ref().map(export_version).transpose()
}

/// A version, from its columns.
pub(super) fn export_version(row: &AnyRow) -> Result<ExportVersion> {
    let config: Config = row.json("config")?;
    let (restored_from, copy_of) = (row.maybe_int("restored_from")?, row.maybe_text("copy_of")?);
    let cause = row.maybe_text("cause")?;
    Ok(ExportVersion {
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
        // A cause that a newer server wrote is one that this one does not know.
        cause: cause.and_then(|code| Cause::from_code(&code, restored_from, copy_of)),
        change: row.maybe_parsed("change_id")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Engine;
    use crate::store::planning::Planning;

    #[tokio::test]
    async fn rows_are_found_by_their_ids_on_sqlite() {
        let planning = Planning::new().await;
        let plan = planning.of(ROWS.of(Engine::Sqlite)).await;
        assert!(
            plan.contains("SEARCH e USING INDEX sqlite_autoindex_exports_1 (id=?)"),
            "{plan}"
        );
        planning.end().await;
    }
}
