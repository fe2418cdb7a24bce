//! A file on its way: many writes under way at once, each answered by the server.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use russh_sftp::client::rawsession::SftpResult;
use russh_sftp::extensions;
use russh_sftp::protocol::{FileAttributes, OpenFlags, Status};
use tokio::task::JoinSet;

use super::errors;
use super::session::Session;
use crate::error::ConnectorError;
use crate::remote::{Staged, Upload};

/// Bytes handed over at a time.
pub(super) const PIECE: usize = 256 << 10;

/// Writes that wait for their answer: 4 MiB of them, enough for a gigabit over 30 ms.
const MOST_UNDER_WAY: usize = 16;

/// Less than this is no space: a full file system seldom has nothing at all.
const FULL: u64 = 1 << 20;

pub(super) struct SftpUpload {
    session: Arc<Session>,
    /// As the server is told it.
    path: String,
    /// Relative to the connection's folder.
    stage: String,
    handle: String,
    offset: u64,
    under_way: JoinSet<SftpResult<Status>>,
}

impl SftpUpload {
    /// A new file, in place of what an earlier try left. Its folder is there.
    pub(super) async fn begin(
        session: Arc<Session>,
        path: String,
        stage: String,
    ) -> Result<Self, ConnectorError> {
        let flags = OpenFlags::WRITE | OpenFlags::CREATE | OpenFlags::TRUNCATE;
        let opened = session
            .sftp
            .open(path.as_str(), flags, FileAttributes::empty())
            .await;
        let opened = opened.map_err(|error| session.failed(error, "create", &path))?;
        Ok(Self {
            handle: session.handle(opened.handle, &path)?,
            session,
            path,
            stage,
            offset: 0,
            under_way: JoinSet::new(),
        })
    }

    /// Waits for one answer.
    async fn answered(&mut self) -> Result<(), ConnectorError> {
        match self.under_way.join_next().await {
            None | Some(Ok(Ok(_))) => Ok(()),
            Some(Ok(Err(error))) => {
                // Many servers do not say why; on a full file system that is why.
                let free = if errors::is_failure(&error) {
                    self.session.free_bytes(&self.path).await
                } else {
                    None
                };
                match self.session.failed(error, "write", &self.path) {
                    ConnectorError::Other { .. } if free.is_some_and(|free| free < FULL) => {
                        let path = self.path.clone();
                        Err(ConnectorError::NoSpace { path })
                    }
                    error => Err(error),
                }
            }
            Some(Err(source)) => Err(ConnectorError::Other {
                action: format!("write `{}`", self.path),
                source: source.into(),
            }),
        }
    }
}

#[async_trait]
impl Upload for SftpUpload {
    async fn piece(&mut self, bytes: Bytes) -> Result<(), ConnectorError> {
        for piece in bytes.chunks(self.session.piece) {
            while self.under_way.len() >= MOST_UNDER_WAY {
                self.answered().await?;
            }
            let (session, handle) = (Arc::clone(&self.session), self.handle.clone());
            let (offset, piece) = (self.offset, piece.to_vec());
            self.offset += piece.len() as u64;
            self.under_way
                .spawn(async move { session.sftp.write(handle, offset, piece).await });
        }
        Ok(())
    }

    async fn finish(mut self: Box<Self>) -> Result<Staged, ConnectorError> {
        while !self.under_way.is_empty() {
            self.answered().await?;
        }
        let session = &self.session;
        if session.has(extensions::FSYNC) {
            let synced = session.sftp.fsync(self.handle.as_str()).await;
            synced.map_err(|error| session.failed(error, "sync", &self.path))?;
        }
        let closed = session.sftp.close(self.handle.as_str()).await;
        closed.map_err(|error| session.failed(error, "close", &self.path))?;
        Ok(Staged {
            stage: self.stage.clone(),
            upload: None,
        })
    }
}
