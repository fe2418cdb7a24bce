//! Segments: the rows of one table that a filter takes, or of one read-only statement over tables.
//!
//! Guarantees: a statement reads the tables it was given and nothing else, changes nothing, holds no more memory than
//! the engine has, and ends within its time; a column made from personal columns is personal; a snapshot is there whole
//! or not at all. Rows keep the order of their table, or the one the statement asks for.

mod error;
mod filter;
mod functions;
mod grown;
mod guard;
mod literal;
mod names;
mod plan;
mod rename;
mod result;
mod run;
#[cfg(test)]
mod tests;
mod trace;
mod watch;

use std::path::{Path, PathBuf};
use std::time::Duration;

use base::Cancel;
use formats::TableSchema;
use formats::write::Progress;
use tokio::sync::{mpsc, oneshot};

use self::run::{Evaluation, failed, forward, gathered, rows, within};
use crate::error::EngineError;
use crate::preview::{PreviewRows, cells};
use crate::query::Engine;
use crate::snapshot::{Place, SnapshotInfo, Work};

pub use error::SegmentError;
pub use filter::{Comparison, Filter};
pub use rename::renamed_source;

/// How long planning may take.
const PLANNING: Duration = Duration::from_secs(15);
/// Batches that wait to be written.
const WAITING: usize = 2;

/// A table that a segment may read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputTable {
    /// Name of its source: what stands before the point in `"Source"."table"`.
    pub source: String,
    pub name: String,
    /// That of its snapshot; what is personal comes from here.
    pub schema: TableSchema,
    /// Without one the segment can be planned, and not evaluated.
    pub snapshot: Option<PathBuf>,
}

/// What a segment takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// The rows for which the filter holds, with all columns.
    Filter { table: InputTable, filter: Filter },
    /// The rows of one `SELECT` or `WITH … SELECT`. `tables` are all that it may name.
    Sql {
        sql: String,
        tables: Vec<InputTable>,
    },
}

/// What comes out of a segment, known without reading a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SegmentShape {
    pub schema: TableSchema,
    /// Which tables it reads, as places in [`Selection::Sql`]'s list, ascending, none twice. A filter reads `0`.
    pub inputs: Vec<usize>,
    /// The statement asks for the time or for chance (`now()`, `current_date`, `random()`): the same data may give
    /// other rows the next time.
    pub changes_by_itself: bool,
}

impl Engine {
    /// Plans the segment against the schemas of its tables. Reads no file.
    pub async fn segment_shape(&self, selection: &Selection) -> Result<SegmentShape, EngineError> {
        let evaluation = Evaluation::default();
        let (engine, selection, stop) = (self.clone(), selection.clone(), evaluation.stop());
        let shape =
            evaluation.start(async move { plan::shape(&engine, &selection, &stop).await })?;
        within(PLANNING, shape.wait()).await
    }

    /// How many rows it takes, and the first of them. With `mask_personal`, values of personal columns never leave this
    /// function.
    pub async fn segment_preview(
        &self,
        selection: &Selection,
        limit: usize,
        mask_personal: bool,
        time_limit: Duration,
    ) -> Result<(u64, PreviewRows), EngineError> {
        let evaluation = Evaluation::default();
        let (engine, selection, stop) = (self.clone(), selection.clone(), evaluation.stop());
        let preview = evaluation.start(async move {
            let (shape, query) = plan::query(&engine, &selection, &stop).await?;
            let members = query.clone().count().await.map_err(failed)?;
            let first = query.limit(0, Some(limit)).map_err(failed)?;
            let (first, _held) = gathered(first, &engine).await?;
            let fields = shape.schema.fields;
            let masked: Vec<bool> = fields
                .iter()
                .map(|field| mask_personal && field.personal)
                .collect();
            let rows = cells(&first, &masked).map_err(|error| failed(error.into()))?;
            let columns = fields.into_iter().map(|field| field.name).collect();
            Ok((members as u64, PreviewRows { columns, rows }))
        })?;
        within(time_limit, preview.wait()).await
    }

    /// Writes its rows as a snapshot.
    ///
    /// `destination` must not exist. On any error, on cancelling, and when the time is up, nothing stays behind.
    pub async fn segment_snapshot(
        &self,
        selection: &Selection,
        destination: &Path,
        time_limit: Duration,
        cancel: &Cancel,
    ) -> Result<SnapshotInfo, EngineError> {
        let place = Place::create(destination).await?;
        let evaluation = Evaluation::default();
        let work = self.write_segment(selection, &place, &evaluation);
        let written = tokio::select! {
            biased;
            () = cancel.cancelled() => Err(EngineError::Cancelled),
            written = within(time_limit, work) => written,
        };
        match written {
            Ok(written) => {
                place.publish().await?;
                Ok(written)
            }
            Err(error) => {
                place.discard().await;
                Err(error)
            }
        }
    }

    async fn write_segment(
        &self,
        selection: &Selection,
        place: &Place,
        evaluation: &Evaluation,
    ) -> Result<SnapshotInfo, EngineError> {
        let (planned, schema) = oneshot::channel();
        let (sender, batches) = mpsc::channel(WAITING);
        let (engine, selection, stop) = (self.clone(), selection.clone(), evaluation.stop());
        let name = selection.name().to_owned();
        let ending = evaluation.start(async move {
            let (shape, query) = plan::query(&engine, &selection, &stop).await?;
            if planned.send(shape.schema).is_err() {
                return Err(EngineError::Cancelled);
            }
            forward(query, sender).await
        })?;
        let Ok(schema) = schema.await else {
            // It failed before there was anything to write.
            ending.wait().await?;
            return Err(EngineError::Cancelled);
        };
        let target = schema.to_arrow().map_err(EngineError::reading(&name))?;
        let progress = |_: Progress| {};
        let mut work = Work::new(place, &name, &schema, &progress);
        work.write(rows(batches, ending, target)).await?;
        Ok(work.finish())
    }
}

impl Selection {
    /// For messages about what is written.
    fn name(&self) -> &str {
        match self {
            Self::Filter { table, .. } => &table.name,
            Self::Sql { .. } => "segment",
        }
    }
}
