//! Gives the batches of a Parquet file the columns and types of the table's schema, or says why it cannot.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, RecordBatch, RecordBatchOptions};
use arrow::compute::kernels::cmp::not_distinct;
use arrow::compute::{CastOptions, can_cast_types, cast_with_options};
use arrow::datatypes::{DataType, SchemaRef};
use arrow::error::ArrowError;
use arrow::util::display::array_value_to_string;
use formats::{ColumnType, Misfit};

use crate::error::EngineError;

pub(crate) struct Conform {
    pub(crate) table: String,
    pub(crate) file: String,
    pub(crate) target: SchemaRef,
    /// Rows of the file that came before, for messages.
    pub(crate) rows: u64,
}

impl Conform {
    pub(crate) fn batch(&mut self, batch: &RecordBatch) -> Result<RecordBatch, EngineError> {
        let arrays: Result<Vec<ArrayRef>, EngineError> = (0..self.target.fields().len())
            .map(|place| self.column(batch, place))
            .collect();
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        let conformed =
            RecordBatch::try_new_with_options(Arc::clone(&self.target), arrays?, &options)
                .map_err(|error| self.broken(error))?;
        self.rows += batch.num_rows() as u64;
        Ok(conformed)
    }

    fn column(&self, batch: &RecordBatch, place: usize) -> Result<ArrayRef, EngineError> {
        let field = self.target.field(place);
        let Some(array) = batch.column_by_name(field.name()) else {
            return Err(EngineError::SchemaColumnMissing {
                table: self.table.clone(),
                column: field.name().clone(),
                file: self.file.clone(),
            });
        };
        let converted = if array.data_type() == field.data_type() {
            Arc::clone(array)
        } else {
            self.cast(array, place)?
        };
        if !field.is_nullable()
            && let Some(row) = (0..converted.len()).find(|row| converted.is_null(*row))
        {
            return Err(self.misfit(array, place, row));
        }
        Ok(converted)
    }

    /// Casts without losing anything: what does not come back the same is a misfit.
    fn cast(&self, array: &ArrayRef, place: usize) -> Result<ArrayRef, EngineError> {
        let field = self.target.field(place);
        if !can_cast_types(array.data_type(), field.data_type()) {
            return Err(EngineError::SchemaTypeMisfit {
                table: self.table.clone(),
                column: field.name().clone(),
                file: self.file.clone(),
                found: ColumnType::from_arrow(array.data_type()).to_string(),
                expected: ColumnType::from_arrow(field.data_type()).to_string(),
            });
        }
        let lenient = CastOptions {
            safe: true,
            ..CastOptions::default()
        };
        let converted = cast_with_options(array, field.data_type(), &lenient)
            .map_err(|error| self.broken(error))?;
        let lost = (0..array.len()).find(|row| array.is_valid(*row) && converted.is_null(*row));
        if let Some(row) = lost {
            return Err(self.misfit(array, place, row));
        }
        // Text becomes a number only if all of it is one; `007` would not come back from 7 and is right nevertheless.
        if !is_text(array.data_type()) && can_cast_types(field.data_type(), array.data_type()) {
            let back = cast_with_options(&converted, array.data_type(), &lenient)
                .map_err(|error| self.broken(error))?;
            let same = not_distinct(array, &back).map_err(|error| self.broken(error))?;
            if let Some(row) = (0..same.len()).find(|row| !same.value(*row)) {
                return Err(self.misfit(array, place, row));
            }
        }
        Ok(converted)
    }

    #[cold]
    fn misfit(&self, array: &ArrayRef, place: usize, row: usize) -> EngineError {
        let field = self.target.field(place);
        let value = array_value_to_string(array, row).unwrap_or_default();
        EngineError::SourceFileMisfit {
            table: self.table.clone(),
            misfit: Box::new(Misfit {
                file: self.file.clone(),
                line: self.rows + row as u64 + 1,
                column: field.name().clone(),
                value: value.chars().take(64).collect(),
                expected: ColumnType::from_arrow(field.data_type()).to_string(),
            }),
        }
    }

    fn broken(&self, error: ArrowError) -> EngineError {
        EngineError::SourceFileBroken {
            table: self.table.clone(),
            source: Box::new(error.into()),
        }
    }
}

fn is_text(data_type: &DataType) -> bool {
    matches!(
        data_type,
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View
    )
}
