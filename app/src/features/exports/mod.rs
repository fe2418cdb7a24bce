//! The Exports page: the list with its commands, and the panes that set up, schedule, show and remove
//! exports.
//!
//! The address is the state: search, filters, order, page and open pane are read from it and changed
//! by links, so that everything but setting up works while no script runs.

mod commands;
mod details_pane;
mod dialogs;
mod editable;
mod errors;
mod facts;
mod filters;
mod form;
mod history_pane;
mod page;
mod panes;
mod refresh_banner;
mod row;
mod rules;
mod runner;
mod schedule;
mod selection;
mod shown;
mod table;

pub use page::ExportsPage;
pub use panes::PANES;
