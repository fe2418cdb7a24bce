//! Writing Parquet with row groups encoded in parallel.
//!
//! Rows keep their order. The Arrow schema is embedded, so that types survive exactly. The file is
//! complete only after [`ParquetWriter::finish`]; dropping the writer leaves it without a footer,
//! which no reader accepts.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow::array::Array;
use arrow::datatypes::{FieldRef, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{
    ArrowColumnChunk, ArrowColumnWriter, ArrowRowGroupWriterFactory, ArrowWriterOptions,
    compute_leaves,
};
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;

use crate::error::FormatError;
use crate::write::ParquetOptions;
use crate::write::pipeline::{Consumer, Pipeline, parallelism};

/// A row group ends at this many rows …
pub const ROW_GROUP_ROWS: usize = 128 * 1024;
/// … or at about this many bytes of Arrow data, so that wide rows do not fill the memory.
const ROW_GROUP_BYTES: usize = 48 << 20;

/// What a finished file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParquetSummary {
    pub rows: u64,
    pub bytes: u64,
}

/// Takes batches of any size. `W` gets whole column chunks; it needs no buffering.
pub struct ParquetWriter<W: Write + Send + 'static> {
    schema: SchemaRef,
    groups: Arc<ArrowRowGroupWriterFactory>,
    next_group: usize,
    pending: Vec<RecordBatch>,
    pending_rows: usize,
    pending_bytes: usize,
    rows_written: Arc<AtomicU64>,
    pipeline: Pipeline<RowGroups<W>>,
}

/// The library does not tell how long the footer was.
struct Counted<W> {
    output: W,
    bytes: u64,
}

impl<W: Write> Write for Counted<W> {
    fn write(&mut self, piece: &[u8]) -> std::io::Result<usize> {
        let written = self.output.write(piece)?;
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.output.flush()
    }
}

impl<W: Write + Send + 'static> ParquetWriter<W> {
    /// Must be called inside a Tokio runtime. Fails on types that Parquet cannot hold.
    pub fn new(
        output: W,
        schema: SchemaRef,
        options: &ParquetOptions,
    ) -> Result<Self, FormatError> {
        let level = ZstdLevel::try_new(i32::from(options.level)).map_err(failed)?;
        let properties = WriterProperties::builder()
            .set_created_by(format!("waybill {}", env!("CARGO_PKG_VERSION")))
            .set_compression(Compression::ZSTD(level))
            .build();
        if let Some(field) = schema.fields().iter().find(|field| !can_hold(field)) {
            return Err(FormatError::UnsupportedType {
                format: "Parquet",
                column: field.name().clone(),
                data_type: field.data_type().to_string(),
            });
        }
        let output = Counted { output, bytes: 0 };
        let (file, groups) = open(output, &schema, properties).map_err(failed)?;
        let rows_written = Arc::new(AtomicU64::new(0));
        let consumer = RowGroups {
            file,
            rows_written: Arc::clone(&rows_written),
        };
        Ok(Self {
            schema,
            groups: Arc::new(groups),
            next_group: 0,
            pending: vec![],
            pending_rows: 0,
            pending_bytes: 0,
            rows_written,
            // A row group is large: one waits while each core has one.
            pipeline: Pipeline::new(parallelism().min(4) - 1, consumer),
        })
    }

    /// Rows whose row groups are in the file by now.
    pub fn rows_written(&self) -> u64 {
        self.rows_written.load(Ordering::Relaxed)
    }

    /// Waits while enough row groups are being encoded. The batch must have the writer's types.
    pub async fn write(&mut self, batch: RecordBatch) -> Result<(), FormatError> {
        let mut rest = batch;
        while rest.num_rows() > 0 {
            let rows = rest.num_rows().min(ROW_GROUP_ROWS - self.pending_rows);
            let part = rest.slice(0, rows);
            rest = rest.slice(rows, rest.num_rows() - rows);
            self.pending_rows += rows;
            self.pending_bytes += memory_size(&part);
            self.pending.push(part);
            if self.pending_rows == ROW_GROUP_ROWS || self.pending_bytes >= ROW_GROUP_BYTES {
                self.end_row_group().await?;
            }
        }
        Ok(())
    }

    /// Writes what is pending and the footer. The output comes back, to be synced.
    pub async fn finish(mut self) -> Result<(ParquetSummary, W), FormatError> {
        if self.pending_rows > 0 {
            self.end_row_group().await?;
        }
        self.pipeline.finish().await
    }

    async fn end_row_group(&mut self) -> Result<(), FormatError> {
        let batches = std::mem::take(&mut self.pending);
        let rows = std::mem::take(&mut self.pending_rows);
        self.pending_bytes = 0;
        let (groups, schema) = (Arc::clone(&self.groups), Arc::clone(&self.schema));
        let index = self.next_group;
        self.next_group += 1;
        self.pipeline
            .submit(move || {
                let columns = encode(&groups, index, &schema, &batches).map_err(failed)?;
                Ok(EncodedGroup {
                    columns,
                    rows: rows as u64,
                })
            })
            .await
    }
}

fn open<W: Write + Send>(
    output: W,
    schema: &SchemaRef,
    properties: WriterProperties,
) -> Result<(SerializedFileWriter<W>, ArrowRowGroupWriterFactory), ParquetError> {
    let options = ArrowWriterOptions::new().with_properties(properties);
    ArrowWriter::try_new_with_options(output, Arc::clone(schema), options)?.into_serialized_writer()
}

/// The library tells it only while it opens a file or a row group, and does not name the column.
fn can_hold(field: &FieldRef) -> bool {
    let schema = Arc::new(Schema::new(vec![Arc::clone(field)]));
    open(std::io::sink(), &schema, WriterProperties::default())
        .and_then(|(_, groups)| groups.create_column_writers(0))
        .is_ok()
}

fn failed(source: ParquetError) -> FormatError {
    FormatError::Parquet {
        file: "output".to_owned(),
        source,
    }
}

/// Of the rows themselves: slices share their buffers with other slices.
fn memory_size(batch: &RecordBatch) -> usize {
    let size = |column: &Arc<dyn Array>| column.to_data().get_slice_memory_size().unwrap_or(0);
    batch.columns().iter().map(size).sum()
}

fn encode(
    groups: &ArrowRowGroupWriterFactory,
    index: usize,
    schema: &SchemaRef,
    batches: &[RecordBatch],
) -> Result<Vec<ArrowColumnChunk>, ParquetError> {
    let mut writers = groups.create_column_writers(index)?;
    for batch in batches {
        // A nested column has several leaves; leaves and writers are in the same order.
        let mut next = writers.iter_mut();
        for (field, column) in schema.fields().iter().zip(batch.columns()) {
            for leaf in compute_leaves(field, column)? {
                let writer = next.next().ok_or_else(|| {
                    ParquetError::General("a batch has more columns than the file".to_owned())
                })?;
                writer.write(&leaf)?;
            }
        }
    }
    writers.into_iter().map(ArrowColumnWriter::close).collect()
}

struct EncodedGroup {
    columns: Vec<ArrowColumnChunk>,
    rows: u64,
}

/// Appends row groups in their order.
struct RowGroups<W: Write + Send> {
    file: SerializedFileWriter<Counted<W>>,
    rows_written: Arc<AtomicU64>,
}

impl<W: Write + Send + 'static> Consumer for RowGroups<W> {
    type Item = EncodedGroup;
    type Done = (ParquetSummary, W);

    fn take(&mut self, group: EncodedGroup) -> Result<(), FormatError> {
        let mut writer = self.file.next_row_group().map_err(failed)?;
        for column in group.columns {
            column.append_to_row_group(&mut writer).map_err(failed)?;
        }
        writer.close().map_err(failed)?;
        self.rows_written.fetch_add(group.rows, Ordering::Relaxed);
        Ok(())
    }

    /// Writes the footer.
    fn finish(self) -> Result<(ParquetSummary, W), FormatError> {
        let rows = self.rows_written.load(Ordering::Relaxed);
        let Counted { output, bytes } = self.file.into_inner().map_err(failed)?;
        Ok((ParquetSummary { rows, bytes }, output))
    }
}
