//! The consumer of encoded text: one file after another, compressed, hashed and synced.

use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::Compression;
use crate::error::FormatError;
use crate::write::gzip::{GzipMember, GzipPiece};
use crate::write::output::{HashedFile, Output};
use crate::write::pipeline::Consumer;
use crate::write::text::TextBuffer;
use crate::write::writer::{Totals, WrittenFile, WrittenFiles};

/// Level 3 is zstd's own default.
const ZSTD_LEVEL: i32 = 3;

/// What a job made of a piece.
pub(super) struct EncodedRows {
    pub(super) text: TextBuffer,
    pub(super) gzip: Option<GzipPiece>,
    pub(super) rows: u64,
    pub(super) escaped: u64,
}

/// What the consumer gets.
pub(super) enum TextItem {
    /// From here on the rows are this file's.
    File(PathBuf, Box<dyn Output>),
    Rows(EncodedRows),
}

/// Buffers to be used again: fresh memory costs a page fault every 4 KiB.
pub(super) type Room = Mutex<Vec<Vec<u8>>>;

/// Writes encoded rows into one file after another.
pub(super) struct TextFiles {
    /// What every file starts with: byte order mark and header.
    start: Vec<u8>,
    compression: Compression,
    rows: Arc<AtomicU64>,
    bytes: Arc<AtomicU64>,
    room: Arc<Room>,
    current: Option<TextFile>,
    finished: WrittenFiles,
}

struct TextFile {
    path: PathBuf,
    rows: u64,
    sink: Sink,
}

enum Sink {
    Plain(HashedFile),
    Gzip(HashedFile, GzipMember),
    Zstd(Box<zstd::stream::write::Encoder<'static, HashedFile>>),
}

impl Sink {
    fn new(mut file: HashedFile, compression: Compression) -> Result<Self, FormatError> {
        Ok(match compression {
            Compression::None => Self::Plain(file),
            Compression::Gzip => {
                file.write_piece(&GzipMember::header())?;
                Self::Gzip(file, GzipMember::default())
            }
            Compression::Zstd => {
                let encoder = zstd::stream::write::Encoder::new(file, ZSTD_LEVEL);
                Self::Zstd(Box::new(encoder.map_err(packing)?))
            }
        })
    }

    fn write(&mut self, text: &[u8], gzip: Option<GzipPiece>) -> Result<(), FormatError> {
        match self {
            Self::Plain(file) => file.write_piece(text),
            Self::Gzip(file, member) => {
                let piece = match gzip {
                    Some(piece) => piece,
                    None => GzipPiece::deflate(text).map_err(packing)?,
                };
                member.add(&piece);
                file.write_piece(&piece.bytes)
            }
            Self::Zstd(encoder) => {
                let written = io::Write::write_all(encoder, text);
                written.map_err(|error| encoder.get_ref().failed(error))
            }
        }
    }

    fn finish(self) -> Result<(u64, String), FormatError> {
        match self {
            Self::Plain(file) => file.finish(),
            Self::Gzip(mut file, member) => {
                file.write_piece(&member.trailer())?;
                file.finish()
            }
            Self::Zstd(encoder) => encoder.finish().map_err(packing)?.finish(),
        }
    }
}

impl TextFiles {
    pub(super) fn new(
        start: Vec<u8>,
        header_escapes: u64,
        compression: Compression,
        totals: &Totals,
        room: Arc<Room>,
    ) -> Self {
        Self {
            start,
            compression,
            rows: Arc::clone(&totals.rows),
            bytes: Arc::clone(&totals.bytes),
            room,
            current: None,
            finished: WrittenFiles {
                files: vec![],
                escaped_cells: header_escapes,
            },
        }
    }

    fn finish_current(&mut self) -> Result<(), FormatError> {
        if let Some(TextFile { path, rows, sink }) = self.current.take() {
            let (bytes, sha256) = sink.finish()?;
            self.finished.files.push(WrittenFile {
                path,
                rows,
                bytes,
                sha256,
            });
        }
        Ok(())
    }
}

impl Consumer for TextFiles {
    type Item = TextItem;
    type Done = WrittenFiles;

    fn take(&mut self, item: TextItem) -> Result<(), FormatError> {
        match item {
            TextItem::File(path, file) => {
                self.finish_current()?;
                let file = HashedFile::new(path.clone(), file, Arc::clone(&self.bytes));
                let mut sink = Sink::new(file, self.compression)?;
                sink.write(&self.start, None)?;
                self.current = Some(TextFile {
                    path,
                    rows: 0,
                    sink,
                });
            }
            TextItem::Rows(encoded) => {
                if let Some(current) = &mut self.current {
                    current.sink.write(encoded.text.text(), encoded.gzip)?;
                    current.rows += encoded.rows;
                }
                self.rows.fetch_add(encoded.rows, Ordering::Relaxed);
                self.finished.escaped_cells += encoded.escaped;
                let mut room = self.room.lock().unwrap_or_else(PoisonError::into_inner);
                room.push(encoded.text.into_room());
            }
        }
        Ok(())
    }

    fn finish(mut self) -> Result<WrittenFiles, FormatError> {
        self.finish_current()?;
        Ok(self.finished)
    }
}

/// For `map_err`: compressing failed, not writing.
pub(super) fn packing(error: io::Error) -> FormatError {
    FormatError::file("compress", "rows")(error)
}
