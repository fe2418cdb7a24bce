//! The last runs of an export as a strip of marks.

use maud::{Markup, html};

use crate::domain::{RunStrip, StripMark};
use crate::features::runs::status_look;
use crate::i18n::{Language, export_table as texts, format, runs};
use crate::ui::prelude::*;

/// The last runs of an export: their states by colour and shape, and by height how many rows they wrote. The list of them
/// is behind *Runs* in the export's menu; here readers hear how many ended how.
pub(super) fn drawn(language: Language, strip: &RunStrip) -> Markup {
    let marks = strip.marks();
    if marks.is_empty() {
        return html! {};
    }
    let bars: Vec<_> = marks.iter().copied().map(bar).collect();
    markup::strip(&bars, &words(language, marks))
}

fn bar(mark: StripMark) -> StripBar {
    StripBar {
        tone: status_look(mark.status.as_export_status()).0,
        height: mark.height,
        hollow: mark.is_mark,
    }
}

/// How many runs ended how, the newest first; that these are the last, the head of the column says.
fn words(language: Language, marks: &[StripMark]) -> String {
    let mut ends: Vec<(&'static str, u64)> = Vec::new();
    for mark in marks.iter().rev() {
        let name = runs::status_name(language, mark.status.as_export_status());
        match ends.iter_mut().find(|(known, _)| *known == name) {
            Some((_, number)) => *number += 1,
            None => ends.push((name, 1)),
        }
    }
    let part = |(name, number): &(&'static str, u64)| {
        texts::strip_part(language, format::integer(language, *number), name)
    };
    let parts: Vec<_> = ends.iter().map(part).collect();
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_hear_how_many_runs_ended_how_the_newest_first() {
        let strip: RunStrip = "s3s3s4f0".parse().expect("a strip");
        let english = words(Language::English, strip.marks());
        assert_eq!(english, "1 × Failed, 3 × Successful");
        let one: RunStrip = "s3".parse().expect("a strip");
        assert_eq!(words(Language::French, one.marks()), "1 × Réussie");
    }
}
