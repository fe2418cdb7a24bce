//! The work of one snapshot: from a table's files, or from rows, to Parquet files in its place.

use base::Cancel;
use formats::csv::{self, CsvDialect};
use formats::error::BoxError;
use formats::write::{Format, ParquetOptions, Progress, write_file};
use formats::{Compression, FormatError, InputFile, TableSchema, jsonl, parquet_io};
use futures::stream::{BoxStream, StreamExt, TryStreamExt};

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;

use crate::error::EngineError;
use crate::snapshot::conform::Conform;
use crate::snapshot::copy::{CopyError, copy};
use crate::snapshot::place::Place;
use crate::snapshot::{SnapshotFile, SnapshotInfo};

pub(crate) struct Work<'a> {
    place: &'a Place,
    table: &'a str,
    schema: &'a TableSchema,
    progress: &'a (dyn Fn(Progress) + Send + Sync),
    files: Vec<SnapshotFile>,
    new_columns: Vec<String>,
}

impl<'a> Work<'a> {
    pub(crate) fn new(
        place: &'a Place,
        table: &'a str,
        schema: &'a TableSchema,
        progress: &'a (dyn Fn(Progress) + Send + Sync),
    ) -> Self {
        Self {
            place,
            table,
            schema,
            progress,
            files: Vec::new(),
            new_columns: Vec::new(),
        }
    }

    pub(crate) fn finish(self) -> SnapshotInfo {
        SnapshotInfo {
            rows: self.rows(),
            bytes: self.bytes(),
            schema: self.schema.clone(),
            files: self.files,
            new_columns: self.new_columns,
        }
    }

    fn rows(&self) -> u64 {
        self.files.iter().map(|file| file.rows).sum()
    }

    fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    fn reading(&self) -> impl Fn(FormatError) -> EngineError + use<> {
        EngineError::reading(self.table)
    }

    pub(crate) async fn csv(
        &mut self,
        inputs: Vec<InputFile>,
        dialect: CsvDialect,
    ) -> Result<(), EngineError> {
        let (reading, files) = (self.reading(), inputs.clone());
        let headers =
            tokio::task::spawn_blocking(move || -> Result<Vec<Vec<String>>, FormatError> {
                files
                    .iter()
                    .map(|file| csv::columns(file, dialect))
                    .collect()
            });
        for names in headers.await?.map_err(&reading)? {
            self.note_new(names);
        }
        let rows = csv::read(inputs, dialect, self.schema).map_err(&reading)?;
        self.write(rows.map_err(reading).boxed()).await
    }

    pub(crate) async fn jsonl(&mut self, inputs: Vec<InputFile>) -> Result<(), EngineError> {
        let reading = self.reading();
        let (rows, keys) = jsonl::read(inputs, self.schema).map_err(&reading)?;
        self.write(rows.map_err(reading).boxed()).await?;
        self.note_new(keys.unknown());
        Ok(())
    }

    /// One file of the snapshot for one of the source. A file that has the schema already is copied as it is.
    pub(crate) async fn parquet(
        &mut self,
        input: InputFile,
        batch_rows: usize,
        cancel: &Cancel,
    ) -> Result<(), EngineError> {
        let found = self.file_schema(input.clone()).await?;
        if carries(&found, self.schema) {
            return self.copy(input, cancel).await;
        }
        let projection: Result<Vec<usize>, EngineError> = self
            .schema
            .fields
            .iter()
            .map(|wanted| {
                found
                    .fields
                    .iter()
                    .position(|field| field.name == wanted.name)
                    .ok_or_else(|| EngineError::SchemaColumnMissing {
                        table: self.table.to_owned(),
                        column: wanted.name.clone(),
                        file: input.label.clone(),
                    })
            })
            .collect();
        let projection = projection?;
        self.note_new(found.fields.into_iter().map(|field| field.name));
        let reading = self.reading();
        let mut conform = Conform {
            table: self.table.to_owned(),
            file: input.label.clone(),
            target: self.target()?,
            rows: 0,
        };
        let opening = tokio::task::spawn_blocking(move || {
            parquet_io::read(&input, Some(&projection), batch_rows)
        });
        let (_, rows) = opening.await?.map_err(&reading)?;
        let rows = rows.map(move |batch| conform.batch(&batch.map_err(&reading)?));
        self.write(rows.boxed()).await
    }

    async fn file_schema(&self, input: InputFile) -> Result<TableSchema, EngineError> {
        let info = tokio::task::spawn_blocking(move || parquet_io::file_info(&input)).await?;
        Ok(TableSchema::from_arrow(
            &info.map_err(self.reading())?.schema,
        ))
    }

    fn target(&self) -> Result<SchemaRef, EngineError> {
        self.schema.to_arrow().map_err(self.reading())
    }

    fn note_new(&mut self, names: impl IntoIterator<Item = String>) {
        for name in names {
            if self.schema.field(&name).is_none() && !self.new_columns.contains(&name) {
                self.new_columns.push(name);
            }
        }
    }

    async fn copy(&mut self, input: InputFile, cancel: &Cancel) -> Result<(), EngineError> {
        let (name, path) = self.place.part(self.files.len());
        let (from, to, cancel) = (input.clone(), path.clone(), cancel.clone());
        let copied = tokio::task::spawn_blocking(move || copy(&from, &to, &cancel)).await?;
        let bytes = copied.map_err(|error| match error {
            CopyError::Reading(source) => EngineError::SourceUnreadable {
                path: input.label.clone(),
                source,
            },
            CopyError::Writing(source) => EngineError::snapshot_unwritable(&path)(source),
            CopyError::Cancelled => EngineError::Cancelled,
        })?;
        // The footer of the copy, not of the source: it must be readable where it is now.
        let copied = InputFile::new(path, input.label, Compression::None);
        let info = tokio::task::spawn_blocking(move || parquet_io::file_info(&copied)).await?;
        let rows = info.map_err(self.reading())?.rows;
        self.files.push(SnapshotFile {
            path: name,
            rows,
            bytes,
        });
        (self.progress)(Progress {
            rows: self.rows(),
            bytes: self.bytes(),
        });
        Ok(())
    }

    /// One file of the snapshot for rows that have its schema.
    pub(crate) async fn write(
        &mut self,
        rows: BoxStream<'_, Result<RecordBatch, EngineError>>,
    ) -> Result<(), EngineError> {
        let (name, path) = self.place.part(self.files.len());
        let (before_rows, before_bytes) = (self.rows(), self.bytes());
        let progress = |now: Progress| {
            (self.progress)(Progress {
                rows: before_rows + now.rows,
                bytes: before_bytes + now.bytes,
            });
        };
        let file =
            std::fs::File::create_new(&path).map_err(EngineError::snapshot_unwritable(&path))?;
        let format = Format::Parquet(ParquetOptions::default());
        let rows = rows
            .map_err(|error| -> BoxError { Box::new(error) })
            .boxed();
        let written = write_file(
            &path,
            file,
            &format,
            Compression::None,
            self.target()?,
            rows,
            &progress,
        )
        .await;
        let (written, _) = written.map_err(|error| match error {
            FormatError::Source(error) => match error.downcast::<EngineError>() {
                Ok(own) => *own,
                Err(error) => EngineError::SourceFileBroken {
                    table: self.table.to_owned(),
                    source: Box::new(FormatError::Source(error)),
                },
            },
            FormatError::File { source, .. } => EngineError::snapshot_unwritable(&path)(source),
            other => self.reading()(other),
        })?;
        self.files.push(SnapshotFile {
            path: name,
            rows: written.rows,
            bytes: written.bytes,
        });
        Ok(())
    }
}

/// Has a file exactly the columns of the schema, so that its bytes can be taken as they are?
fn carries(found: &TableSchema, wanted: &TableSchema) -> bool {
    found.fields.len() == wanted.fields.len()
        && found
            .fields
            .iter()
            .zip(&wanted.fields)
            .all(|(found, wanted)| {
                found.name == wanted.name
                    && found.data_type == wanted.data_type
                    && (wanted.nullable || !found.nullable)
            })
}
