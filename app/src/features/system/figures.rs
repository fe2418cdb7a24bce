//! Durations and days as text.

use crate::domain::Micros;
use crate::features::runs::count;
use crate::i18n::{Language, format};
use crate::state::prelude::*;

/// A duration in microseconds.
pub(super) fn duration(language: Language, micros: i64) -> String {
    format::duration(language, count(micros / 1000))
}

/// How long it was from one instant to another; nothing while either has not come.
pub(super) fn between(
    language: Language,
    from: Option<Micros>,
    to: Option<Micros>,
) -> Option<String> {
    Some(duration(language, to?.saturating_sub(from?)))
}

/// The day of an instant, by UTC.
pub(super) fn day(language: Language, at: Micros) -> String {
    format::date(language, instant(at).date_naive())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_utc() {
        let midnight = 1_795_737_600_000_000;
        assert_eq!(day(Language::English, midnight - 1), "26 Nov 2026");
        assert_eq!(day(Language::French, midnight), "27 nov. 2026");
    }

    #[test]
    fn what_goes_on_has_no_duration_yet_and_no_clock_runs_backwards() {
        assert_eq!(between(Language::English, Some(0), None), None);
        let backwards = between(Language::English, Some(9_000_000), Some(0));
        assert_eq!(backwards.as_deref(), Some("0\u{a0}ms"));
    }
}
