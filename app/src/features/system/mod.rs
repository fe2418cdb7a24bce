//! The System page: what the system refresh did and does, when it starts, what starts next.
//!
//! Everybody sees it; administrators change things, in panes. Tabs and panes are in the address, so
//! that looking works while no script runs.

mod cancel;
mod figures;
mod groups;
mod page;
mod refresh_all;
mod refresh_pane;
mod refresh_view;
mod refreshes;
mod refusal;
mod schedule_form;
mod schedule_pane;
mod schedule_saving;
mod schedule_state;
mod schedule_tab;
mod status;
mod status_shown;
mod tab;
mod upcoming;

pub use page::SystemPage;
