//! A file that is hashed while it is written and synced before it counts.

use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};

use crate::error::FormatError;

/// Give whole pieces: every write is a call to the system.
#[derive(Debug)]
pub struct HashedFile {
    path: PathBuf,
    file: File,
    hash: Sha256,
    bytes: u64,
    /// Of all files of a table, for progress.
    total: Arc<AtomicU64>,
}

impl HashedFile {
    /// `total` counts the bytes as they are written; `path` is for errors.
    pub fn new(path: PathBuf, file: File, total: Arc<AtomicU64>) -> Self {
        Self {
            path,
            file,
            hash: Sha256::new(),
            bytes: 0,
            total,
        }
    }

    pub fn write_piece(&mut self, piece: &[u8]) -> Result<(), FormatError> {
        self.write_all(piece)
            .map_err(FormatError::file("write", &self.path))
    }

    pub(crate) fn failed(&self, error: io::Error) -> FormatError {
        FormatError::file("write", &self.path)(error)
    }

    /// Syncs; then its bytes and SHA-256 in lower-case hexadecimal.
    pub fn finish(self) -> Result<(u64, String), FormatError> {
        self.file
            .sync_all()
            .map_err(FormatError::file("sync", &self.path))?;
        Ok((self.bytes, format!("{:x}", self.hash.finalize())))
    }
}

impl Write for HashedFile {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        let written = self.file.write(piece)?;
        self.hash.update(&piece[..written]);
        self.bytes += written as u64;
        self.total.fetch_add(written as u64, Ordering::Relaxed);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
