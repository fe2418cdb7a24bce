//! What the door needs beyond the services, from store, lake and workers.

use std::sync::{Arc, PoisonError};

use app::domain::{RunStatus, UserId};
use async_trait::async_trait;
use futures::stream::{self, BoxStream, StreamExt as _};
use tokio::sync::broadcast::error::RecvError;

use super::Workers;
use crate::http::{Backstage, Check, Heard, Hint, Remembered};
use crate::pipeline::DataPlane;
use crate::scheduler::Handle;
use crate::store::idempotency::{self, Kept};
use crate::store::{Signal, Store, StoreError, runs};

pub(super) struct Behind {
    pub(super) store: Store,
    pub(super) data: Arc<DataPlane>,
    pub(super) workers: Workers,
}

fn hint(signal: Signal) -> Hint {
    Hint {
        kind: signal.kind.code(),
        id: signal.id,
        version: signal.version,
    }
}

#[async_trait]
impl Backstage for Behind {
    async fn readiness(&self) -> Vec<Check> {
        let database = match self.store.ping().await {
            Ok(()) => true,
            Err(error) => {
                tracing::error!("the database does not answer: {error}");
                false
            }
        };
        let worker = self
            .workers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .as_ref()
            .is_some_and(Handle::is_alive);
        vec![
            Check {
                part: "database",
                ready: database,
            },
            Check {
                part: "lake",
                ready: self.data.is_ready(),
            },
            Check {
                part: "worker",
                ready: worker,
            },
        ]
    }

    async fn queue_depth(&self) -> anyhow::Result<i64> {
        let counts = runs::counts(&self.store).await?;
        Ok(counts
            .iter()
            .filter(|(status, _)| *status == RunStatus::Queued)
            .map(|(_, runs)| runs)
            .sum())
    }

    fn hints(&self) -> BoxStream<'static, Heard> {
        stream::unfold(self.store.signals().subscribe(), |mut signals| async move {
            match signals.recv().await {
                Ok(signal) => Some((Heard::Hint(hint(signal)), signals)),
                Err(RecvError::Lagged(_)) => Some((Heard::Missed, signals)),
                Err(RecvError::Closed) => None,
            }
        })
        .boxed()
    }

    async fn recall(&self, person: UserId, key: &str) -> anyhow::Result<Option<Remembered>> {
        let kept = idempotency::find(&self.store, key, person, self.store.now()).await?;
        Ok(kept.map(|kept| Remembered {
            request_hash: kept.body_hash,
            status: kept.status,
            body: kept.answer,
        }))
    }

    async fn remember(&self, person: UserId, key: &str, answer: Remembered) -> anyhow::Result<()> {
        let now = self.store.now();
        let kept = Kept {
            body_hash: answer.request_hash,
            status: answer.status,
            answer: answer.body,
        };
        let mut tx = self.store.begin().await?;
        idempotency::delete_expired(&mut tx, now).await?;
        match idempotency::keep(&mut tx, key, person, &kept, now).await {
            // Another server kept the same answer first.
            Err(StoreError::KeyTaken) => return Ok(()),
            other => other?,
        }
        tx.commit().await?;
        Ok(())
    }
}
