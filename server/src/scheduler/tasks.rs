//! Refresh tasks: each renews one source.

use app::domain::Reason;
use base::Cancel;

use super::Deps;
use super::supervisor::{Ended, Interrupted, LEASE_US, Pulse, supervise};
use crate::pipeline::renew;
use crate::store::{
    StoreError,
    queue::Heartbeat,
    tasks::{self, ClaimedTask},
};

/// How often a task is tried before its failure is final.
const MOST_ATTEMPTS: i64 = 3;

pub(super) async fn claim(deps: &Deps) -> Result<Option<ClaimedTask>, StoreError> {
    tasks::claim(&deps.store, &deps.worker, LEASE_US).await
}

pub(super) async fn work(deps: Deps, stop: Cancel, task: ClaimedTask) {
    let cancel = Cancel::new();
    let ended = supervise(
        renew(
            &deps.store,
            &deps.data,
            task.source_id,
            task.scope.as_deref(),
            &cancel,
        ),
        &cancel,
        &stop,
        || false,
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
        Ended::Interrupted(Interrupted::Stopping, Err(_)) => None,
        Ended::Interrupted(_, result) | Ended::Finished(result) => match result {
            Ok(()) => Some(Ok(())),
            Err(error) if error.transient && task.attempt < MOST_ATTEMPTS => {
                tracing::info!(task.id = %task.id, "refresh is tried again: {error}");
                None
            }
            Err(error) => Some(Err(error.reason)),
        },
        Ended::Panicked(words) => {
            tracing::error!(task.id = %task.id, "a refresh panicked: {words}");
            Some(Err(Reason::new("program_fault").detail(words)))
        }
    };
    if let Err(error) = settle(&deps, &task, outcome).await {
        tracing::error!(task.id = %task.id, "cannot write the end of a refresh: {error}");
    }
    if let Err(error) = crate::pipeline::drop_old_snapshots(&deps.store, &deps.data).await {
        tracing::warn!("cannot drop old snapshots: {error}");
    }
}

/// Writes how the task ended, or gives it back.
async fn settle(
    deps: &Deps,
    task: &ClaimedTask,
    outcome: Option<Result<(), Reason>>,
) -> Result<(), StoreError> {
    let mut tx = deps.store.begin().await?;
    match outcome {
        Some(outcome) => {
            let outcome = outcome.as_ref().copied();
            tasks::finish(&mut tx, task.id, task.fence, outcome, deps.clock.now_us()).await?;
        }
        None => tasks::put_back(&mut tx, task.id, task.fence).await?,
    }
    tx.commit().await
}
