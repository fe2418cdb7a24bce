//! The columns of a CSV table as its first file has them today: cheap, to see whether a schema still holds.

use formats::csv::{self, CsvDialect};

use crate::detect::inputs;
use crate::error::EngineError;
use crate::query::Engine;
use crate::source::{FolderSource, FoundTable};

impl Engine {
    /// Reads the header only. An empty table has none.
    pub async fn csv_columns(
        &self,
        source: &FolderSource,
        table: &FoundTable,
        dialect: CsvDialect,
    ) -> Result<Vec<String>, EngineError> {
        let inputs = inputs(source, table).await?;
        let Some(first) = inputs.into_iter().next() else {
            return Ok(Vec::new());
        };
        tokio::task::spawn_blocking(move || csv::columns(&first, dialect))
            .await?
            .map_err(EngineError::reading(&table.name))
    }
}
