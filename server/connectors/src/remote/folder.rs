//! The connection: its test, its plans.

use std::sync::Arc;

use async_trait::async_trait;
use base::Steps;
use formats::Compression;
use formats::write::Format;

use crate::description::Atomicity;
use crate::destination::{Destination, Stage, TestReport};
use crate::error::ConnectorError;
use crate::faults::Faults;
use crate::plan::{DeliveryPlan, Layout, PlanRequest};
use crate::record::PublishRecord;
use crate::remote::place::RunPlace;
use crate::remote::publish;
use crate::remote::stage::RemoteStage;
use crate::remote::store::RemoteStore;
use crate::retry::Retry;

/// A folder far away, published to by its store's few abilities.
#[derive(Debug)]
pub(crate) struct RemoteFolder<S> {
    store: Arc<S>,
    faults: Faults,
    retry: Retry,
}

impl<S: RemoteStore + 'static> RemoteFolder<S> {
    pub(crate) fn new(store: S) -> Self {
        Self {
            store: Arc::new(store),
            faults: Faults::default(),
            retry: Retry::default(),
        }
    }

    #[cfg(test)]
    pub(crate) fn with_faults(mut self, faults: Faults) -> Self {
        self.faults = faults;
        self
    }

    #[cfg(test)]
    pub(crate) fn with_retry(mut self, retry: Retry) -> Self {
        self.retry = retry;
        self
    }

    fn run_place(&self, export_folder: &str, run_id: &str) -> RunPlace<S> {
        RunPlace {
            store: Arc::clone(&self.store),
            retry: self.retry,
            faults: self.faults.clone(),
            export_folder: export_folder.to_owned(),
            run_id: run_id.to_owned(),
        }
    }

    fn place_of(&self, plan: &DeliveryPlan) -> RunPlace<S> {
        self.run_place(&plan.export_folder, &plan.run_id)
    }

    /// Where a folder is not renamed, its files appear one by one.
    fn seen_by_readers(&self, request: &PlanRequest, mut plan: DeliveryPlan) -> DeliveryPlan {
        let is_one_file = request.tables.len() == 1 && request.max_rows_per_file.is_none();
        if plan.layout == Layout::Folder && !self.store.renames_folders() && !is_one_file {
            plan.atomic = Atomicity::File;
        }
        plan
    }
}

#[async_trait]
impl<S: RemoteStore + 'static> Destination for RemoteFolder<S> {
    async fn test(&self, steps: &Steps) -> Result<TestReport, ConnectorError> {
        self.store.test(steps).await
    }

    async fn plan(&self, request: &PlanRequest) -> Result<DeliveryPlan, ConnectorError> {
        let place = self.run_place(&request.export_folder, &request.run_id);
        let mut candidates = request.candidates()?;
        for plan in candidates.by_ref() {
            if !place.is_any_taken(&plan.reserved()).await? {
                return Ok(self.seen_by_readers(request, plan));
            }
        }
        Err(candidates.none_is_free())
    }

    async fn published(
        &self,
        plan: &DeliveryPlan,
    ) -> Result<Option<PublishRecord>, ConnectorError> {
        publish::published(&self.place_of(plan)).await
    }

    async fn stage(
        &self,
        plan: &DeliveryPlan,
        attempt: u32,
        format: &Format,
        compression: Compression,
    ) -> Result<Box<dyn Stage>, ConnectorError> {
        let checked = format.check(compression);
        checked.map_err(|error| ConnectorError::invalid(error.field(), &error))?;
        let place = self.place_of(plan);
        let stage =
            RemoteStage::create(place, plan.clone(), attempt, format.clone(), compression).await?;
        Ok(Box::new(stage))
    }

    async fn sweep(&self, plan: &DeliveryPlan, last: Option<u32>) -> Result<(), ConnectorError> {
        publish::sweep(&self.place_of(plan), last).await
    }
}
