//! The rows of one table on their way: lines in, messages out, one after another.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use formats::write::Progress;
use sha2::{Digest, Sha256};

use super::chunks::{Chunk, Chunks};
use super::line::Line;
use crate::error::ConnectorError;
use crate::remote::{Staged, Upload};

/// What the receiver has taken of a table; shared with who waits for it.
#[derive(Debug, Clone, Default)]
pub(super) struct Taken(Arc<Mutex<Sum>>);

#[derive(Debug, Default)]
struct Sum {
    rows: u64,
    bytes: u64,
    /// Of all bodies, in their order.
    hash: Sha256,
}

impl Taken {
    pub(super) fn progress(&self) -> Progress {
        let sum = self.lock();
        Progress {
            rows: sum.rows,
            bytes: sum.bytes,
        }
    }

    /// The checksum so far, in lower-case hexadecimal.
    pub(super) fn sha256(&self) -> String {
        format!("{:x}", self.lock().hash.clone().finalize())
    }

    fn add(&self, chunk: &Chunk) {
        let mut sum = self.lock();
        sum.rows += chunk.rows;
        sum.bytes += chunk.message.body.len() as u64;
        sum.hash.update(&chunk.message.body);
    }

    fn lock(&self) -> MutexGuard<'_, Sum> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) struct TableUpload {
    line: Arc<Line>,
    chunks: Chunks,
    taken: Taken,
    /// The id of the last message that was taken.
    last: String,
}

impl TableUpload {
    pub(super) fn new(line: Arc<Line>, chunks: Chunks, taken: Taken) -> Self {
        Self {
            line,
            chunks,
            taken,
            last: String::new(),
        }
    }
}

/// Gives one message, and counts it once it is taken.
async fn give(
    line: &Line,
    chunk: Chunk,
    taken: &Taken,
    last: &mut String,
) -> Result<(), ConnectorError> {
    line.give(&chunk.message).await?;
    taken.add(&chunk);
    *last = chunk.message.id;
    Ok(())
}

#[async_trait]
impl Upload for TableUpload {
    async fn piece(&mut self, bytes: Bytes) -> Result<(), ConnectorError> {
        for chunk in self.chunks.add(&bytes)? {
            give(&self.line, chunk, &self.taken, &mut self.last).await?;
        }
        Ok(())
    }

    /// Staged is what the receiver has, up to this message.
    async fn finish(self: Box<Self>) -> Result<Staged, ConnectorError> {
        let Self {
            line,
            chunks,
            taken,
            mut last,
        } = *self;
        if let Some(chunk) = chunks.end() {
            give(&line, chunk, &taken, &mut last).await?;
        }
        Ok(Staged {
            stage: last,
            upload: None,
        })
    }
}
