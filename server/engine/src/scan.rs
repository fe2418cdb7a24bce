//! Streams the rows of a snapshot under the names an export gives its columns.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{RecordBatch, RecordBatchOptions};
use arrow::datatypes::{Field, Schema, SchemaRef};
use formats::{Compression, FormatError, InputFile, parquet_io};
use futures::stream::{self, BoxStream, StreamExt, TryStreamExt};

use crate::error::EngineError;
use crate::query::Engine;
use crate::snapshot::part_files;

pub type RowStream = BoxStream<'static, Result<RecordBatch, EngineError>>;

/// A column of the table, and its name in what is delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelectedField {
    pub source: String,
    pub target: String,
}

pub struct Scan {
    pub schema: SchemaRef,
    pub rows: RowStream,
}

impl Engine {
    /// The selected columns in the order given, the rows in the order of the snapshot, always the same.
    ///
    /// A column may be selected twice. `table` is for messages only.
    pub async fn scan(
        &self,
        table: &str,
        snapshot: &Path,
        fields: &[SelectedField],
    ) -> Result<Scan, EngineError> {
        let (folder, table, selected) = (snapshot.to_owned(), table.to_owned(), fields.to_vec());
        let plan =
            tokio::task::spawn_blocking(move || Plan::new(&folder, &table, &selected)).await??;
        let plan = Arc::new(plan);
        let schema = Arc::clone(&plan.schema);
        let batch_rows = self.batch_rows;
        let files = plan.files.clone();
        let rows = stream::iter(files)
            .then(move |file| {
                let plan = Arc::clone(&plan);
                async move { plan.open(file, batch_rows).await }
            })
            .try_flatten();
        Ok(Scan {
            schema,
            rows: rows.boxed(),
        })
    }

    /// Rows of a snapshot, from its footers.
    pub async fn count(&self, snapshot: &Path) -> Result<u64, EngineError> {
        let folder = snapshot.to_owned();
        tokio::task::spawn_blocking(move || {
            part_files(&folder)?
                .into_iter()
                .map(|path| Ok(footer(&path)?.rows))
                .sum()
        })
        .await?
    }
}

struct Plan {
    files: Vec<PathBuf>,
    /// Places in the files' own order, each once.
    projection: Vec<usize>,
    /// Where each selected column is in the projection.
    places: Vec<usize>,
    schema: SchemaRef,
}

impl Plan {
    fn new(folder: &Path, table: &str, selected: &[SelectedField]) -> Result<Self, EngineError> {
        let files = part_files(folder)?;
        let schemas: Result<Vec<SchemaRef>, EngineError> =
            files.iter().map(|path| Ok(footer(path)?.schema)).collect();
        let schemas = schemas?;
        let columns: Result<Vec<usize>, EngineError> = selected
            .iter()
            .map(|field| {
                schemas[0]
                    .index_of(&field.source)
                    .map_err(|_| EngineError::SchemaColumnMissing {
                        table: table.to_owned(),
                        column: field.source.clone(),
                        file: folder.display().to_string(),
                    })
            })
            .collect();
        let columns = columns?;
        let mut projection = columns.clone();
        projection.sort_unstable();
        projection.dedup();
        let fields: Vec<Field> = selected
            .iter()
            .zip(&columns)
            .map(|(field, column)| {
                // Parts that were copied may differ in this alone.
                let nullable = schemas
                    .iter()
                    .any(|schema| schema.field(*column).is_nullable());
                Field::new(
                    &field.target,
                    schemas[0].field(*column).data_type().clone(),
                    nullable,
                )
            })
            .collect();
        let places = columns
            .iter()
            .filter_map(|column| projection.iter().position(|kept| kept == column))
            .collect();
        Ok(Self {
            files,
            projection,
            places,
            schema: Arc::new(Schema::new(fields)),
        })
    }

    async fn open(
        self: Arc<Self>,
        file: PathBuf,
        batch_rows: usize,
    ) -> Result<RowStream, EngineError> {
        let unreadable = EngineError::snapshot_unreadable(&file);
        let plan = Arc::clone(&self);
        let opening = tokio::task::spawn_blocking(move || {
            parquet_io::read(&input(&file), Some(&plan.projection), batch_rows)
        });
        let (_, rows) = opening.await?.map_err(|error| unreadable(error.into()))?;
        Ok(rows
            .map(move |batch| {
                let batch = batch.map_err(|error| unreadable(error.into()))?;
                self.rename(&batch)
                    .map_err(|error| unreadable(error.into()))
            })
            .boxed())
    }

    fn rename(&self, batch: &RecordBatch) -> Result<RecordBatch, FormatError> {
        let arrays = self
            .places
            .iter()
            .map(|place| Arc::clone(batch.column(*place)))
            .collect();
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        Ok(RecordBatch::try_new_with_options(
            Arc::clone(&self.schema),
            arrays,
            &options,
        )?)
    }
}

fn input(path: &Path) -> InputFile {
    InputFile::new(path, path.display().to_string(), Compression::None)
}

pub(crate) fn footer(path: &Path) -> Result<parquet_io::FileInfo, EngineError> {
    parquet_io::file_info(&input(path))
        .map_err(|error| EngineError::snapshot_unreadable(path)(error.into()))
}
