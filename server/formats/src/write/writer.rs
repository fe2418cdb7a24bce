//! Writing a table: from a stream of batches to one or several finished files.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use arrow::datatypes::{Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use futures::StreamExt;
use futures::stream::BoxStream;

use crate::Compression;
use crate::error::{BoxError, FormatError};
use crate::parquet_io::ParquetWriter;
use crate::write::column::Column;
use crate::write::csv::CsvEncoder;
use crate::write::gzip::{GzipMember, GzipPiece};
use crate::write::json::JsonLines;
use crate::write::options::{Format, ParquetOptions};
use crate::write::output::HashedFile;
use crate::write::pipeline::{Consumer, Pipeline, parallelism};
use crate::write::text::TextBuffer;

/// A job encodes at most so many rows …
const PIECE_ROWS: usize = 8192;
/// … and about so many bytes of Arrow data, however wide the rows are.
const PIECE_BYTES: usize = 4 << 20;

/// Level 3 is zstd's own default.
const ZSTD_LEVEL: i32 = 3;

/// How far a table is: what is in its files by now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    pub rows: u64,
    pub bytes: u64,
}

/// A finished, synced file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenFile {
    pub path: PathBuf,
    pub rows: u64,
    pub bytes: u64,
    /// Lower-case hexadecimal.
    pub sha256: String,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenFiles {
    /// At least one, in order.
    pub files: Vec<WrittenFile>,
    /// Text cells that were changed to be safe for spreadsheets.
    pub escaped_cells: u64,
}

/// Gives the file for part 1, 2, 3 …; called once per file, in order.
pub type NextFile<'a> = dyn FnMut(u32) -> io::Result<(PathBuf, File)> + Send + 'a;

/// Writes all rows into one file. See [`write_files`].
pub async fn write_file<E: Into<BoxError>>(
    path: &Path,
    file: File,
    format: &Format,
    compression: Compression,
    schema: SchemaRef,
    batches: BoxStream<'_, Result<RecordBatch, E>>,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<(WrittenFile, u64), FormatError> {
    let mut given = Some((path.to_owned(), file));
    let mut next_file = |_| given.take().ok_or_else(|| io::Error::other("there is one file only"));
    let written =
        write_files(&mut next_file, format, compression, schema, batches, None, progress).await?;
    let escaped_cells = written.escaped_cells;
    let file = written.files.into_iter().next().ok_or_else(|| {
        FormatError::file("write", path)(io::Error::other("the file was not written"))
    })?;
    Ok((file, escaped_cells))
}

/// Writes the rows in their order, at most `max_rows_per_file` into each file; without rows one file that is valid and
/// empty. An error of the stream comes back as [`FormatError::Source`]; files begun are then left as they are.
///
/// Memory: a few batches and their encoded forms, whatever the number of rows.
pub async fn write_files<E: Into<BoxError>>(
    next_file: &mut NextFile<'_>,
    format: &Format,
    compression: Compression,
    schema: SchemaRef,
    batches: BoxStream<'_, Result<RecordBatch, E>>,
    max_rows_per_file: Option<u64>,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<WrittenFiles, FormatError> {
    let totals = Totals::default();
    let files = Files { next_file, next_part: 1, bytes: Arc::clone(&totals.bytes) };
    let mut pieces = Pieces::new(batches, max_rows_per_file);
    let report = || progress(totals.now());
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    let (encoder, start, header_escapes) = match format {
        Format::Parquet(options) => {
            return write_parquet(files, options, schema, pieces, &totals, &report).await;
        }
        Format::Csv(options) => {
            let encoder = CsvEncoder::new(options.clone());
            let (start, escaped) = encoder.start(names);
            (Encoder::Csv(encoder), start, escaped)
        }
        Format::JsonLines(_) => (Encoder::JsonLines(JsonLines::new(names)), vec![], 0),
    };
    let encoder = Arc::new(encoder);
    let room = Arc::new(Mutex::new(Vec::new()));
    let mut files = files;
    let consumer = TextFiles {
        start,
        compression,
        rows: Arc::clone(&totals.rows),
        bytes: Arc::clone(&totals.bytes),
        room: Arc::clone(&room),
        current: None,
        finished: WrittenFiles { files: vec![], escaped_cells: header_escapes },
    };
    let mut pipeline = Pipeline::new(parallelism(), consumer);
    let (path, file) = files.next()?;
    pipeline.send(TextItem::File(path, file)).await?;
    while let Some(piece) = pieces.next().await {
        let Piece { batch, starts_file } = piece?;
        check_schema(&schema, &batch)?;
        if starts_file {
            let (path, file) = files.next()?;
            pipeline.send(TextItem::File(path, file)).await?;
        }
        let (encoder, room) = (Arc::clone(&encoder), Arc::clone(&room));
        let job = move || encode(&encoder, &batch, compression, &room);
        pipeline.submit(job).await?;
        report();
    }
    let written = pipeline.finish().await?;
    report();
    Ok(written)
}

async fn write_parquet<E: Into<BoxError>>(
    mut files: Files<'_, '_>,
    options: &ParquetOptions,
    schema: SchemaRef,
    mut pieces: Pieces<'_, E>,
    totals: &Totals,
    report: &(dyn Fn() + Sync),
) -> Result<WrittenFiles, FormatError> {
    let mut written = WrittenFiles { files: vec![], escaped_cells: 0 };
    let mut rows_before = 0;
    let (mut path, mut writer) = files.next_parquet(&schema, options)?;
    loop {
        let piece = pieces.next().await.transpose()?;
        if piece.as_ref().is_none_or(|piece| piece.starts_file) {
            let (done, output) = writer.finish().await?;
            let (bytes, sha256) = tokio::task::spawn_blocking(move || output.finish()).await??;
            rows_before += done.rows;
            written.files.push(WrittenFile { path, rows: done.rows, bytes, sha256 });
            totals.rows.store(rows_before, Ordering::Relaxed);
            report();
            if piece.is_none() {
                return Ok(written);
            }
            (path, writer) = files.next_parquet(&schema, options)?;
        }
        if let Some(Piece { batch, .. }) = piece {
            check_schema(&schema, &batch)?;
            writer.write(batch).await?;
            totals.rows.store(rows_before + writer.rows_written(), Ordering::Relaxed);
            report();
        }
    }
}

/// What is in the files by now, shared with who writes them.
#[derive(Default)]
struct Totals {
    rows: Arc<AtomicU64>,
    bytes: Arc<AtomicU64>,
}

impl Totals {
    fn now(&self) -> Progress {
        Progress {
            rows: self.rows.load(Ordering::Relaxed),
            bytes: self.bytes.load(Ordering::Relaxed),
        }
    }
}

struct Files<'a, 'b> {
    next_file: &'a mut NextFile<'b>,
    next_part: u32,
    bytes: Arc<AtomicU64>,
}

impl Files<'_, '_> {
    fn next(&mut self) -> Result<(PathBuf, File), FormatError> {
        let part = self.next_part;
        self.next_part += 1;
        (self.next_file)(part).map_err(FormatError::file("create", format!("part {part}")))
    }

    fn next_parquet(
        &mut self,
        schema: &SchemaRef,
        options: &ParquetOptions,
    ) -> Result<(PathBuf, ParquetWriter<HashedFile>), FormatError> {
        let (path, file) = self.next()?;
        let output = HashedFile::new(path.clone(), file, Arc::clone(&self.bytes));
        let writer = ParquetWriter::new(output, Arc::clone(schema), options)?;
        Ok((path, writer))
    }
}

/// Rows of one file that one job encodes.
struct Piece {
    batch: RecordBatch,
    starts_file: bool,
}

/// Cuts batches where files end, and so that no job gets too much.
struct Pieces<'a, E> {
    batches: BoxStream<'a, Result<RecordBatch, E>>,
    rest: Option<RecordBatch>,
    max_rows_per_file: u64,
    rows_in_file: u64,
}

impl<'a, E: Into<BoxError>> Pieces<'a, E> {
    fn new(batches: BoxStream<'a, Result<RecordBatch, E>>, max_rows: Option<u64>) -> Self {
        let max_rows_per_file = max_rows.unwrap_or(u64::MAX).max(1);
        Self { batches, rest: None, max_rows_per_file, rows_in_file: 0 }
    }

    async fn next(&mut self) -> Option<Result<Piece, FormatError>> {
        let batch = loop {
            if let Some(rest) = self.rest.take() {
                break rest;
            }
            match self.batches.next().await? {
                Ok(batch) if batch.num_rows() == 0 => {}
                Ok(batch) => break batch,
                Err(error) => return Some(Err(FormatError::Source(error.into()))),
            }
        };
        let starts_file = self.rows_in_file == self.max_rows_per_file;
        if starts_file {
            self.rows_in_file = 0;
        }
        let room = self.max_rows_per_file - self.rows_in_file;
        let rows = piece_rows(&batch).min(usize::try_from(room).unwrap_or(usize::MAX));
        self.rows_in_file += rows as u64;
        if rows < batch.num_rows() {
            self.rest = Some(batch.slice(rows, batch.num_rows() - rows));
        }
        Some(Ok(Piece { batch: batch.slice(0, rows), starts_file }))
    }
}

fn piece_rows(batch: &RecordBatch) -> usize {
    let rows = batch.num_rows();
    if rows <= PIECE_ROWS / 4 {
        return rows;
    }
    let row_bytes = batch.get_array_memory_size().div_ceil(rows);
    rows.min(PIECE_ROWS).min((PIECE_BYTES / row_bytes.max(1)).max(256))
}

/// A stream must keep what it promised: columns are printed by position.
fn check_schema(schema: &SchemaRef, batch: &RecordBatch) -> Result<(), FormatError> {
    let found = batch.schema_ref();
    let types = |schema: &Schema| {
        schema.fields().iter().map(|field| field.data_type().clone()).collect::<Vec<_>>()
    };
    if Arc::ptr_eq(schema, found) || types(schema) == types(found) {
        return Ok(());
    }
    let problem = format!("a batch has the columns {found} where {schema} were promised");
    Err(FormatError::Arrow(arrow::error::ArrowError::SchemaError(problem)))
}

enum Encoder {
    Csv(CsvEncoder),
    JsonLines(JsonLines),
}

/// Buffers to be used again: fresh memory costs a page fault every 4 KiB.
type Room = Mutex<Vec<Vec<u8>>>;

fn encode(
    encoder: &Encoder,
    batch: &RecordBatch,
    compression: Compression,
    room: &Room,
) -> Result<TextItem, FormatError> {
    let recycled = room.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let mut text = TextBuffer::recycled(recycled.unwrap_or_default());
    let columns: Vec<_> = batch.columns().iter().map(Column::new).collect::<Result<_, _>>()?;
    let rows = batch.num_rows();
    let escaped = match encoder {
        Encoder::Csv(encoder) => encoder.encode(&mut text, &columns, rows),
        Encoder::JsonLines(encoder) => {
            encoder.encode(&mut text, &columns, rows);
            0
        }
    };
    let gzip = match compression {
        Compression::Gzip => Some(GzipPiece::deflate(text.text()).map_err(packing)?),
        Compression::None | Compression::Zstd => None,
    };
    Ok(TextItem::Rows(EncodedRows { text, gzip, rows: rows as u64, escaped }))
}

fn packing(error: io::Error) -> FormatError {
    FormatError::file("compress", "rows")(error)
}

struct EncodedRows {
    text: TextBuffer,
    gzip: Option<GzipPiece>,
    rows: u64,
    escaped: u64,
}

enum TextItem {
    File(PathBuf, File),
    Rows(EncodedRows),
}

/// Writes encoded rows into one file after another.
struct TextFiles {
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
    fn finish_current(&mut self) -> Result<(), FormatError> {
        if let Some(TextFile { path, rows, sink }) = self.current.take() {
            let (bytes, sha256) = sink.finish()?;
            self.finished.files.push(WrittenFile { path, rows, bytes, sha256 });
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
                self.current = Some(TextFile { path, rows: 0, sink });
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
