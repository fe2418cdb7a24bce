//! The first rows of what a delivery sends, personal columns masked.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions, StringArray};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::error::ArrowError;
use futures::stream::{self, StreamExt, TryStreamExt};

use crate::error::EngineError;
use crate::preview::{MASKED, cells};
use crate::query::Engine;
use crate::scan::{Scan, SelectedField};

/// The beginning of a scan, held in memory.
pub struct FirstRows {
    snapshot: PathBuf,
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
}

impl FirstRows {
    /// The scan that a delivery takes, ended after these rows.
    pub fn scan(&self) -> Scan {
        let batches: Vec<Result<RecordBatch, EngineError>> =
            self.batches.iter().cloned().map(Ok).collect();
        Scan {
            schema: Arc::clone(&self.schema),
            rows: stream::iter(batches).boxed(),
        }
    }

    /// The rows as text for people; `None` is null.
    pub fn texts(&self) -> Result<Vec<Vec<Option<String>>>, EngineError> {
        // What is masked was replaced already.
        let clear = vec![false; self.schema.fields().len()];
        cells(&self.batches, &clear)
            .map_err(|error| EngineError::snapshot_unreadable(&self.snapshot)(error.into()))
    }
}

impl Engine {
    /// The first rows of [`Engine::scan`], `most` at the most. Values of the columns in `mask`, by their names in the
    /// snapshot, never leave this function: [`MASKED`] stands for each of them.
    pub async fn first_rows(
        &self,
        table: &str,
        snapshot: &Path,
        fields: &[SelectedField],
        most: usize,
        mask: &[String],
    ) -> Result<FirstRows, EngineError> {
        // In small batches: hardly more is decoded than is asked for.
        let few = Self {
            batch_rows: most.max(1),
            ..self.clone()
        };
        let scan = few.scan(table, snapshot, fields).await?;
        let masked: Vec<bool> = fields
            .iter()
            .map(|field| mask.contains(&field.source))
            .collect();
        let schema = masked_schema(&scan.schema, &masked);
        let mut rows = scan.rows;
        let mut batches = Vec::new();
        let mut left = most;
        while left > 0 {
            let Some(batch) = rows.try_next().await? else {
                break;
            };
            let batch = batch.slice(0, batch.num_rows().min(left));
            left -= batch.num_rows();
            let batch = masked_batch(&batch, &schema, &masked)
                .map_err(|error| EngineError::snapshot_unreadable(snapshot)(error.into()))?;
            batches.push(batch);
        }
        Ok(FirstRows {
            snapshot: snapshot.to_owned(),
            schema,
            batches,
        })
    }
}

/// The schema with masked columns as text.
fn masked_schema(schema: &SchemaRef, masked: &[bool]) -> SchemaRef {
    if !masked.contains(&true) {
        return Arc::clone(schema);
    }
    let fields: Vec<Field> = schema
        .fields()
        .iter()
        .zip(masked)
        .map(|(field, masked)| {
            if *masked {
                Field::new(field.name(), DataType::Utf8, false)
            } else {
                field.as_ref().clone()
            }
        })
        .collect();
    Arc::new(Schema::new(fields))
}

/// A batch in the masked schema. Values of masked columns are not even looked at.
fn masked_batch(
    batch: &RecordBatch,
    schema: &SchemaRef,
    masked: &[bool],
) -> Result<RecordBatch, ArrowError> {
    let rows = batch.num_rows();
    let arrays: Vec<ArrayRef> = batch
        .columns()
        .iter()
        .zip(masked)
        .map(|(array, masked)| {
            if *masked {
                Arc::new(StringArray::from(vec![MASKED; rows])) as ArrayRef
            } else {
                Arc::clone(array)
            }
        })
        .collect();
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(Arc::clone(schema), arrays, &options)
}

#[cfg(test)]
mod tests {
    use arrow::array::Int64Array;

    use super::*;

    #[test]
    fn a_masked_column_keeps_its_name_and_none_of_its_values() {
        let schema: SchemaRef = Arc::new(Schema::new(vec![
            Field::new("id", DataType::Int64, true),
            Field::new("email", DataType::Utf8, true),
        ]));
        let batch = RecordBatch::try_new(
            Arc::clone(&schema),
            vec![
                Arc::new(Int64Array::from(vec![Some(7), None])),
                Arc::new(StringArray::from(vec![Some("a@example.org"), None])),
            ],
        )
        .expect("a batch");
        assert!(Arc::ptr_eq(&schema, &masked_schema(&schema, &[false; 2])));
        let mask = [true, false];
        let schema = masked_schema(&schema, &mask);
        let batch = masked_batch(&batch, &schema, &mask).expect("masked");
        let rows = FirstRows {
            snapshot: PathBuf::new(),
            schema,
            batches: vec![batch],
        };
        let text = |text: &str| Some(text.to_owned());
        assert_eq!(
            rows.texts().expect("texts"),
            [
                vec![text(MASKED), text("a@example.org")],
                vec![text(MASKED), None],
            ],
            "null or not cannot be told either"
        );
        assert_eq!(rows.scan().schema.field(0).name(), "id");
    }
}
