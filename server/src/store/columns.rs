//! Reading columns into types. What cannot be read is reported as damaged, with the column's name.

use std::fmt::Display;
use std::str::FromStr;

use app::domain::ExportId;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::Row;
use sqlx::any::AnyRow;

use super::{Result, StoreError};

/// Columns of a row by name.
pub(super) trait Columns {
    fn maybe_text(&self, column: &str) -> Result<Option<String>>;
    fn maybe_int(&self, column: &str) -> Result<Option<i64>>;

    fn text(&self, column: &str) -> Result<String> {
        self.maybe_text(column)?
            .ok_or_else(|| damaged(column, "is null"))
    }

    fn int(&self, column: &str) -> Result<i64> {
        self.maybe_int(column)?
            .ok_or_else(|| damaged(column, "is null"))
    }

    fn flag(&self, column: &str) -> Result<bool> {
        Ok(self.int(column)? != 0)
    }

    /// A count, which is never negative and fits the wire.
    fn count(&self, column: &str) -> Result<u32> {
        u32::try_from(self.int(column)?).map_err(|error| damaged(column, error))
    }

    /// An instant where 0 stands for never.
    fn since(&self, column: &str) -> Result<Option<i64>> {
        Ok(Some(self.int(column)?).filter(|instant| *instant != 0))
    }

    /// A value that parses from text: ids, roles, types.
    fn parsed<T: FromStr<Err: Display>>(&self, column: &str) -> Result<T> {
        self.text(column)?
            .parse()
            .map_err(|error| damaged(column, error))
    }

    fn maybe_parsed<T: FromStr<Err: Display>>(&self, column: &str) -> Result<Option<T>> {
        let text = self.maybe_text(column)?;
        text.map(|text| text.parse().map_err(|error| damaged(column, error)))
            .transpose()
    }

    /// A value that has a code.
    fn coded<T>(&self, column: &str, from_code: impl Fn(&str) -> Option<T>) -> Result<T> {
        let code = self.text(column)?;
        from_code(&code).ok_or_else(|| damaged(column, format!("unknown code `{code}`")))
    }

    fn json<T: DeserializeOwned>(&self, column: &str) -> Result<T> {
        serde_json::from_str(&self.text(column)?).map_err(|error| damaged(column, error))
    }

    fn maybe_json<T: DeserializeOwned>(&self, column: &str) -> Result<Option<T>> {
        let text = self.maybe_text(column)?;
        text.map(|text| serde_json::from_str(&text).map_err(|error| damaged(column, error)))
            .transpose()
    }
}

impl Columns for AnyRow {
    fn maybe_text(&self, column: &str) -> Result<Option<String>> {
        self.try_get(column).map_err(|error| damaged(column, error))
    }

    fn maybe_int(&self, column: &str) -> Result<Option<i64>> {
        self.try_get(column).map_err(|error| damaged(column, error))
    }
}

fn damaged(column: &str, why: impl Display) -> StoreError {
    StoreError::Damaged {
        column: column.to_owned(),
        why: why.to_string(),
    }
}

/// A value as JSON text. U+0000 inside it is escaped, so that every database takes it.
pub(super) fn to_json<T: Serialize + ?Sized>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(StoreError::Json)
}

/// The same of a value that may be missing.
pub(super) fn to_maybe_json<T: Serialize + ?Sized>(value: Option<&T>) -> Result<Option<String>> {
    value.map(to_json).transpose()
}

/// Exports as rows for `over_given`, with the one member `export`.
pub(super) fn export_rows(exports: &[ExportId]) -> Result<String> {
    #[derive(Serialize)]
    struct Row {
        export: ExportId,
    }
    let rows: Vec<Row> = exports.iter().map(|id| Row { export: *id }).collect();
    to_json(&rows)
}

/// Text from outside, as every database takes it.
pub(super) fn checked(text: &str) -> Result<&str> {
    if text.contains('\0') {
        Err(StoreError::NulCharacter)
    } else {
        Ok(text)
    }
}

/// A length as databases count.
pub(super) fn as_int(length: usize) -> i64 {
    i64::try_from(length).unwrap_or(i64::MAX)
}
