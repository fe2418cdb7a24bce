//! Setting up, editing and duplicating an export: one form over one state.
//!
//! `state` and `items_state` hold what is typed, `submission` makes a draft of it and finds the way
//! back from the server's field paths to the fields of the form, `preview` asks the server what would be
//! written. The rest draws. Saving needs script: a form of this depth cannot be posted flat.

mod conflict;
mod destination;
mod errors;
mod fields;
mod items;
mod items_state;
mod load;
mod options;
mod options_state;
mod pane;
mod paths;
mod preview;
mod saving;
mod sharing;
mod state;
mod submission;

pub(super) use load::Purpose;
pub(super) use pane::FormPane;
