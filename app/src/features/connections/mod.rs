//! Where data may go: the connections, for administrators.

mod draft;
mod edit_pane;
mod form;
mod page;
mod remove;
mod rows;
mod test_result;

pub use edit_pane::NewConnectionDialog;
pub use page::ConnectionsPage;
