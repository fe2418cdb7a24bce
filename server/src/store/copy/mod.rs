//! The whole database, row by row: out of one moment of it into a backup, and out of a backup into one that is empty.
//!
//! Both databases have the same tables with the same columns, of texts and whole numbers alone, so that a copy of one
//! fills the other. A row is an array of JSON, in the order of the table's columns. A copy may be of an older schema than
//! this program's, so here alone statements are made while running: names of tables are those of [`KEPT`], and columns
//! are asked of the database itself.

mod reading;
mod settling;
mod tables;
mod writing;

pub use reading::{Lines, Moment, SnapshotFiles, TableRows};
pub use settling::{Gone, Settled, forget_snapshots, settle};
pub use tables::{Column, CopiedTable, KEPT, PASSING, kept};
pub use writing::{Filling, clear, is_empty, keep_others_out};
