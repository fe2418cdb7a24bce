//! Watches over one piece of work: renews its lease, tells its progress, hears a request to stop,
//! and catches its panic.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use base::Cancel;
use futures::FutureExt as _;
use futures::future::{Fuse, FusedFuture as _};

/// How long a lease lasts, in microseconds of the database's clock.
pub(super) const LEASE_US: i64 = 30_000_000;
const LEASE: Duration = Duration::from_secs(30);
/// How often progress is written while it moves.
const PROGRESS: Duration = Duration::from_secs(1);
/// How often the lease is renewed in any case.
const HEARTBEAT: Duration = Duration::from_secs(10);

/// What a heartbeat found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pulse {
    /// The lease is renewed.
    Alive,
    /// The lease is renewed; a person asked to stop.
    StopAsked,
    /// Somebody else holds the lease now.
    Lost,
}

/// Why work was interrupted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Interrupted {
    /// A person asked.
    Canceled,
    /// The lease is lost: nothing more may be written.
    LeaseLost,
    /// The server stops.
    Stopping,
}

/// How the work ended.
pub(super) enum Ended<T> {
    Finished(T),
    /// It was told to stop; what it returned is kept, since it may have finished all the same.
    Interrupted(Interrupted, T),
    Panicked(String),
}

/// Runs `work` under a lease. `heartbeat(progress moved)` renews it; `moved` tells whether there is
/// progress to write. `cancel` is the flag that the work looks at.
pub(super) async fn supervise<T, B>(
    work: impl Future<Output = T>,
    cancel: &Cancel,
    stop: &Cancel,
    moved: impl Fn() -> bool,
    heartbeat: impl Fn() -> B,
) -> Ended<T>
where
    B: Future<Output = Result<Pulse, crate::store::StoreError>>,
{
    let mut why = None;
    let mut renewed = Instant::now();
    let mut asked_at = renewed;
    // Goes on beside the work: the work may hold the one writer that a heartbeat waits for.
    let mut beat = std::pin::pin!(Fuse::<B>::terminated());
    let mut ticks = tokio::time::interval(PROGRESS);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    ticks.tick().await;
    let mut work = std::pin::pin!(AssertUnwindSafe(work).catch_unwind());
    loop {
        tokio::select! {
            result = &mut work => {
                if !beat.is_terminated() {
                    // Whatever it finds, the end carries the fence.
                    let _found = beat.await;
                }
                return match (result, why) {
                    (Ok(value), None) => Ended::Finished(value),
                    (Ok(value), Some(why)) => Ended::Interrupted(why, value),
                    (Err(panic), _) => Ended::Panicked(words_of(panic.as_ref())),
                };
            }
            () = stop.cancelled(), if why.is_none() => {
                why = Some(Interrupted::Stopping);
                cancel.cancel();
            }
            _ = ticks.tick(), if beat.is_terminated() => {
                if moved() || renewed.elapsed() >= HEARTBEAT {
                    asked_at = Instant::now();
                    beat.set(heartbeat().fuse());
                }
            }
            found = &mut beat, if !beat.is_terminated() => {
                let lost = match found {
                    Ok(Pulse::Alive) => { renewed = asked_at; false }
                    Ok(Pulse::StopAsked) => {
                        renewed = asked_at;
                        why.get_or_insert(Interrupted::Canceled);
                        cancel.cancel();
                        false
                    }
                    Ok(Pulse::Lost) => true,
                    Err(error) => {
                        tracing::warn!("cannot renew a lease: {error}");
                        // The lease is judged by a clock that never jumps.
                        renewed.elapsed() >= LEASE
                    }
                };
                if lost {
                    why = Some(Interrupted::LeaseLost);
                    cancel.cancel();
                }
            }
        }
    }
}

pub(super) fn words_of(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<&str>()
        .map(|words| (*words).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "unknown".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicU32, Ordering};

    #[tokio::test]
    async fn a_request_to_stop_reaches_the_work() {
        let cancel = Cancel::new();
        let watched = cancel.clone();
        let ended = supervise(
            async move { watched.cancelled().await },
            &cancel,
            &Cancel::new(),
            || true,
            || async { Ok(Pulse::StopAsked) },
        )
        .await;
        assert!(matches!(
            ended,
            Ended::Interrupted(Interrupted::Canceled, ())
        ));
    }

    #[tokio::test]
    async fn the_work_goes_on_while_a_heartbeat_waits_for_what_the_work_holds() {
        let writer = std::sync::Arc::new(tokio::sync::Mutex::new(()));
        let (held, wanted) = (writer.clone(), writer);
        let (cancel, stop) = (Cancel::new(), Cancel::new());
        let ended = supervise(
            async move {
                let _held = held.lock().await;
                // Past the moment at which the heartbeat asks for it.
                tokio::time::sleep(Duration::from_millis(1_500)).await;
                "done"
            },
            &cancel,
            &stop,
            || true,
            || {
                let wanted = wanted.clone();
                async move {
                    let _held = wanted.lock().await;
                    Ok(Pulse::Alive)
                }
            },
        );
        let ended = tokio::time::timeout(Duration::from_secs(20), ended).await;
        assert!(matches!(ended, Ok(Ended::Finished("done"))));
    }

    #[tokio::test]
    async fn a_lost_lease_wins_over_everything_else() {
        let cancel = Cancel::new();
        let watched = cancel.clone();
        let beats = AtomicU32::new(0);
        let ended = supervise(
            async move {
                watched.cancelled().await;
                tokio::time::sleep(Duration::from_millis(1_500)).await;
            },
            &cancel,
            &Cancel::new(),
            || true,
            || {
                let beat = beats.fetch_add(1, Ordering::Relaxed);
                async move {
                    Ok(if beat == 0 {
                        Pulse::StopAsked
                    } else {
                        Pulse::Lost
                    })
                }
            },
        )
        .await;
        assert!(matches!(
            ended,
            Ended::Interrupted(Interrupted::LeaseLost, ())
        ));
    }

    #[tokio::test]
    async fn a_panic_is_caught_with_its_words() {
        let ended = supervise(
            async { panic!("no such column") },
            &Cancel::new(),
            &Cancel::new(),
            || false,
            || async { Ok(Pulse::Alive) },
        )
        .await;
        let Ended::<()>::Panicked(words) = ended else {
            panic!("not caught")
        };
        assert_eq!(words, "no such column");
    }
}
