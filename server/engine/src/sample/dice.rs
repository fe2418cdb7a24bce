//! Numbers that look random and are always the same (`SplitMix64`, Steele, Lea and Flood 2014).

use chrono::{DateTime, NaiveDate, SecondsFormat};

/// 2026-11-01T00:00:00Z in microseconds: the sample ends here.
pub(super) const END_US: i64 = 1_793_491_200_000_000;
pub(super) const DAY_US: i64 = 86_400_000_000;

pub(super) struct Dice(u64);

impl Dice {
    pub(super) const fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 up to but not `limit`.
    pub(super) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    /// True once in `times`.
    pub(super) fn once_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    pub(super) fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        let limit = list.len() as u64;
        usize::try_from(self.below(limit))
            .ok()
            .and_then(|place| list.get(place))
            .copied()
            .unwrap_or_default()
    }

    /// An instant in the `days` before the sample's end.
    pub(super) fn instant_us(&mut self, days: u64) -> i64 {
        END_US - self.below(days * DAY_US.unsigned_abs()).cast_signed()
    }
}

/// ISO 8601 with six fraction digits and `Z`.
pub(super) fn instant(us: i64) -> String {
    DateTime::from_timestamp_micros(us)
        .unwrap_or_default()
        .to_rfc3339_opts(SecondsFormat::Micros, true)
}

pub(super) fn date(days: i32) -> String {
    NaiveDate::from_epoch_days(days)
        .unwrap_or_default()
        .to_string()
}
