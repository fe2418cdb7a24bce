//! What the door needs beyond the services, from the store and what goes on behind it.

use std::sync::Arc;

use app::domain::{Role, UserId};
use async_trait::async_trait;
use futures::stream::{self, BoxStream, StreamExt as _};
use tokio::sync::broadcast::error::RecvError;

use super::figures::Figures;
use super::readiness::Readiness;
use crate::crypto::Keyring;
use crate::http::{Backstage, Check, Heard, Hint, Remembered};
use crate::store::idempotency::{self, Kept};
use crate::store::{Signal, SignalKind, Store, StoreError};

/// What the marks of requests are for.
const REQUESTS: &str = "requests";

pub(super) struct Behind {
    pub(super) store: Store,
    pub(super) keyring: Arc<Keyring>,
    pub(super) readiness: Arc<Readiness>,
    pub(super) figures: Figures,
}

/// What is kept of the request: what its person was, and its mark.
fn known(role: Role, mark: &str) -> String {
    format!("{}.{mark}", role.code())
}

/// What was kept so. What was kept otherwise is of no request.
fn read(known: &str) -> (Role, String) {
    let parts = known.split_once('.');
    let read = parts.and_then(|(role, mark)| Some((role.parse().ok()?, mark.to_owned())));
    read.unwrap_or((Role::Administrator, String::new()))
}

fn heard(signal: Signal) -> Heard {
    if signal.kind == SignalKind::Missed {
        return Heard::Missed;
    }
    Heard::Hint(Hint {
        kind: signal.kind.code(),
        id: signal.id,
        version: signal.version,
    })
}

#[async_trait]
impl Backstage for Behind {
    async fn readiness(&self) -> Vec<Check> {
        self.readiness.checks().await
    }

    async fn measure(&self) -> anyhow::Result<()> {
        self.figures.measure().await
    }

    fn hints(&self) -> BoxStream<'static, Heard> {
        stream::unfold(self.store.signals().subscribe(), |mut signals| async move {
            match signals.recv().await {
                Ok(signal) => Some((heard(signal), signals)),
                Err(RecvError::Lagged(_)) => Some((Heard::Missed, signals)),
                Err(RecvError::Closed) => None,
            }
        })
        .boxed()
    }

    fn mark(&self, request: &[&[u8]]) -> anyhow::Result<String> {
        Ok(self.keyring.mark(REQUESTS, request)?)
    }

    fn has_mark(&self, request: &[&[u8]], mark: &str) -> bool {
        self.keyring.has_mark(REQUESTS, request, mark)
    }

    async fn recall(&self, person: UserId, key: &str) -> anyhow::Result<Option<Remembered>> {
        let kept = idempotency::find(&self.store, key, person, self.store.now()).await?;
        Ok(kept.map(|kept| {
            let (role, mark) = read(&kept.body_hash);
            Remembered {
                mark,
                role,
                status: kept.status,
                body: kept.answer,
            }
        }))
    }

    async fn remember(&self, person: UserId, key: &str, answer: Remembered) -> anyhow::Result<()> {
        let now = self.store.now();
        let kept = Kept {
            body_hash: known(answer.role, &answer.mark),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_told_that_something_was_missed_and_no_kind_that_they_do_not_know() {
        let signal = |kind| Signal {
            kind,
            id: "7".to_owned(),
            version: 2,
        };
        assert_eq!(heard(signal(SignalKind::Missed)), Heard::Missed);
        let hint = Hint {
            kind: "run",
            id: "7".to_owned(),
            version: 2,
        };
        assert_eq!(heard(signal(SignalKind::Run)), Heard::Hint(hint));
    }

    #[test]
    fn what_is_kept_of_a_request_is_read_back_and_anything_else_is_of_none() {
        let kept = known(Role::Contributor, "key.abc");
        assert_eq!(read(&kept), (Role::Contributor, "key.abc".to_owned()));
        // As earlier programs kept it.
        for old in ["", "5f3a", "5f3a.5f3a"] {
            assert_eq!(read(old), (Role::Administrator, String::new()), "{old}");
        }
    }
}
