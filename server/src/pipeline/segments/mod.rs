//! Segments: from a definition to rows. What a definition says is checked and planned before it is saved, looked at
//! before it is believed, and evaluated into a snapshot by a task.

mod check;
mod evaluate;
mod filter;
mod rename;
mod selection;

pub use check::{CheckedSegment, SegmentFault};
pub use evaluate::{Evaluated, evaluate};
pub use rename::Followed;
