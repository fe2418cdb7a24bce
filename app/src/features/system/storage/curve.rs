//! Where the curve of the days goes.

use crate::domain::StorageDay;

/// Units of the drawing, which is stretched to its place.
pub(super) const WIDTH: i64 = 9_000;
pub(super) const HEIGHT: i64 = 1_000;

/// The drawing of several days, from nothing at the bottom to the most at the top.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Curve {
    /// A path along the sizes.
    pub(super) line: String,
    /// A path around what is under it.
    pub(super) area: String,
    /// The largest size.
    pub(super) most: i64,
}

impl Curve {
    /// The curve of these days, in their order; none of fewer than two.
    pub(super) fn of(days: &[StorageDay]) -> Option<Self> {
        let (first, last) = (days.first()?, days.last()?);
        let span = last.at.saturating_sub(first.at);
        if span <= 0 {
            return None;
        }
        let most = days.iter().map(|day| day.bytes).fold(0, i64::max);
        let point = |day: &StorageDay| {
            let across = share(day.at.saturating_sub(first.at), span, WIDTH);
            let down = HEIGHT - share(day.bytes, most, HEIGHT);
            format!("{across} {down}")
        };
        let points: Vec<_> = days.iter().map(point).collect();
        let line = format!("M{}", points.join("L"));
        let area = format!("{line}V{HEIGHT}H0Z");
        Some(Self { line, area, most })
    }
}

/// As much of `length` as a part is of its whole; nothing of nothing.
fn share(part: i64, whole: i64, length: i64) -> i64 {
    let part = i128::from(part.clamp(0, whole.max(0)));
    let share = (part * i128::from(length)).checked_div(i128::from(whole));
    i64::try_from(share.unwrap_or_default()).unwrap_or(length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Micros;

    const DAY: Micros = 86_400_000_000;

    fn days(sizes: &[i64]) -> Vec<StorageDay> {
        sizes
            .iter()
            .zip(0..)
            .map(|(&bytes, day)| StorageDay {
                at: day * DAY,
                bytes,
            })
            .collect()
    }

    #[test]
    fn the_largest_size_is_at_the_top_and_days_are_evenly_apart() {
        let curve = Curve::of(&days(&[0, 50, 100])).expect("a curve");
        assert_eq!(curve.line, "M0 1000L4500 500L9000 0");
        assert_eq!(curve.area, "M0 1000L4500 500L9000 0V1000H0Z");
        assert_eq!(curve.most, 100);
    }

    #[test]
    fn one_day_is_no_curve_and_nothing_is_a_flat_one() {
        assert_eq!(Curve::of(&[]), None);
        assert_eq!(Curve::of(&days(&[7])), None);
        let flat = Curve::of(&days(&[0, 0])).expect("a curve");
        assert_eq!(flat.line, "M0 1000L9000 1000");
    }

    #[test]
    fn the_widest_figures_stay_in_the_drawing() {
        let wide = [
            StorageDay {
                at: i64::MIN,
                bytes: i64::MIN,
            },
            StorageDay {
                at: i64::MAX,
                bytes: i64::MAX,
            },
        ];
        let curve = Curve::of(&wide).expect("a curve");
        assert_eq!(curve.line, "M0 1000L9000 0");
    }
}
