//! Segments: the list, the builder, details, their exports, the question before one is removed, and the way back.
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
mod list;
mod load;
mod page;
mod preview;
mod remove;
mod removed;
mod rows;
mod saving;
mod sql;
mod state;
mod tab;
mod values;

pub use page::SegmentsPage;
