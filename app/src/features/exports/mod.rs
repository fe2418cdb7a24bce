//! The Exports page: the list with its commands, and the panes that set up, schedule, show and remove
//! exports.
//!
//! The address is the state: search, filters, order, page and open pane are read from it and changed
//! by links, so that everything but setting up works while no script runs.

mod about;
mod adding;
mod bulk;
mod chips;
mod choice;
mod commands;
mod conflict;
mod details_pane;
mod editable;
mod errors;
mod facts;
mod filters;
mod form;
mod history;
mod page;
mod panes;
mod problem;
mod refresh_banner;
mod remove;
mod row;
mod rules;
mod runner;
mod runs_pane;
mod schedule;
mod selection;
mod shortcuts;
mod shown;
mod strip;
mod table;
mod undo;
mod view_menu;
mod views;
mod views_keeping;
mod views_pane;

pub(super) use adding::use_cannot_add;
pub use page::ExportsPage;
pub use panes::PANES;
