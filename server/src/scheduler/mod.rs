//! The planner and the workers. The planner turns starts of schedules into refreshes and runs. The workers
//! claim runs and refresh tasks from the queue in the database, keep their leases, and write how each
//! ended. State is in the database alone; a worker that dies loses nothing but its lease.
//!
//! Woken by [`Wake`], by the store's signals, and by a scan in any case. Everything it does is
//! bounded and may be done twice.

mod fullness;
mod housekeeping;
mod keeper;
mod planner;
mod reaper;
pub mod recurrence;
mod runner;
pub mod starts;
mod storekeeper;
mod supervisor;
mod tasks;
mod timetables;
mod verdicts;
mod worker;

pub use fullness::{DiskProbe, Fullness};
pub use housekeeping::{Forgotten, forget_once};
pub use keeper::tell_what_ends;
pub use planner::{Planned, plan_once};

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use base::{Cancel, Clock};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use crate::pipeline::DataPlane;
use crate::store::Store;

/// Tells the planner and the workers that there may be something to do.
#[derive(Clone, Debug, Default)]
pub struct Wake {
    workers: Arc<Notify>,
    planner: Arc<Notify>,
}

impl Wake {
    /// Wakes both, now or as soon as they look.
    pub fn wake(&self) {
        self.wake_workers();
        self.planner.notify_one();
    }

    /// Wakes the workers alone: something may be claimed, but no schedule has changed.
    fn wake_workers(&self) {
        self.workers.notify_one();
    }

    async fn workers_awoken(&self) {
        self.workers.notified().await;
    }

    async fn planner_awoken(&self) {
        self.planner.notified().await;
    }
}

/// What planner and workers stand on.
#[derive(Clone)]
pub struct Deps {
    pub store: Store,
    pub data: Arc<DataPlane>,
    pub clock: Arc<dyn Clock>,
    pub wake: Wake,
    /// Name of this server among the owners of leases; new at every start.
    pub worker: String,
    /// Most runs and tasks at once.
    pub max_runs: usize,
    /// Where this server lives.
    pub home: Home,
    /// Whether its disk is too full to refresh anything.
    pub fullness: Fullness,
}

/// Where a server lives: what it is called, and where it writes.
#[derive(Clone, Debug)]
pub struct Home {
    /// Lasts over starts.
    pub name: String,
    /// The data folder.
    pub folder: PathBuf,
    /// Looks at the fuller one of the disks of data folder and lake.
    pub disk: DiskProbe,
    /// The lake is elsewhere, and what was fetched from it is in the data folder.
    pub has_cache: bool,
}

/// Planner and workers of a server that runs.
pub struct Handle {
    stop: Cancel,
    wake: Wake,
    clock: Arc<dyn Clock>,
    beat: Arc<AtomicI64>,
    loops: Vec<JoinHandle<()>>,
}

impl Handle {
    /// Whether the workers looked at the queue within the last minute, and nothing has ended.
    pub fn is_alive(&self) -> bool {
        self.clock.now_us() - self.beat.load(Ordering::Relaxed) < 60_000_000
            && !self.loops.iter().any(JoinHandle::is_finished)
    }

    /// Stops planning and claiming, lets work reach a safe point, gives the leases back.
    pub async fn stop(self) {
        self.stop.cancel();
        self.wake.wake();
        for one in self.loops {
            if let Err(error) = one.await {
                tracing::error!("a loop of the scheduler ended badly: {error}");
            }
        }
    }
}

/// Starts planner and workers.
pub fn start(deps: Deps) -> Handle {
    let stop = Cancel::new();
    let beat = Arc::new(AtomicI64::new(deps.clock.now_us()));
    let loops = vec![
        tokio::spawn(worker::serve(deps.clone(), stop.clone(), Arc::clone(&beat))),
        tokio::spawn(reaper::serve(deps.clone(), stop.clone())),
        tokio::spawn(planner::serve(deps.clone(), stop.clone())),
        tokio::spawn(keeper::serve(deps.clone(), stop.clone())),
        tokio::spawn(storekeeper::serve(deps.clone(), stop.clone())),
        tokio::spawn(housekeeping::serve(deps.clone(), stop.clone())),
    ];
    Handle {
        stop,
        wake: deps.wake,
        clock: deps.clock,
        beat,
        loops,
    }
}
