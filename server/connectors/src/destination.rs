//! The two traits every destination type implements: plan and publish a run, stage an attempt.

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use async_trait::async_trait;
use base::Steps;
use formats::Compression;
use formats::write::{Format, Progress};
use futures::stream::BoxStream;
use serde::Serialize;

use crate::error::{BoxError, ConnectorError};
use crate::plan::{DeliveryPlan, PlanRequest};
use crate::record::{PublishRecord, TableOutcome};

/// The rows of one table, in their order. An error ends the attempt and is handed back as
/// [`ConnectorError::Source`].
pub type RowStream<'a> = BoxStream<'a, Result<RecordBatch, BoxError>>;

/// What *Test connection* found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TestReport {
    /// Where deliveries will go, as the destination names it. For administrators.
    pub location: String,
    /// Bytes free, where the destination knows.
    pub free_bytes: Option<u64>,
    /// What will be of no use one day, and when.
    pub expires: Vec<Expiry>,
}

/// Something that the connection signs in with or trusts, and that ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Expiry {
    /// `token`, `sas` or `certificate`.
    pub what: &'static str,
    /// Microseconds since 1970.
    pub at_us: i64,
}

/// One connection of one type.
///
/// A delivery is published by one create-only step that writes its [`PublishRecord`]: before it
/// nothing of the run can be seen, after it the run *is* published and whoever comes by finishes
/// what is left, never repeats it.
#[async_trait]
pub trait Destination: Send + Sync {
    /// Refuses a place that the machine's configuration keeps deliveries from, as a run would. Contacts nobody, touches
    /// nothing.
    async fn check_place(&self) -> Result<(), ConnectorError> {
        Ok(())
    }

    /// Proves that a delivery could be written now. May create the destination's own folder; leaves
    /// nothing in it. `steps` is told what is under way, so that a time limit can say where it stood.
    async fn test(&self, steps: &Steps) -> Result<TestReport, ConnectorError>;

    /// Fixes every path of a run. Called once, when its first attempt starts; the caller stores the
    /// plan and hands the same one to all later calls. Adds `-2`, `-3` … where a dated path is
    /// taken. Writes nothing.
    async fn plan(&self, request: &PlanRequest) -> Result<DeliveryPlan, ConnectorError>;

    /// The record of this run if it is published already; first finishes what a crash left undone.
    /// Idempotent.
    async fn published(&self, plan: &DeliveryPlan)
    -> Result<Option<PublishRecord>, ConnectorError>;

    /// A place of its own for one attempt. What an earlier attempt of the same number left there is
    /// removed.
    async fn stage(
        &self,
        plan: &DeliveryPlan,
        attempt: u32,
        format: &Format,
        compression: Compression,
    ) -> Result<Box<dyn Stage>, ConnectorError>;

    /// Removes what the attempts of this run up to `last` left behind (after failure, cancel, discard or a
    /// crash); without it, what all did. A worker whose lease has passed must not touch the attempt of the one
    /// that took over. Never touches a published delivery; one that a crash left half done is finished first.
    async fn sweep(&self, plan: &DeliveryPlan, last: Option<u32>) -> Result<(), ConnectorError>;
}

/// An attempt in its own place. Dropping it leaves its files for [`Destination::sweep`], as a crash
/// would.
#[async_trait]
pub trait Stage: Send {
    /// Writes one table of the plan, synced. Each table once.
    async fn write_table(
        &mut self,
        table: &str,
        schema: SchemaRef,
        rows: RowStream<'_>,
        progress: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<TableOutcome, ConnectorError>;

    /// Publishes all tables written. `manifest` (schema, mapping, counts, version …) goes into the
    /// record as it is. If another attempt published the run already, that one's record is returned
    /// and this attempt is removed.
    async fn commit(
        self: Box<Self>,
        manifest: serde_json::Value,
    ) -> Result<PublishRecord, ConnectorError>;

    /// Removes this attempt.
    async fn abort(self: Box<Self>) -> Result<(), ConnectorError>;
}
