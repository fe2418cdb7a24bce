//! The loop that claims: as many runs and tasks as there are slots, then it waits to be woken.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use base::Cancel;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::{Deps, reaper, runner, tasks};
use crate::store::{Signal, told};

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
            () = told(&mut signals, Signal::is_for_workers) => {}
            () = tokio::time::sleep(SCAN) => {}
        }
    }
    while works.join_next().await.is_some() {}
}

async fn claim(deps: &Deps, stop: &Cancel, slots: &Arc<Semaphore>, works: &mut JoinSet<()>) {
    loop {
        let free = slots.available_permits();
        if free == 0 {
            return;
        }
        let next = match next(deps, stop, free).await {
            Ok(next) => next,
            Err(error) => {
                tracing::error!("cannot look at the queue: {error}");
                return;
            }
        };
        if next.is_empty() {
            return;
        }
        for work in next {
            // Nobody else takes any.
            let slot = Arc::clone(slots).try_acquire_owned();
            let wake = deps.wake.clone();
            works.spawn(async move {
                work.await;
                drop(slot);
                // What waited for the slot or for this work can start.
                wake.wake_workers();
            });
        }
    }
}

type Work = futures::future::BoxFuture<'static, ()>;

async fn next(
    deps: &Deps,
    stop: &Cancel,
    most: usize,
) -> Result<Vec<Work>, crate::store::StoreError> {
    if let Some(task) = tasks::claim(deps).await? {
        return Ok(vec![Box::pin(tasks::work(
            deps.clone(),
            stop.clone(),
            task,
        ))]);
    }
    let work = |run| -> Work { Box::pin(runner::work(deps.clone(), stop.clone(), run)) };
    let runs = runner::claim(deps, most).await?;
    Ok(runs.into_iter().map(work).collect())
}
