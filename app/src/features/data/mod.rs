//! Where data come from: tables, their schema and first rows; data sources.

mod schema_form;
mod source_form;
mod source_remove;
mod sources;
mod state;
mod table_pane;
mod tables;

pub use sources::SourcesPage;
pub use state::{RefreshBadge, RefreshedAt, refresh_look};
pub use table_pane::{Fields, FirstRows};
pub use tables::TablesPage;
