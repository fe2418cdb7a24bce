//! Where data may go: the connections, for administrators.

mod discover;
mod draft;
mod edit_pane;
mod edited_field;
mod edited_type;
mod fields;
mod form;
mod in_use;
mod list;
mod page;
mod pause;
mod people;
mod remove;
mod removed;
mod rows;
mod saving;
mod standing;
mod tab;
mod test_result;

pub use edit_pane::NewConnectionDialog;
pub use page::ConnectionsPage;
