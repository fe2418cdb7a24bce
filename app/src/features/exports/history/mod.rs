//! The history of an export: who changed what, with the differences, and restoring an older version.

mod differences;
mod entry;
mod pane;

pub(super) use differences::ValueTable;
pub(super) use pane::HistoryPane;
