//! Runs and their receipts: the page of all runs, the pane of one, the list of an export's runs, and the
//! marks and figures that other features show of them.

mod announcer;
mod decision;
mod export_link;
mod figures;
mod filters;
mod head;
mod list;
mod page;
mod pane;
mod progress;
mod receipt;
mod receipt_files;
mod state;
mod status;
mod summary;
mod table;

pub use figures::{count, rows};
pub use list::RunTable;
pub use page::RunsPage;
pub use pane::RunPane;
pub use state::{day_end, day_start};
pub use status::{StatusBadge, retrying_text, status_look, status_text};
