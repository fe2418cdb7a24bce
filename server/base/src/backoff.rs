//! How long to wait before trying again: exponential with full jitter.
//!
//! Full jitter (a uniform draw between zero and the ceiling) spreads the retries of many runs that
//! failed for the same reason at the same moment.

use std::time::Duration;

/// How often a run is tried before a passing error counts as final.
pub const MAX_ATTEMPTS: u32 = 5;

/// The bounds of the waiting time between two attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    base: Duration,
    cap: Duration,
}

impl Backoff {
    /// `base` is the ceiling after the first failure; it doubles with each further one up to `cap`.
    pub const fn new(base: Duration, cap: Duration) -> Self {
        Self { base, cap }
    }

    /// The longest wait after failure number `attempt` (the first is 1).
    pub fn ceiling(&self, attempt: u32) -> Duration {
        let doublings = attempt.saturating_sub(1).min(31);
        self.base.saturating_mul(1 << doublings).min(self.cap)
    }

    /// A wait drawn uniformly from zero to [`Backoff::ceiling`]. `random` gives uniform 64-bit
    /// numbers: [`random_u64`] in the server, a seeded sequence in tests.
    pub fn delay(&self, attempt: u32, random: &mut dyn FnMut() -> u64) -> Duration {
        let ceiling = u64::try_from(self.ceiling(attempt).as_micros()).unwrap_or(u64::MAX);
        // Multiply and shift instead of a remainder: no bias towards short waits.
        let drawn = (u128::from(random()) * (u128::from(ceiling) + 1)) >> 64;
        Duration::from_micros(u64::try_from(drawn).unwrap_or(ceiling))
    }
}

/// 5 seconds to 15 minutes.
impl Default for Backoff {
    fn default() -> Self {
        Self::new(Duration::from_secs(5), Duration::from_mins(15))
    }
}

/// A number from the operating system's random source. Should that ever fail, the waits lose their
/// jitter (half the ceiling), never their bounds.
pub fn random_u64() -> u64 {
    getrandom::u64().unwrap_or(u64::MAX / 2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ceiling_doubles_from_the_base_to_the_cap() {
        let backoff = Backoff::default();
        let seconds = |attempt| backoff.ceiling(attempt).as_secs();
        assert_eq!([1, 2, 3, 4, 5].map(seconds), [5, 10, 20, 40, 80]);
        assert_eq!(seconds(9), 900);
        assert_eq!(seconds(u32::MAX), 900);
    }

    #[test]
    fn the_draw_reaches_both_ends() {
        let backoff = Backoff::default();
        assert_eq!(backoff.delay(1, &mut || 0), Duration::ZERO);
        assert_eq!(backoff.delay(1, &mut || u64::MAX), Duration::from_secs(5));
    }

    proptest! {
        #[test]
        fn a_delay_is_never_above_its_ceiling(attempt in 0_u32..100, number in any::<u64>()) {
            let backoff = Backoff::default();
            prop_assert!(backoff.delay(attempt, &mut || number) <= backoff.ceiling(attempt));
        }
    }
}
