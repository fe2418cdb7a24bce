//! Writing exports. The list columns are written here with their cause.

use app::domain::{
    Cause, ChangeId, ConnectionId, ConnectionType, DeliveryOptions, ExportId, ExportItem,
    ExportStatus, Micros, Mode, ScheduleDraft, Version,
};

use super::{ConfigRef, Standing};
use crate::store::columns::{Columns, as_int, checked, to_json};
use crate::store::error::Doing;
use crate::store::{PerEngine, Result, SignalKind, StoreError, Tx, fold, locked};

/// What somebody does at once, to one export or to many.
#[derive(Clone, Debug)]
pub struct Step<'a> {
    pub at: Micros,
    pub by: &'a str,
    /// What undoes it as a whole.
    pub change: ChangeId,
    pub cause: Cause,
}

/// An export to add.
#[derive(Debug)]
pub struct NewExport<'a> {
    pub id: ExportId,
    pub name: &'a str,
    pub connection_id: ConnectionId,
    /// Value of `{export}` in its paths.
    pub folder: &'a str,
    /// *Schedule run*.
    pub enabled: bool,
    pub schedule: &'a ScheduleDraft,
    /// The first start of that schedule after the step, if it has one and is on.
    pub next_start: Option<Micros>,
    pub items: &'a [ExportItem],
    pub mode: Mode,
    pub options: &'a DeliveryOptions,
    pub step: &'a Step<'a>,
}

/// What a save changes: everything. If it changes the schedule, its switch or the connection, starts up to
/// the step count as dealt with; otherwise a start that has come and waits to be planned is not lost.
#[derive(Debug)]
pub struct ExportChange<'a> {
    pub name: &'a str,
    /// None: stays detached, or is new and has none yet.
    pub connection_id: Option<ConnectionId>,
    pub folder: &'a str,
    /// *Schedule run*.
    pub enabled: bool,
    pub schedule: &'a ScheduleDraft,
    /// The first start of that schedule after the step, if it has one and is on.
    pub next_start: Option<Micros>,
    pub items: &'a [ExportItem],
    pub mode: Mode,
    pub options: &'a DeliveryOptions,
    pub step: &'a Step<'a>,
}

/// As strong as saving it, and no stronger: whoever has an export and adds a run or a version, which refer to the
/// connection, does not wait.
const LOCK_CONNECTION: PerEngine = locked!(
    "SELECT kind, name_fold, (SELECT words FROM connection_types WHERE code = connections.kind) AS words
     FROM connections WHERE id = $1 AND removed_at = 0",
    " FOR NO KEY UPDATE"
);

/// What an export takes over from its connection.
struct Destination {
    kind: ConnectionType,
    name_fold: String,
    words: String,
}

impl Destination {
    /// Of a connection that is there. It cannot be removed until the transaction ends.
    async fn of(tx: &mut Tx, id: ConnectionId) -> Result<Self> {
        let sql = LOCK_CONNECTION.of(tx.engine());
        let row = sqlx::query(sql)
            .bind(id.to_string())
            .fetch_optional(tx.connection())
            .await
            .doing("read the connection of an export")?
            .ok_or(StoreError::NotFound)?;
        Ok(Self {
            kind: row.parsed("kind")?,
            name_fold: row.text("name_fold")?,
            words: row.text("words")?,
        })
    }

    /// Of an export without a connection: it keeps the type it had.
    async fn none(tx: &mut Tx, id: ExportId) -> Result<Self> {
        let row = sqlx::query(
            "SELECT e.kind, t.words FROM exports e JOIN connection_types t ON t.code = e.kind
             WHERE e.id = $1",
        )
        .bind(id.to_string())
        .fetch_optional(tx.connection())
        .await
        .doing("read the type of an export")?
        .ok_or(StoreError::NotFound)?;
        Ok(Self {
            kind: row.parsed("kind")?,
            name_fold: String::new(),
            words: row.text("words")?,
        })
    }

    /// Of an export that never had a connection.
    async fn of_type(tx: &mut Tx, kind: ConnectionType) -> Result<Self> {
        let words: String =
            sqlx::query_scalar("SELECT words FROM connection_types WHERE code = $1")
                .bind(kind.code())
                .fetch_one(tx.connection())
                .await
                .doing("read the words of a type of connections")?;
        Ok(Self {
            kind,
            name_fold: String::new(),
            words,
        })
    }

    fn search_fold(&self, name_fold: &str) -> String {
        format!("{name_fold} {} {}", self.name_fold, self.words)
    }
}

/// Adds an export, of version 1, never run.
pub async fn insert(tx: &mut Tx, new: &NewExport<'_>) -> Result<()> {
    let destination = Destination::of(tx, new.connection_id).await?;
    let first = ExportChange {
        name: new.name,
        connection_id: Some(new.connection_id),
        folder: new.folder,
        enabled: new.enabled,
        schedule: new.schedule,
        next_start: new.next_start,
        items: new.items,
        mode: new.mode,
        options: new.options,
        step: new.step,
    };
    add(tx, new.id, destination, &first).await
}

/// Adds an export that has no connection yet, as one that was detached from a connection of this type.
pub async fn insert_detached(
    tx: &mut Tx,
    id: ExportId,
    kind: ConnectionType,
    first: &ExportChange<'_>,
) -> Result<()> {
    let destination = Destination::of_type(tx, kind).await?;
    add(tx, id, destination, first).await
}

async fn add(
    tx: &mut Tx,
    id: ExportId,
    destination: Destination,
    first: &ExportChange<'_>,
) -> Result<()> {
    let name_fold = fold(first.name);
    let search_fold = destination.search_fold(&name_fold);
    let standing = Standing::of(
        first.connection_id.is_some(),
        first.enabled,
        first.schedule,
        first.next_start,
    );
    sqlx::query(
        "INSERT INTO exports (id, version, name, kind, connection_id, folder, enabled, status,
                              created_at, created_by, updated_at, updated_by,
                              name_fold, type_rank, status_rank, connection_fold,
                              updated_by_fold, search_fold, schedule, schedule_rank, follows_refresh,
                              next_start_at, planned_until)
         VALUES ($1, 1, $2, $3, $4, $5, $6, $7, $8, $9, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
                 $19, $8)",
    )
    .bind(id.to_string())
    .bind(checked(first.name)?)
    .bind(destination.kind.code())
    .bind(first.connection_id.map(|id| id.to_string()))
    .bind(checked(first.folder)?)
    .bind(i64::from(first.enabled))
    .bind(ExportStatus::NotStarted.code())
    .bind(first.step.at)
    .bind(checked(first.step.by)?)
    .bind(name_fold)
    .bind(destination.kind.rank())
    .bind(ExportStatus::NotStarted.rank())
    .bind(destination.name_fold)
    .bind(fold(first.step.by))
    .bind(search_fold)
    .bind(to_json(first.schedule)?)
    .bind(standing.schedule_rank)
    .bind(i64::from(standing.follows_refresh))
    .bind(standing.next_start_at)
    .execute(tx.connection())
    .await
    .unless_taken("add an export", StoreError::NameTaken)?;
    keep_version(tx, id, 1, first).await?;
    tx.signal(SignalKind::Export, id, 1);
    tx.signal_planner();
    Ok(())
}

/// Saves a new version of an export, if it is still at the expected one.
pub async fn update(
    tx: &mut Tx,
    id: ExportId,
    expected: Version,
    change: &ExportChange<'_>,
) -> Result<Version> {
    // The connection first, as whoever saves one locks it before its exports.
    let attached = match change.connection_id {
        Some(connection) => Some(Destination::of(tx, connection).await?),
        None => None,
    };
    super::lock(tx, id).await?;
    let destination = match attached {
        Some(destination) => destination,
        None => Destination::none(tx, id).await?,
    };
    let name_fold = fold(change.name);
    let search_fold = destination.search_fold(&name_fold);
    let standing = Standing::of(
        change.connection_id.is_some(),
        change.enabled,
        change.schedule,
        change.next_start,
    );
    let done = sqlx::query(
        "UPDATE exports SET version = version + 1, name = $3, kind = $4, connection_id = $5, folder = $6,
                            updated_at = $7, updated_by = $8, name_fold = $9, type_rank = $10,
                            connection_fold = $11, updated_by_fold = $12, search_fold = $13,
                            enabled = $14, schedule = $15, schedule_rank = $16, follows_refresh = $17,
                            next_start_at = CASE
                                WHEN enabled = $14 AND schedule = $15
                                     AND COALESCE(connection_id, '') = COALESCE($5, '') THEN next_start_at
                                ELSE $18 END,
                            planned_until = CASE
                                WHEN enabled = $14 AND schedule = $15
                                     AND COALESCE(connection_id, '') = COALESCE($5, '') THEN planned_until
                                ELSE $7 END
         WHERE id = $1 AND version = $2 AND removed_at = 0",
    )
    .bind(id.to_string())
    .bind(expected)
    .bind(checked(change.name)?)
    .bind(destination.kind.code())
    .bind(change.connection_id.map(|id| id.to_string()))
    .bind(checked(change.folder)?)
    .bind(change.step.at)
    .bind(checked(change.step.by)?)
    .bind(name_fold)
    .bind(destination.kind.rank())
    .bind(destination.name_fold)
    .bind(fold(change.step.by))
    .bind(search_fold)
    .bind(i64::from(change.enabled))
    .bind(to_json(change.schedule)?)
    .bind(standing.schedule_rank)
    .bind(i64::from(standing.follows_refresh))
    .bind(standing.next_start_at)
    .execute(tx.connection())
    .await
    .unless_taken("save an export", StoreError::NameTaken)?;
    if done.rows_affected() == 0 {
        return Err(stale(tx, id).await);
    }
    keep_version(tx, id, expected + 1, change).await?;
    tx.signal(SignalKind::Export, id, expected + 1);
    tx.signal_planner();
    Ok(expected + 1)
}

/// Keeps a version, and which tables the current one uses.
async fn keep_version(
    tx: &mut Tx,
    id: ExportId,
    version: Version,
    change: &ExportChange<'_>,
) -> Result<()> {
    const DOING: &str = "keep a version of an export";
    let config = ConfigRef {
        items: change.items,
        mode: change.mode,
        options: change.options,
    };
    sqlx::query(
        "INSERT INTO export_versions (export_id, version, name, connection_id, folder, config,
                                      saved_at, saved_by, enabled, schedule, cause, restored_from, copy_of,
                                      change_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
    )
    .bind(id.to_string())
    .bind(version)
    .bind(change.name)
    .bind(change.connection_id.map(|id| id.to_string()))
    .bind(change.folder)
    .bind(to_json(&config)?)
    .bind(change.step.at)
    .bind(change.step.by)
    .bind(i64::from(change.enabled))
    .bind(to_json(change.schedule)?)
    .bind(change.step.cause.code())
    .bind(change.step.cause.restored_from())
    .bind(change.step.cause.copy_of())
    .bind(change.step.change.to_string())
    .execute(tx.connection())
    .await
    .doing(DOING)?;
    sqlx::query("DELETE FROM export_items WHERE export_id = $1")
        .bind(id.to_string())
        .execute(tx.connection())
        .await
        .doing(DOING)?;
    for (place, item) in change.items.iter().enumerate() {
        sqlx::query("INSERT INTO export_items (export_id, place, table_id) VALUES ($1, $2, $3)")
            .bind(id.to_string())
            .bind(as_int(place))
            .bind(item.table_id.to_string())
            .execute(tx.connection())
            .await
            .doing(DOING)?;
    }
    Ok(())
}

/// Removes an export, which no longer starts by itself. Its versions, runs and waybills stay; unfinished
/// runs are let finish.
pub async fn remove(
    tx: &mut Tx,
    id: ExportId,
    expected: Option<Version>,
    step: &Step<'_>,
) -> Result<()> {
    let version: Option<Version> = sqlx::query_scalar(
        "UPDATE exports SET removed_at = $3, removed_by = $4, removed_change = $5, next_start_at = 0,
                            follows_refresh = 0
         WHERE id = $1 AND removed_at = 0 AND ($2 = 0 OR version = $2)
         RETURNING version",
    )
    .bind(id.to_string())
    .bind(expected.unwrap_or_default())
    .bind(step.at)
    .bind(checked(step.by)?)
    .bind(step.change.to_string())
    .fetch_optional(tx.connection())
    .await
    .doing("remove an export")?;
    let Some(version) = version else {
        return Err(stale(tx, id).await);
    };
    tx.signal(SignalKind::Export, id, version);
    Ok(())
}

/// Empties the connection of an export: a new version, in which all else is as before, its schedule
/// too, though nothing starts by it. Of one that
/// is detached already, the version it has.
pub async fn detach(tx: &mut Tx, id: ExportId, step: &Step<'_>) -> Result<Version> {
    let Some(record) = super::get(&mut *tx, id, &super::EditScope::All).await? else {
        return Err(StoreError::NotFound);
    };
    let details = record.details;
    if details.row.connection.is_none() {
        return Ok(details.row.version);
    }
    let change = ExportChange {
        name: &details.row.name,
        connection_id: None,
        folder: &details.folder,
        enabled: details.row.enabled,
        schedule: &details.row.schedule,
        next_start: None,
        items: &details.items,
        mode: details.mode,
        options: &details.options,
        step,
    };
    update(tx, id, details.row.version, &change).await
}

async fn stale(tx: &mut Tx, id: ExportId) -> StoreError {
    let current =
        sqlx::query_scalar("SELECT version FROM exports WHERE id = $1 AND removed_at = 0")
            .bind(id.to_string())
            .fetch_optional(tx.connection())
            .await
            .doing("read the version of an export");
    match current {
        Ok(Some(current)) => StoreError::Stale { current },
        Ok(None) => StoreError::NotFound,
        Err(error) => error,
    }
}
