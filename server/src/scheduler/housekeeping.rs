//! Forgets what was kept long enough: runs with their receipts, tasks, refreshes, what was removed for good, old
//! snapshots, what crashes left in the lake.
//!
//! Apart from the [reaper](super::reaper), so that no lease waits for it. Looks once a minute, and when what is kept for
//! how long was changed; each step is a small transaction, between which others write. Several servers may do it at once.
//!
//! A server that was restored forgets nothing until somebody lets it go on: it may be there to be looked at, and its lake may
//! be the one of the server that the backup is from, and that may still run.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use app::domain::{Keeping, Micros};
use base::Cancel;
use futures::FutureExt as _;

use super::Deps;
use super::storekeeper::is_of_settings;
use super::supervisor::words_of;
use crate::pipeline::{self, PipelineError};
use crate::store::{
    Store, StoreError, exports, keeping, operation, refreshes, runs, segments, servers, storage,
    tables, tasks, told,
};

const SCAN: Duration = Duration::from_mins(1);
const DAY: Micros = 24 * 3_600_000_000;
/// What was removed can come back for 30 days.
const REMOVED_FOR: Micros = 30 * DAY;
/// How long it is known what things took on disks.
const SAMPLED_FOR: Micros = 90 * DAY;
/// Most removed exports in one transaction: each has many versions.
const EXPORTS_AT_ONCE: u32 = 20;
/// Most transactions for one kind in one look.
const ROUNDS: u32 = 100;

/// What one look came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forgotten {
    pub runs: u64,
    pub tasks: u64,
    pub refreshes: u64,
    pub exports: u64,
}

impl Forgotten {
    fn is_nothing(self) -> bool {
        self == Self::default()
    }
}

pub(super) async fn serve(deps: Deps, stop: Cancel) {
    let mut signals = deps.store.signals().subscribe();
    let mut swept = None;
    while !stop.is_cancelled() {
        tokio::select! {
            () = stop.cancelled() => {}
            () = look(&deps, &mut swept) => {}
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = told(&mut signals, is_of_settings) => {}
            () = tokio::time::sleep(SCAN) => {}
        }
    }
}

/// One look, whose faults are logged: the next look comes in any case.
async fn look(deps: &Deps, swept: &mut Option<Micros>) {
    match AssertUnwindSafe(round(deps, swept)).catch_unwind().await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::warn!("cannot forget what is old: {error}"),
        Err(panic) => tracing::error!("forgetting panicked: {}", words_of(panic.as_ref())),
    }
}

async fn round(deps: &Deps, swept: &mut Option<Micros>) -> Result<(), PipelineError> {
    if operation::waits_since_restored(&deps.store).await? {
        return Ok(());
    }
    let now = servers::earlier_now(&deps.store, deps.clock.now_us()).await?;
    let kept = keeping::get(&deps.store).await?;
    let forgotten = forget_once(&deps.store, kept, now).await?;
    if !forgotten.is_nothing() {
        tracing::info!(
            runs = forgotten.runs,
            tasks = forgotten.tasks,
            refreshes = forgotten.refreshes,
            exports = forgotten.exports,
            "forgot what was kept long enough"
        );
    }
    pipeline::drop_old_snapshots(&deps.store, &deps.data).await?;
    if swept.is_none_or(|at| now.saturating_sub(at) >= DAY) {
        let mut tx = deps.store.begin().await?;
        tables::let_go_of_removed(&mut tx, now.saturating_sub(REMOVED_FOR)).await?;
        segments::forget_removed(&mut tx, now.saturating_sub(REMOVED_FOR)).await?;
        storage::forget(&mut tx, now.saturating_sub(SAMPLED_FOR)).await?;
        servers::forget(&mut tx).await?;
        tx.commit().await?;
        pipeline::sweep_lake(&deps.store, &deps.data).await?;
        *swept = Some(now);
    }
    Ok(())
}

/// Forgets what is older than it is to be kept. May be called at any time, by anybody.
pub async fn forget_once(
    store: &Store,
    kept: Keeping,
    now: Micros,
) -> Result<Forgotten, StoreError> {
    let old = Old {
        before: kept.runs_before(now),
        removed: now.saturating_sub(REMOVED_FOR),
    };
    // Runs first: what they needed can go when they are gone, and exports when all of theirs are.
    Ok(Forgotten {
        runs: all(store, Kind::Runs, old).await?,
        tasks: all(store, Kind::Tasks, old).await?,
        refreshes: all(store, Kind::Refreshes, old).await?,
        exports: all(store, Kind::Exports, old).await?,
    })
}

/// What is old.
#[derive(Clone, Copy)]
struct Old {
    /// What ended before this.
    before: Micros,
    /// What was removed before this.
    removed: Micros,
}

#[derive(Clone, Copy)]
enum Kind {
    Runs,
    Tasks,
    Refreshes,
    Exports,
}

/// Goes on as long as there is as much as fits into a transaction, and says how much there was.
async fn all(store: &Store, kind: Kind, old: Old) -> Result<u64, StoreError> {
    let most = match kind {
        Kind::Exports => EXPORTS_AT_ONCE,
        Kind::Runs | Kind::Tasks | Kind::Refreshes => runs::AT_ONCE,
    };
    let mut all = 0;
    for _ in 0..ROUNDS {
        let mut tx = store.begin().await?;
        let gone = match kind {
            Kind::Runs => runs::forget(&mut tx, old.before, old.removed, most).await?,
            Kind::Tasks => tasks::forget(&mut tx, old.before, most).await?,
            Kind::Refreshes => refreshes::forget(&mut tx, old.before, most).await?,
            Kind::Exports => exports::forget_removed(&mut tx, old.removed, most).await?,
        };
        tx.commit().await?;
        all += gone;
        if gone < u64::from(most) {
            break;
        }
    }
    Ok(all)
}
