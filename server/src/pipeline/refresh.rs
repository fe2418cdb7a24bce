//! Renews the tables of a source: what has not changed is confirmed, what has is taken into the lake
//! as a new snapshot (product page §4, *Fresh data*, and §6, *Schema changes*).

use std::collections::HashSet;

use app::domain::{Reason, SchemaChange, SchemaField, TableId};
use base::Cancel;
use engine::source::{FileFormat, FolderSource, FoundTable, Listing};
use formats::TableSchema;
use formats::csv::CsvDialect;
use uuid::Uuid;

use super::error::PipelineError;
use super::lake::Lake;
use super::{DataPlane, convert, plane};
use crate::store::{
    SnapshotId, Store, StoreError, keeping, sources,
    tables::{self, NewSnapshot, TableRow},
    tasks::{self, ClaimedTask},
};

/// Renews the tables in the scope of a task, or all. Each table by itself: one that fails keeps its last
/// snapshot and says why; the first failure is returned when all have been tried. A table that is no longer in the
/// source is such a failure as long as an export or a segment uses it: what depends on it is kept back by that, and
/// nothing else is. Told to stop, it leaves the table that it was at as it was.
pub async fn renew(
    store: &Store,
    data: &DataPlane,
    task: &ClaimedTask,
    cancel: &Cancel,
) -> Result<(), PipelineError> {
    let source = task.source_id;
    let row = sources::get(store, source)
        .await?
        .ok_or_else(|| Reason::new("source_missing"))?;
    let folder = data
        .source(row.kind, &row.config)
        .map_err(PipelineError::without_folders)?;
    let listing = plane::list(folder.clone()).await?;
    let names = plane::names(&listing);
    let mut tx = store.begin().await?;
    let known = tables::upsert_tables(&mut tx, source, &names, store.now()).await?;
    tx.commit().await?;

    let scope = task.scope.as_ref();
    let scope: Option<HashSet<TableId>> = scope.map(|scope| scope.iter().copied().collect());
    let wanted = |id: &TableId| scope.as_ref().is_none_or(|scope| scope.contains(id));
    let mut first_failure = None;
    for (id, _) in known.iter().filter(|(id, _)| wanted(id)) {
        if cancel.is_cancelled() {
            return Err(stopped());
        }
        let Some(table) = tables::table(store, *id).await? else {
            continue;
        };
        if let Err(mut error) =
            renew_table(store, data, task, &folder, &listing, &table, cancel).await
        {
            if cancel.is_cancelled() {
                // Nothing is wrong with the table.
                return Err(stopped());
            }
            hide_personal(&mut error.reason, &table.summary.schema);
            tracing::warn!(table.id = %id, source.id = %source, reason.code = %error.reason.code, "cannot renew table: {error}");
            let mut tx = store.begin().await?;
            tasks::hold(&mut tx, task.id, task.fence).await?;
            tables::set_problem(&mut tx, *id, Some(&error.reason)).await?;
            tx.commit().await?;
            first_failure.get_or_insert(error);
        }
    }
    // Tables that are no longer in the source. Those that nobody uses are out of sight by now.
    let there: HashSet<TableId> = known.iter().map(|(id, _)| *id).collect();
    let listed = tables::tables(store, Some(source)).await?;
    let is_gone = |id: &TableId| wanted(id) && !there.contains(id);
    if let Some(gone) = listed.iter().find(|table| is_gone(&table.summary.id)) {
        let reason = Reason::new("table_missing").with("table", &gone.summary.name);
        first_failure.get_or_insert(PipelineError::lasting(reason));
    }
    first_failure.map_or(Ok(()), Err)
}

/// Takes out the value that does not fit, where its column is personal: everybody may read why a refresh failed.
fn hide_personal(reason: &mut Reason, schema: &[SchemaField]) {
    let column = reason.arg("column");
    let known = schema.iter().find(|field| field.name == column);
    let is_personal = match known {
        Some(field) => field.personal,
        None => schema.iter().any(|field| field.personal),
    };
    if is_personal {
        reason.args.remove("value");
    }
}

/// Told to stop, by a person or because the server stops: whoever told knows.
fn stopped() -> PipelineError {
    PipelineError::passing(Reason::new("server_stopping"))
}

async fn renew_table(
    store: &Store,
    data: &DataPlane,
    task: &ClaimedTask,
    folder: &FolderSource,
    listing: &Listing,
    table: &TableRow,
    cancel: &Cancel,
) -> Result<(), PipelineError> {
    let name = &table.summary.name;
    if let Some(problem) = listing
        .problems
        .iter()
        .find(|problem| problem.name == *name)
    {
        return Err(plane::problem_reason(problem).into());
    }
    let found = listing
        .table(name)
        .ok_or_else(|| Reason::new("table_missing").with("table", name))?;
    let at = store.now();
    if is_current(store, found, table).await? {
        let mut tx = store.begin().await?;
        tasks::hold(&mut tx, task.id, task.fence).await?;
        tables::confirm_snapshot(&mut tx, table.summary.id, at).await?;
        return Ok(tx.commit().await?);
    }
    let described = describe(data, folder, found, table).await?;
    let snapshot = SnapshotId::new(Uuid::now_v7());
    let path = Lake::new_snapshot(table.summary.id, &snapshot.to_string());
    let info = data
        .engine
        .snapshot(
            folder,
            found,
            &described.schema,
            described.dialect,
            &data.snapshot_folder(&path),
            &|_| {},
            cancel,
        )
        .await?;
    data.keep(name, &path, cancel).await?;
    let dialect = described
        .dialect
        .as_ref()
        .and_then(|dialect| serde_json::to_value(dialect).ok());
    let schema = convert::schema_fields(&described.schema);
    let new = NewSnapshot {
        id: snapshot,
        table_id: table.summary.id,
        path: &path,
        rows: i64::try_from(info.rows).unwrap_or(i64::MAX),
        bytes: i64::try_from(info.bytes).unwrap_or(i64::MAX),
        schema: &schema,
        files: &convert::snapshot_files(&info),
        fingerprint: &found.fingerprint,
        dialect: dialect.as_ref(),
        change: described.change.as_ref(),
        made_from: None,
        taken_at: at,
    };
    let mut tx = store.begin().await?;
    if let Err(lost) = tasks::hold(&mut tx, task.id, task.fence).await {
        tx.rollback().await?;
        // Otherwise it is swept.
        let _stays = data.lake.remove(&path).await;
        return Err(lost.into());
    }
    tables::record_snapshot(&mut tx, &new).await?;
    Ok(tx.commit().await?)
}

/// The schema to read a table with, and what is different from the one before.
struct Described {
    schema: TableSchema,
    dialect: Option<CsvDialect>,
    change: Option<SchemaChange>,
}

/// Whether the snapshot is of these very files, read with the schema that holds today.
async fn is_current(
    store: &Store,
    found: &FoundTable,
    table: &TableRow,
) -> Result<bool, PipelineError> {
    let Some(snapshot) = table.snapshot_id else {
        return Ok(false);
    };
    if table.fingerprint.as_deref() != Some(found.fingerprint.as_str())
        || table.summary.problem.is_some()
    {
        return Ok(false);
    }
    let snapshot = tables::snapshot(store, snapshot).await?;
    Ok(snapshot.is_some_and(|snapshot| same_types(&snapshot.schema, &table.summary.schema)))
}

fn same_types(one: &[SchemaField], other: &[SchemaField]) -> bool {
    same_columns(one, other)
        && one
            .iter()
            .zip(other)
            .all(|(one, other)| one.kind == other.kind)
}

/// CSV keeps the schema that was fixed as long as its columns are the same; otherwise the known
/// columns keep their types and new ones are detected. Parquet files say their schema themselves.
async fn describe(
    data: &DataPlane,
    folder: &FolderSource,
    found: &FoundTable,
    table: &TableRow,
) -> Result<Described, PipelineError> {
    let fixed = DataPlane::schema(&table.summary.schema);
    let dialect: Option<CsvDialect> = table
        .dialect
        .clone()
        .and_then(|dialect| serde_json::from_value(dialect).ok());
    if let (FileFormat::Csv, Some(dialect), false) =
        (found.format, dialect, fixed.fields.is_empty())
    {
        let columns = data.engine.csv_columns(folder, found, dialect).await?;
        if columns
            .iter()
            .eq(fixed.fields.iter().map(|field| &field.name))
        {
            return Ok(Described {
                schema: fixed,
                dialect: Some(dialect),
                change: None,
            });
        }
    }
    let detected = data.engine.detect(folder, found).await?;
    if fixed.fields.is_empty() {
        return Ok(Described {
            schema: detected.schema,
            dialect: detected.dialect,
            change: None,
        });
    }
    let schema = TableSchema {
        fields: detected
            .schema
            .fields
            .iter()
            .map(|field| keep(field, &fixed, found))
            .collect(),
    };
    let difference = TableSchema::difference(&fixed, &schema);
    let change = (!difference.is_empty()).then(|| convert::schema_change(difference));
    Ok(Described {
        schema,
        dialect: detected.dialect,
        change,
    })
}

/// A column as it was fixed, where the source does not say its type itself; marks are always kept.
fn keep(field: &formats::Field, fixed: &TableSchema, found: &FoundTable) -> formats::Field {
    let Some(before) = fixed.field(&field.name) else {
        return field.clone();
    };
    let mut kept = field.clone();
    kept.personal = before.personal;
    if found.format != FileFormat::Parquet {
        kept.data_type.clone_from(&before.data_type);
    }
    kept
}

/// Removes snapshots that nobody needs any more, beside those that are kept of each table (product page §9): from the
/// database first, so that one that became needed at this moment keeps its files. What stays in the lake is swept.
pub async fn drop_old_snapshots(store: &Store, data: &DataPlane) -> Result<(), PipelineError> {
    let kept = keeping::get(store).await?.snapshots;
    for snapshot in tables::snapshots_to_drop(store, kept).await? {
        let mut tx = store.begin().await?;
        match tables::delete_snapshot(&mut tx, snapshot.id).await {
            Ok(()) => tx.commit().await?,
            Err(StoreError::InUse) => {
                tx.rollback().await?;
                continue;
            }
            Err(error) => return Err(error.into()),
        }
        if let Err(error) = data.lake.remove(&snapshot.path).await {
            tracing::warn!(snapshot.id = %snapshot.id, "cannot remove a snapshot: {error}");
        }
    }
    Ok(())
}

/// The schema of a table with corrected types: the same columns in the same order.
pub fn same_columns(one: &[SchemaField], other: &[SchemaField]) -> bool {
    one.len() == other.len()
        && one
            .iter()
            .zip(other)
            .all(|(one, other)| one.name == other.name)
}
