//! What the measurements of planner and queue begin with.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;

use app::domain::{Audience, ConnectionId, ConnectionType, Micros};
use base::Clock;
use serde_json::Map;
use server::store::connections::ConnectionRow;
use server::store::{StoreError, Tx, connections};
use uuid::Uuid;

pub(crate) type Failure = Box<dyn std::error::Error>;

/// 2026-11-23T12:00:00Z
pub(crate) const DUE: Micros = 1_795_435_200_000_000;
pub(crate) const MINUTE: Micros = 60_000_000;

/// A clock that goes as fast as the machine's, from wherever it is set.
#[derive(Debug)]
pub(crate) struct Shifted {
    start: Instant,
    offset: AtomicI64,
}

impl Shifted {
    pub(crate) fn at(now: Micros) -> Self {
        Self {
            start: Instant::now(),
            offset: AtomicI64::new(now),
        }
    }

    pub(crate) fn set(&self, now: Micros) {
        self.offset.store(now - self.elapsed(), Ordering::SeqCst);
    }

    fn elapsed(&self) -> Micros {
        i64::try_from(self.start.elapsed().as_micros()).unwrap_or(i64::MAX)
    }
}

impl Clock for Shifted {
    fn now_us(&self) -> i64 {
        self.offset.load(Ordering::SeqCst) + self.elapsed()
    }
}

/// Adds so many connections.
pub(crate) async fn add_connections(
    tx: &mut Tx,
    count: usize,
    at: Micros,
) -> Result<Vec<ConnectionId>, StoreError> {
    let mut added = Vec::with_capacity(count);
    for number in 0..count {
        let row = ConnectionRow {
            id: ConnectionId::new(Uuid::now_v7()),
            version: 1,
            name: format!("Connection {number}"),
            kind: ConnectionType::LocalFolder,
            config: Map::new(),
            audience: Audience::Administrators,
            created_at: at,
            created_by: "bench".to_owned(),
            updated_at: at,
            updated_by: "bench".to_owned(),
        };
        connections::insert(tx, &row).await?;
        added.push(row.id);
    }
    Ok(added)
}
