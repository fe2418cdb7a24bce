//! The audit log: who did what, to what, from where; as a file too, and for how long it is kept.

mod chosen;
mod entry_pane;
mod filters;
mod page;
mod retention_pane;
mod rows;
mod state;

pub use page::AuditPage;
