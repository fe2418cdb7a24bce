//! Figures of runs as text. Counts are signed on the wire because the store is; a negative one
//! would be a fault of the server and is shown as nothing.

use crate::domain::{Micros, RunSummary};
use crate::i18n::{Language, exports, format};

/// A count of rows or bytes.
pub fn count(value: i64) -> u64 {
    u64::try_from(value).unwrap_or_default()
}

/// `12,400 rows`.
pub fn rows(language: Language, value: i64) -> String {
    exports::rows(language, count(value))
}

/// How long a run took or has taken; nothing before its first attempt and while it goes on.
pub(super) fn duration(language: Language, run: &RunSummary) -> Option<String> {
    Some(between(language, run.started_at?, run.ended_at?))
}

/// How long it was from one instant to another.
pub(super) fn between(language: Language, from: Micros, to: Micros) -> String {
    format::duration(language, count(to.saturating_sub(from) / 1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_went_back_makes_no_negative_duration() {
        assert_eq!(
            between(Language::English, 5_000_000, 1_000_000),
            "0\u{a0}ms"
        );
        assert_eq!(between(Language::English, 0, 1_500_000), "1.5\u{a0}s");
    }
}
