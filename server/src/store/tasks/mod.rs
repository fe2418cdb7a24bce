//! Tasks: renewals of one source, shared by the runs that need them. Claimed with lease and fence,
//! as runs are; one per source at a time, in the order in which they were asked for.
//!
//! Locks are taken in the order source, task, run.

mod ask;
mod claim;
mod end;
mod lease;
mod needs;
mod status;

pub use ask::{OpenTasks, ask_refresh};
pub use claim::{ClaimedTask, claim};
pub use end::{TaskEnd, finish, put_back};
pub use lease::heartbeat;
pub use needs::{UnmetNeed, UsedTable, need, tables_used, unmet_needs};
pub use status::status;

pub(super) use ask::insert_whole;
pub(super) use end::reap;
pub(super) use needs::let_go;
pub(super) use status::write_source_status;

/// How often a task is taken from dead workers before it has failed.
const MOST_ATTEMPTS: i64 = 3;
