//! Measures the queue with runs that deliver nothing, through the calls that the scheduler makes:
//!
//! - `queue_bench measure DATABASE_URL [EXPORTS]`: asks for a run of each export, claims and ends them; then lets all of them
//!   come due at one instant. Prints one line of JSON: how many a second were asked for, done and planned, and how late
//!   they started while there were free places. The database must be empty.
//! - `queue_bench fill DATABASE_URL [EXPORTS]`: adds as many exports with schedules that start within some hours, for a
//!   server to be idle with.
#![expect(clippy::print_stdout, reason = "printing is what it is for")]

mod support;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use app::domain::{
    Cause, ChangeId, DeliveryOptions, ExportId, Micros, Mode, RecurrenceKind, RunId, RunStatus,
    ScheduleDraft, Trigger,
};
use base::{Clock, MAX_ATTEMPTS, SystemClock};
use serde_json::json;
use server::scheduler::plan_once;
use server::store::exports::{NewExport, Step};
use server::store::queue::{self, Claim, ClaimedRun, Ended, NewRun};
use server::store::{Engine, Store, StoreError, exports, tasks};
use support::{DUE, Failure, MINUTE, Shifted, add_connections};
use tokio::task::JoinSet;
use uuid::Uuid;

const USAGE: &str = "usage: queue_bench measure|fill DATABASE_URL [EXPORTS]";
const EXPORTS: u32 = 10_000;
const CONNECTIONS: usize = 50;
/// How many ask for runs side by side.
const ASKERS: usize = 8;
/// Most runs at once; the connections have twice as many places.
const AT_ONCE: u32 = 50;
const WORKER: &str = "bench";
/// How long before they are due the workers wait for the runs of schedules.
const AHEAD: Micros = 2_000_000;
const SECOND: Micros = 1_000_000;
/// How long whatever is measured may take.
const PATIENCE: Duration = Duration::from_mins(10);

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [what, url, rest @ ..] = arguments.as_slice() else {
        return Err(USAGE.into());
    };
    let count = rest.first().map_or(Ok(EXPORTS), |text| text.parse())?;
    match what.as_str() {
        "measure" => measure(url, count).await,
        "fill" => fill(url, count).await,
        _ => Err(USAGE.into()),
    }
}

async fn measure(url: &str, count: u32) -> Result<(), Failure> {
    let clock = Arc::new(Shifted::at(DUE - 10 * MINUTE));
    let store = Store::open(url, Arc::clone(&clock) as Arc<dyn Clock>).await?;
    store.migrate().await?;
    let all = add_exports(&store, count, |_| DUE).await?;

    let started = Instant::now();
    ask(&store, &all).await?;
    let asked = started.elapsed();
    let started = Instant::now();
    tokio::time::timeout(PATIENCE, work(&store, all.len())).await??;
    let done = started.elapsed();

    clock.set(DUE - AHEAD);
    let planner = tokio::spawn(plan(store.clone()));
    let starts = tokio::time::timeout(PATIENCE, work(&store, all.len())).await??;
    let counted = planner.await??;
    let late = in_order(starts.iter().map(|start| start.at - DUE));
    let empty = in_order(
        starts
            .iter()
            .map(|start| start.at - start.free_since.max(DUE)),
    );
    let database = match store.engine() {
        Engine::Sqlite => "sqlite",
        Engine::Postgres => "postgres",
    };
    let report = json!({
        "system": "waybill",
        "database": database,
        "jobs": count,
        "at_once": AT_ONCE,
        "asked_per_second": per_second(count, asked),
        "done_per_second": per_second(count, done),
        "planned_per_second": per_second(count, counted),
        "late_p50_ms": percentile(&late, 50),
        "late_p99_ms": percentile(&late, 99),
        "place_empty_p50_ms": percentile(&empty, 50),
        "place_empty_p99_ms": percentile(&empty, 99),
    });
    println!("{report}");
    store.close().await;
    Ok(())
}

fn in_order(durations: impl Iterator<Item = Micros>) -> Vec<Micros> {
    let mut all: Vec<Micros> = durations.collect();
    all.sort_unstable();
    all
}

/// In milliseconds.
fn percentile(in_order: &[Micros], percent: usize) -> Micros {
    in_order[in_order.len() * percent / 100] / 1000
}

fn per_second(count: u32, taken: Duration) -> f64 {
    (f64::from(count) / taken.as_secs_f64() * 10.0).round() / 10.0
}

/// Exports for a server to be idle with: none starts within the next hours.
async fn fill(url: &str, count: u32) -> Result<(), Failure> {
    let store = Store::open(url, Arc::new(SystemClock)).await?;
    store.migrate().await?;
    let first = store.now() + 360 * MINUTE;
    add_exports(&store, count, |number| first + i64::from(number) * SECOND).await?;
    store.close().await;
    Ok(())
}

/// Exports without tables, which nothing has to be renewed for, on many connections.
async fn add_exports(
    store: &Store,
    count: u32,
    next_start: impl Fn(u32) -> Micros,
) -> Result<Vec<ExportId>, StoreError> {
    let at = store.now();
    let mut tx = store.begin().await?;
    let destinations = add_connections(&mut tx, CONNECTIONS, at).await?;
    let schedule = ScheduleDraft {
        recurrence: RecurrenceKind::Daily,
        times: Some(vec!["12:00".to_owned()]),
        ..ScheduleDraft::system("UTC")
    };
    let options = DeliveryOptions::default();
    let step = Step {
        at,
        by: "bench",
        change: ChangeId::new(Uuid::now_v7()),
        cause: Cause::Create,
    };
    let mut added = Vec::new();
    for (number, connection) in (0..count).zip(destinations.iter().cycle()) {
        let new = NewExport {
            id: ExportId::new(Uuid::now_v7()),
            name: &format!("Export {number}"),
            connection_id: *connection,
            folder: "export",
            enabled: true,
            schedule: &schedule,
            next_start: Some(next_start(number)),
            items: &[],
            mode: Mode::Full,
            options: &options,
            step: &step,
        };
        exports::insert(&mut tx, &new).await?;
        added.push(new.id);
    }
    tx.commit().await?;
    Ok(added)
}

/// Asks for a run of each export, in a transaction of its own.
async fn ask(store: &Store, all: &[ExportId]) -> Result<(), Failure> {
    let mut askers = JoinSet::new();
    for exports in all.chunks(all.len().div_ceil(ASKERS).max(1)) {
        let (store, exports) = (store.clone(), exports.to_vec());
        askers.spawn(async move {
            for export in exports {
                ask_for(&store, export).await?;
            }
            Ok::<(), StoreError>(())
        });
    }
    while let Some(asked) = askers.join_next().await {
        asked??;
    }
    Ok(())
}

async fn ask_for(store: &Store, export: ExportId) -> Result<(), StoreError> {
    let new = NewRun {
        id: RunId::new(Uuid::now_v7()),
        export_id: export,
        trigger: Trigger::Api,
        started_by: None,
        started_by_name: WORKER,
        at: store.now(),
        scheduled_for: None,
        max_attempts: i64::from(MAX_ATTEMPTS),
    };
    let mut tx = store.begin().await?;
    queue::enqueue(&mut tx, &new).await?;
    tx.commit().await
}

/// Plans as soon as everything is due. How long that took.
async fn plan(store: Store) -> Result<Duration, StoreError> {
    let ahead = u64::try_from(DUE - store.now()).unwrap_or_default();
    tokio::time::sleep(Duration::from_micros(ahead)).await;
    let started = Instant::now();
    plan_once(&store).await?;
    Ok(started.elapsed())
}

/// When a run had been claimed, and since when the place that it took had been free.
struct Start {
    at: Micros,
    free_since: Micros,
}

/// Claims and ends so many runs, as the workers of a server do.
async fn work(store: &Store, count: usize) -> Result<Vec<Start>, Failure> {
    // Since when each place is free that no run has.
    let mut free = VecDeque::from([0; AT_ONCE as usize]);
    let mut signals = store.signals().subscribe();
    let mut works = JoinSet::new();
    let mut starts = Vec::with_capacity(count);
    loop {
        while !free.is_empty() {
            // Tasks first, since runs wait for them: there are none.
            if tasks::claim(store, WORKER, MINUTE).await?.is_some() {
                return Err("there is a task".into());
            }
            let claim = Claim {
                worker: WORKER,
                lease_us: MINUTE,
                at_once: AT_ONCE,
                most: free.len(),
            };
            let runs = queue::claim(store, claim).await?;
            if runs.is_empty() {
                break;
            }
            let at = store.now();
            for run in runs {
                let free_since = free.pop_front().unwrap_or(at);
                starts.push(Start { at, free_since });
                let store = store.clone();
                works.spawn(async move { end(&store, &run).await });
            }
            while let Some(ended) = works.try_join_next() {
                free.push_back(ended??);
            }
        }
        if starts.len() >= count {
            break;
        }
        tokio::select! {
            _ = signals.recv() => {}
            Some(ended) = works.join_next() => free.push_back(ended??),
            () = tokio::time::sleep(Duration::from_secs(1)) => {}
        }
    }
    while let Some(ended) = works.join_next().await {
        ended??;
    }
    Ok(starts)
}

/// Ends a run that has delivered nothing, and tells when its place was free.
async fn end(store: &Store, run: &ClaimedRun) -> Result<Micros, StoreError> {
    let ended = Ended {
        status: RunStatus::Successful,
        reason: None,
        at: store.now(),
        data_as_of: None,
        items: Vec::new(),
        waybill: None,
    };
    let mut tx = store.begin().await?;
    queue::end(&mut tx, run.id, run.fence, &ended).await?;
    tx.commit().await?;
    Ok(store.now())
}
