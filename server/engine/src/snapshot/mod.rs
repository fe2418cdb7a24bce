//! Takes an immutable copy of a table: Parquet files in a folder that is there whole or not at all.
//!
//! Work happens in `<destination>.tmp`, which a crash may leave behind for who looks after the folder. Rows keep the
//! order of the source's files. The source's files are compared with their listing at the end: data that changed while
//! it was read never becomes a snapshot.

mod conform;
mod copy;
mod place;
#[cfg(test)]
mod tests;
mod write;

use std::path::Path;

use base::Cancel;
use formats::TableSchema;
use formats::csv::CsvDialect;
use formats::write::Progress;

use crate::detect::inputs;
use crate::error::EngineError;
use crate::query::Engine;
use crate::source::{FileFormat, FolderSource, FoundTable};

pub(crate) use place::{Place, part_files};
pub(crate) use write::Work;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotFile {
    /// The name inside the snapshot's folder.
    pub path: String,
    pub rows: u64,
    pub bytes: u64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotInfo {
    pub rows: u64,
    pub bytes: u64,
    pub schema: TableSchema,
    pub files: Vec<SnapshotFile>,
    /// Columns that the source has and the schema does not: they were passed over.
    pub new_columns: Vec<String>,
}

impl Engine {
    /// `schema` decides which columns are taken, in which order and as which types; `dialect` is needed for CSV alone.
    ///
    /// `destination` must not exist. On any error, and on cancelling, nothing stays behind.
    #[expect(
        clippy::too_many_arguments,
        reason = "source, table, schema and dialect are stored apart"
    )]
    pub async fn snapshot(
        &self,
        source: &FolderSource,
        table: &FoundTable,
        schema: &TableSchema,
        dialect: Option<CsvDialect>,
        destination: &Path,
        progress: &(dyn Fn(Progress) + Send + Sync),
        cancel: &Cancel,
    ) -> Result<SnapshotInfo, EngineError> {
        let place = Place::create(destination).await?;
        let work = async {
            let taken = self
                .take(source, table, schema, dialect, &place, progress, cancel)
                .await?;
            let (source, table) = (source.clone(), table.clone());
            tokio::task::spawn_blocking(move || source.check_unchanged(&table)).await??;
            Ok(taken)
        };
        let taken = tokio::select! {
            biased;
            () = cancel.cancelled() => Err(EngineError::Cancelled),
            taken = work => taken,
        };
        match taken {
            Ok(taken) => {
                place.publish().await?;
                Ok(taken)
            }
            Err(error) => {
                place.discard().await;
                Err(error)
            }
        }
    }

    #[expect(clippy::too_many_arguments, reason = "those of `snapshot`")]
    async fn take(
        &self,
        source: &FolderSource,
        table: &FoundTable,
        schema: &TableSchema,
        dialect: Option<CsvDialect>,
        place: &Place,
        progress: &(dyn Fn(Progress) + Send + Sync),
        cancel: &Cancel,
    ) -> Result<SnapshotInfo, EngineError> {
        let inputs = inputs(source, table).await?;
        let mut work = Work::new(place, &table.name, schema, progress);
        match table.format {
            FileFormat::Csv => work.csv(inputs, dialect.unwrap_or_default()).await?,
            FileFormat::Jsonl => work.jsonl(inputs).await?,
            FileFormat::Parquet => {
                for input in inputs {
                    work.parquet(input, self.batch_rows, cancel).await?;
                }
            }
        }
        Ok(work.finish())
    }
}
