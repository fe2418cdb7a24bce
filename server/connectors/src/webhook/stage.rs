//! One attempt: the tables, message by message. Its messages are those of every other attempt of the run.

use std::future::ready;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use formats::Compression;
use formats::write::{Format, JsonOptions, Output, Progress, write_files};
use serde_json::Value;
use tokio::task::JoinSet;

use super::chunks::Chunks;
use super::line::Line;
use super::message::Run;
use super::upload::{TableUpload, Taken};
use crate::destination::{RowStream, Stage};
use crate::error::ConnectorError;
use crate::plan::DeliveryPlan;
use crate::record::{FileEntry, PublishRecord, PublishedFile, TableOutcome};
use crate::remote::{Upload, spout};
use crate::staging;

/// Bytes that go from the writer to the messages at once: few, so that what is taken is soon seen.
const PIECE_BYTES: usize = 64 << 10;

pub(super) struct WebhookStage {
    line: Arc<Line>,
    plan: DeliveryPlan,
    run: Run,
    attempt: u32,
    /// What was sent of each table, as if it were a file.
    tables: Vec<PublishedFile>,
}

impl WebhookStage {
    /// Tells the receiver that the run begins.
    pub(super) async fn begin(
        line: Arc<Line>,
        plan: DeliveryPlan,
        attempt: u32,
    ) -> Result<Self, ConnectorError> {
        let run = Run::of(&plan);
        line.give(&run.start()).await?;
        Ok(Self {
            line,
            plan,
            run,
            attempt,
            tables: vec![],
        })
    }
}

#[async_trait]
impl Stage for WebhookStage {
    async fn write_table(
        &mut self,
        table: &str,
        schema: SchemaRef,
        rows: RowStream<'_>,
        progress: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<TableOutcome, ConnectorError> {
        let planned = staging::unwritten(&self.plan, &self.tables, table)?;
        let path = planned.path.clone();
        let taken = Taken::default();
        let chunks = Chunks::new(self.line.limits, self.run.rows_of(table));
        let upload = TableUpload::new(Arc::clone(&self.line), chunks, taken.clone());
        let begun = ready(Ok(Box::new(upload) as Box<dyn Upload>));
        let (spout, ending, sending) = spout(PIECE_BYTES, begun, self.line.faults.clone());
        // Ends with this call at the latest.
        let mut under_way = JoinSet::new();
        under_way.spawn(sending);
        let mut given = Some((PathBuf::from(&path), Box::new(spout) as Box<dyn Output>));
        let mut next_file = |_| {
            given
                .take()
                .ok_or_else(|| io::Error::other("there is one file only"))
        };
        let written = write_files(
            &mut next_file,
            &Format::JsonLines(JsonOptions {}),
            Compression::None,
            schema,
            rows,
            None,
            &|_| progress(taken.progress()),
        )
        .await;
        if let Err(error) = written {
            // Nothing is under way any more afterwards. Its error tells more than that of the writer which it stopped.
            under_way.shutdown().await;
            progress(taken.progress());
            let failed = ending.take().and_then(Result::err);
            return Err(failed.unwrap_or_else(|| staging::sorted(error, table)));
        }
        // It has told how it ended; only its task is left.
        while under_way.join_next().await.is_some() {}
        let given_up = || ConnectorError::Other {
            action: format!("send the rows of `{table}`"),
            source: "the messages were given up".into(),
        };
        let staged = ending.take().unwrap_or_else(|| Err(given_up()))?;
        let sum = taken.progress();
        let sent = PublishedFile {
            table: table.to_owned(),
            entry: FileEntry {
                path,
                bytes: sum.bytes,
                rows: sum.rows,
                sha256: taken.sha256(),
            },
            stage: staged.stage,
            upload: None,
        };
        let outcome = staging::outcome(std::slice::from_ref(&sent), 0);
        self.tables.push(sent);
        self.line.faults.reach("table_written")?;
        Ok(outcome)
    }

    async fn commit(self: Box<Self>, manifest: Value) -> Result<PublishRecord, ConnectorError> {
        staging::check_complete(&self.plan, &self.tables)?;
        let record = PublishRecord {
            format: PublishRecord::FORMAT.to_owned(),
            run_id: self.plan.run_id,
            attempt: self.attempt,
            publish: 0,
            files: self.tables,
            folders: vec![],
            manifest_path: None,
            replaces: false,
            delivery: manifest,
        };
        let folder = &self.plan.export_folder;
        self.line.publish(&self.run, folder, record).await
    }

    /// What was sent belongs to the other attempts, too: what becomes of it the end of the run says.
    async fn abort(self: Box<Self>) -> Result<(), ConnectorError> {
        Ok(())
    }
}
