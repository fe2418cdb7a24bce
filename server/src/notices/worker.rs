//! The loops that send, one for each way out of the server: woken by notices, and by a scan in any case. Another one
//! tells of exports that have not delivered for long, and removes notices that are old; not on a server that was restored,
//! until somebody lets it go on: the first one may still tell the same.
//!
//! A way has a few places. As soon as one is free it is filled, and nobody takes a second one (the store claims for each
//! person and group one at a time, in turns): an address that is slow, or that much waits for, holds up itself alone.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use app::domain::{Micros, Reason};
use base::{Backoff, Cancel, Clock, random_u64};
use futures::FutureExt as _;
use tokio::task::{JoinError, JoinHandle, JoinSet};

use super::{Failure, Outlets};
use crate::store::notices::{self, Sending, Way};
use crate::store::{SignalKind, Store, StoreError, operation, told};

/// How often there is a look without being woken: next attempts.
const SCAN: Duration = Duration::from_secs(2);
/// How often limits of silence are looked at.
const SILENCE: Duration = Duration::from_mins(1);
/// How often old notices are removed.
const UPKEEP: Duration = Duration::from_hours(1);
/// A sending takes 20 seconds at most.
const LEASE_US: Micros = 60_000_000;
/// How many are sent at once on each way, each to somebody else.
const PLACES: u32 = 8;
/// How many batches of silent exports one look tells of.
const BATCHES: u32 = 10;
/// How long sending is tried.
const TRIED_FOR: Micros = 24 * 3_600_000_000;
/// Waits between attempts.
const BACKOFF: Backoff = Backoff::new(Duration::from_secs(5), Duration::from_hours(1));

/// What the loops stand on.
#[derive(Clone)]
pub struct Deps {
    pub store: Store,
    pub clock: Arc<dyn Clock>,
    pub outlets: Arc<Outlets>,
}

/// The loops of a server that runs.
pub struct Handle {
    stop: Cancel,
    loops: Vec<JoinHandle<()>>,
}

impl Handle {
    /// Stops claiming, and lets what is under way end.
    pub async fn stop(self) {
        self.stop.cancel();
        for ending in self.loops {
            if let Err(error) = ending.await {
                tracing::error!("a loop of notices ended badly: {error}");
            }
        }
    }
}

/// Starts the loops.
pub fn start(deps: Deps) -> Handle {
    let stop = Cancel::new();
    let mut loops: Vec<_> = Way::ALL
        .into_iter()
        .map(|way| tokio::spawn(serve(deps.clone(), way, stop.clone())))
        .collect();
    loops.push(tokio::spawn(look(deps.store, stop.clone())));
    Handle { stop, loops }
}

/// Tells of silence, and tidies up.
async fn look(store: Store, stop: Cancel) {
    let mut upkeep = Every::new(UPKEEP);
    while !stop.is_cancelled() {
        if goes_on(&store).await {
            note("tell of silent exports", tell_silent(&store).await);
            if upkeep.is_due() {
                note("remove old notices", notices::upkeep(&store).await);
            }
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(SILENCE) => {}
        }
    }
}

/// Whether nobody has to let it go on first. Where that is not known, the next look tells.
async fn goes_on(store: &Store) -> bool {
    match operation::waits_since_restored(store).await {
        Ok(waits) => !waits,
        Err(error) => {
            note("see whether somebody has let it go on", Err(error));
            false
        }
    }
}

/// Sends on one way.
async fn serve(deps: Deps, way: Way, stop: Cancel) {
    let mut signals = deps.store.signals().subscribe();
    let mut places = Places::new(way);
    while !stop.is_cancelled() {
        note("send notices", places.fill(&deps).await);
        tokio::select! {
            () = stop.cancelled() => {}
            () = told(&mut signals, |hint| hint.kind == SignalKind::Notice) => {}
            Some(ended) = places.under_way.join_next() => see(ended),
            () = tokio::time::sleep(SCAN) => {}
        }
    }
    while let Some(ended) = places.under_way.join_next().await {
        see(ended);
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

async fn tell_silent(store: &Store) -> Result<(), StoreError> {
    for _ in 0..BATCHES {
        if notices::tell_silent(store).await? == 0 {
            break;
        }
    }
    Ok(())
}

/// The places of one way.
struct Places {
    way: Way,
    under_way: JoinSet<()>,
    /// Whose turn was last.
    last: String,
}

impl Places {
    fn new(way: Way) -> Self {
        Self {
            way,
            under_way: JoinSet::new(),
            last: String::new(),
        }
    }

    /// Sends what is due, to as many as there are free places.
    async fn fill(&mut self, deps: &Deps) -> Result<(), StoreError> {
        loop {
            let taken = u32::try_from(self.under_way.len()).unwrap_or(PLACES);
            let free = PLACES.saturating_sub(taken);
            if free == 0 {
                return Ok(());
            }
            let claimed = notices::claim(&deps.store, self.way, &self.last, LEASE_US, free).await?;
            if let Some(sending) = claimed.sendings.last() {
                self.last.clone_from(&sending.recipient);
            }
            for sending in claimed.sendings {
                self.under_way.spawn(send(deps.clone(), sending));
            }
            if claimed.damaged.is_empty() {
                return Ok(());
            }
            // Their places are free, and each is met once.
            for damaged in claimed.damaged {
                tracing::error!(
                    sending.id = %damaged.id,
                    column = %damaged.column,
                    "a notice cannot be read, and is not sent"
                );
            }
        }
    }
}

fn see(ended: Result<(), JoinError>) {
    if let Err(error) = ended {
        tracing::error!("a notice was not sent: {error}");
    }
}

async fn send(deps: Deps, sending: Sending) {
    let sent = AssertUnwindSafe(deps.outlets.send(&sending, deps.clock.now_us()));
    // What panicked has said so. Once is enough: it would do it again, in the place of what waits behind it.
    let outcome = sent
        .catch_unwind()
        .await
        .unwrap_or_else(|_panic| Err(Failure::lasting(Reason::new("program_fault"))));
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
    use app::domain::{ExportId, NoticeId, NoticeKind, Restored, SystemPause};
    use base::SystemClock;
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
            recipient: String::new(),
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

    #[tokio::test]
    async fn a_restored_server_tells_of_no_silence_until_somebody_lets_it_go_on() {
        let folder = tempfile::tempdir().expect("a folder");
        let url = format!("sqlite://{}/waybill.db", folder.path().display());
        let store = Store::open(&url, Arc::new(SystemClock))
            .await
            .expect("opens");
        assert!(!goes_on(&store).await, "nobody knows");
        store.migrate().await.expect("migrates");
        assert!(goes_on(&store).await);
        let mut tx = store.begin().await.expect("begins");
        let restored = Restored {
            taken_at: 1,
            at: 2,
            resumed_at: None,
            by_version: "0.1.0".to_owned(),
            runs_unknown: 0,
            runs_dropped: 0,
            snapshots_missing: 0,
            tables_missing: 0,
        };
        operation::set_restored(&mut tx, &restored)
            .await
            .expect("sets");
        let pause = SystemPause {
            reason: "Restored".to_owned(),
            since: 2,
            by: "waybill restore".to_owned(),
        };
        operation::set_pause(&mut tx, &pause).await.expect("pauses");
        tx.commit().await.expect("commits");
        assert!(!goes_on(&store).await);
        let mut tx = store.begin().await.expect("begins");
        operation::end_pause(&mut tx, 3).await.expect("resumes");
        tx.commit().await.expect("commits");
        assert!(goes_on(&store).await);
        store.close().await;
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
