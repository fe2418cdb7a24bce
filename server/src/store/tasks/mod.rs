//! Tasks: renewals of one source and evaluations of one segment, shared by the runs that need them. Claimed with lease
//! and fence, as runs are; one per source at a time, in the order in which they were asked for. An evaluation waits
//! until all that it needs has ended.
//!
//! Locks are taken in the order source, segment, task, run.

mod ask;
mod cancel;
mod claim;
mod end;
mod evaluations;
mod forget;
mod lease;
mod needs;
mod status;

pub use ask::{OpenTasks, ask_refresh};
pub use cancel::cancel;
pub use claim::{ClaimedTask, claim};
pub use end::{TaskEnd, finish, put_back};
pub use evaluations::{OpenEvaluations, ask_evaluation};
pub use forget::forget;
pub use lease::{heartbeat, hold};
pub use needs::{UnmetNeed, UsedTable, need, tables_used, unmet_needs, unmet_needs_of_task};
pub use status::status;

pub(super) use ask::insert_whole;
pub(super) use cancel::{Which, stop};
pub(super) use end::{fail_waiting, reap};
pub(super) use evaluations::insert_evaluation;
pub(super) use needs::{waiting, waits_for};

/// How often a task is taken from dead workers before it has failed.
const MOST_ATTEMPTS: i64 = 3;
