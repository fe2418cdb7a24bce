//! Whether requests should be sent to this server, and why not.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use base::Cancel;
use tokio::time::timeout;

use crate::http::Check;
use crate::pipeline::DataPlane;
use crate::scheduler::Handle;
use crate::store::{Store, StoreError};

/// How long the database may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// How often it is asked whether it can still be read.
const EVERY: Duration = Duration::from_secs(5);

/// What a server needs to be of use.
pub(super) struct Readiness {
    pub(super) store: Store,
    pub(super) data: Arc<DataPlane>,
    /// Planner and workers, until they are stopped.
    pub(super) workers: Mutex<Option<Handle>>,
    /// The server has been told to stop.
    pub(super) stopping: Cancel,
}

/// What is wrong with the database.
enum Fault {
    /// It does not answer, or not with what it should.
    Database(&'static str),
    /// It is not of a version that this program can read.
    Schema(String),
}

impl Readiness {
    /// Every part, with what is wrong with it. Names no host and no folder: everybody may ask.
    pub(super) async fn checks(&self) -> Vec<Check> {
        let (database, schema) = match self.database().await {
            None => (None, None),
            Some(Fault::Database(why)) => (Some(why.to_owned()), None),
            Some(Fault::Schema(why)) => (None, Some(why)),
        };
        let lake = !self.data.is_ready().await;
        let stopping = self.stopping.is_cancelled();
        let part = |part, why| Check { part, why };
        vec![
            part("database", database),
            part("schema", schema),
            part("lake", lake.then(|| "it is not there".to_owned())),
            part("worker", self.worker().map(str::to_owned)),
            part("serving", stopping.then(|| "it stops".to_owned())),
        ]
    }

    /// Stops planner and workers once the database is no longer what they know, as when a newer program has migrated
    /// it: they would write what is not so. The server goes on to answer, and says that it is of no use.
    pub(super) async fn watch(self: Arc<Self>, stop: Cancel) {
        while !stop.is_cancelled() {
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(EVERY) => {}
            }
            let Some(Fault::Schema(why)) = self.database().await else {
                continue;
            };
            if let Some(workers) = self.take_workers() {
                tracing::error!("planner and workers stop: {why}");
                workers.stop().await;
            }
        }
    }

    /// Planner and workers, for who stops them.
    pub(super) fn take_workers(&self) -> Option<Handle> {
        let mut workers = self.workers.lock().unwrap_or_else(PoisonError::into_inner);
        workers.take()
    }

    async fn database(&self) -> Option<Fault> {
        match timeout(PATIENCE, self.store.check()).await {
            Ok(Ok(())) => None,
            Ok(Err(StoreError::Newer { found, known })) => Some(Fault::Schema(format!(
                "the database was brought to version {found}, which this program ({known}) cannot read"
            ))),
            Ok(Err(StoreError::Behind { found, known })) => Some(Fault::Schema(format!(
                "the database has version {found}, and this program needs {known}"
            ))),
            Ok(Err(error)) => {
                tracing::error!("the database does not answer: {error}");
                Some(Fault::Database("it does not answer"))
            }
            Err(_) => Some(Fault::Database("it does not answer in time")),
        }
    }

    fn worker(&self) -> Option<&'static str> {
        let workers = self.workers.lock().unwrap_or_else(PoisonError::into_inner);
        match workers.as_ref() {
            Some(workers) if workers.is_alive() => None,
            Some(_) => Some("it has not looked at the queue for a minute, or has ended"),
            None => Some("it has stopped"),
        }
    }
}
