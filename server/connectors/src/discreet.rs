//! A destination that tells nobody the secrets of its connection, whatever its server says: around every type, so that none
//! has to think of it.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use base::Steps;
use formats::Compression;
use formats::write::{Format, Progress};

use crate::destination::{Destination, RowStream, Stage, TestReport};
use crate::error::ConnectorError;
use crate::plan::{DeliveryPlan, PlanRequest};
use crate::record::{PublishRecord, TableOutcome};
use crate::redact::Redactor;

pub(crate) struct Discreet {
    inner: Arc<dyn Destination>,
    redactor: Arc<Redactor>,
}

impl Discreet {
    pub(crate) const fn new(inner: Arc<dyn Destination>, redactor: Arc<Redactor>) -> Self {
        Self { inner, redactor }
    }
}

#[async_trait]
impl Destination for Discreet {
    async fn check_place(&self) -> Result<(), ConnectorError> {
        let checked = self.inner.check_place().await;
        checked.map_err(|error| self.redactor.error(error))
    }

    async fn test(&self, steps: &Steps) -> Result<TestReport, ConnectorError> {
        let tested = self.inner.test(steps).await;
        tested.map_err(|error| self.redactor.error(error))
    }

    async fn plan(&self, request: &PlanRequest) -> Result<DeliveryPlan, ConnectorError> {
        let planned = self.inner.plan(request).await;
        planned.map_err(|error| self.redactor.error(error))
    }

    async fn published(
        &self,
        plan: &DeliveryPlan,
    ) -> Result<Option<PublishRecord>, ConnectorError> {
        let published = self.inner.published(plan).await;
        published.map_err(|error| self.redactor.error(error))
    }

    async fn stage(
        &self,
        plan: &DeliveryPlan,
        attempt: u32,
        format: &Format,
        compression: Compression,
    ) -> Result<Box<dyn Stage>, ConnectorError> {
        let staged = self.inner.stage(plan, attempt, format, compression).await;
        match staged {
            Ok(inner) => Ok(Box::new(DiscreetStage {
                inner,
                redactor: Arc::clone(&self.redactor),
            })),
            Err(error) => Err(self.redactor.error(error)),
        }
    }

    async fn sweep(&self, plan: &DeliveryPlan, last: Option<u32>) -> Result<(), ConnectorError> {
        let swept = self.inner.sweep(plan, last).await;
        swept.map_err(|error| self.redactor.error(error))
    }
}

struct DiscreetStage {
    inner: Box<dyn Stage>,
    redactor: Arc<Redactor>,
}

#[async_trait]
impl Stage for DiscreetStage {
    async fn write_table(
        &mut self,
        table: &str,
        schema: SchemaRef,
        rows: RowStream<'_>,
        progress: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<TableOutcome, ConnectorError> {
        let written = self.inner.write_table(table, schema, rows, progress).await;
        written.map_err(|error| self.redactor.error(error))
    }

    async fn commit(
        self: Box<Self>,
        manifest: serde_json::Value,
    ) -> Result<PublishRecord, ConnectorError> {
        let Self { inner, redactor } = *self;
        let committed = inner.commit(manifest).await;
        committed.map_err(|error| redactor.error(error))
    }

    async fn abort(self: Box<Self>) -> Result<(), ConnectorError> {
        let Self { inner, redactor } = *self;
        let aborted = inner.abort().await;
        aborted.map_err(|error| redactor.error(error))
    }
}

#[cfg(test)]
mod tests {
    use base::FolderRoots;
    use formats::write::CsvOptions;
    use serde_json::{Value, json};

    use super::*;
    use crate::conformance::request;
    use crate::conformance::servers::Canned;
    use crate::objects::seen::{local_http, secrets};
    use crate::registry::{Environment, open};

    /// All words of all that a destination fails with at a service that repeats what it was sent.
    async fn failures(
        kind: &str,
        config: impl Fn(String) -> Value,
        pairs: &[(&str, &str)],
        head: &str,
        repeated: &str,
    ) -> Vec<String> {
        let body = format!(
            "<?xml version=\"1.0\"?><Error><Code>Strange</Code><Message>{repeated}</Message></Error>"
        );
        let server = Canned::start(head, &body).await;
        let environment = Environment {
            roots: FolderRoots::default(),
            http: local_http(),
            ledger: None,
        };
        let config = config(server.url());
        let destination = open(kind, &config, &secrets(pairs), &environment).expect("it opens");
        let request = request("run-1", "{export}/{yyyy}/{table}", &["orders"]);
        let plan = request.in_an_empty_place().expect("a plan");
        let format = Format::Csv(CsvOptions::default());
        let staged = destination.stage(&plan, 1, &format, Compression::None);
        let failed = [
            destination.test(&Steps::default()).await.err(),
            destination.plan(&request).await.err(),
            destination.published(&plan).await.err(),
            staged.await.err(),
            destination.sweep(&plan, None).await.err(),
        ];
        let failed = failed.into_iter().flatten();
        failed
            .map(|error| format!("{error} {error:?} {:?}", error.args()))
            .collect()
    }

    fn hold(failures: &[String], repeated: &[&str]) {
        assert!(
            failures.iter().any(|said| said.contains("Strange: ***")),
            "{failures:?}"
        );
        for said in failures {
            for secret in repeated {
                assert!(!said.contains(secret), "{secret} in {said}");
            }
        }
    }

    #[tokio::test]
    async fn a_bucket_that_repeats_its_keys_is_quoted_without_them() {
        let pairs = [
            ("access_key_id", "AKIAPLANTED91C4"),
            ("secret_access_key", "zq7/secret+key/91c4"),
            ("session_token", "zq7-session-token"),
        ];
        let bucket = |url: String| json!({"bucket": "deliveries", "endpoint": url});
        let repeated = "zq7/secret+key/91c4 AKIAPLANTED91C4 zq7%2Fsecret%2Bkey%2F91c4 X-Amz-Security-Token:zq7-session-token \
                        Signature=0123456789abcdef";
        for head in ["400 No", "403 No", "501 No"] {
            let failures = failures("s3", bucket, &pairs, head, repeated).await;
            if head == "403 No" {
                assert!(failures.iter().all(|said| !said.contains("zq7")));
            } else {
                hold(&failures, &["zq7", "PLANTED", "0123456789abcdef"]);
            }
        }
    }

    #[tokio::test]
    async fn a_container_that_repeats_its_signature_is_quoted_without_it() {
        let sas = "sv=2024-11-04&se=2099-01-01T00:00:00Z&sig=zq7Signature%2B91c4AbCd%3D";
        let container =
            |url: String| json!({"account": "account", "container": "deliveries", "endpoint": url});
        let repeated = "zq7Signature+91c4AbCd= /deliveries?sig=zq7Signature%2B91c4AbCd%3D";
        for head in ["400 No", "501 No"] {
            let pairs = [("sas_token", sas)];
            let failures = failures("azure_blob", container, &pairs, head, repeated).await;
            hold(&failures, &["zq7", "91c4"]);
        }
    }
}
