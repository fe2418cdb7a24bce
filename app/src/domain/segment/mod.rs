//! Segments: saved selections, by conditions over one table or by one read-only SQL statement over tables.

mod condition;
mod definition;
mod operator;

pub use condition::{Condition, MOST_DEPTH, Test, instant};
pub use definition::{
    RemovedSegment, SegmentDefinition, SegmentDetails, SegmentDraft, SegmentKind, SegmentPreview,
    SegmentSummary, SegmentUse, segment_name,
};
pub use operator::{Arity, Family, Operator};
