//! Segments: saved selections, whose result is a table.
//!
//! A segment is a source of its own kind that makes its one table from others. Segment, source and table have the
//! same UUID (`SegmentId::source`, `SegmentId::table`), so that snapshots, tasks, pins and deliveries know it as
//! they know sources and tables: [`tables::table`](super::tables::table) reads its result,
//! [`tasks::ask_evaluation`](super::tasks::ask_evaluation) asks for it, and its signals are those of a source.
//!
//! Locks are taken in one order everywhere: sources by id, then segments by id.

mod inputs;
mod reading;
mod removed;
mod writing;

pub use inputs::{SegmentInput, inputs, inputs_of, using_table, using_tables_of};
pub use reading::{SegmentRow, get, list, used_by};
pub use removed::{Restored, free_name, get_removed, gone_input, removed, restore};
pub use writing::{
    NewSegment, SegmentChange, create, forget_removed, lock_version, remove, update,
};

pub(super) use inputs::sources_of_all;
