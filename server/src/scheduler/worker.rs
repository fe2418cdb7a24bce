//! The loop that claims: as many runs and tasks as there are slots, then it waits to be woken.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use base::Cancel;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::{Deps, reaper, runner, tasks};

/// How often the queue is looked at without being woken: next attempts and expired leases.
const SCAN: Duration = Duration::from_secs(1);

pub(super) async fn serve(deps: Deps, stop: Cancel, beat: Arc<AtomicI64>) {
    if let Err(error) = reaper::take_over(&deps).await {
        // What is left there waits until its leases have passed.
        tracing::error!("cannot take over from the server before this one: {error}");
    }
    let slots = Arc::new(Semaphore::new(deps.max_runs.max(1)));
    let mut signals = deps.store.signals().subscribe();
    let mut works = JoinSet::new();
    while !stop.is_cancelled() {
        beat.store(deps.clock.now_us(), Ordering::Relaxed);
        // Tasks first: runs wait for them.
        claim(&deps, &stop, &slots, &mut works).await;
        while works.try_join_next().is_some() {}
        tokio::select! {
            () = stop.cancelled() => {}
            () = deps.wake.workers_awoken() => {}
            // A lagging receiver has missed signals, which is a reason to look as well.
            _ = signals.recv() => {}
            () = tokio::time::sleep(SCAN) => {}
        }
    }
    while works.join_next().await.is_some() {}
}

async fn claim(deps: &Deps, stop: &Cancel, slots: &Arc<Semaphore>, works: &mut JoinSet<()>) {
    while let Ok(slot) = Arc::clone(slots).try_acquire_owned() {
        match next(deps, stop).await {
            Ok(Some(work)) => {
                let wake = deps.wake.clone();
                works.spawn(async move {
                    work.await;
                    drop(slot);
                    // What waited for the slot or for this work can start.
                    wake.wake_workers();
                });
            }
            Ok(None) => return,
            Err(error) => {
                tracing::error!("cannot look at the queue: {error}");
                return;
            }
        }
    }
}

type Work = futures::future::BoxFuture<'static, ()>;

async fn next(deps: &Deps, stop: &Cancel) -> Result<Option<Work>, crate::store::StoreError> {
    if let Some(task) = tasks::claim(deps).await? {
        return Ok(Some(Box::pin(tasks::work(
            deps.clone(),
            stop.clone(),
            task,
        ))));
    }
    let run = runner::claim(deps).await?;
    Ok(run.map(|run| -> Work { Box::pin(runner::work(deps.clone(), stop.clone(), run)) }))
}
