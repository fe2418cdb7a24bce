//! The planner: turns starts that have come into refreshes and runs (product page §4).
//!
//! Woken by whoever changes a schedule, by the earliest next start, and by a scan in any case. All state
//! is in the database, and every start is one row under a unique constraint: planning twice, by
//! two servers or after a crash, changes nothing. Of one instant refreshes are planned first, so that exports that
//! start with them find their tasks.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::time::Duration;

use app::domain::{AuditDoor, ExportId, Micros, RefreshId, RefreshTrigger, Renewal, Trigger};
use base::{Cancel, MAX_ATTEMPTS};
use futures::FutureExt as _;

use super::Deps;
use super::starts;
use super::supervisor::words_of;
use super::timetables::{self, Timetables};
use super::verdicts::{Verdict, following, on_its_own, overdue};
use crate::store::{
    Signal, Store, StoreError, Tx,
    audit::{self, AuditEntry},
    fresh, operation,
    queue::{self, Cause, ExportPlan, Written},
    refreshes::{self, NewRefresh},
    schedules, told,
};

/// Most exports of one transaction, which keeps other writers waiting for some 50 ms.
const AT_ONCE: u32 = 500;
/// The longest between two looks: clocks may be set, and hints of other servers may be lost.
const SCAN: Duration = Duration::from_secs(30);
/// The least between two looks, when another server is at what is due.
const LEAST: Duration = Duration::from_millis(100);
/// How long to wait after a failure.
const RETRY: Duration = Duration::from_secs(2);

/// What one look came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Planned {
    /// Refreshes that started.
    pub refreshes: u64,
    /// Runs that wait in the queue now.
    pub runs: u64,
    /// Starts that another run of their export kept from running.
    pub skipped: u64,
    /// Exports with starts that were missed.
    pub missed: u64,
    /// The next start of anything.
    pub next: Option<Micros>,
}

impl Planned {
    fn count(&mut self, written: Written) {
        self.runs += written.runs;
        self.skipped += written.skipped;
        self.missed += written.missed;
    }
}

pub(super) async fn serve(deps: Deps, stop: Cancel) {
    let mut signals = deps.store.signals().subscribe();
    while !stop.is_cancelled() {
        let pause = look(&deps.store).await;
        tokio::select! {
            () = stop.cancelled() => {}
            () = deps.wake.planner_awoken() => {}
            () = told(&mut signals, Signal::is_for_planner) => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// Plans, and tells how long there is nothing to plan.
async fn look(store: &Store) -> Duration {
    match AssertUnwindSafe(plan_once(store)).catch_unwind().await {
        Ok(Ok(planned)) => {
            let until = planned.next.map_or(SCAN, |next| {
                Duration::from_micros(u64::try_from(next - store.now()).unwrap_or_default())
            });
            until.clamp(LEAST, SCAN)
        }
        Ok(Err(error)) => {
            tracing::error!("cannot plan what starts: {error}");
            RETRY
        }
        Err(panic) => {
            tracing::error!("the planner panicked: {}", words_of(panic.as_ref()));
            SCAN
        }
    }
}

/// Plans everything that is due by the store's clock; nothing on a server that was restored until somebody lets it go on.
/// May be called at any time, by anybody.
pub async fn plan_once(store: &Store) -> Result<Planned, StoreError> {
    // One instant for all: what comes due meanwhile waits, or exports could be planned before their refresh.
    let now = store.now();
    let mut planned = Planned::default();
    if operation::waits_since_restored(store).await? {
        return Ok(planned);
    }
    let from = operation::planned_from(store).await?;
    plan_refresh(store, from, now, &mut planned).await?;
    let all_follow = plan_followers(store, &mut planned).await?;
    plan_exports(store, from, now, &mut planned).await?;
    planned.next = schedules::earliest_start(store).await?;
    if !all_follow {
        planned.next = Some(now);
    }
    Ok(planned)
}

/// Starts the system refresh when it is due.
async fn plan_refresh(
    store: &Store,
    from: Micros,
    now: Micros,
    planned: &mut Planned,
) -> Result<(), StoreError> {
    let next = schedules::earliest_refresh(store).await?;
    if next.is_none_or(|next| next > now) {
        return Ok(());
    }
    let mut tx = store.begin().await?;
    let Some(system) = schedules::due_system(&mut tx, now).await? else {
        return tx.rollback().await;
    };
    let planned_until = now.max(system.planned_until);
    let next = match timetables::read(&system.schedule) {
        Ok(timetable) => {
            let overdue = overdue(&timetable, system.planned_until, from, now);
            if let Some((last, reason)) = overdue.missed {
                tracing::warn!(
                    missed.count = reason.arg("count"),
                    "starts of the system refresh were missed"
                );
                let at = tx.now();
                refreshes::note_missed(&mut tx, last, &reason, at).await?;
            }
            if let Some(start) = overdue.run {
                planned.refreshes += start_refresh(&mut tx, start).await?;
            }
            timetable.next_after(planned_until)
        }
        Err(why) => {
            tracing::error!(
                "the schedule of the system refresh cannot be read, and nothing starts by it until it is \
                 saved again: {why}"
            );
            None
        }
    };
    schedules::move_system_on(&mut tx, planned_until, next).await?;
    tx.commit().await
}

/// Starts a refresh with all its tasks. How many: none, if it had been started before.
async fn start_refresh(tx: &mut Tx, start: Micros) -> Result<u64, StoreError> {
    let at = tx.now();
    let new = NewRefresh {
        id: RefreshId::new(fresh(at)),
        trigger: RefreshTrigger::Schedule,
        asked_by: "",
        at,
        scheduled_for: Some(start),
        run_exports: true,
    };
    let refreshes::Started::New(id) = refreshes::start(tx, &new).await? else {
        return Ok(0);
    };
    let entry = AuditEntry {
        at,
        actor_id: None,
        actor_name: "",
        door: AuditDoor::Server,
        token: None,
        action: "system.refresh",
        object_kind: "refresh",
        object_id: id.to_string(),
        before: None,
        after: None,
        network: "",
    };
    audit::append(tx, &entry).await?;
    Ok(1)
}

/// Plans the exports that follow a refresh. False if another server is still at some.
async fn plan_followers(store: &Store, planned: &mut Planned) -> Result<bool, StoreError> {
    let mut timetables = Timetables::default();
    while let Some(refresh) = refreshes::following(store).await? {
        // What was saved since is not to start by it.
        let before = match refresh.scheduled_for {
            Some(start) => start,
            None => refresh.asked_at + 1,
        };
        let mut tx = store.begin().await?;
        let followers = schedules::next_followers(&mut tx, before, AT_ONCE).await?;
        if followers.is_empty() {
            if schedules::has_followers(&mut tx, before).await? {
                tx.rollback().await?;
                return Ok(false);
            }
            refreshes::followed(&mut tx, refresh.id).await?;
            tx.commit().await?;
            continue;
        }
        let verdicts = followers
            .into_iter()
            .map(|export| following(export, &refresh, before, &mut timetables))
            .collect();
        let cause = Cause {
            trigger: Trigger::Refresh,
            refresh: Some(refresh.id),
            by: &refresh.asked_by,
            at: tx.now(),
            max_attempts: i64::from(MAX_ATTEMPTS),
        };
        let written = write(&mut tx, &cause, verdicts).await?;
        tx.commit().await?;
        planned.count(written);
    }
    Ok(true)
}

/// Plans the exports whose own next start has come.
async fn plan_exports(
    store: &Store,
    from: Micros,
    now: Micros,
    planned: &mut Planned,
) -> Result<(), StoreError> {
    let next = schedules::earliest_export(store).await?;
    if next.is_none_or(|next| next > now) {
        return Ok(());
    }
    let mut timetables = Timetables::default();
    loop {
        let mut tx = store.begin().await?;
        let due = schedules::due_exports(&mut tx, now, AT_ONCE).await?;
        if due.is_empty() {
            return tx.rollback().await;
        }
        let verdicts = due
            .into_iter()
            .map(|export| on_its_own(export, from, now, &mut timetables))
            .collect();
        let cause = Cause {
            trigger: Trigger::Schedule,
            refresh: None,
            by: "",
            at: tx.now(),
            max_attempts: i64::from(MAX_ATTEMPTS),
        };
        let written = write(&mut tx, &cause, verdicts).await?;
        tx.commit().await?;
        planned.count(written);
    }
}

/// Writes what becomes of exports that the transaction has locked.
async fn write(
    tx: &mut Tx,
    cause: &Cause<'_>,
    verdicts: Vec<Verdict>,
) -> Result<Written, StoreError> {
    let ids: Vec<ExportId> = verdicts.iter().map(|verdict| verdict.export.id).collect();
    let going = queue::going(tx, &ids).await?;
    let runs: BTreeMap<ExportId, Renewal> = verdicts
        .iter()
        .filter(|verdict| verdict.is_run(going.get(&verdict.export.id)))
        .map(|verdict| (verdict.export.id, verdict.export.renewal))
        .collect();
    let needs = match cause.refresh {
        Some(refresh) => {
            let ids: Vec<ExportId> = runs.keys().copied().collect();
            starts::of_refresh(tx, refresh, &ids).await?
        }
        None => starts::needed(tx, &runs, cause.by, cause.at).await?,
    };
    let plans: Vec<ExportPlan> = verdicts
        .into_iter()
        .map(|verdict| {
            let id = verdict.export.id;
            verdict.into_plan(cause.at, going.get(&id), needs.get(&id))
        })
        .collect();
    queue::plan(tx, cause, &plans, &going).await
}
