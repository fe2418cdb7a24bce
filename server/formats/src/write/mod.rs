//! Arrow batches to files: CSV, JSON Lines, Parquet, with the options people choose.
//!
//! Batches are encoded in parallel on the blocking pool and written in the order they came, hashed
//! on the way, with bounded memory. A file is synced before it counts as written. Publishing it is
//! the caller's business.

mod calendar;
mod column;
mod csv;
mod gzip;
mod json;
mod options;
mod output;
mod pieces;
pub(crate) mod pipeline;
#[cfg(test)]
mod tests;
mod text;
mod text_files;
mod writer;

pub use options::{
    CsvOptions, Delimiter, Format, JsonOptions, LineEnd, OptionError, ParquetOptions, Quote,
};
pub use output::{HashedFile, OUTPUT_BUFFERED, Output};
pub use writer::{NextFile, Progress, WrittenFile, WrittenFiles, write_file, write_files};
