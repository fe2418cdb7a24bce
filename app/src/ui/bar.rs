//! A whole and its parts as one bar.

use leptos::prelude::*;

use super::{badge::Tone, erase::Erase};
use crate::i18n::{self, format, use_language};

/// The bar is this many units long.
const LENGTH: u64 = 1000;

/// One part of the whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BarPart {
    label: String,
    value: u64,
    tone: Tone,
}

impl BarPart {
    /// A part, its size and its colour.
    pub fn new(label: impl Into<String>, value: u64, tone: Tone) -> Self {
        Self {
            label: label.into(),
            value,
            tone,
        }
    }
}

/// A bar whose parts are as long as their share, over a legend that names each part with its
/// number. Parts of nothing stand in the legend alone; the least part can still be seen.
///
/// ```ignore
/// view! { <StackedBar label="Rows" parts=vec![BarPart::new("Written", 1200, Tone::Success)]/> }
/// ```
#[component]
pub fn StackedBar(
    /// What the whole is.
    #[prop(into)]
    label: String,
    /// The parts, in order.
    parts: Vec<BarPart>,
) -> impl IntoView {
    let language = use_language();
    let values: Vec<u64> = parts.iter().map(|part| part.value).collect();
    let segments = lay_out(&values)
        .into_iter()
        .zip(&parts)
        .filter(|((_, length), _)| *length > 0)
        .map(|((start, length), part)| {
            view! {
                <rect
                    class=part.tone.class()
                    x=start.to_string()
                    y="0"
                    width=length.to_string()
                    height="8"
                ></rect>
            }
        })
        .collect_view();
    let spoken = parts
        .iter()
        .map(|part| i18n::ui::share(language, &part.label, format::integer(language, part.value)))
        .collect::<Vec<_>>()
        .join(", ");
    let legend = parts
        .into_iter()
        .map(|part| {
            view! {
                <li class=part.tone.class()>
                    <span class="bar-label">{part.label}</span>
                    <span class="bar-value">{format::integer(language, part.value)}</span>
                </li>
            }
        })
        .collect_view();
    view! {
        <div class="stacked-bar">
            <svg
                class="bar"
                viewBox=format!("0 0 {LENGTH} 8")
                preserveAspectRatio="none"
                role="img"
                aria-label=i18n::ui::share(language, label, spoken)
            >
                {segments}
            </svg>
            <ul class="bar-legend">{legend}</ul>
        </div>
    }
    .erased()
}

/// Start and length of each part. A part of something is at least one unit long; what rounding adds
/// or leaves out is settled by the longest part, so that the bar is always full.
fn lay_out(values: &[u64]) -> Vec<(u64, u64)> {
    let whole: u128 = values.iter().copied().map(u128::from).sum();
    if whole == 0 {
        return vec![(0, 0); values.len()];
    }
    let mut lengths: Vec<u64> = values
        .iter()
        .map(|&value| {
            let length = u128::from(value) * u128::from(LENGTH) / whole;
            u64::try_from(length)
                .unwrap_or(LENGTH)
                .max(u64::from(value > 0))
        })
        .collect();
    let used: u64 = lengths.iter().sum();
    if let Some(longest) = lengths.iter_mut().max_by_key(|length| **length) {
        *longest = (*longest + LENGTH).saturating_sub(used);
    }
    let mut start = 0;
    lengths
        .into_iter()
        .map(|length| {
            let part = (start, length);
            start += length;
            part
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{LENGTH, lay_out};

    #[test]
    fn parts_fill_the_bar_and_none_that_is_something_vanishes() {
        for values in [
            vec![1, 1, 1],
            vec![1_000_000, 1, 0, 3],
            vec![u64::MAX, u64::MAX],
            vec![7],
        ] {
            let parts = lay_out(&values);
            assert_eq!(parts.iter().map(|(_, length)| length).sum::<u64>(), LENGTH);
            for (value, (_, length)) in values.iter().zip(&parts) {
                assert_eq!(*value == 0, *length == 0, "{values:?}");
            }
        }
    }

    #[test]
    fn a_whole_of_nothing_has_no_parts() {
        assert_eq!(lay_out(&[0, 0]), [(0, 0), (0, 0)]);
    }
}
