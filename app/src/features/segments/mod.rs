//! Segments: the list, the builder, details, their exports, and the question before one is removed.
//!
//! `conditions_state` and `state` hold what is typed, `conditions`, `values` and `sql` draw it, `preview` asks the server
//! what it comes to, `saving` sends it. The definition is checked in the browser by the server's own parser; what the
//! server finds beyond that lands at the same controls.

mod conditions;
mod conditions_state;
mod conflict;
mod details_pane;
mod exports_pane;
mod exports_table;
mod form;
mod load;
mod page;
mod preview;
mod remove;
mod rows;
mod saving;
mod sql;
mod state;
mod values;

pub use page::SegmentsPage;
