//! How far a run is: counted by the tasks that write, read by the heartbeat.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::store::queue::{ItemProgress, Progress};

/// Counters of a run, one per table. Cheap to update, never blocks for long.
#[derive(Debug, Default)]
pub struct RunProgress {
    items: Mutex<Vec<ItemProgress>>,
    moved: AtomicBool,
}

impl RunProgress {
    /// Notes how much of the table at `place` is written.
    pub(super) fn note(&self, place: i64, rows: u64, bytes: u64) {
        let rows = i64::try_from(rows).unwrap_or(i64::MAX);
        let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
        let now = ItemProgress {
            place,
            read: rows,
            written: rows,
            bytes,
        };
        if let Ok(mut items) = self.items.lock() {
            match items.iter_mut().find(|item| item.place == place) {
                Some(item) => *item = now,
                None => items.push(now),
            }
            self.moved.store(true, Ordering::Relaxed);
        }
    }

    /// Rows written so far, of all tables.
    pub(super) fn rows(&self) -> i64 {
        let items = self.items.lock();
        items.map_or(0, |items| items.iter().map(|item| item.written).sum())
    }

    /// Whether there is something that was not taken yet.
    pub fn has_moved(&self) -> bool {
        self.moved.load(Ordering::Relaxed)
    }

    /// What there is to write to the store; empty when nothing moved since.
    pub fn take(&self) -> Progress {
        if !self.moved.swap(false, Ordering::Relaxed) {
            return Progress::default();
        }
        let items = self
            .items
            .lock()
            .map(|items| items.clone())
            .unwrap_or_default();
        Progress {
            rows: items.iter().map(|item| item.written).sum(),
            bytes: items.iter().map(|item| item.bytes).sum(),
            items,
        }
    }
}
