//! The Notices page: what happened to the exports that the person follows, what they follow and with which
//! limits, and, for administrators, the groups that are told as people are. Other pages show its *Follow*.
//!
//! Everybody has their own notices and decides what they follow; the server decides who may change groups.
//! Tabs and panes are in the address, so that reading works while no script runs.

mod follow;
mod follow_button;
mod follow_pane;
mod following;
mod group_draft;
mod group_form;
mod group_pane;
mod group_remove;
mod group_rows;
mod groups;
mod list;
mod page;
mod settings;
mod tab;
mod test_result;

pub use follow::{FollowCommand, FollowFailure, follow_command};
pub use follow_button::{FollowButton, Followed, followed};
pub use page::NoticesPage;
