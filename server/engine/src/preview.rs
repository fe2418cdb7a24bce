//! The first rows of a snapshot as text for people, personal columns masked.

use std::path::Path;

use arrow::array::Array;
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
        let options = FormatOptions::default();
        let mut shown = Vec::new();
        for batch in rows.collect().await? {
            let unreadable = |error: arrow::error::ArrowError| {
                EngineError::snapshot_unreadable(snapshot)(error.into())
            };
            let formatters: Result<Vec<ArrayFormatter<'_>>, _> = batch
                .columns()
                .iter()
                .map(|array| ArrayFormatter::try_new(array, &options))
                .collect();
            let formatters = formatters.map_err(unreadable)?;
            for row in 0..batch.num_rows() {
                let mut cells = Vec::with_capacity(columns.len());
                for ((array, formatter), masked) in
                    batch.columns().iter().zip(&formatters).zip(&masked)
                {
                    cells.push(if *masked {
                        Some(MASKED.to_owned())
                    } else if array.is_null(row) {
                        None
                    } else {
                        Some(formatter.value(row).try_to_string().map_err(unreadable)?)
                    });
                }
                shown.push(cells);
            }
        }
        Ok(PreviewRows {
            columns,
            rows: shown,
        })
    }
}
