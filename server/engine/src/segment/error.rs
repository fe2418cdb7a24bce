//! What can be wrong with a segment, as stable codes with arguments.

use std::collections::BTreeMap;

#[derive(Debug, thiserror::Error)]
pub enum SegmentError {
    #[error("the table has no column `{column}`")]
    ColumnMissing { column: String },
    #[error("column `{column}` of type {data_type} cannot be compared like this")]
    OperatorUnfit { column: String, data_type: String },
    #[error("column `{column}`: the comparison needs another number of values")]
    ValuesUnfit { column: String },
    #[error("column `{column}`: `{value}` is not a number")]
    NumberMalformed { column: String, value: String },
    #[error("column `{column}`: `{value}` is not a date")]
    DateMalformed { column: String, value: String },
    #[error("column `{column}`: `{value}` is not an instant")]
    InstantMalformed { column: String, value: String },
    #[error("the statement cannot be read: {detail}")]
    SqlMalformed { detail: String },
    #[error("the statement is not one single SELECT")]
    SqlNotASelect,
    #[error("{what} is not allowed in a segment")]
    SqlNotAllowed { what: String },
    /// `near` are tables that may be meant, as they would be written.
    #[error("there is no table `{table}`")]
    SqlTableUnknown { table: String, near: Vec<String> },
    #[error("several sources have a table `{table}`: {}", .sources.join(", "))]
    SqlTableAmbiguous { table: String, sources: Vec<String> },
    /// `place` counts from 1.
    #[error("column {place} of the result has no name")]
    SqlColumnUnnamed { place: usize },
    #[error("the result has two columns `{column}`")]
    SqlColumnTwice { column: String },
    #[error("column `{column}` has the type {data_type}, which no export can carry")]
    SqlColumnType { column: String, data_type: String },
    #[error("the statement failed: {detail}")]
    SqlFailed { detail: String },
    #[error("table `{table}` has no snapshot yet")]
    TableNotRefreshed { table: String },
    #[error("the segment took longer than {seconds} s")]
    TooSlow { seconds: u64 },
    #[error("the segment needs more memory than it may have")]
    OutOfMemory,
}

impl SegmentError {
    /// Stable: it is stored, and texts in every language hang on it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::ColumnMissing { .. } => "segment_column_missing",
            Self::OperatorUnfit { .. } => "operator_unfit",
            Self::ValuesUnfit { .. } => "values_unfit",
            Self::NumberMalformed { .. } => "number_malformed",
            Self::DateMalformed { .. } => "date_malformed",
            Self::InstantMalformed { .. } => "instant_malformed",
            Self::SqlMalformed { .. } => "sql_malformed",
            Self::SqlNotASelect => "sql_not_a_select",
            Self::SqlNotAllowed { .. } => "sql_not_allowed",
            Self::SqlTableUnknown { .. } => "sql_table_unknown",
            Self::SqlTableAmbiguous { .. } => "sql_table_ambiguous",
            Self::SqlColumnUnnamed { .. } => "sql_column_unnamed",
            Self::SqlColumnTwice { .. } => "sql_column_twice",
            Self::SqlColumnType { .. } => "sql_column_type",
            Self::SqlFailed { .. } => "sql_failed",
            Self::TableNotRefreshed { .. } => "table_not_refreshed",
            Self::TooSlow { .. } => "segment_too_slow",
            Self::OutOfMemory => "segment_out_of_memory",
        }
    }

    /// What the texts of [`Self::code`] speak about. `detail` is somebody else's own words.
    pub fn args(&self) -> BTreeMap<String, String> {
        let pairs: Vec<(&str, String)> = match self {
            Self::ColumnMissing { column }
            | Self::ValuesUnfit { column }
            | Self::SqlColumnTwice { column } => vec![("column", column.clone())],
            Self::OperatorUnfit { column, data_type }
            | Self::SqlColumnType { column, data_type } => {
                vec![("column", column.clone()), ("type", data_type.clone())]
            }
            Self::NumberMalformed { column, value }
            | Self::DateMalformed { column, value }
            | Self::InstantMalformed { column, value } => {
                vec![("column", column.clone()), ("value", value.clone())]
            }
            Self::SqlMalformed { detail } | Self::SqlFailed { detail } => {
                vec![("detail", detail.clone())]
            }
            Self::SqlNotAllowed { what } => vec![("what", what.clone())],
            Self::SqlTableUnknown { table, near } => {
                vec![("table", table.clone()), ("near", near.join(", "))]
            }
            Self::SqlTableAmbiguous { table, sources } => {
                vec![("table", table.clone()), ("sources", sources.join(", "))]
            }
            Self::SqlColumnUnnamed { place } => vec![("place", place.to_string())],
            Self::TableNotRefreshed { table } => vec![("table", table.clone())],
            Self::TooSlow { seconds } => vec![("seconds", seconds.to_string())],
            Self::SqlNotASelect | Self::OutOfMemory => Vec::new(),
        };
        pairs
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect()
    }
}
