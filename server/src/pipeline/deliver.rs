//! One attempt of a run: pin the data, stage, check the sum, publish once.
//!
//! The waybill and the end of the run are written by the caller, in one transaction, from what this
//! returns. A run whose record exists at the destination is published, whatever the database says:
//! it is finished from that record and never repeated.

use app::domain::Reason;
use base::Cancel;
use connectors::{Atomicity, DeliveryPlan, Destination, PlanRequest};
use serde_json::Value;

use super::error::PipelineError;
use super::pin::{Pinned, pinned};
use super::progress::RunProgress;
use super::publish::{Publication, finished, publish};
use super::waybill::Delivered;
use super::{DataPlane, held};
use crate::store::{
    Store,
    connections::{self, ConnectionRow},
    exports::{self, ExportVersion},
    queue::{self, ClaimedRun, PinnedItem},
    runs,
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
    /// Whether it is published is not known: this error kept it from being asked.
    InDoubt(PipelineError),
}

/// Does one attempt.
pub async fn deliver(delivery: &Delivery<'_>) -> Result<End, PipelineError> {
    // Before its paths are fixed nothing of a run can be published.
    let mut is_certain = delivery.run.plan.is_none();
    match attempt(delivery, &mut is_certain).await {
        Err(error) if error.transient && !is_certain => Ok(End::InDoubt(error)),
        result => result,
    }
}

/// `is_certain`: whether it is known what is published.
async fn attempt(delivery: &Delivery<'_>, is_certain: &mut bool) -> Result<End, PipelineError> {
    let Delivery { store, run, .. } = *delivery;
    if *is_certain && delivery.cancel.is_cancelled() {
        return Ok(End::Stopped);
    }
    let version = exports::get_version(store, run.export_id, run.export_version)
        .await?
        .ok_or_else(|| Reason::new("export_removed"))?;
    let connection = connections::get(store, run.connection_id)
        .await?
        .ok_or_else(|| Reason::new("connection_missing"))?;
    let destination = delivery.data.destination(&connection).await?;

    let items = match pinned(delivery, &version).await? {
        Pinned::Items(items) => items,
        Pinned::Skip(reason) => return Ok(End::Skipped(reason)),
    };
    let plan = match &run.plan {
        Some(plan) => read_plan(plan)?,
        None => {
            if let Some(reason) = hold(delivery, &version, &items).await? {
                return Ok(End::Held(reason));
            }
            fix_paths(delivery, &version, &*destination).await?
        }
    };
    let published = destination.published(&plan).await?;
    *is_certain = true;
    if let Some(record) = published {
        return Ok(End::Delivered(Box::new(finished(
            delivery, version, connection, items, &record,
        )?)));
    }
    if delivery.cancel.is_cancelled() {
        tidy(delivery, &*destination, &plan).await;
        return Ok(End::Stopped);
    }
    if run.only_looks() {
        tidy(delivery, &*destination, &plan).await;
        return Err(Reason::new("attempts_used_up").into());
    }
    let record = match publish(delivery, &version, &*destination, &plan, &items).await {
        Ok(Publication::Done(record)) => Ok(Some(record)),
        Ok(Publication::Stopped) => Ok(None),
        Ok(Publication::Unknown(error)) => match destination.published(&plan).await {
            Ok(Some(record)) => Ok(Some(record)),
            Ok(None) => Err(error),
            Err(silence) => {
                tracing::warn!(run.id = %run.id, "cannot tell whether a run is published: {silence}");
                return Ok(End::InDoubt(error));
            }
        },
        Err(error) => Err(error),
    };
    tidy(delivery, &*destination, &plan).await;
    match record.map_err(|error| with_rows(error, delivery, &plan, &items))? {
        Some(record) => Ok(End::Delivered(Box::new(finished(
            delivery, version, connection, items, &record,
        )?))),
        None => Ok(End::Stopped),
    }
}

/// The error of an attempt, with the rows that a destination has which takes them one by one.
fn with_rows(
    mut error: PipelineError,
    delivery: &Delivery<'_>,
    plan: &DeliveryPlan,
    items: &[PinnedItem],
) -> PipelineError {
    let delivered = delivery.progress.rows();
    if plan.atomic == Atomicity::Row && delivered > 0 {
        let all: i64 = items.iter().map(|item| item.expected).sum();
        let reason = error.reason.with("rows_delivered", delivered);
        error.reason = reason.with("rows_of", all);
    }
    error
}

/// Removes the stage, which is of no use any more, and those of attempts before; not of a later one, to which this
/// worker may have lost the run. A failure is mended by the next sweep: it changes nothing of what became of the run.
async fn tidy(delivery: &Delivery<'_>, destination: &dyn Destination, plan: &DeliveryPlan) {
    if let Err(error) = destination
        .sweep(plan, u32::try_from(delivery.run.attempt).ok())
        .await
    {
        tracing::warn!(run.id = %delivery.run.id, "cannot remove a stage: {error}");
    }
}

/// Removes what the attempts of an ended run left at its destination.
pub async fn sweep(
    data: &DataPlane,
    connection: &ConnectionRow,
    plan: &Value,
) -> Result<(), PipelineError> {
    let plan = read_plan(plan)?;
    let destination = data.destination(connection).await?;
    destination.sweep(&plan, None).await?;
    Ok(())
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
    // Saved by a version that did not ask: the writer would refuse it, as if the connection were to blame.
    version.options.check_null_text()?;
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

fn read_plan(plan: &Value) -> Result<DeliveryPlan, PipelineError> {
    serde_json::from_value(plan.clone()).map_err(|error| unreadable(&error).into())
}

pub(super) fn unreadable(error: &serde_json::Error) -> Reason {
    Reason::new("record_unreadable").detail(error.to_string())
}
