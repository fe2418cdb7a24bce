//! What can go wrong with sources and snapshots, as stable codes with arguments: sentences are made where they are read.

use std::collections::BTreeMap;
use std::io;

use datafusion::error::DataFusionError;
use formats::{FormatError, Misfit, SchemaDifference};

use crate::segment::SegmentError;

#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    #[error("cannot read `{path}`: {source}")]
    SourceUnreadable {
        path: String,
        #[source]
        source: io::Error,
    },
    #[error("the source has no table `{table}`")]
    TableMissing { table: String },
    #[error("table `{table}`: `{file}` changed while it was read")]
    SourceChangedWhileRead { table: String, file: String },
    #[error("table `{table}`: {}, line {}, column `{}`: `{}` is not {}", .misfit.file, .misfit.line, .misfit.column, .misfit.value, .misfit.expected)]
    SourceFileMisfit { table: String, misfit: Box<Misfit> },
    #[error("table `{table}`: `{file}` has no column `{column}`")]
    SchemaColumnMissing {
        table: String,
        column: String,
        file: String,
    },
    #[error(
        "table `{table}`, column `{column}`: `{file}` has {found}, which cannot become {expected}"
    )]
    SchemaTypeMisfit {
        table: String,
        column: String,
        file: String,
        found: String,
        expected: String,
    },
    #[error("table `{table}`: `{file}` does not have the columns of `{reference}`: {difference}")]
    PartsDiffer {
        table: String,
        file: String,
        reference: String,
        difference: Box<SchemaDifference>,
    },
    #[error("table `{table}`: {source}")]
    SourceFileBroken {
        table: String,
        #[source]
        source: Box<FormatError>,
    },
    #[error("cannot write the snapshot `{path}`: {source}")]
    SnapshotUnwritable {
        path: String,
        #[source]
        source: io::Error,
    },
    #[error("cannot read the snapshot `{path}`: {source}")]
    SnapshotUnreadable {
        path: String,
        #[source]
        source: formats::error::BoxError,
    },
    #[error(transparent)]
    Segment(#[from] SegmentError),
    #[error("the query failed: {0}")]
    Query(#[source] Box<DataFusionError>),
    #[error("the work was cancelled")]
    Cancelled,
    #[error("a worker ended unexpectedly: {0}")]
    Worker(#[from] tokio::task::JoinError),
}

impl EngineError {
    /// Could the same work succeed later without anybody changing anything?
    pub fn is_transient(&self) -> bool {
        match self {
            Self::SourceChangedWhileRead { .. } => true,
            Self::SourceUnreadable { source, .. } | Self::SnapshotUnwritable { source, .. } => {
                passes(source)
            }
            _ => false,
        }
    }

    /// Stable: it is stored, and texts in every language hang on it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::SourceUnreadable { .. } => "source_unreadable",
            Self::TableMissing { .. } => "table_missing",
            Self::SourceChangedWhileRead { .. } => "source_changed_while_read",
            Self::SourceFileMisfit { .. } => "source_file_misfit",
            Self::SchemaColumnMissing { .. } => "schema_column_missing",
            Self::SchemaTypeMisfit { .. } => "schema_type_misfit",
            Self::PartsDiffer { .. } => "source_parts_differ",
            Self::SourceFileBroken { source, .. } => match &**source {
                FormatError::Ragged { .. } => "source_file_ragged",
                FormatError::Empty { .. } => "source_file_empty",
                FormatError::UnknownType { .. } => "schema_type_unknown",
                _ => "source_file_broken",
            },
            Self::SnapshotUnwritable { source, .. }
                if source.kind() == io::ErrorKind::StorageFull =>
            {
                "no_space"
            }
            Self::SnapshotUnwritable { .. } => "snapshot_unwritable",
            Self::SnapshotUnreadable { .. } => "snapshot_unreadable",
            Self::Segment(error) => error.code(),
            Self::Query(_) => "query_failed",
            Self::Cancelled => "cancelled",
            Self::Worker(_) => "internal",
        }
    }

    /// What the texts of [`Self::code`] speak about. `detail` is somebody else's own words.
    pub fn args(&self) -> BTreeMap<String, String> {
        let mut args = Args::default();
        match self {
            Self::Segment(error) => return error.args(),
            Self::SourceUnreadable { path, source } => args.add("file", path).add("detail", source),
            Self::TableMissing { table } => args.add("table", table),
            Self::SourceChangedWhileRead { table, file } => {
                args.add("table", table).add("file", file)
            }
            Self::SourceFileMisfit { table, misfit } => args
                .add("table", table)
                .add("file", &misfit.file)
                .add("line", &misfit.line)
                .add("column", &misfit.column)
                .add("value", &misfit.value)
                .add("expected", &misfit.expected),
            Self::SchemaColumnMissing {
                table,
                column,
                file,
            } => args
                .add("table", table)
                .add("column", column)
                .add("file", file),
            Self::SchemaTypeMisfit {
                table,
                column,
                file,
                found,
                expected,
            } => args
                .add("table", table)
                .add("column", column)
                .add("file", file)
                .add("found", found)
                .add("expected", expected),
            Self::PartsDiffer {
                table,
                file,
                reference,
                difference,
            } => args
                .add("table", table)
                .add("file", file)
                .add("reference", reference)
                .add("difference", difference),
            Self::SourceFileBroken { table, source } => match &**source {
                FormatError::Ragged {
                    file,
                    line,
                    found,
                    expected,
                } => args
                    .add("table", table)
                    .add("file", file)
                    .add("line", line)
                    .add("found", found)
                    .add("expected", expected),
                FormatError::Empty { file } => args.add("table", table).add("file", file),
                FormatError::UnknownType { name } => args.add("table", table).add("type", name),
                other => args.add("table", table).add("detail", other),
            },
            Self::SnapshotUnwritable { path, source } => {
                args.add("path", path).add("detail", source)
            }
            Self::SnapshotUnreadable { path, source } => {
                args.add("path", path).add("detail", source)
            }
            Self::Query(source) => args.add("detail", source),
            Self::Worker(source) => args.add("detail", source),
            Self::Cancelled => &mut args,
        };
        args.0
    }

    /// An error of reading a source's files.
    pub(crate) fn reading(table: &str) -> impl Fn(FormatError) -> Self + use<> {
        let table = table.to_owned();
        move |error| match error {
            FormatError::Misfit(misfit) => Self::SourceFileMisfit {
                table: table.clone(),
                misfit,
            },
            FormatError::MissingColumn { file, column } => Self::SchemaColumnMissing {
                table: table.clone(),
                column,
                file,
            },
            FormatError::SchemaDiffers {
                file,
                reference,
                difference,
            } => Self::PartsDiffer {
                table: table.clone(),
                file,
                reference,
                difference: Box::new(difference),
            },
            FormatError::File { path, source, .. } => Self::SourceUnreadable { path, source },
            FormatError::Source(error) => match error.downcast::<Self>() {
                Ok(own) => *own,
                Err(error) => Self::SourceFileBroken {
                    table: table.clone(),
                    source: Box::new(FormatError::Source(error)),
                },
            },
            FormatError::Worker(error) => Self::Worker(error),
            source => Self::SourceFileBroken {
                table: table.clone(),
                source: Box::new(source),
            },
        }
    }

    pub(crate) fn snapshot_unreadable(
        path: &std::path::Path,
    ) -> impl Fn(formats::error::BoxError) -> Self + use<> {
        let path = path.display().to_string();
        move |source| Self::SnapshotUnreadable {
            path: path.clone(),
            source,
        }
    }

    pub(crate) fn snapshot_unwritable(
        path: &std::path::Path,
    ) -> impl Fn(io::Error) -> Self + use<> {
        let path = path.display().to_string();
        move |source| Self::SnapshotUnwritable {
            path: path.clone(),
            source,
        }
    }
}

impl From<DataFusionError> for EngineError {
    fn from(error: DataFusionError) -> Self {
        Self::Query(Box::new(error))
    }
}

/// Missing files, missing rights and broken data stay so until somebody does something.
fn passes(error: &io::Error) -> bool {
    use io::ErrorKind::{
        InvalidData, InvalidInput, NotADirectory, NotFound, PermissionDenied, UnexpectedEof,
    };
    !matches!(
        error.kind(),
        NotFound | PermissionDenied | InvalidData | InvalidInput | NotADirectory | UnexpectedEof
    )
}

#[derive(Default)]
struct Args(BTreeMap<String, String>);

impl Args {
    fn add(&mut self, key: &str, value: &impl ToString) -> &mut Self {
        self.0.insert(key.to_owned(), value.to_string());
        self
    }
}
