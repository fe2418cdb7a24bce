//! Writing a table: from a stream of batches to one or several finished files.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use arrow::datatypes::{Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use futures::stream::BoxStream;

use crate::Compression;
use crate::error::{BoxError, FormatError};
use crate::parquet_io::ParquetWriter;
use crate::write::column::Column;
use crate::write::csv::CsvEncoder;
use crate::write::gzip::GzipPiece;
use crate::write::json::JsonLines;
use crate::write::options::{Format, ParquetOptions};
use crate::write::output::{HashedFile, Output};
use crate::write::pieces::{Piece, Pieces};
use crate::write::pipeline::{Pipeline, parallelism};
use crate::write::text::TextBuffer;
use crate::write::text_files::{EncodedRows, Room, TextFiles, TextItem, packing};

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
pub type NextFile<'a> = dyn FnMut(u32) -> io::Result<(PathBuf, Box<dyn Output>)> + Send + 'a;

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
    let mut given = Some((path.to_owned(), Box::new(file) as Box<dyn Output>));
    let mut next_file = |_| {
        given
            .take()
            .ok_or_else(|| io::Error::other("there is one file only"))
    };
    let written = write_files(
        &mut next_file,
        format,
        compression,
        schema,
        batches,
        None,
        progress,
    )
    .await?;
    let escaped_cells = written.escaped_cells;
    let file = written.files.into_iter().next().ok_or_else(|| {
        FormatError::file("write", path)(io::Error::other("the file was not written"))
    })?;
    Ok((file, escaped_cells))
}

/// Writes the rows in their order, at most `max_rows_per_file` into each file; without rows one
/// file that is valid and empty. An error of the stream comes back as [`FormatError::Source`];
/// files begun are then left as they are.
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
    let files = Files {
        next_file,
        next_part: 1,
        bytes: Arc::clone(&totals.bytes),
    };
    let mut pieces = Pieces::new(batches, max_rows_per_file);
    let report = || progress(totals.now());
    let names: Vec<&str> = schema
        .fields()
        .iter()
        .map(|field| field.name().as_str())
        .collect();
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
    let consumer = TextFiles::new(
        start,
        header_escapes,
        compression,
        &totals,
        Arc::clone(&room),
    );
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
    let mut written = WrittenFiles {
        files: vec![],
        escaped_cells: 0,
    };
    let mut rows_before = 0;
    let (mut path, mut writer) = files.next_parquet(&schema, options)?;
    loop {
        let piece = pieces.next().await.transpose()?;
        if piece.as_ref().is_none_or(|piece| piece.starts_file) {
            let (done, output) = writer.finish().await?;
            let (bytes, sha256) = tokio::task::spawn_blocking(move || output.finish()).await??;
            rows_before += done.rows;
            written.files.push(WrittenFile {
                path,
                rows: done.rows,
                bytes,
                sha256,
            });
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
            totals
                .rows
                .store(rows_before + writer.rows_written(), Ordering::Relaxed);
            report();
        }
    }
}

/// What is in the files by now, shared with who writes them.
#[derive(Default)]
pub(super) struct Totals {
    pub(super) rows: Arc<AtomicU64>,
    pub(super) bytes: Arc<AtomicU64>,
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
    fn next(&mut self) -> Result<(PathBuf, Box<dyn Output>), FormatError> {
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

/// A stream must keep what it promised: columns are printed by position.
fn check_schema(schema: &SchemaRef, batch: &RecordBatch) -> Result<(), FormatError> {
    let found = batch.schema_ref();
    let types = |schema: &Schema| {
        schema
            .fields()
            .iter()
            .map(|field| field.data_type().clone())
            .collect::<Vec<_>>()
    };
    if Arc::ptr_eq(schema, found) || types(schema) == types(found) {
        return Ok(());
    }
    let problem = format!("a batch has the columns {found} where {schema} were promised");
    Err(FormatError::Arrow(arrow::error::ArrowError::SchemaError(
        problem,
    )))
}

enum Encoder {
    Csv(CsvEncoder),
    JsonLines(JsonLines),
}

fn encode(
    encoder: &Encoder,
    batch: &RecordBatch,
    compression: Compression,
    room: &Room,
) -> Result<TextItem, FormatError> {
    let recycled = room.lock().unwrap_or_else(PoisonError::into_inner).pop();
    let mut text = TextBuffer::recycled(recycled.unwrap_or_default());
    let columns: Vec<_> = batch
        .columns()
        .iter()
        .map(Column::new)
        .collect::<Result<_, _>>()?;
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
    Ok(TextItem::Rows(EncodedRows {
        text,
        gzip,
        rows: rows as u64,
        escaped,
    }))
}
