//! One attempt of a run: pin the data, stage, check the sum, publish once.
//!
//! The waybill and the end of the run are written by the caller, in one transaction, from what this
//! returns. A run whose record exists at the destination is published, whatever the database says:
//! it is finished from that record and never repeated.

use app::domain::{
    ConnectionType, DeliveredFile, ItemCounts, Micros, Reason, RunId, RunStatus, SchemaField,
};
use base::Cancel;
use connectors::{BoxError, DeliveryPlan, Destination, PlanRequest, PublishRecord};
use engine::EngineError;
use futures::stream::BoxStream;
use futures::{StreamExt as _, TryStreamExt as _};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::error::PipelineError;
use super::progress::RunProgress;
use super::waybill::Delivered;
use super::{DataPlane, convert, held, mapping};
use crate::store::{
    Store,
    connections::{self, ConnectionRow},
    exports::{self, ExportVersion},
    queue::{self, ClaimedRun, Heartbeat, PinnedItem},
    runs, tables, tasks,
};

/// What an attempt works with.
pub struct Delivery<'a> {
    pub store: &'a Store,
    pub data: &'a DataPlane,
    pub run: &'a ClaimedRun,
    pub progress: &'a RunProgress,
    pub cancel: &'a Cancel,
}

/// How an attempt ended, when it ended well.
pub enum End {
    /// Published: the run is to be ended with this.
    Delivered(Box<Delivered>),
    /// Stopped before publishing; asks a person.
    Held(Reason),
    /// Did not run, because of something upstream.
    Skipped(Reason),
    /// Told to stop, and nothing was published.
    Stopped,
}

/// What goes into the published record, so that a run can be ended from it alone.
#[derive(Serialize, Deserialize)]
struct Manifest {
    run_id: RunId,
    export: String,
    export_version: i64,
    data_as_of: Option<Micros>,
    tables: Vec<ManifestTable>,
}

#[derive(Serialize, Deserialize)]
struct ManifestTable {
    table: String,
    rows: i64,
    escaped_cells: i64,
    snapshot: String,
    schema: Vec<SchemaField>,
}

/// Does one attempt.
pub async fn deliver(delivery: &Delivery<'_>) -> Result<End, PipelineError> {
    let Delivery { store, run, .. } = *delivery;
    if let Some(reason) = tasks::failed_needs(store, run.id).await?.into_iter().next() {
        return Ok(End::Skipped(reason));
    }
    let version = exports::get_version(store, run.export_id, run.export_version)
        .await?
        .ok_or_else(|| Reason::new("export_removed"))?;
    let connection = connections::get(store, run.connection_id)
        .await?
        .ok_or_else(|| Reason::new("connection_missing"))?;
    let destination = delivery
        .data
        .destination(connection.kind, &connection.config)?;

    let items = pinned(delivery, &version).await?;
    let plan = match &run.plan {
        Some(plan) => read_plan(plan)?,
        None => {
            if let Some(reason) = hold(delivery, &version, &items).await? {
                return Ok(End::Held(reason));
            }
            fix_paths(delivery, &version, &*destination).await?
        }
    };
    if let Some(record) = destination.published(&plan).await? {
        return Ok(End::Delivered(Box::new(finished(
            delivery, version, connection, items, &record,
        )?)));
    }
    if delivery.cancel.is_cancelled() {
        destination.sweep(&plan, None).await?;
        return Ok(End::Stopped);
    }
    let published = publish(delivery, &version, &*destination, &plan, &items).await;
    match published {
        Ok(Some(record)) => {
            destination.sweep(&plan, None).await?;
            Ok(End::Delivered(Box::new(finished(
                delivery, version, connection, items, &record,
            )?)))
        }
        Ok(None) => {
            destination.sweep(&plan, None).await?;
            Ok(End::Stopped)
        }
        Err(error) => {
            // The stage is of no use any more; a failure to remove it is mended by the next sweep.
            if let Err(sweep) = destination.sweep(&plan, None).await {
                tracing::warn!(run.id = %run.id, "cannot remove a stage: {sweep}");
            }
            Err(error)
        }
    }
}

/// Removes what the attempts of an ended run left at its destination.
pub async fn sweep(
    data: &DataPlane,
    kind: ConnectionType,
    config: &Map<String, Value>,
    plan: &Value,
) -> Result<(), PipelineError> {
    let plan = read_plan(plan)?;
    data.destination(kind, config)?.sweep(&plan, None).await?;
    Ok(())
}

/// The tables of the run with the snapshots they are delivered from: fixed by the first attempt.
async fn pinned(
    delivery: &Delivery<'_>,
    version: &ExportVersion,
) -> Result<Vec<PinnedItem>, PipelineError> {
    let Delivery { store, run, .. } = *delivery;
    let before = runs::run_items(store, run.id).await?;
    if !before.is_empty() {
        return Ok(before
            .into_iter()
            .map(|item| PinnedItem {
                place: item.place,
                table_id: item.table_id,
                table_name: item.table_name,
                snapshot_id: item.snapshot_id,
                snapshot_at: item.snapshot_at,
                expected: item.expected,
                schema: item.schema,
                mapping: item.mapping,
            })
            .collect());
    }
    let ids: Vec<_> = version.items.iter().map(|item| item.table_id).collect();
    let snapshots = tables::latest_snapshots(store, &ids).await?;
    let mut items = Vec::with_capacity(ids.len());
    for (place, item) in (0..).zip(&version.items) {
        let snapshot = snapshots
            .iter()
            .find(|snapshot| snapshot.table_id == item.table_id)
            .ok_or_else(|| Reason::new("table_not_refreshed").with("table", &item.table_name))?;
        let mapping = mapping::fields(item, &snapshot.schema)?;
        items.push(PinnedItem {
            place,
            table_id: item.table_id,
            table_name: item.table_name.clone(),
            snapshot_id: snapshot.id,
            snapshot_at: snapshot.confirmed_at,
            expected: snapshot.rows,
            schema: mapping::delivered(&mapping, &snapshot.schema),
            mapping,
        });
    }
    let data_as_of = items.iter().map(|item| item.snapshot_at).min();
    let mut tx = store.begin().await?;
    queue::pin_items(&mut tx, run.id, run.fence, &items, data_as_of).await?;
    tx.commit().await?;
    Ok(items)
}

/// Whether the run must ask a person first.
async fn hold(
    delivery: &Delivery<'_>,
    version: &ExportVersion,
    items: &[PinnedItem],
) -> Result<Option<Reason>, PipelineError> {
    if delivery.run.released {
        return Ok(None);
    }
    let before = runs::last_delivery(delivery.store, delivery.run.export_id).await?;
    let before = before.map(|last| last.tables.iter().map(|(_, rows)| rows).sum());
    let now = items.iter().map(|item| item.expected).sum();
    Ok(held::reason_to_hold(now, before, version.options.held))
}

/// Fixes every path of the run and writes the plan to the database before anything is staged.
async fn fix_paths(
    delivery: &Delivery<'_>,
    version: &ExportVersion,
    destination: &dyn Destination,
) -> Result<DeliveryPlan, PipelineError> {
    let Delivery { store, run, .. } = *delivery;
    let request = PlanRequest {
        run_id: run.id.to_string(),
        export_folder: version.folder.clone(),
        template: version.options.path_template.clone(),
        instant_us: run.started_at,
        utc_offset_seconds: 0,
        tables: version
            .items
            .iter()
            .map(|item| item.table_name.clone())
            .collect(),
        extension: version.options.extension().to_owned(),
        max_rows_per_file: version.options.max_rows_per_file,
        reserved: reserved(store, run).await?,
    };
    let plan = destination.plan(&request).await?;
    let value = serde_json::to_value(&plan).map_err(|error| unreadable(&error))?;
    let mut tx = store.begin().await?;
    queue::set_plan(&mut tx, run.id, run.fence, &value).await?;
    tx.commit().await?;
    Ok(plan)
}

/// Paths that unfinished runs of the same connection have fixed already.
async fn reserved(store: &Store, run: &ClaimedRun) -> Result<Vec<String>, PipelineError> {
    let plans = runs::unfinished_plans(store, run.connection_id, run.id).await?;
    let mut paths = Vec::new();
    for plan in &plans {
        paths.extend(read_plan(plan)?.reserved());
    }
    Ok(paths)
}

/// Stages every table and publishes. None: told to stop before the publishing step.
async fn publish(
    delivery: &Delivery<'_>,
    version: &ExportVersion,
    destination: &dyn Destination,
    plan: &DeliveryPlan,
    items: &[PinnedItem],
) -> Result<Option<PublishRecord>, PipelineError> {
    let run = delivery.run;
    let format = convert::format(&version.options);
    let attempt = u32::try_from(run.attempt).unwrap_or(u32::MAX);
    let mut stage = destination
        .stage(
            plan,
            attempt,
            &format,
            convert::compression(&version.options),
        )
        .await?;
    let mut written = Vec::with_capacity(items.len());
    for item in items {
        let snapshot = tables::snapshot(delivery.store, item.snapshot_id)
            .await?
            .ok_or_else(|| Reason::new("snapshot_missing").with("table", &item.table_name))?;
        let folder = delivery.data.snapshot_folder(&snapshot.path);
        let scan = delivery
            .data
            .engine
            .scan(&item.table_name, &folder, &convert::selected(&item.mapping))
            .await?;
        let rows = until_cancelled(scan.rows, delivery.cancel.clone());
        let place = item.place;
        let outcome = stage
            .write_table(&item.table_name, scan.schema, rows, &|progress| {
                delivery.progress.note(place, progress.rows, progress.bytes);
            })
            .await;
        if delivery.cancel.is_cancelled() {
            stage.abort().await?;
            return Ok(None);
        }
        let outcome = outcome?;
        let rows = i64::try_from(outcome.rows_written).unwrap_or(i64::MAX);
        let counts = ItemCounts {
            read: item.expected,
            written: rows,
            ..ItemCounts::default()
        };
        if let Err(wrong) = ItemCounts::check([&counts]) {
            stage.abort().await?;
            return Err(Reason::new("sum_is_wrong")
                .with("table", &item.table_name)
                .with("read", wrong.read)
                .with("accounted", wrong.accounted)
                .into());
        }
        written.push(ManifestTable {
            table: item.table_name.clone(),
            rows,
            escaped_cells: i64::try_from(outcome.escaped_cells).unwrap_or(i64::MAX),
            snapshot: item.snapshot_id.to_string(),
            schema: item.schema.clone(),
        });
    }
    // The last look before the step that cannot be taken back: is the lease still ours, did nobody ask to stop?
    match queue::heartbeat(
        delivery.store,
        run.id,
        run.fence,
        LEASE_TO_PUBLISH_US,
        &delivery.progress.take(),
    )
    .await?
    {
        Heartbeat::Alive {
            cancel_requested: false,
        } if !delivery.cancel.is_cancelled() => {}
        _ => {
            stage.abort().await?;
            return Ok(None);
        }
    }
    let manifest = Manifest {
        run_id: run.id,
        export: version.name.clone(),
        export_version: version.version,
        data_as_of: items.iter().map(|item| item.snapshot_at).min(),
        tables: written,
    };
    let manifest = serde_json::to_value(&manifest).map_err(|error| unreadable(&error))?;
    Ok(Some(stage.commit(manifest).await?))
}

/// The lease that covers the publishing step, in microseconds.
const LEASE_TO_PUBLISH_US: i64 = 30_000_000;

/// The rows until somebody asks to stop; then the stream ends with an error.
fn until_cancelled<B: Send + 'static>(
    rows: BoxStream<'static, Result<B, EngineError>>,
    cancel: Cancel,
) -> BoxStream<'static, Result<B, BoxError>> {
    rows.map_err(|error| -> BoxError { Box::new(error) })
        .map(move |batch| {
            if cancel.is_cancelled() {
                Err("told to stop".into())
            } else {
                batch
            }
        })
        .boxed()
}

/// The end of a run from what is published.
fn finished(
    delivery: &Delivery<'_>,
    version: ExportVersion,
    connection: ConnectionRow,
    items: Vec<PinnedItem>,
    record: &PublishRecord,
) -> Result<Delivered, PipelineError> {
    let manifest: Manifest =
        serde_json::from_value(record.delivery.clone()).map_err(|error| unreadable(&error))?;
    let mut tables = Vec::with_capacity(items.len());
    for item in items {
        let told = manifest
            .tables
            .iter()
            .find(|told| told.table == item.table_name)
            .ok_or_else(|| Reason::new("record_unreadable"))?;
        let files: Vec<DeliveredFile> = record
            .files
            .iter()
            .filter(|file| file.table == item.table_name)
            .map(|file| DeliveredFile {
                path: file.entry.path.clone(),
                bytes: i64::try_from(file.entry.bytes).unwrap_or(i64::MAX),
                rows: i64::try_from(file.entry.rows).unwrap_or(i64::MAX),
                sha256: file.entry.sha256.clone(),
            })
            .collect();
        let counts = ItemCounts {
            read: item.expected,
            written: told.rows,
            bytes: files.iter().map(|file| file.bytes).sum(),
            ..ItemCounts::default()
        };
        tables.push((item, counts, files, told.escaped_cells));
    }
    Ok(Delivered::new(
        delivery.run,
        RunStatus::Successful,
        version,
        connection.name,
        tables,
    ))
}

fn read_plan(plan: &Value) -> Result<DeliveryPlan, PipelineError> {
    serde_json::from_value(plan.clone()).map_err(|error| unreadable(&error).into())
}

fn unreadable(error: &serde_json::Error) -> Reason {
    Reason::new("record_unreadable").detail(error.to_string())
}
