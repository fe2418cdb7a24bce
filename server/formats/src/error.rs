//! The errors of all formats, with file, line and column where they are known.
//!
//! Messages name the thing and contain no row data beyond the one value of a misfit, cut to 64 characters.

use std::path::PathBuf;

use crate::types::SchemaDifference;

/// What went wrong somewhere else and is only carried through.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

pub type Result<T, E = FormatError> = std::result::Result<T, E>;

/// A value that does not have the type its column promises.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    pub file: String,
    /// Counted from 1, as an editor shows it. Rows of Parquet files are counted instead.
    pub line: u64,
    pub column: String,
    /// Cut to 64 characters.
    pub value: String,
    /// The type's name, see [`crate::ColumnType`].
    pub expected: String,
}

#[derive(Debug, thiserror::Error)]
pub enum FormatError {
    #[error("cannot {action} `{path}`: {source}")]
    File {
        /// What was attempted: `open`, `read`, `write`, `sync`.
        action: &'static str,
        path: String,
        #[source]
        source: std::io::Error,
    },
    #[error("{}, line {}, column `{}`: `{}` is not {}", .0.file, .0.line, .0.column, .0.value, .0.expected)]
    Misfit(Box<Misfit>),
    #[error("{file}, line {line}: {found} fields where {expected} were expected")]
    Ragged {
        file: String,
        line: u64,
        found: u64,
        expected: u64,
    },
    #[error("{file}, line {line}: {problem}")]
    Malformed {
        file: String,
        line: u64,
        problem: String,
    },
    #[error("{file}, line {line}: a record is longer than {limit} bytes; is a quote never closed?")]
    RecordTooLong { file: String, line: u64, limit: u64 },
    #[error("{file} has no columns")]
    Empty { file: String },
    #[error("{file} has no column `{column}`")]
    MissingColumn { file: String, column: String },
    #[error("{file} does not have the columns of {reference}: {difference}")]
    SchemaDiffers {
        file: String,
        reference: String,
        difference: SchemaDifference,
    },
    #[error("`{name}` is not the name of a column type")]
    UnknownType { name: String },
    #[error("column `{column}`: {format} cannot carry the type {data_type}")]
    UnsupportedType {
        format: &'static str,
        column: String,
        data_type: String,
    },
    #[error("{file} is not a readable Parquet file: {source}")]
    Parquet {
        file: String,
        #[source]
        source: parquet::errors::ParquetError,
    },
    #[error("cannot convert a batch of rows: {0}")]
    Arrow(#[from] arrow::error::ArrowError),
    /// The incoming stream of a writer failed; its error is handed on as it came.
    #[error(transparent)]
    Source(BoxError),
    #[error("a worker ended unexpectedly: {0}")]
    Worker(#[from] tokio::task::JoinError),
}

impl FormatError {
    /// For use in `map_err`: an input or output error with what was attempted.
    pub fn file(
        action: &'static str,
        path: impl Into<PathBuf>,
    ) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.into();
        move |source| Self::File {
            action,
            path: path.display().to_string(),
            source,
        }
    }

    pub fn parquet(file: impl Into<String>) -> impl FnOnce(parquet::errors::ParquetError) -> Self {
        let file = file.into();
        move |source| Self::Parquet { file, source }
    }
}

/// Cuts a value for an error message.
pub(crate) fn shortened(value: &[u8]) -> String {
    let text = String::from_utf8_lossy(value);
    if text.chars().count() <= 64 {
        text.into_owned()
    } else {
        text.chars().take(63).chain(['…']).collect()
    }
}
