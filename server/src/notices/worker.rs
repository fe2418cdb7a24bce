//! The loop that sends: woken by notices, and by a scan in any case. Also tells of exports that have not delivered for
//! long, and removes notices that are old.

use std::sync::Arc;
use std::time::{Duration, Instant};

use app::domain::Micros;
use base::{Backoff, Cancel, Clock, random_u64};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::task::{JoinHandle, JoinSet};

use super::{Failure, Outlets};
use crate::store::notices::{self, Sending};
use crate::store::{Signal, SignalKind, Store, StoreError};

/// How often there is a look without being woken: next attempts.
const SCAN: Duration = Duration::from_secs(2);
/// How often limits of silence are looked at.
const SILENCE: Duration = Duration::from_mins(1);
/// How often old notices are removed.
const UPKEEP: Duration = Duration::from_hours(1);
/// A sending takes 20 seconds at most.
const LEASE_US: Micros = 60_000_000;
/// How many are sent at once.
const AT_ONCE: u32 = 8;
/// How many batches of silent exports one look tells of.
const BATCHES: u32 = 10;
/// How long sending is tried.
const TRIED_FOR: Micros = 24 * 3_600_000_000;
/// Waits between attempts.
const BACKOFF: Backoff = Backoff::new(Duration::from_secs(5), Duration::from_hours(1));

/// What the loop stands on.
#[derive(Clone)]
pub struct Deps {
    pub store: Store,
    pub clock: Arc<dyn Clock>,
    pub outlets: Arc<Outlets>,
}

/// The loop of a server that runs.
pub struct Handle {
    stop: Cancel,
    sending: JoinHandle<()>,
}

impl Handle {
    /// Stops claiming, and lets what is under way end.
    pub async fn stop(self) {
        self.stop.cancel();
        if let Err(error) = self.sending.await {
            tracing::error!("the loop of notices ended badly: {error}");
        }
    }
}

/// Starts the loop.
pub fn start(deps: Deps) -> Handle {
    let stop = Cancel::new();
    let sending = tokio::spawn(serve(deps, stop.clone()));
    Handle { stop, sending }
}

async fn serve(deps: Deps, stop: Cancel) {
    let mut signals = deps.store.signals().subscribe();
    let mut silence = Every::new(SILENCE);
    let mut upkeep = Every::new(UPKEEP);
    while !stop.is_cancelled() {
        if silence.is_due() {
            note("tell of silent exports", tell_silent(&deps.store).await);
        }
        note("send notices", send_due(&deps, &stop).await);
        if upkeep.is_due() {
            note("remove old notices", notices::upkeep(&deps.store).await);
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = told(&mut signals) => {}
            () = tokio::time::sleep(SCAN) => {}
        }
    }
}

fn note(doing: &str, done: Result<(), StoreError>) {
    if let Err(error) = done {
        tracing::warn!("cannot {doing}: {error}");
    }
}

/// What is done now, and then once in a while.
struct Every {
    wait: Duration,
    last: Option<Instant>,
}

impl Every {
    const fn new(wait: Duration) -> Self {
        Self { wait, last: None }
    }

    fn is_due(&mut self) -> bool {
        let is_due = self.last.is_none_or(|last| last.elapsed() >= self.wait);
        if is_due {
            self.last = Some(Instant::now());
        }
        is_due
    }
}

/// Ends when there is something to tell, or may be.
async fn told(signals: &mut Receiver<Signal>) {
    loop {
        match signals.recv().await {
            Ok(signal) if signal.kind == SignalKind::Notice => return,
            Ok(_) => {}
            Err(RecvError::Lagged(_)) => return,
            Err(RecvError::Closed) => std::future::pending::<()>().await,
        }
    }
}

async fn tell_silent(store: &Store) -> Result<(), StoreError> {
    for _ in 0..BATCHES {
        if notices::tell_silent(store).await? == 0 {
            break;
        }
    }
    Ok(())
}

/// Sends what is due, a few at once.
async fn send_due(deps: &Deps, stop: &Cancel) -> Result<(), StoreError> {
    while !stop.is_cancelled() {
        let claimed = notices::claim(&deps.store, LEASE_US, AT_ONCE).await?;
        if claimed.is_empty() {
            break;
        }
        let mut works = JoinSet::new();
        for sending in claimed {
            works.spawn(send(deps.clone(), sending));
        }
        while let Some(ended) = works.join_next().await {
            if let Err(error) = ended {
                tracing::error!("a notice was not sent: {error}");
            }
        }
    }
    Ok(())
}

async fn send(deps: Deps, sending: Sending) {
    let outcome = deps.outlets.send(&sending, deps.clock.now_us()).await;
    let now = deps.clock.now_us();
    let (store, id, fence) = (&deps.store, sending.id, sending.fence);
    let noted = match outcome {
        Ok(()) => notices::sent(store, id, fence, now).await,
        Err(failure) => {
            let next = next_attempt(&sending, &failure, now);
            tracing::warn!(
                sending.id = %id,
                notice.id = %sending.notice_id,
                reason.code = %failure.reason.code,
                again = next.is_some(),
                "a notice could not be sent"
            );
            match next {
                Some(next) => notices::retry_at(store, id, fence, next, &failure.reason).await,
                None => notices::give_up(store, id, fence, now, &failure.reason).await,
            }
        }
    };
    if let Err(error) = noted {
        // Its lease passes, and it is sent again.
        tracing::warn!(sending.id = %id, "cannot note what became of a notice: {error}");
    }
}

/// When to try again; never, where that is of no use or has lasted too long.
fn next_attempt(sending: &Sending, failure: &Failure, now: Micros) -> Option<Micros> {
    if !failure.is_passing {
        return None;
    }
    let wait = BACKOFF
        .delay(sending.attempt, &mut random_u64)
        .max(failure.retry_after.unwrap_or_default());
    let next = now.saturating_add(i64::try_from(wait.as_micros()).unwrap_or(i64::MAX));
    (next < sending.created_at.saturating_add(TRIED_FOR)).then_some(next)
}

#[cfg(test)]
mod tests {
    use app::domain::{ExportId, NoticeId, NoticeKind, Reason};
    use uuid::Uuid;

    use super::*;
    use crate::store::SendingId;
    use crate::store::notices::Target;

    fn sending() -> Sending {
        Sending {
            id: SendingId::new(Uuid::nil()),
            fence: 1,
            attempt: 3,
            created_at: 0,
            target: Target::Nobody,
            is_for_person: true,
            language: "en".to_owned(),
            notice_id: NoticeId::new(Uuid::nil()),
            kind: NoticeKind::Failing,
            at: 0,
            export_id: ExportId::new(Uuid::nil()),
            export_name: "Clients".to_owned(),
            run_id: None,
            reason: None,
        }
    }

    #[test]
    fn a_passing_failure_is_tried_again_for_a_day() {
        let failure = Failure::passing(Reason::new("webhook_unreachable"));
        let next = next_attempt(&sending(), &failure, 1_000).expect("again");
        assert!((1_000..=1_000 + 20_000_000).contains(&next), "{next}");
        assert_eq!(next_attempt(&sending(), &failure, TRIED_FOR), None);
        let lasting = Failure::lasting(Reason::new("webhook_redirected"));
        assert_eq!(next_attempt(&sending(), &lasting, 1_000), None);
    }

    #[test]
    fn the_other_side_may_ask_for_patience() {
        let failure = Failure {
            retry_after: Some(Duration::from_mins(5)),
            ..Failure::passing(Reason::new("webhook_refused"))
        };
        let next = next_attempt(&sending(), &failure, 0).expect("again");
        assert!(next >= 300_000_000, "{next}");
    }
}
