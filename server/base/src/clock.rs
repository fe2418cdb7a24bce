//! Where time comes from. Nothing else in the server may ask the system for it, so that tests own
//! it.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::Utc;

/// A source of instants: microseconds since 1970-01-01T00:00:00Z.
pub trait Clock: fmt::Debug + Send + Sync {
    fn now_us(&self) -> i64;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now_us(&self) -> i64 {
        Utc::now().timestamp_micros()
    }
}

/// A clock that only moves when it is told to.
#[derive(Debug, Default)]
pub struct FixedClock(AtomicI64);

impl FixedClock {
    pub const fn new(now_us: i64) -> Self {
        Self(AtomicI64::new(now_us))
    }

    pub fn set(&self, now_us: i64) {
        self.0.store(now_us, Ordering::SeqCst);
    }

    /// Moves the clock forward; saturates at the end of time.
    pub fn advance(&self, by: Duration) {
        let by = i64::try_from(by.as_micros()).unwrap_or(i64::MAX);
        self.set(self.now_us().saturating_add(by));
    }
}

impl Clock for FixedClock {
    fn now_us(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fixed_clock_moves_only_when_told() {
        let clock = FixedClock::new(1_000);
        assert_eq!(clock.now_us(), 1_000);
        clock.advance(Duration::from_millis(2));
        assert_eq!(clock.now_us(), 3_000);
        clock.set(5);
        assert_eq!(clock.now_us(), 5);
    }

    #[test]
    fn system_clock_counts_microseconds_since_the_epoch() {
        // 2024-01-01; a clock in milliseconds or nanoseconds would miss this window.
        let now = SystemClock.now_us();
        assert!(
            now > 1_704_067_200_000_000 && now < 4_102_444_800_000_000,
            "{now}"
        );
    }
}
