//! Refreshes: the renewal of all sources and segments, or of some, and the exports that follow it. What is done for one
//! of them is a [task](super::tasks).

mod forget;
mod reading;
mod status;
mod writing;

pub use forget::forget;
pub use reading::{get, list};
pub use status::status;
pub use writing::{
    Following, NewRefresh, RefreshTaskRow, Started, cancel, followed, following, note_missed,
    start, tasks_of,
};
