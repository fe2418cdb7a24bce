//! The connection: its test, its plans, what is published, and what becomes of runs that are not.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use base::{Clock as _, Steps, SystemClock, TestStage, preflight};
use formats::Compression;
use formats::write::Format;
use serde_json::Value;

use super::description::TEMPLATE;
use super::line::Line;
use super::message::{self, Run};
use super::receiver::{PATIENCE, Receiver};
use super::settings;
use super::signer::Signer;
use super::stage::WebhookStage;
use crate::description::Atomicity;
use crate::destination::{Destination, Expiry, Stage, TestReport};
use crate::error::ConnectorError;
use crate::faults::Faults;
use crate::plan::{DeliveryPlan, PlanRequest};
use crate::record::PublishRecord;
use crate::registry::{Environment, Secrets};
use crate::retry::Retry;

/// For the message that a run has ended without a delivery: whoever sweeps has other things to do.
const ABORT_PATIENCE: Duration = Duration::from_secs(5);

pub(crate) struct Webhook {
    line: Arc<Line>,
}

impl Webhook {
    /// Judges the settings. Contacts nothing.
    pub(crate) fn open(
        config: &Value,
        secrets: &Secrets,
        environment: &Environment,
    ) -> Result<Self, ConnectorError> {
        Self::opened(config, secrets, environment, Faults::default())
    }

    pub(super) fn opened(
        config: &Value,
        secrets: &Secrets,
        environment: &Environment,
        faults: Faults,
    ) -> Result<Self, ConnectorError> {
        let line = Line {
            receiver: Receiver {
                http: environment.http.clone(),
                url: settings::url(config)?,
                signer: Signer::new(secrets)?,
                retry: Retry::default(),
            },
            limits: settings::limits(config)?,
            ledger: environment.ledger.clone(),
            faults,
        };
        Ok(Self {
            line: Arc::new(line),
        })
    }
}

#[async_trait]
impl Destination for Webhook {
    /// Sends one message. Whether it is refused for its signature or for something else, receivers say in many ways: what
    /// is not plainly about the signature is about taking the message.
    async fn test(&self, steps: &Steps) -> Result<TestReport, ConnectorError> {
        let receiver = &self.line.receiver;
        let certificate = preflight(&receiver.http, &receiver.url, steps).await?;
        steps.begin(TestStage::SignIn);
        let test = message::test(SystemClock.now_us());
        let answered = receiver.post(&test, PATIENCE).await;
        if !matches!(answered, Err(ConnectorError::Unauthenticated)) {
            steps.begin(TestStage::Write);
        }
        answered?;
        steps.end();
        let certificate = certificate.map(|at_us| Expiry {
            what: "certificate",
            at_us,
        });
        Ok(TestReport {
            location: receiver.location(),
            free_bytes: None,
            expires: certificate.into_iter().collect(),
        })
    }

    /// There are no paths: what an export says of them, of files and of formats, is not for messages.
    async fn plan(&self, request: &PlanRequest) -> Result<DeliveryPlan, ConnectorError> {
        let without_files = PlanRequest {
            template: TEMPLATE.to_owned(),
            max_rows_per_file: None,
            ..request.clone()
        };
        let mut plan = without_files.in_an_empty_place()?;
        plan.atomic = Atomicity::Row;
        plan.manifest_path = None;
        for table in &mut plan.tables {
            table.path = format!("{}/{}", plan.export_folder, table.file_name);
        }
        Ok(plan)
    }

    async fn published(
        &self,
        plan: &DeliveryPlan,
    ) -> Result<Option<PublishRecord>, ConnectorError> {
        let Some(record) = self.line.record(&plan.run_id).await? else {
            return Ok(None);
        };
        self.line.finish(&Run::of(plan), &record).await?;
        Ok(Some(record))
    }

    async fn stage(
        &self,
        plan: &DeliveryPlan,
        attempt: u32,
        _format: &Format,
        _compression: Compression,
    ) -> Result<Box<dyn Stage>, ConnectorError> {
        let line = Arc::clone(&self.line);
        let stage = WebhookStage::begin(line, plan.clone(), attempt).await?;
        Ok(Box::new(stage))
    }

    /// Tells the receiver of a run that has ended without being published. Once and for what it is worth: there may be
    /// nobody to listen, which is often why. Single attempts leave nothing that is not the run's.
    async fn sweep(&self, plan: &DeliveryPlan, last: Option<u32>) -> Result<(), ConnectorError> {
        if last.is_some() || self.line.record(&plan.run_id).await?.is_some() {
            return Ok(());
        }
        let abort = Run::of(plan).abort();
        if let Err(error) = self.line.receiver.post(&abort, ABORT_PATIENCE).await {
            tracing::info!(run.id = %plan.run_id, "the receiver does not learn that a run has ended: {error}");
        }
        Ok(())
    }
}
