//! A file that is uploaded in parts, several of them at a time.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use object_store::PutPayload;
use object_store::multipart::PartId;
use object_store::path::Path;
use tokio::task::{JoinError, JoinSet};

use super::errors::sorted;
use super::folder::{Objects, Settling};
use crate::error::ConnectorError;
use crate::record::OpenUpload;
use crate::remote::{Staged, Upload};
use crate::retry::Retry;

/// Bytes of a part, as few as Amazon takes. With what waits in front of them this bounds the memory of an upload.
pub(super) const PART_BYTES: usize = 5 * 1024 * 1024;

/// Parts on their way at the same time.
const UNDER_WAY: usize = 4;

/// Amazon takes as many parts, others take more: a file may have 52 GB.
const MOST_PARTS: usize = 10_000;

/// An upload that has begun.
pub(super) struct Parts {
    pub(super) objects: Arc<dyn Objects>,
    pub(super) settling: Settling,
    pub(super) retry: Retry,
    /// The object that it becomes.
    pub(super) key: Path,
    /// The same, relative to the connection's folder.
    pub(super) path: String,
    /// What it has in the attempt's folder.
    pub(super) stage: String,
    pub(super) id: String,
    pub(super) sent: Sent,
}

/// The parts so far. Dropped, it ends what is on its way.
#[derive(Default)]
pub(super) struct Sent {
    /// In their order; none while it is on its way.
    names: Vec<Option<String>>,
    under_way: JoinSet<Result<(usize, String), ConnectorError>>,
}

impl Sent {
    /// Waits for one of those on their way.
    async fn arrive(&mut self) -> Result<(), ConnectorError> {
        let Some(ended) = self.under_way.join_next().await else {
            return Ok(());
        };
        let (index, name) = ended.map_err(stopped)??;
        if let Some(place) = self.names.get_mut(index) {
            *place = Some(name);
        }
        Ok(())
    }
}

#[async_trait]
impl Upload for Parts {
    async fn piece(&mut self, bytes: Bytes) -> Result<(), ConnectorError> {
        let index = self.sent.names.len();
        if index == MOST_PARTS {
            let problem = "the file is too long for the store: deliver fewer rows per file";
            return Err(ConnectorError::invalid("max_rows_per_file", problem));
        }
        while self.sent.under_way.len() >= UNDER_WAY {
            self.sent.arrive().await?;
        }
        self.sent.names.push(None);
        let (objects, retry) = (Arc::clone(&self.objects), self.retry);
        let (key, path, id) = (self.key.clone(), self.path.clone(), self.id.clone());
        self.sent.under_way.spawn(async move {
            let send = || async {
                let payload = PutPayload::from(bytes.clone());
                let sent = objects.put_part(&key, &id, index, payload).await;
                sent.map_err(|error| sorted("upload", &path, error))
            };
            let part = retry.run(send).await?;
            Ok((index, part.content_id))
        });
        Ok(())
    }

    async fn finish(self: Box<Self>) -> Result<Staged, ConnectorError> {
        let mut this = *self;
        while !this.sent.under_way.is_empty() {
            this.sent.arrive().await?;
        }
        let parts: Vec<String> = this.sent.names.drain(..).flatten().collect();
        if this.settling == Settling::Completed {
            return Ok(Staged {
                stage: this.stage,
                upload: Some(OpenUpload { id: this.id, parts }),
            });
        }
        let put_together = || async {
            let completed = complete(&*this.objects, &this.key, &this.id, &parts).await;
            completed.map_err(|error| sorted("upload", &this.path, error))
        };
        this.retry.run(put_together).await?;
        Ok(Staged {
            stage: this.stage,
            upload: None,
        })
    }
}

/// Puts the parts of an upload together.
pub(super) async fn complete(
    objects: &dyn Objects,
    key: &Path,
    id: &str,
    parts: &[String],
) -> object_store::Result<()> {
    let parts = parts.iter().cloned();
    let parts = parts.map(|content_id| PartId { content_id }).collect();
    let id = id.to_owned();
    objects.complete_multipart(key, &id, parts).await.map(drop)
}

fn stopped(error: JoinError) -> ConnectorError {
    ConnectorError::Other {
        action: "go on with an upload".to_owned(),
        source: error.into(),
    }
}
