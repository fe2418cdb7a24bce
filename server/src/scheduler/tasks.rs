//! Refresh tasks: each renews one source, or evaluates one segment.

use app::domain::{Reason, TaskKind};
use base::Cancel;
use tracing::Instrument as _;

use super::Deps;
use super::fullness::Room;
use super::supervisor::{Ended, Interrupted, LEASE_US, Pulse, supervise};
use crate::pipeline::{Evaluated, PipelineError, evaluate, renew};
use crate::store::{
    StoreError,
    queue::Heartbeat,
    servers,
    tasks::{self, ClaimedTask, TaskEnd},
};

/// How often a task is tried before its failure is final.
const MOST_ATTEMPTS: i64 = 3;

/// Claims a task. Where there is no room for it, that is left to a server that has some, and done here only if there is
/// none: it ends at once, and nobody waits for it.
pub(super) async fn claim(deps: &Deps) -> Result<Option<ClaimedTask>, StoreError> {
    let is_left = match deps.fullness.room() {
        Room::Enough => false,
        Room::Unknown => true,
        Room::Full(_) => servers::another_refreshes(&deps.store, &deps.worker).await?,
    };
    if is_left {
        return Ok(None);
    }
    tasks::claim(&deps.store, &deps.worker, LEASE_US).await
}

/// One attempt. Whatever is logged meanwhile carries the task.
pub(super) fn work(deps: Deps, stop: Cancel, task: ClaimedTask) -> impl Future<Output = ()> {
    let span = tracing::info_span!("task", task.id = %task.id, task.attempt = task.attempt);
    attempt(deps, stop, task).instrument(span)
}

async fn attempt(deps: Deps, stop: Cancel, task: ClaimedTask) {
    let cancel = Cancel::new();
    let ended = supervise(
        Box::pin(done(&deps, &task, &cancel)),
        &cancel,
        &stop,
        // It tells no progress, but hears within a second that it is to stop.
        || true,
        || async {
            tasks::heartbeat(&deps.store, task.id, task.fence, LEASE_US)
                .await
                .map(|pulse| match pulse {
                    Heartbeat::Alive {
                        cancel_requested: false,
                    } => Pulse::Alive,
                    Heartbeat::Alive {
                        cancel_requested: true,
                    } => Pulse::StopAsked,
                    Heartbeat::Lost => Pulse::Lost,
                })
        },
    )
    .await;
    let outcome = match ended {
        Ended::Interrupted(Interrupted::LeaseLost, _) => return,
        Ended::Interrupted(Interrupted::Stopping, Err(_)) => Outcome::PutBack,
        Ended::Interrupted(Interrupted::Canceled, Err(_)) => Outcome::Canceled,
        Ended::Interrupted(_, result) | Ended::Finished(result) => match result {
            Ok(Evaluated::Done) => Outcome::Successful,
            Ok(Evaluated::Skipped(reason)) => Outcome::Skipped(reason),
            Err(error) if error.transient && task.attempt < MOST_ATTEMPTS => {
                tracing::info!(task.id = %task.id, "refresh is tried again: {error}");
                Outcome::TryAgain
            }
            Err(error) => Outcome::Failed(error.reason),
        },
        Ended::Panicked(words) => {
            tracing::error!(task.id = %task.id, "a refresh panicked: {words}");
            Outcome::Failed(Reason::new("program_fault").detail(words))
        }
    };
    if let Err(error) = settle(&deps, &task, &outcome).await {
        tracing::error!(task.id = %task.id, "cannot write the end of a refresh: {error}");
    }
    if let Err(error) = crate::pipeline::drop_old_snapshots(&deps.store, &deps.data).await {
        tracing::warn!("cannot drop old snapshots: {error}");
    }
}

/// Does the task, if there is room for what it brings.
async fn done(
    deps: &Deps,
    task: &ClaimedTask,
    cancel: &Cancel,
) -> Result<Evaluated, PipelineError> {
    let Deps { store, data, .. } = deps;
    if let Room::Full(percent) = deps.fullness.room() {
        let reason = Reason::new("disk_full").with("percent", percent);
        return Ok(Evaluated::Skipped(reason));
    }
    match task.kind {
        TaskKind::Source => {
            renew(store, data, task, cancel).await?;
            Ok(Evaluated::Done)
        }
        TaskKind::Segment => evaluate(store, data, task, cancel).await,
    }
}

/// How the work is to be written down.
enum Outcome {
    Successful,
    Failed(Reason),
    /// What it needed did not come about, or the disk has no room.
    Skipped(Reason),
    /// A person stopped it.
    Canceled,
    /// It failed in passing: somebody tries again.
    TryAgain,
    /// The server stops: claimable at once, the attempt does not count.
    PutBack,
}

/// Writes how the task ended, or gives it back.
async fn settle(deps: &Deps, task: &ClaimedTask, outcome: &Outcome) -> Result<(), StoreError> {
    let now = deps.clock.now_us();
    let mut tx = deps.store.begin().await?;
    let end = match outcome {
        Outcome::Successful => Some(TaskEnd::Successful),
        Outcome::Failed(reason) => Some(TaskEnd::Failed(reason)),
        Outcome::Skipped(reason) => Some(TaskEnd::Skipped(reason)),
        Outcome::Canceled => Some(TaskEnd::Canceled),
        Outcome::TryAgain | Outcome::PutBack => None,
    };
    match end {
        Some(end) => tasks::finish(&mut tx, task.id, task.fence, end, now).await?,
        None => {
            let counts = matches!(outcome, Outcome::TryAgain);
            tasks::put_back(&mut tx, task.id, task.fence, counts).await?;
        }
    }
    tx.commit().await
}
