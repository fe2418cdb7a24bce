//! Reading and writing the files Waybill takes in and hands out: CSV, JSON Lines and Parquet to and from Arrow.
//!
//! Pure CPU and local files: no `DataFusion`, no network, no product rules. Everything streams with bounded memory.

mod chunks;
pub mod compression;
pub mod csv;
pub mod error;
pub mod input;
pub mod jsonl;
mod ordered;
pub mod parquet_io;
pub mod types;
mod values;
pub mod write;

pub use compression::Compression;
pub use error::{FormatError, Misfit, Result};
pub use input::InputFile;
pub use types::{ColumnType, Field, SchemaDifference, TableSchema, TypeChange, guess_personal};
