//! Runs and their receipts: the pane of one run, the list of an export's runs, and the marks and
//! figures that other features show of them.

mod decision;
mod figures;
mod list;
mod pane;
mod progress;
mod receipt;
mod receipt_files;
mod status;
mod summary;

pub use figures::{count, rows};
pub use list::RunTable;
pub use pane::RunPane;
pub use status::{StatusBadge, status_look};
