//! Many results of the same thing, one mark each, in the height of a line.

use std::fmt::Write as _;

use maud::{Markup, PreEscaped, html};

use super::badge::Tone;

/// How many marks a strip has room for; the newest stands at the end.
const MOST: usize = 30;
/// The height of a strip. One step of it is two pixels, and a mark is one step wide: the style sheet knows the sizes.
const TOP: u8 = 10;
/// What a mark may have under its point.
const BELOW_POINT: u8 = 7;
/// Where the line is that stands for nothing.
const LINE: u8 = 4;
/// The place of a tone among the paths of a strip, by which the style sheet colours them.
const TONES: [Tone; 5] = [
    Tone::Success,
    Tone::Warning,
    Tone::Danger,
    Tone::Neutral,
    Tone::Brand,
];

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

/// What says the same as the colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// What went well stands on the ground.
    Standing,
    /// What went well in part has a point above it.
    Pointed,
    /// What failed hangs from the top.
    Hanging,
    /// What came to nothing is a line.
    Line,
}

impl Shape {
    fn of(bar: StripBar) -> Self {
        match bar.tone {
            _ if bar.hollow => Self::Line,
            Tone::Success => Self::Standing,
            Tone::Warning => Self::Pointed,
            Tone::Danger => Self::Hanging,
            Tone::Neutral | Tone::Brand => Self::Line,
        }
    }

    /// Where its outline begins and ends, above the ground.
    const fn foot(self) -> u8 {
        match self {
            Self::Standing | Self::Pointed => 0,
            Self::Hanging => TOP,
            Self::Line => LINE,
        }
    }

    /// Where a mark's outline goes to, above the ground.
    fn end(self, bar: StripBar) -> u8 {
        match self {
            Self::Standing => bar.height.saturating_add(1).min(TOP),
            Self::Pointed => bar.height.saturating_add(1).min(BELOW_POINT),
            Self::Hanging => LINE,
            Self::Line => LINE + 1,
        }
    }
}

/// Marks side by side, given the oldest first; of more than there is room for, the last. `label` says what they show.
pub fn strip(bars: &[StripBar], label: &str) -> Markup {
    html! { svg role="img" aria-label=(label) { (PreEscaped(draw(bars))) } }
}

/// One path for each tone up to the last there is. Marks of one kind are one outline, which goes along their foot from one
/// to the next: the style sheet cuts it into marks, so that thirty of them weigh little more than one. It is written from
/// the newest on, upside down: the style sheet turns it.
fn draw(bars: &[StripBar]) -> String {
    let newest: Vec<StripBar> = bars.iter().rev().take(MOST).copied().collect();
    let mut outlines: [Outline; TONES.len()] = Default::default();
    let look = |bar: &StripBar| (bar.tone, Shape::of(*bar));
    let mut start = 0;
    for alike in newest.chunk_by(|one, next| look(one) == look(next)) {
        let tone = alike.first().map(|bar| bar.tone);
        let of_tone = outlines
            .iter_mut()
            .zip(TONES)
            .find(|(_, known)| Some(*known) == tone);
        if let Some((outline, _)) = of_tone {
            outline.add(start, alike);
        }
        start += alike.len();
    }
    let last = outlines.iter().rposition(|outline| outline.path.is_some());
    let drawn = outlines.iter().take(last.map_or(0, |last| last + 1));
    drawn
        .map(|outline| match &outline.path {
            Some(path) => format!("<path d=\"{path}\"/>"),
            None => "<path/>".to_owned(),
        })
        .collect()
}

/// The marks of a tone.
#[derive(Default)]
struct Outline {
    path: Option<String>,
    /// Where it has come to.
    end: usize,
    foot: u8,
}

impl Outline {
    /// Goes on to marks of one shape side by side, from `start` on.
    fn add(&mut self, start: usize, alike: &[StripBar]) {
        let Some(shape) = alike.first().copied().map(Shape::of) else {
            return;
        };
        let foot = shape.foot();
        let mut path = self.path.take().unwrap_or_default();
        // Writing into a text cannot fail.
        let _written = if path.is_empty() || self.foot != foot {
            write!(path, "M{start} {foot}")
        } else {
            write!(path, "h{}", start - self.end)
        };
        for level in alike.chunk_by(|one, next| shape.end(*one) == shape.end(*next)) {
            let end = level.first().map_or(foot, |bar| shape.end(*bar));
            let length = level.len();
            if shape == Shape::Pointed {
                let _written = write!(path, "V{TOP}h{length}V{}h-{length}", TOP - 1);
            }
            let _written = write!(path, "V{end}h{length}");
        }
        let _written = write!(path, "V{foot}");
        *self = Self {
            path: Some(path),
            end: start + alike.len(),
            foot,
        };
    }
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
    fn marks_of_a_kind_are_one_outline_that_begins_at_the_newest() {
        let three = draw(&[bar(Tone::Success, 4); 3]);
        assert_eq!(three, r#"<path d="M0 0V5h3V0"/>"#);
        let most = draw(&[bar(Tone::Success, 9); 31]);
        assert_eq!(most, r#"<path d="M0 0V10h30V0"/>"#);
        let stairs = draw(&[1, 1, 4, 0].map(|height| bar(Tone::Success, height)));
        assert_eq!(stairs, r#"<path d="M0 0V1h1V5h1V2h2V0"/>"#);
        assert_eq!(draw(&[]), "");
    }

    #[test]
    fn each_tone_has_a_shape_of_its_own() {
        let drawn = |tone: Tone| draw(&[bar(tone, 3)]).replace("<path/>", "");
        assert_eq!(drawn(Tone::Success), r#"<path d="M0 0V4h1V0"/>"#);
        assert_eq!(drawn(Tone::Warning), r#"<path d="M0 0V10h1V9h-1V4h1V0"/>"#);
        assert_eq!(drawn(Tone::Danger), r#"<path d="M0 10V4h1V10"/>"#);
        assert_eq!(drawn(Tone::Neutral), r#"<path d="M0 4V5h1V4"/>"#);
    }

    #[test]
    fn marks_of_one_tone_share_a_path_wherever_they_stand() {
        let bars = [
            bar(Tone::Success, 1),
            bar(Tone::Danger, 0),
            bar(Tone::Success, 1),
        ];
        assert_eq!(
            draw(&bars),
            r#"<path d="M0 0V2h1V0h1V2h1V0"/><path/><path d="M1 10V4h1V10"/>"#
        );
        let hollow = StripBar {
            hollow: true,
            ..bars[0]
        };
        assert_eq!(
            draw(&[bars[0], hollow]),
            r#"<path d="M0 4V5h1V4M1 0V2h1V0"/>"#
        );
    }

    #[test]
    fn what_a_strip_shows_is_said_too() {
        let strip = strip(&[bar(Tone::Success, 0)], "Last run: \"Successful\"");
        assert_eq!(
            strip.into_string(),
            r#"<svg role="img" aria-label="Last run: &quot;Successful&quot;"><path d="M0 0V1h1V0"/></svg>"#
        );
    }
}
