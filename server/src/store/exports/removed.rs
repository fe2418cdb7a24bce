//! *Removed*: exports that were taken away and can come back.

use app::domain::{
    ChangeId, ConnectionRef, Cursor, ExportId, Limit, Micros, Page, Permission, RemovedExport,
    Version,
};
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::reading::{ExportRecord, export_record, record};
use super::scope::permission;
use super::{EditScope, ExportChange, Standing, update};
use crate::store::columns::Columns;
use crate::store::cursor::{Piece, Place};
use crate::store::error::Doing;
use crate::store::{Reads, Result, StoreError, Tx, connections, fold};

/// The name of this list in cursors.
const ORDER: &str = "removed";

/// A removed export.
#[derive(Clone, Debug, PartialEq)]
pub struct RemovedRecord {
    /// As it was, but without its connection if that is gone.
    pub record: ExportRecord,
    pub at: Micros,
    pub by: String,
    /// The step that removed it; none from before steps were kept.
    pub change: Option<ChangeId>,
}

/// What stays where it is when an export is removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftBehind {
    pub deliveries: u32,
    /// Files of these.
    pub files: u32,
}

/// Newest first; what was removed at once, by name. `$1`, `$2` scope · `$3` since when · `$4`, `$5`, `$6` the place, the
/// instant of which is the end of time at the start · `$7` limit.
const LIST: &str = concat!(
    "SELECT e.id, e.name, e.kind, e.name_fold, e.removed_at, e.removed_by, e.connection_id,
            c.name AS connection_name, c.kind AS connection_kind, ",
    permission!(),
    " AS permission
     FROM (SELECT x.id, x.name, x.kind, x.name_fold, x.removed_at, x.removed_by,
                  (SELECT o.id FROM connections o WHERE o.id = x.connection_id AND o.removed_at = 0) AS connection_id
           FROM exports x
           WHERE x.removed_at > $3 AND x.removed_at <= $4
             AND (x.removed_at < $4 OR (x.name_fold, x.id) > ($5, $6))) e
     LEFT JOIN connections c ON c.id = e.connection_id
     ORDER BY e.removed_at DESC, e.name_fold, e.id LIMIT $7"
);

/// A row with its place.
struct Placed {
    export: RemovedExport,
    name_fold: String,
}

fn placed(row: &AnyRow, kept_for: Micros) -> Result<Placed> {
    let connection = match row.maybe_parsed("connection_id")? {
        Some(id) => Some(ConnectionRef {
            id,
            name: row.text("connection_name")?,
            kind: row.parsed("connection_kind")?,
        }),
        None => None,
    };
    let removed_at = row.int("removed_at")?;
    Ok(Placed {
        export: RemovedExport {
            id: row.parsed("id")?,
            name: row.text("name")?,
            kind: row.parsed("kind")?,
            connection,
            removed_at,
            removed_by: row.maybe_text("removed_by")?.unwrap_or_default(),
            kept_until: removed_at + kept_for,
            permission: if row.int("permission")? == 0 {
                Permission::Edit
            } else {
                Permission::View
            },
        },
        name_fold: row.text("name_fold")?,
    })
}

/// Exports that were removed less than `kept_for` before `now`, newest first, as somebody of this scope sees them.
pub async fn removed(
    mut db: impl Reads,
    scope: &EditScope,
    now: Micros,
    kept_for: Micros,
    cursor: Option<&Cursor>,
    limit: Limit,
) -> Result<Page<RemovedExport>> {
    let mut db = db.reading().await?;
    let since = now - kept_for;
    let (scope, user) = scope.bound();
    let place = Place::<(Micros, String, String)>::of(cursor, ORDER);
    let is_from_place = place.is_some();
    let (at, name, id) = place.map_or_else(
        || (Micros::MAX, String::new(), String::new()),
        |place| place.key,
    );
    let rows = sqlx::query(LIST)
        .bind(scope)
        .bind(user)
        .bind(since)
        .bind(at)
        .bind(name)
        .bind(id)
        .bind(i64::from(limit.get()) + 1)
        .fetch_all(&mut *db)
        .await
        .doing("list removed exports")?;
    let found = rows
        .iter()
        .map(|row| placed(row, kept_for))
        .collect::<Result<Vec<_>>>()?;
    let most = usize::try_from(limit.get()).unwrap_or(usize::MAX);
    let piece = Piece::new(found, most, is_from_place, false);
    let total = sqlx::query("SELECT COUNT(*) AS total FROM exports WHERE removed_at > $1")
        .bind(since)
        .fetch_one(&mut *db)
        .await
        .doing("count removed exports")?
        .count("total")?;
    let next = piece.rows.last().filter(|_| piece.more_after).map(|last| {
        let export = &last.export;
        let key = (
            export.removed_at,
            last.name_fold.clone(),
            export.id.to_string(),
        );
        Place::new(ORDER, key, false).into_cursor()
    });
    Ok(Page {
        items: piece.rows.into_iter().map(|placed| placed.export).collect(),
        next,
        previous: None,
        total,
    })
}

/// A removed export, with the permission of this scope; none if it is there, or never was.
pub async fn get_removed(
    mut db: impl Reads,
    id: ExportId,
    scope: &EditScope,
) -> Result<Option<RemovedRecord>> {
    let mut db = db.reading().await?;
    let (code, user) = scope.bound();
    let row = sqlx::query(record!("e.removed_at > 0"))
        .bind(code)
        .bind(user)
        .bind(id.to_string())
        .fetch_optional(&mut *db)
        .await
        .doing("read a removed export")?;
    let Some(row) = row else { return Ok(None) };
    let mut removed = RemovedRecord {
        record: export_record(&mut db, &row).await?,
        at: row.int("removed_at")?,
        by: row.maybe_text("removed_by")?.unwrap_or_default(),
        change: row.maybe_parsed("removed_change")?,
    };
    if row.maybe_int("connection_removed_at")?.unwrap_or_default() > 0 {
        removed.record.audience = None;
        let listed = &mut removed.record.details.row;
        listed.connection = None;
        listed.permission = of_detached(&mut db, *scope).await?;
    }
    Ok(Some(removed))
}

/// The permission of this scope on exports without a connection.
async fn of_detached(db: &mut AnyConnection, scope: EditScope) -> Result<Permission> {
    let (scope, user) = scope.bound();
    let permission: i64 = sqlx::query_scalar(concat!(
        "SELECT ",
        permission!(),
        " AS permission
         FROM (SELECT CAST(NULL AS TEXT) AS connection_id) e
         LEFT JOIN connections c ON c.id = e.connection_id"
    ))
    .bind(scope)
    .bind(user)
    .fetch_one(db)
    .await
    .doing("read the permission on exports without a connection")?;
    Ok(if permission == 0 {
        Permission::Edit
    } else {
        Permission::View
    })
}

/// What stays where it is when this export is removed.
pub async fn left_behind(mut db: impl Reads, id: ExportId) -> Result<LeftBehind> {
    let row = sqlx::query(
        "SELECT (SELECT COUNT(*) FROM runs r
                 WHERE r.export_id = $1 AND r.status IN ('successful', 'completed_with_warnings')) AS deliveries,
                (SELECT COUNT(*) FROM run_files f JOIN runs r ON r.id = f.run_id
                 WHERE r.export_id = $1) AS files",
    )
    .bind(id.to_string())
    .fetch_one(&mut *db.reading().await?)
    .await
    .doing("count what an export delivered")?;
    Ok(LeftBehind {
        deliveries: row.count("deliveries")?,
        files: row.count("files")?,
    })
}

/// Brings a removed export back, as a new version of which name, connection and switch are those of the change. Starts
/// up to the step count as dealt with: nothing that it missed is caught up.
pub async fn unremove(tx: &mut Tx, id: ExportId, change: &ExportChange<'_>) -> Result<Version> {
    const DOING: &str = "bring a removed export back";
    let connections = change.connection_id.into_iter().collect();
    connections::lock_all(tx, &connections).await?;
    // Under its new name at once: that is the one that must be free.
    let version: Option<Version> = sqlx::query_scalar(
        "UPDATE exports SET removed_at = 0, removed_by = NULL, removed_change = NULL, name_fold = $2
         WHERE id = $1 AND removed_at > 0 RETURNING version",
    )
    .bind(id.to_string())
    .bind(fold(change.name))
    .fetch_optional(tx.connection())
    .await
    .unless_taken(DOING, StoreError::NameTaken)?;
    let version = version.ok_or(StoreError::NotFound)?;
    let version = update(tx, id, version, change).await?;
    let standing = Standing::of(
        change.connection_id.is_some(),
        change.enabled,
        change.schedule,
        change.next_start,
    );
    sqlx::query("UPDATE exports SET next_start_at = $2, planned_until = $3 WHERE id = $1")
        .bind(id.to_string())
        .bind(standing.next_start_at)
        .bind(change.step.at)
        .execute(tx.connection())
        .await
        .doing(DOING)?;
    Ok(version)
}

#[cfg(test)]
mod tests {
    use super::super::versions::tests::plan;
    use super::*;

    #[tokio::test]
    async fn the_list_walks_an_index_from_the_newest_on_sqlite() {
        let plan = plan(LIST, &["2", "", "1", "9", "", "", "51"]).await;
        assert!(plan.contains("USING INDEX exports_by_"), "{plan}");
        assert!(!plan.contains("SCAN x"), "{plan}");
    }
}
