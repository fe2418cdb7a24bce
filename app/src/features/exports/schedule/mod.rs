//! When an export starts by itself: the form of its schedule, alone or as a part of the export's
//! form, and the panes that schedule one export or several.
//!
//! `state` holds what is typed and makes the draft of it; the draft is parsed in the browser by the
//! parser of the server. `pane` and `several` are the panes, `saving` what comes of them, `conflict` two people at it. Times,
//! weekdays, zone and next starts are parts that the system refresh has too (`features::schedule`).

mod change;
mod conflict;
mod editor;
mod fields;
mod form;
mod month_days;
mod more;
mod outcome;
mod pane;
mod saving;
mod several;
mod state;

pub(super) use editor::ScheduleSection;
pub(super) use fields::{is_field, label, rank};
pub(super) use pane::SchedulePane;
pub(super) use several::ScheduleSeveral;
pub(super) use state::ScheduleState;
