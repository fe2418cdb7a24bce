//! Labels, owner and note of an export: to read among its details, to write in a pane of their own. They are no part of
//! its configuration, so that noting something makes no version of it.

mod conflict;
mod facts;
mod form;
mod pane;
mod saving;
mod state;

pub(super) use facts::AboutFacts;
pub(super) use pane::AboutPane;
