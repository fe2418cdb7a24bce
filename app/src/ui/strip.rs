//! Many results of the same thing, one mark each, in the height of a line.

use std::fmt::Write as _;

use leptos::prelude::*;

use super::badge::Tone;

/// How many marks a strip has room for; the newest stands at the end.
const MOST: usize = 30;
/// The size of the drawing in pixels, as the style sheet has it: a mark is [`STEP`] wide, of which one is left free.
const WIDTH: usize = MOST * STEP;
const STEP: usize = 4;
const HEIGHT: usize = 20;
/// The greatest height of a mark.
const TOP: u8 = 9;

/// One mark of a strip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StripBar {
    /// The colour family, and with it the shape.
    pub tone: Tone,
    /// From 0 to 9.
    pub height: u8,
    /// Nothing came of it: a line, whatever its tone.
    pub hollow: bool,
}

/// Marks side by side, the oldest first. Shapes say what colours say: what went well stands on the ground, what went
/// well in part has a point above it, what failed hangs from the top, and what came to nothing is a line.
///
/// ```ignore
/// view! { <Strip bars=vec![StripBar { tone: Tone::Success, height: 4, hollow: false }] label="Last run: Successful"/> }
/// ```
#[component]
pub fn Strip(
    /// The marks; of more than there is room for, the last.
    bars: Vec<StripBar>,
    /// What they show, in words.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    let paths = draw(&bars)
        .into_iter()
        .map(|(tone, path)| view! { <path class=tone.class() d=path></path> })
        .collect_view();
    view! {
        <svg class="strip" role="img" aria-label=label>
            {paths}
        </svg>
    }
    .into_any()
}

/// One path for each tone. Marks of one kind side by side are one outline: the style sheet cuts it into marks, so that
/// thirty of them weigh little more than one.
fn draw(bars: &[StripBar]) -> Vec<(Tone, String)> {
    let bars = &bars[bars.len().saturating_sub(MOST)..];
    let mut paths: Vec<(Tone, String)> = Vec::new();
    let mut start = WIDTH - bars.len() * STEP;
    let is_like =
        |one: &StripBar, next: &StripBar| (one.tone, one.hollow) == (next.tone, next.hollow);
    for alike in bars.chunk_by(is_like) {
        let Some(StripBar { tone, hollow, .. }) = alike.first().copied() else {
            continue;
        };
        let place = paths.iter().position(|(known, _)| *known == tone);
        let place = place.unwrap_or_else(|| {
            paths.push((tone, String::new()));
            paths.len() - 1
        });
        if let Some((_, path)) = paths.get_mut(place) {
            let mut block = |top: usize, height: usize| {
                let length = alike.len() * STEP;
                // Writing into a text cannot fail.
                let _written = write!(path, "M{start} {top}h{length}v{height}h-{length}z");
            };
            match tone {
                _ if hollow => block(HEIGHT / 2 - 1, 2),
                Tone::Neutral | Tone::Brand => block(HEIGHT / 2 - 1, 2),
                Tone::Danger => block(0, HEIGHT / 2 + 2),
                Tone::Success => skyline(path, alike, start, HEIGHT),
                Tone::Warning => {
                    block(0, 3);
                    skyline(path, alike, start, HEIGHT - 6);
                }
            }
        }
        start += alike.len() * STEP;
    }
    paths
}

/// The outline of marks that stand on the ground side by side, from `start` on, none higher than `most`.
fn skyline(path: &mut String, bars: &[StripBar], start: usize, most: usize) {
    let top = |bar: &StripBar| {
        let height = 2 * (usize::from(bar.height.min(TOP)) + 1);
        HEIGHT - height.min(most)
    };
    let _written = write!(path, "M{start} {HEIGHT}");
    for level in bars.chunk_by(|one, next| top(one) == top(next)) {
        if let Some(first) = level.first() {
            let _written = write!(path, "V{}h{}", top(first), level.len() * STEP);
        }
    }
    let _written = write!(path, "V{HEIGHT}z");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bar(tone: Tone, height: u8) -> StripBar {
        StripBar {
            tone,
            height,
            hollow: false,
        }
    }

    #[test]
    fn marks_of_a_kind_are_one_outline_and_the_newest_is_at_the_end() {
        let three = draw(&[bar(Tone::Success, 4); 3]);
        assert_eq!(three, [(Tone::Success, "M108 20V10h12V20z".to_owned())]);
        let most = draw(&[bar(Tone::Success, 9); 31]);
        assert_eq!(most, [(Tone::Success, "M0 20V0h120V20z".to_owned())]);
        let stairs = draw(&[1, 1, 4, 0].map(|height| bar(Tone::Success, height)));
        assert_eq!(
            stairs,
            [(Tone::Success, "M104 20V16h8V10h4V18h4V20z".to_owned())]
        );
        assert!(draw(&[]).is_empty());
    }

    #[test]
    fn each_tone_has_a_shape_of_its_own() {
        let tones = [Tone::Success, Tone::Warning, Tone::Danger, Tone::Neutral];
        let mut shapes: Vec<_> = tones
            .into_iter()
            .flat_map(|tone| draw(&[bar(tone, 3)]))
            .map(|(_, path)| path)
            .collect();
        shapes.sort();
        shapes.dedup();
        assert_eq!(shapes.len(), tones.len());
    }

    #[test]
    fn marks_of_one_tone_share_a_path_wherever_they_stand() {
        let bars = [
            bar(Tone::Success, 1),
            bar(Tone::Danger, 0),
            bar(Tone::Success, 1),
        ];
        let paths = draw(&bars);
        assert_eq!(paths.len(), 2);
        assert_eq!(paths[0].1, "M108 20V16h4V20zM116 20V16h4V20z");
    }
}
