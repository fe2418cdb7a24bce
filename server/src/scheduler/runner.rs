//! One claimed run: supervises its attempt and writes how it ended.

use std::time::Duration;

use app::domain::{Reason, RunStatus};
use base::{Backoff, Cancel, random_u64};
use tracing::Instrument as _;

use super::Deps;
use super::supervisor::{Ended, Interrupted, LEASE_US, Pulse, supervise};
use crate::pipeline::{Delivery, End, PipelineError, RunProgress, deliver};
use crate::store::{
    StoreError,
    queue::{self, Claim, ClaimedRun, Heartbeat, MOST_LOOKS},
};

/// The longest that a destination may ask to be left alone.
const LONGEST_ASKED: Duration = Duration::from_hours(1);

/// How the attempt is to be written down.
enum Outcome {
    End(Box<queue::Ended>),
    Hold(Reason),
    /// Another attempt at this instant.
    Retry {
        at: i64,
        reason: Reason,
        /// It may be published.
        in_doubt: bool,
    },
    /// The server stops: claimable at once, the attempt does not count.
    PutBack,
}

pub(super) async fn claim(deps: &Deps, most: usize) -> Result<Vec<ClaimedRun>, StoreError> {
    let claim = Claim {
        worker: &deps.worker,
        lease_us: LEASE_US,
        at_once: u32::try_from(deps.max_runs).unwrap_or(u32::MAX),
        most,
    };
    queue::claim(&deps.store, claim).await
}

/// One attempt. Whatever is logged meanwhile carries the run.
pub(super) fn work(deps: Deps, stop: Cancel, run: ClaimedRun) -> impl Future<Output = ()> {
    let span = tracing::info_span!(
        "run", run.id = %run.id, export.id = %run.export_id, run.attempt = run.attempt
    );
    attempt(deps, stop, run).instrument(span)
}

async fn attempt(deps: Deps, stop: Cancel, run: ClaimedRun) {
    let cancel = Cancel::new();
    if run.cancel_requested {
        cancel.cancel();
    }
    let progress = RunProgress::default();
    let delivery = Delivery {
        store: &deps.store,
        data: &deps.data,
        run: &run,
        progress: &progress,
        cancel: &cancel,
    };
    let ended = supervise(
        deliver(&delivery),
        &cancel,
        &stop,
        || progress.has_moved(),
        || async {
            let pulse =
                queue::heartbeat(&deps.store, run.id, run.fence, LEASE_US, &progress.take())
                    .await?;
            Ok(match pulse {
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
        Ended::Interrupted(Interrupted::LeaseLost, _) => {
            tracing::warn!(run.id = %run.id, "the lease of a run was lost; whoever holds it goes on");
            return;
        }
        Ended::Finished(result) => outcome(&deps, &run, None, result),
        Ended::Interrupted(why, result) => outcome(&deps, &run, Some(why), result),
        Ended::Panicked(words) => {
            tracing::error!(run.id = %run.id, "a run panicked: {words}");
            failed(&deps, Reason::new("program_fault").detail(words))
        }
    };
    match settle(&deps, &run, outcome).await {
        Ok(()) => {}
        Err(StoreError::FenceLost) => {
            tracing::warn!(run.id = %run.id, "a run ended after its lease was lost");
        }
        Err(error) => tracing::error!(run.id = %run.id, "cannot write the end of a run: {error}"),
    }
}

fn outcome(
    deps: &Deps,
    run: &ClaimedRun,
    interrupted: Option<Interrupted>,
    result: Result<End, PipelineError>,
) -> Outcome {
    let now = deps.clock.now_us();
    match result {
        Ok(End::Delivered(delivered)) => {
            let (rows, bytes) = delivered.totals();
            metrics::counter!("waybill_rows_delivered_total").increment(rows);
            metrics::counter!("waybill_bytes_delivered_total").increment(bytes);
            Outcome::End(Box::new(delivered.ended(now)))
        }
        Ok(End::Held(reason)) => Outcome::Hold(reason),
        Ok(End::Skipped(reason)) => ended(RunStatus::Skipped, reason, now),
        Ok(End::Stopped | End::InDoubt(_)) | Err(_)
            if interrupted == Some(Interrupted::Stopping) =>
        {
            Outcome::PutBack
        }
        // Whoever wants it canceled, nobody knows whether it can be.
        Ok(End::InDoubt(error)) => look_again(run, error, now),
        Ok(End::Stopped) | Err(_) if interrupted == Some(Interrupted::Canceled) => {
            ended(RunStatus::Canceled, Reason::new("canceled"), now)
        }
        // Stopped without having been interrupted: the last look before publishing saw the request first.
        Ok(End::Stopped) => ended(RunStatus::Canceled, Reason::new("canceled"), now),
        Err(error) => {
            tracing::warn!(
                run.id = %run.id, export.id = %run.export_id, run.attempt = run.attempt,
                reason.code = %error.reason.code, reason.detail = error.reason.detail.as_deref().unwrap_or_default(),
                "attempt failed: {error}"
            );
            if !error.transient {
                return failed(deps, error.reason);
            }
            if run.attempt >= run.max_attempts {
                return failed(deps, error.reason);
            }
            Outcome::Retry {
                at: next_attempt(run, &error.reason, now),
                reason: error.reason,
                in_doubt: false,
            }
        }
    }
}

/// The destination could not say whether the run is published: it is asked again, beyond the last attempt,
/// until it has not answered for so long that a person must look.
fn look_again(run: &ClaimedRun, error: PipelineError, now: i64) -> Outcome {
    tracing::warn!(
        run.id = %run.id, export.id = %run.export_id, run.attempt = run.attempt,
        reason.code = %error.reason.code, "cannot tell whether a run is published: {error}"
    );
    if run.attempt >= run.max_attempts.saturating_add(MOST_LOOKS) {
        return ended(RunStatus::Failed, error.reason, now);
    }
    Outcome::Retry {
        at: next_attempt(run, &error.reason, now),
        reason: error.reason,
        in_doubt: true,
    }
}

/// A destination that asks to wait is given its time.
fn next_attempt(run: &ClaimedRun, reason: &Reason, now: i64) -> i64 {
    let asked = reason.arg("retry_after_seconds").parse();
    let asked = asked.map_or(Duration::ZERO, Duration::from_secs);
    let wait = Backoff::default().delay(
        u32::try_from(run.attempt).unwrap_or(u32::MAX),
        &mut random_u64,
    );
    let wait = wait.max(asked.min(LONGEST_ASKED));
    now.saturating_add(i64::try_from(wait.as_micros()).unwrap_or(i64::MAX))
}

fn failed(deps: &Deps, reason: Reason) -> Outcome {
    ended(RunStatus::Failed, reason, deps.clock.now_us())
}

fn ended(status: RunStatus, reason: Reason, at: i64) -> Outcome {
    Outcome::End(Box::new(queue::Ended {
        status,
        reason: Some(reason),
        at,
        data_as_of: None,
        items: Vec::new(),
        waybill: None,
    }))
}

async fn settle(deps: &Deps, run: &ClaimedRun, outcome: Outcome) -> Result<(), StoreError> {
    let now = deps.clock.now_us();
    let mut tx = deps.store.begin().await?;
    match outcome {
        Outcome::End(mut end) => {
            if end.status == RunStatus::Canceled {
                // Who asked is known to the database alone.
                end.reason = queue::cancel_reason(&mut tx, run.id).await?.or(end.reason);
            }
            queue::end(&mut tx, run.id, run.fence, &end).await?;
            metrics::counter!("waybill_runs_total", "status" => end.status.code()).increment(1);
        }
        Outcome::Hold(reason) => queue::hold(&mut tx, run.id, run.fence, &reason, now).await?,
        Outcome::Retry {
            at,
            reason,
            in_doubt,
        } => queue::retry_at(&mut tx, run.id, run.fence, at, &reason, in_doubt).await?,
        Outcome::PutBack => queue::put_back(&mut tx, run.id, run.fence, now).await?,
    }
    tx.commit().await
}
