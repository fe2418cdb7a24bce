//! Limits how often somebody may ask: a bucket of tokens each. Networks that ask without a valid credential are limited by
//! it, and people ([`callers`](super::callers)).
//!
//! Trying passwords has limits of its own, in the services; that of networks keeps guessing of tokens and
//! set-up codes, and plain floods, away from the database.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Most that are remembered; beyond it those that have rested longest are forgotten.
const MOST: usize = 10_000;

struct Bucket {
    tokens: f64,
    at: Instant,
}

/// Buckets of tokens by who asks.
pub(super) struct Throttle<K> {
    burst: f64,
    per_second: f64,
    buckets: Mutex<HashMap<K, Bucket>>,
}

impl Throttle<IpAddr> {
    /// 240 requests at once, then 4 a second: four offices behind one address still work.
    pub(super) fn for_strangers() -> Self {
        Self::new(240.0, 4.0)
    }
}

impl<K: Copy + Eq + Hash> Throttle<K> {
    pub(super) fn new(burst: f64, per_second: f64) -> Self {
        Self {
            burst,
            per_second,
            buckets: Mutex::default(),
        }
    }

    /// Takes a token; otherwise the seconds until there is one.
    pub(super) fn take(&self, who: K) -> Result<(), u32> {
        self.take_at(who, Instant::now())
    }

    fn take_at(&self, who: K, now: Instant) -> Result<(), u32> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MOST && !buckets.contains_key(&who) {
            self.forget_rested(&mut buckets, now);
        }
        let bucket = buckets.entry(who).or_insert(Bucket {
            tokens: self.burst,
            at: now,
        });
        let rested = now.saturating_duration_since(bucket.at).as_secs_f64();
        bucket.tokens = (bucket.tokens + rested * self.per_second).min(self.burst);
        bucket.at = now;
        if bucket.tokens >= 1.0 {
            bucket.tokens -= 1.0;
            return Ok(());
        }
        let wait = Duration::from_secs_f64((1.0 - bucket.tokens) / self.per_second);
        Err(u32::try_from(wait.as_secs())
            .unwrap_or(u32::MAX)
            .saturating_add(1))
    }

    /// Drops buckets that are full again, or all when every one is in use: a flood from that many
    /// is not held off by a table.
    fn forget_rested(&self, buckets: &mut HashMap<K, Bucket>, now: Instant) {
        let full = Duration::from_secs_f64(self.burst / self.per_second);
        buckets.retain(|_, bucket| now.saturating_duration_since(bucket.at) < full);
        if buckets.len() >= MOST {
            buckets.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    #[test]
    fn a_network_gets_its_burst_and_then_its_rate() {
        let throttle = Throttle::new(3.0, 2.0);
        let network = IpAddr::from([192, 0, 2, 1]);
        let start = Instant::now();
        for _ in 0..3 {
            assert_eq!(throttle.take_at(network, start), Ok(()));
        }
        assert_eq!(throttle.take_at(network, start), Err(1));
        assert_eq!(
            throttle.take_at(IpAddr::from([192, 0, 2, 2]), start),
            Ok(()),
            "others are not held up"
        );
        assert_eq!(
            throttle.take_at(network, start + Duration::from_millis(500)),
            Ok(())
        );
        assert_eq!(
            throttle.take_at(network, start + Duration::from_millis(500)),
            Err(1)
        );
    }

    #[test]
    fn the_table_does_not_grow_without_end() {
        let throttle = Throttle::new(3.0, 2.0);
        let start = Instant::now();
        for number in 0..=u32::try_from(MOST).expect("small") {
            let network = IpAddr::from(Ipv4Addr::from_bits(number));
            assert_eq!(throttle.take_at(network, start), Ok(()));
        }
        assert!(throttle.buckets.lock().expect("not poisoned").len() <= MOST);
    }
}
