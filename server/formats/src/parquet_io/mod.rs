//! Parquet: reading with columns decoded in parallel, and writing with row groups encoded in parallel.

mod read;
mod write;

pub use read::{FileInfo, file_info, read};
pub use write::*;
