//! Reads Parquet files: columns are decoded in parallel groups, rows come out in the order of the file.
//!
//! Parallel by columns rather than by row groups: memory then does not depend on how large a writer made its row groups.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions};
use arrow::datatypes::{Schema, SchemaRef};
use bytes::Bytes;
use futures::stream::{self, BoxStream, StreamExt};
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{
    ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReaderBuilder,
};
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, Length};
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::error::{FormatError, Result};
use crate::input::InputFile;
use crate::ordered::parallelism;

/// Batches that wait for the slower column groups.
const WAITING: usize = 2;
/// What one read of pages takes from the file at once.
const READ_BYTES: usize = 256 * 1024;

#[derive(Debug, Clone)]
pub struct FileInfo {
    pub rows: u64,
    /// Without metadata: only names, types and nullability.
    pub schema: SchemaRef,
}

/// Rows and schema from the footer, without reading any row.
pub fn file_info(file: &InputFile) -> Result<FileInfo> {
    let metadata = load(&SharedFile::open(file)?, file)?;
    Ok(FileInfo {
        rows: rows(&metadata),
        schema: plain(metadata.schema()),
    })
}

/// Streams the columns with the given places, in the order of the file whatever the order of `projection`; all of them for `None`.
///
/// Must be called inside a Tokio runtime. Every batch but the last has `batch_rows` rows.
pub fn read(
    file: &InputFile,
    projection: Option<&[usize]>,
    batch_rows: usize,
) -> Result<(SchemaRef, BoxStream<'static, Result<RecordBatch>>)> {
    let shared = SharedFile::open(file)?;
    let metadata = load(&shared, file)?;
    let whole = plain(metadata.schema());
    let mut wanted: Vec<usize> =
        projection.map_or_else(|| (0..whole.fields().len()).collect(), <[usize]>::to_vec);
    wanted.sort_unstable();
    let schema = Arc::new(whole.project(&wanted)?);
    let groups: Vec<Group> = groups(&metadata, &wanted, parallelism())
        .into_iter()
        .map(|columns| Group::start(&shared, &metadata, columns, batch_rows, &file.label))
        .collect();
    let joining = Joining {
        groups,
        wanted,
        schema: Arc::clone(&schema),
        label: file.label.clone(),
        ended: false,
    };
    let rows = stream::unfold(joining, |mut joining| async move {
        let batch = joining.next().await.transpose()?;
        joining.ended |= batch.is_err();
        Some((batch, joining))
    });
    Ok((schema, rows.boxed()))
}

fn load(shared: &SharedFile, file: &InputFile) -> Result<ArrowReaderMetadata> {
    ArrowReaderMetadata::load(shared, ArrowReaderOptions::new())
        .map_err(FormatError::parquet(&file.label))
}

fn rows(metadata: &ArrowReaderMetadata) -> u64 {
    u64::try_from(metadata.metadata().file_metadata().num_rows()).unwrap_or(0)
}

fn plain(schema: &Schema) -> SchemaRef {
    Arc::new(Schema::new(schema.fields().clone()))
}

/// Spreads columns over as many groups as work side by side, the largest first to the group with the least to do.
fn groups(metadata: &ArrowReaderMetadata, wanted: &[usize], workers: usize) -> Vec<Vec<usize>> {
    let mut sizes: Vec<(i64, usize)> = wanted.iter().map(|column| (0, *column)).collect();
    for row_group in metadata.metadata().row_groups() {
        for (leaf, chunk) in row_group.columns().iter().enumerate() {
            let root = metadata.parquet_schema().get_column_root_idx(leaf);
            if let Some((size, _)) = sizes.iter_mut().find(|(_, column)| *column == root) {
                *size += chunk.uncompressed_size();
            }
        }
    }
    sizes.sort_by(|left, right| right.cmp(left));
    let mut groups = vec![(0_i64, Vec::new()); workers.min(wanted.len()).max(1)];
    for (size, column) in sizes {
        if let Some((load, columns)) = groups.iter_mut().min_by_key(|(load, _)| *load) {
            *load += size;
            columns.push(column);
        }
    }
    groups
        .into_iter()
        .map(|(_, mut columns)| {
            columns.sort_unstable();
            columns
        })
        .collect()
}

/// Some columns, decoded on a thread of their own.
struct Group {
    columns: Vec<usize>,
    batches: mpsc::Receiver<Result<RecordBatch>>,
    decoding: Option<JoinHandle<()>>,
}

impl Group {
    fn start(
        shared: &SharedFile,
        metadata: &ArrowReaderMetadata,
        columns: Vec<usize>,
        batch_rows: usize,
        label: &str,
    ) -> Self {
        let mask = ProjectionMask::roots(metadata.parquet_schema(), columns.iter().copied());
        let builder =
            ParquetRecordBatchReaderBuilder::new_with_metadata(shared.clone(), metadata.clone())
                .with_projection(mask)
                .with_batch_size(batch_rows);
        let (sender, batches) = mpsc::channel(WAITING);
        let label = label.to_owned();
        let decoding = spawn_blocking(move || {
            let send = |batch: Result<RecordBatch>| sender.blocking_send(batch).is_ok();
            match builder.build() {
                Ok(reader) => {
                    for batch in reader {
                        let failed = batch.is_err();
                        let batch = batch.map_err(|source| FormatError::Parquet {
                            file: label.clone(),
                            source: ParquetError::External(Box::new(source)),
                        });
                        if !send(batch) || failed {
                            return;
                        }
                    }
                }
                Err(source) => {
                    send(Err(FormatError::Parquet {
                        file: label,
                        source,
                    }));
                }
            }
        });
        Self {
            columns,
            batches,
            decoding: Some(decoding),
        }
    }

    async fn next(&mut self) -> Result<Option<RecordBatch>> {
        if let Some(batch) = self.batches.recv().await {
            return batch.map(Some);
        }
        if let Some(decoding) = self.decoding.take() {
            decoding.await?;
        }
        Ok(None)
    }
}

/// Puts the columns of all groups side by side again.
struct Joining {
    groups: Vec<Group>,
    wanted: Vec<usize>,
    schema: SchemaRef,
    label: String,
    ended: bool,
}

impl Joining {
    async fn next(&mut self) -> Result<Option<RecordBatch>> {
        if self.ended {
            return Ok(None);
        }
        let mut arrays: Vec<Option<ArrayRef>> = vec![None; self.wanted.len()];
        let mut rows = None;
        let mut ended = 0;
        for group in &mut self.groups {
            let Some(batch) = group.next().await? else {
                ended += 1;
                continue;
            };
            if rows.is_some_and(|rows| rows != batch.num_rows()) {
                return Err(self.uneven());
            }
            rows = Some(batch.num_rows());
            for (column, array) in group.columns.iter().zip(batch.columns()) {
                if let Some(place) = self.wanted.iter().position(|wanted| wanted == column) {
                    arrays[place] = Some(Arc::clone(array));
                }
            }
        }
        let Some(rows) = rows else {
            self.ended = true;
            return Ok(None);
        };
        let arrays: Option<Vec<ArrayRef>> = arrays.into_iter().collect();
        let (Some(arrays), 0) = (arrays, ended) else {
            return Err(self.uneven());
        };
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        Ok(Some(RecordBatch::try_new_with_options(
            Arc::clone(&self.schema),
            arrays,
            &options,
        )?))
    }

    fn uneven(&self) -> FormatError {
        FormatError::Parquet {
            file: self.label.clone(),
            source: ParquetError::General("its columns have different numbers of rows".to_owned()),
        }
    }
}

/// A file that several threads read at places of their own. A shared file offset would be moved by all of them.
#[derive(Debug, Clone)]
struct SharedFile {
    file: Arc<File>,
    bytes: u64,
}

impl SharedFile {
    fn open(input: &InputFile) -> Result<Self> {
        let file = input.open()?;
        let bytes = file
            .metadata()
            .map_err(FormatError::file("read", &input.label))?
            .len();
        Ok(Self {
            file: Arc::new(file),
            bytes,
        })
    }
}

impl Length for SharedFile {
    fn len(&self) -> u64 {
        self.bytes
    }
}

impl ChunkReader for SharedFile {
    type T = io::BufReader<ReadFrom>;

    fn get_read(&self, start: u64) -> parquet::errors::Result<Self::T> {
        let reader = ReadFrom {
            file: Arc::clone(&self.file),
            place: start,
        };
        Ok(io::BufReader::with_capacity(READ_BYTES, reader))
    }

    fn get_bytes(&self, start: u64, length: usize) -> parquet::errors::Result<Bytes> {
        if start.saturating_add(length as u64) > self.bytes {
            return Err(ParquetError::EOF("the file ends inside a page".to_owned()));
        }
        let mut bytes = vec![0; length];
        self.file.read_exact_at(&mut bytes, start)?;
        Ok(bytes.into())
    }
}

struct ReadFrom {
    file: Arc<File>,
    place: u64,
}

impl Read for ReadFrom {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read_at(buffer, self.place)?;
        self.place += read as u64;
        Ok(read)
    }
}
