//! CSV (RFC 4180 and what people make of it): finding out how a file is written, and reading it in parallel.
//!
//! A field that is nothing is null; `""` is an empty text. Records end with LF or CRLF; quoted fields may contain both.
//! Text must be UTF-8, with or without a byte order mark.

mod detect;
mod dialect;
mod header;
mod index;
mod read;

pub use detect::{Detected, detect};
pub use dialect::CsvDialect;
pub use header::columns;
pub use read::read;

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) use tests::table;
