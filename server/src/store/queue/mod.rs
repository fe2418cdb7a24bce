//! Everything that changes a run, from *Run* to its end.
//!
//! A worker claims a run with a lease and gets a fence; whatever it writes later carries the fence
//! and is refused once somebody else has claimed the run. Every change raises the run's revision,
//! writes the status columns of its export in the same transaction, and signals both. Whatever ends a run also adds its
//! mark to the strip of the export.
//!
//! Locks are waited for in one order everywhere: connection, export, source, task, run, places of work. A claim waits for
//! none.

mod attempt;
mod claim;
mod end;
mod enqueue;
mod files;
mod heartbeat;
mod person;
mod plan;
mod reap;
mod slots;
mod touch;
mod waiting;

pub use attempt::{PinnedItem, hold, mark_swept, pin_items, put_back, retry_at, set_plan};
pub use claim::{Claim, ClaimedRun, claim};
pub use end::{Ended, EndedItem, end};
pub use enqueue::{Enqueued, NewRun, enqueue};
pub use heartbeat::{Heartbeat, ItemProgress, Progress, heartbeat};
pub use person::{Canceled, cancel_reason, discard, release, request_cancel};
pub use plan::{Becomes, Cause, ExportPlan, Going, Move, PlannedEntry, Written, going, plan};
pub use reap::{MOST_LOOKS, Reaped, expire_leases, reap};
pub use waiting::end_waits;

pub(super) use files::compared;
