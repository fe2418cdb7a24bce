//! The first rows of a snapshot as text for people, personal columns masked.

use std::path::Path;

use arrow::array::{Array, RecordBatch};
use arrow::error::ArrowError;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use datafusion::prelude::ParquetReadOptions;

use crate::error::EngineError;
use crate::query::Engine;
use crate::snapshot::part_files;

/// What stands for every value of a masked column, also for none.
pub const MASKED: &str = "•••";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PreviewRows {
    pub columns: Vec<String>,
    /// `None` is null.
    pub rows: Vec<Vec<Option<String>>>,
}

impl Engine {
    /// Values of the columns in `mask` never leave this function.
    pub async fn preview(
        &self,
        snapshot: &Path,
        limit: usize,
        mask: &[String],
    ) -> Result<PreviewRows, EngineError> {
        let folder = snapshot.to_owned();
        let files = tokio::task::spawn_blocking(move || part_files(&folder)).await??;
        let paths: Vec<String> = files
            .iter()
            .map(|path| path.display().to_string())
            .collect();
        let rows = self
            .ordered_session()
            .read_parquet(paths, ParquetReadOptions::default())
            .await?
            .limit(0, Some(limit))?;
        let columns: Vec<String> = rows
            .schema()
            .fields()
            .iter()
            .map(|field| field.name().clone())
            .collect();
        let masked: Vec<bool> = columns.iter().map(|column| mask.contains(column)).collect();
        let rows = cells(&rows.collect().await?, &masked)
            .map_err(|error| EngineError::snapshot_unreadable(snapshot)(error.into()))?;
        Ok(PreviewRows { columns, rows })
    }
}

/// Rows as text. Values of masked columns are not even looked at.
pub(crate) fn cells(
    batches: &[RecordBatch],
    masked: &[bool],
) -> Result<Vec<Vec<Option<String>>>, ArrowError> {
    let options = FormatOptions::default();
    let mut rows = Vec::new();
    for batch in batches {
        let formatters: Result<Vec<ArrayFormatter<'_>>, ArrowError> = batch
            .columns()
            .iter()
            .map(|array| ArrayFormatter::try_new(array, &options))
            .collect();
        let formatters = formatters?;
        for row in 0..batch.num_rows() {
            let mut cells = Vec::with_capacity(formatters.len());
            for ((array, formatter), masked) in batch.columns().iter().zip(&formatters).zip(masked)
            {
                cells.push(if *masked {
                    Some(MASKED.to_owned())
                } else if array.is_null(row) {
                    None
                } else {
                    Some(formatter.value(row).try_to_string()?)
                });
            }
            rows.push(cells);
        }
    }
    Ok(rows)
}
