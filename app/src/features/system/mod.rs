//! The System page: what the system refresh did and does, when it starts, what starts next; what depends on
//! what, the last day, what takes room and is kept, what the program is; pausing everything.
//!
//! Everybody sees it; administrators change things, in panes. Tabs and panes are in the address, so
//! that looking works while no script runs.

mod about;
mod cancel;
mod figures;
mod groups;
mod page;
mod pause_pane;
mod picture;
mod pipeline;
mod pipeline_layout;
mod pipeline_table;
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
mod storage;
mod tab;
mod task_pane;
mod timeline;
mod timeline_chart;
mod timeline_layout;
mod timeline_table;
mod timeline_work;
mod upcoming;

pub use page::SystemPage;
