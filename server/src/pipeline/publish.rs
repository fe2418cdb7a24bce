//! The second half of an attempt: stage, check the sum, publish once; and the end of a run from what is
//! published.

use app::domain::{DeliveredFile, ItemCounts, Micros, Reason, RunId, RunStatus, SchemaField};
use base::Cancel;
use connectors::{BoxError, DeliveryPlan, Destination, PublishRecord};
use engine::EngineError;
use futures::stream::BoxStream;
use futures::{StreamExt as _, TryStreamExt as _};
use serde::{Deserialize, Serialize};

use super::convert::{self, CsvLayout};
use super::deliver::{Delivery, unreadable};
use super::error::PipelineError;
use super::lake::SnapshotPlace;
use super::waybill::Delivered;
use crate::store::{
    connections::ConnectionRow,
    exports::ExportVersion,
    queue::{self, Heartbeat, PinnedItem},
    tables,
};

/// How publishing went.
pub(super) enum Publication {
    Done(PublishRecord),
    /// Told to stop before the step that publishes.
    Stopped,
    /// That step failed; it may have been taken all the same.
    Unknown(PipelineError),
}

/// What goes into the published record, so that a run can be ended from it alone.
#[derive(Serialize, Deserialize)]
struct Manifest {
    run_id: RunId,
    export: String,
    export_version: i64,
    data_as_of: Option<Micros>,
    /// How the files are to be read, for what reads them from a lake.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    csv: Option<CsvLayout>,
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

/// Stages every table and publishes.
pub(super) async fn publish(
    delivery: &Delivery<'_>,
    version: &ExportVersion,
    destination: &dyn Destination,
    plan: &DeliveryPlan,
    items: &[PinnedItem],
) -> Result<Publication, PipelineError> {
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
        let held = delivery
            .data
            .held(&item.table_name, &SnapshotPlace::from(&snapshot))
            .await
            .map_err(|error| as_missing(error, run.attempt))?;
        let scan = delivery
            .data
            .engine
            .scan(&item.table_name, &held, &convert::selected(&item.mapping))
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
            return Ok(Publication::Stopped);
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
            return Ok(Publication::Stopped);
        }
    }
    let manifest = Manifest {
        run_id: run.id,
        export: version.name.clone(),
        export_version: version.version,
        data_as_of: items.iter().map(|item| item.snapshot_at).min(),
        csv: convert::csv_layout(&version.options),
        tables: written,
    };
    let manifest = serde_json::to_value(&manifest).map_err(|error| unreadable(&error))?;
    Ok(match stage.commit(manifest).await {
        Ok(record) => Publication::Done(record),
        Err(error) => Publication::Unknown(error.into()),
    })
}

/// A snapshot that is not in the lake is looked for once more: a run that has pinned it has no other.
fn as_missing(mut error: PipelineError, attempt: i64) -> PipelineError {
    if error.reason.code == "snapshot_missing" && attempt > 1 {
        error.transient = false;
    }
    error
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
pub(super) fn finished(
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
