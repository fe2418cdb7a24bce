//! An upload to memory: to a staged file, or to parts that are put together later.

use async_trait::async_trait;
use bytes::Bytes;

use super::{MemoryStore, not_found};
use crate::error::ConnectorError;
use crate::record::OpenUpload;
use crate::remote::store::{Staged, Target, Upload};

pub(super) struct MemoryUpload {
    store: MemoryStore,
    stage: String,
    /// Of an upload that is left open.
    id: Option<String>,
    parts: Vec<String>,
    bytes: usize,
}

impl MemoryUpload {
    pub(super) fn new(store: &MemoryStore, file: &Target, id: Option<String>) -> Self {
        Self {
            store: store.clone(),
            stage: file.stage.clone(),
            id,
            parts: vec![],
            bytes: 0,
        }
    }
}

#[async_trait]
impl Upload for MemoryUpload {
    async fn piece(&mut self, bytes: Bytes) -> Result<(), ConnectorError> {
        self.bytes += bytes.len();
        if self.store.room.is_some_and(|room| self.bytes > room) {
            let path = self.stage.clone();
            return Err(ConnectorError::NoSpace { path });
        }
        let (id, stage) = (self.id.as_ref(), &self.stage);
        let part = format!("part-{}", self.parts.len() + 1);
        let name = part.clone();
        self.store
            .call(|state| {
                if let Some(id) = id {
                    let open = state.uploads.get_mut(id).ok_or_else(|| not_found(id))?;
                    open.parts.insert(name, bytes);
                } else {
                    let file = state.files.get_mut(stage).ok_or_else(|| not_found(stage))?;
                    *file = [&file[..], &bytes[..]].concat().into();
                }
                Ok(())
            })
            .await?;
        self.parts.push(part);
        Ok(())
    }

    async fn finish(self: Box<Self>) -> Result<Staged, ConnectorError> {
        self.store.call(|_| Ok(())).await?;
        let parts = self.parts;
        Ok(Staged {
            stage: self.stage,
            upload: self.id.map(|id| OpenUpload { id, parts }),
        })
    }
}
