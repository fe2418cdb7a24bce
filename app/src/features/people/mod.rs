//! People, service accounts and invitations, for administrators.

mod edit_pane;
mod invitations;
mod invite_pane;
mod link_pane;
mod list;
mod new_link;
mod page;
mod questions;
mod role_field;
mod rows;
mod service_pane;
mod tab;
mod tokens_pane;

pub use page::PeoplePage;
