//! Finds the schema of a table that was never read before.

use formats::csv::{self, CsvDialect};
use formats::{FormatError, InputFile, TableSchema, jsonl, parquet_io};

use crate::error::EngineError;
use crate::query::Engine;
use crate::source::{FileFormat, FolderSource, FoundTable};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detected {
    pub schema: TableSchema,
    /// For CSV only.
    pub dialect: Option<CsvDialect>,
}

impl Engine {
    /// Text formats are read whole, Parquet only its footers. Parts with different columns are an error that names one.
    pub async fn detect(
        &self,
        source: &FolderSource,
        table: &FoundTable,
    ) -> Result<Detected, EngineError> {
        let inputs = inputs(source, table).await?;
        let found = match table.format {
            FileFormat::Csv => csv::detect(&inputs).await.map(|found| Detected {
                schema: found.schema,
                dialect: Some(found.dialect),
            }),
            FileFormat::Jsonl => jsonl::detect(&inputs).await.map(|found| Detected {
                schema: found.schema,
                dialect: None,
            }),
            FileFormat::Parquet => {
                tokio::task::spawn_blocking(move || parquet_schema(&inputs)).await?
            }
        };
        found.map_err(EngineError::reading(&table.name))
    }
}

pub(crate) async fn inputs(
    source: &FolderSource,
    table: &FoundTable,
) -> Result<Vec<InputFile>, EngineError> {
    let (source, table) = (source.clone(), table.clone());
    tokio::task::spawn_blocking(move || source.inputs(&table)).await?
}

/// The schema of the first file, if the others have the same columns and types. A column that any part lets be null may be null.
fn parquet_schema(inputs: &[InputFile]) -> Result<Detected, FormatError> {
    let mut schema: Option<TableSchema> = None;
    for input in inputs {
        let found = TableSchema::from_arrow(&parquet_io::file_info(input)?.schema);
        let Some(first) = &mut schema else {
            schema = Some(found);
            continue;
        };
        let difference = TableSchema::difference(first, &found);
        if !difference.is_empty() {
            let reference = inputs
                .first()
                .map(|input| input.label.clone())
                .unwrap_or_default();
            return Err(FormatError::SchemaDiffers {
                file: input.label.clone(),
                reference,
                difference,
            });
        }
        for field in &mut first.fields {
            field.nullable |= found.field(&field.name).is_some_and(|other| other.nullable);
        }
    }
    let schema = schema
        .filter(|schema| !schema.fields.is_empty())
        .ok_or_else(|| FormatError::Empty {
            file: inputs
                .first()
                .map(|input| input.label.clone())
                .unwrap_or_default(),
        })?;
    Ok(Detected {
        schema,
        dialect: None,
    })
}
