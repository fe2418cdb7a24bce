//! One attempt: writing tables into a place of its own.

use std::io;
use std::path::PathBuf;
use std::time::Duration;

use arrow::datatypes::SchemaRef;
use async_trait::async_trait;
use bytes::Bytes;
use formats::write::{Format, Output, Progress, WrittenFile, write_files};
use formats::{Compression, FormatError};
use serde_json::Value;
use tokio::task::JoinSet;

use crate::destination::{RowStream, Stage};
use crate::error::ConnectorError;
use crate::plan::{DeliveryPlan, Layout};
use crate::record::{FileEntry, PublishRecord, PublishedFile, TableOutcome};
use crate::remote::place::RunPlace;
use crate::remote::publish::{self, Attempt};
use crate::remote::spout::{Ending, spout};
use crate::remote::store::{RemoteStore, Target};
use crate::staging;

/// How long uploads that were given up may take over what they are doing.
const LAST_STEPS: Duration = Duration::from_secs(5);

pub(super) struct RemoteStage<S> {
    place: RunPlace<S>,
    plan: DeliveryPlan,
    attempt: u32,
    format: Format,
    compression: Compression,
    files: Vec<PublishedFile>,
    /// Of the table that is being written. They end with the stage at the latest.
    uploads: JoinSet<()>,
}

impl<S: RemoteStore + 'static> RemoteStage<S> {
    /// Creates the attempt's place.
    pub(super) async fn create(
        place: RunPlace<S>,
        plan: DeliveryPlan,
        attempt: u32,
        format: Format,
        compression: Compression,
    ) -> Result<Self, ConnectorError> {
        let own = place.attempt(attempt);
        place.discard(&own).await?;
        let sign = Bytes::from(place.run_id.clone());
        place
            .write_over(&place.sign_of(attempt), &sign, &own)
            .await?;
        place.faults.reach("attempt_created")?;
        Ok(Self {
            place,
            plan,
            attempt,
            format,
            compression,
            files: vec![],
            uploads: JoinSet::new(),
        })
    }

    /// Nothing is under way any more afterwards. Uploads end by themselves when their writers are gone; one that has
    /// just begun gets the time to be noted, so that it can be found and removed.
    async fn give_up_uploads(&mut self) {
        let ended = async { while self.uploads.join_next().await.is_some() {} };
        let _late = tokio::time::timeout(LAST_STEPS, ended).await;
        self.uploads.shutdown().await;
    }

    /// Nothing is under way any more afterwards. The error of an upload tells more than that of the writer which it
    /// stopped.
    async fn failure(
        &mut self,
        error: FormatError,
        table: &str,
        begun: Vec<Begun>,
    ) -> ConnectorError {
        self.give_up_uploads().await;
        let mut ended = begun.into_iter().filter_map(|file| file.ending.take());
        let failed = ended.find_map(Result::err);
        match failed.unwrap_or_else(|| staging::sorted(error, table)) {
            ConnectorError::NotFound { path } => self.cleared_away(path).await,
            error => error,
        }
    }

    /// What is not there any more was cleared away if another attempt published the run meanwhile: the next one will
    /// find that.
    async fn cleared_away(&self, path: String) -> ConnectorError {
        match self.place.read_record().await {
            Ok(Some(_)) => ConnectorError::Unavailable {
                action: format!("write `{path}`"),
                source: "another attempt has published the run".into(),
            },
            _ => ConnectorError::NotFound { path },
        }
    }
}

/// A file whose upload has begun.
struct Begun {
    /// Where it will be.
    path: String,
    ending: Ending,
}

impl Begun {
    fn ended(self, table: &str, written: WrittenFile) -> Result<PublishedFile, ConnectorError> {
        let given_up = || ConnectorError::Other {
            action: format!("upload `{}`", self.path),
            source: "the upload was given up".into(),
        };
        let staged = self.ending.take().unwrap_or_else(|| Err(given_up()))?;
        Ok(PublishedFile {
            table: table.to_owned(),
            entry: FileEntry {
                path: self.path,
                bytes: written.bytes,
                rows: written.rows,
                sha256: written.sha256,
            },
            stage: staged.stage,
            upload: staged.upload,
        })
    }
}

#[async_trait]
impl<S: RemoteStore + 'static> Stage for RemoteStage<S> {
    async fn write_table(
        &mut self,
        table: &str,
        schema: SchemaRef,
        rows: RowStream<'_>,
        progress: &(dyn Fn(Progress) + Send + Sync),
    ) -> Result<TableOutcome, ConnectorError> {
        let planned = staging::unwritten(&self.plan, &self.files, table)?.clone();
        let own = self.place.attempt(self.attempt);
        let mut begun: Vec<Begun> = Vec::new();
        let (place, plan, uploads) = (&self.place, &self.plan, &mut self.uploads);
        let mut next_file = |part: u32| -> io::Result<(PathBuf, Box<dyn Output>)> {
            let path = planned.part_path(part);
            let target = Target {
                path: path.clone(),
                stage: staging::place(plan, &own, &planned, &path),
                attempt: own.clone(),
            };
            let opening = place.upload(target);
            let (spout, ending, upload) =
                spout(place.store.piece_bytes(), opening, place.faults.clone());
            uploads.spawn(upload);
            let shown = PathBuf::from(&path);
            begun.push(Begun { path, ending });
            Ok((shown, Box::new(spout) as Box<dyn Output>))
        };
        let written = write_files(
            &mut next_file,
            &self.format,
            self.compression,
            schema,
            rows,
            plan.max_rows_per_file,
            progress,
        )
        .await;
        let written = match written {
            Ok(written) => written,
            Err(error) => return Err(self.failure(error, table, begun).await),
        };
        // They have told how they ended; only their tasks are left.
        while self.uploads.join_next().await.is_some() {}
        let staged = begun
            .into_iter()
            .zip(written.files)
            .map(|(file, written)| file.ended(table, written))
            .collect::<Result<Vec<_>, _>>()?;
        let outcome = staging::outcome(&staged, written.escaped_cells);
        self.files.extend(staged);
        self.place.faults.reach("table_written")?;
        Ok(outcome)
    }

    async fn commit(self: Box<Self>, manifest: Value) -> Result<PublishRecord, ConnectorError> {
        staging::check_complete(&self.plan, &self.files)?;
        let own = self.place.attempt(self.attempt);
        let attempt = Attempt {
            number: self.attempt,
            folders: staging::folders(&self.plan, &own),
            files: self.files,
            manifest_path: self.plan.manifest_path,
            replaces: self.plan.layout == Layout::Replace,
            delivery: manifest,
        };
        publish::commit(&self.place, attempt).await
    }

    async fn abort(mut self: Box<Self>) -> Result<(), ConnectorError> {
        self.give_up_uploads().await;
        self.place.discard(&self.place.attempt(self.attempt)).await
    }
}
