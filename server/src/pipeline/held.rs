//! When a run is held before anything is published (product page §6, *Held*).

use app::domain::{HeldLimits, Reason};

/// Compares the rows about to be delivered with those of the last delivery, of all tables together.
/// Without a delivery before there is nothing to compare with.
pub(super) fn reason_to_hold(now: i64, before: Option<i64>, limits: HeldLimits) -> Option<Reason> {
    let before = before.filter(|before| *before > 0)?;
    if now == 0 {
        return Some(Reason::new("held_empty").with("before", before));
    }
    let fewer = before - now;
    let beyond_rows = fewer > i64::from(limits.fewer_rows);
    let beyond_share =
        i128::from(fewer) * 100 > i128::from(before) * i128::from(limits.fewer_percent);
    if beyond_rows && beyond_share {
        // Rounded down: the sentence never says more than there is.
        let percent = i128::from(fewer) * 100 / i128::from(before);
        return Some(
            Reason::new("held_shrunk")
                .with("now", now)
                .with("before", before)
                .with("percent", percent),
        );
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(now: i64, before: Option<i64>) -> Option<String> {
        reason_to_hold(now, before, HeldLimits::default()).map(|reason| reason.code)
    }

    #[test]
    fn a_first_delivery_and_one_after_an_empty_one_are_never_held() {
        assert_eq!(held(0, None), None);
        assert_eq!(held(0, Some(0)), None);
        assert_eq!(held(5, Some(0)), None);
    }

    #[test]
    fn nothing_after_something_is_held() {
        assert_eq!(held(0, Some(1)).as_deref(), Some("held_empty"));
    }

    #[test]
    fn fewer_rows_are_held_only_beyond_both_limits() {
        assert_eq!(held(800, Some(1_000)), None, "exactly 20 %");
        assert_eq!(held(799, Some(1_000)).as_deref(), Some("held_shrunk"));
        assert_eq!(held(300, Some(400)), None, "25 %, but exactly 100 rows");
        assert_eq!(held(299, Some(400)).as_deref(), Some("held_shrunk"));
        assert_eq!(held(5_000, Some(1_000)), None, "more is fine");
    }
}
