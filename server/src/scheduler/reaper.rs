//! Tidies up after workers that died and people who never answered: expired leases, runs that waited long
//! enough, held runs that are too old, stages of ended runs, sessions and failures that no longer count, and entries
//! of the audit log that were kept long enough.
//!
//! On a server that was restored, and that nobody has let go on, nothing goes that may be needed: neither what is old, nor what
//! lies at a destination that the first server may still use.

use std::time::Duration;

use app::domain::Reason;
use base::Cancel;

use super::Deps;
use crate::pipeline;
use crate::store::{
    Engine, StoreError, audit, connections, idempotency, operation, people, queue, runs,
};

const EVERY: Duration = Duration::from_secs(5);
/// A held run that nobody answered is discarded after 7 days (product page §6).
const HELD_FOR_US: i64 = 7 * 24 * 3_600 * 1_000_000;
/// Failed sign-ins count for a day at most.
const FAILURES_FOR_US: i64 = 24 * 3_600 * 1_000_000;
/// Links that have ended are kept for 30 days.
const LINKS_FOR_US: i64 = 30 * 24 * 3_600 * 1_000_000;
/// A removed connection can be restored for 30 days, and its secrets with it.
const CONNECTIONS_FOR_US: i64 = 30 * 24 * 3_600 * 1_000_000;
/// Most rows looked at in one round.
const AT_ONCE: u32 = 100;
/// Most entries of the audit log that are forgotten in one round.
const FORGOTTEN_AT_ONCE: u32 = 1_000;

/// Takes back what the server before this one left, where no other can be at work: SQLite is one
/// server's own. Elsewhere leases decide.
pub(super) async fn take_over(deps: &Deps) -> Result<(), StoreError> {
    if deps.store.engine() != Engine::Sqlite {
        return Ok(());
    }
    let mut tx = deps.store.begin().await?;
    queue::expire_leases(&mut tx).await?;
    tx.commit().await?;
    queue::reap(&deps.store).await.map(|_| ())
}

pub(super) async fn serve(deps: Deps, stop: Cancel) {
    while !stop.is_cancelled() {
        if let Err(error) = round(&deps).await {
            tracing::warn!("cannot tidy up: {error}");
        }
        tokio::select! {
            () = stop.cancelled() => {}
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}

async fn round(deps: &Deps) -> Result<(), StoreError> {
    let now = deps.clock.now_us();
    let reaped = queue::reap(&deps.store).await?;
    metrics::counter!("waybill_lease_takeovers_total").increment(reaped.runs + reaped.tasks);
    if reaped.runs + reaped.tasks > 0 {
        tracing::info!(
            runs = reaped.runs,
            tasks = reaped.tasks,
            "took back work whose lease had expired"
        );
        deps.wake.wake_workers();
    }
    let late = queue::end_waits(&deps.store).await?;
    if late > 0 {
        tracing::info!(runs = late, "let runs go that waited in vain");
    }
    for id in runs::held_before(&deps.store, now - HELD_FOR_US, AT_ONCE).await? {
        let mut tx = deps.store.begin().await?;
        queue::discard(
            &mut tx,
            id,
            &Reason::new("held_too_long").with("days", 7),
            now,
        )
        .await?;
        tx.commit().await?;
    }
    let mut tx = deps.store.begin().await?;
    people::delete_expired_sessions(&mut tx, now).await?;
    people::delete_failures_before(&mut tx, now - FAILURES_FOR_US).await?;
    people::delete_half_sign_ins_before(&mut tx, now).await?;
    idempotency::delete_expired(&mut tx, now).await?;
    tx.commit().await?;
    if operation::waits_since_restored(&deps.store).await? {
        return Ok(());
    }
    sweep(deps).await?;
    let mut tx = deps.store.begin().await?;
    people::delete_invitations_before(&mut tx, now - LINKS_FOR_US).await?;
    connections::forget_removed(&mut tx, now - CONNECTIONS_FOR_US).await?;
    let kept = audit::days(&mut tx).await?;
    audit::forget(&mut tx, kept.before(now), FORGOTTEN_AT_ONCE).await?;
    tx.commit().await
}

/// Removes what ended runs left at their destinations: a worker that was killed could not.
async fn sweep(deps: &Deps) -> Result<(), StoreError> {
    for left in runs::unswept(&deps.store, AT_ONCE).await? {
        let Some(connection) = connections::get(&deps.store, left.connection_id).await? else {
            mark(deps, left.run_id).await?;
            continue;
        };
        match pipeline::sweep(&deps.data, &connection, &left.plan).await {
            Ok(()) => mark(deps, left.run_id).await?,
            Err(error) => {
                tracing::warn!(run.id = %left.run_id, "cannot remove what a run left: {error}");
            }
        }
    }
    Ok(())
}

async fn mark(deps: &Deps, run: app::domain::RunId) -> Result<(), StoreError> {
    let mut tx = deps.store.begin().await?;
    queue::mark_swept(&mut tx, run).await?;
    tx.commit().await
}
