//! Where the bytes of a file go, and a file that is hashed while it is written and made last before it counts.

use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sha2::{Digest, Sha256};

use crate::error::FormatError;

/// Where the bytes of one file go. Written to and finished on blocking threads; small first pieces (the magic of
/// Parquet, a header) may come from an async one: an implementation must not block before it has
/// [`OUTPUT_BUFFERED`] bytes.
pub trait Output: Write + Send {
    /// Makes what was written last, and says whether it did.
    fn finish(self: Box<Self>) -> io::Result<()>;
}

/// So many bytes are taken by an [`Output`] without blocking.
pub const OUTPUT_BUFFERED: usize = 64 << 10;

impl Output for File {
    fn finish(self: Box<Self>) -> io::Result<()> {
        self.sync_all()
    }
}

/// Give whole pieces: every write is a call to the system.
pub struct HashedFile {
    path: PathBuf,
    file: Box<dyn Output>,
    hash: Sha256,
    bytes: u64,
    /// Of all files of a table, for progress.
    total: Arc<AtomicU64>,
}

impl fmt::Debug for HashedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HashedFile")
            .field("path", &self.path)
            .field("bytes", &self.bytes)
            .finish_non_exhaustive()
    }
}

impl HashedFile {
    /// `total` counts the bytes as they are written; `path` is for errors.
    pub fn new(path: PathBuf, file: Box<dyn Output>, total: Arc<AtomicU64>) -> Self {
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
            .finish()
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
