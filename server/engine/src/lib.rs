//! Data in: sources, their snapshots, segments, and queries on them. The only user of `DataFusion`.
//!
//! Guarantees: memory is bounded whatever the size of a source, a snapshot is there whole or not at all, and rows keep
//! the order of their source. It knows no store, no connector and no page.

pub mod bucket;
mod columns;
mod detect;
mod error;
mod first_rows;
mod preview;
mod query;
pub mod sample;
mod scan;
mod segment;
mod snapshot;
pub mod source;

pub use detect::Detected;
pub use error::EngineError;
pub use first_rows::FirstRows;
pub use preview::{MASKED, PreviewRows};
pub use query::{Engine, EngineConfig};
pub use scan::{RowStream, Scan, SelectedField};
pub use segment::{
    Comparison, Filter, InputTable, SegmentError, SegmentShape, Selection, renamed_source,
};
pub use snapshot::{SnapshotFile, SnapshotInfo};
