//! The last runs of an export as a strip of marks.

use maud::{Markup, html};

use crate::domain::{ExportStatus, RunStrip, StripMark};
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

/// How many runs ended how, in the same order for every export; that these are the last, the head of the column says.
fn words(language: Language, marks: &[StripMark]) -> String {
    let ended = |status| {
        let alike = |mark: &&StripMark| mark.status.as_export_status() == status;
        let number = marks.iter().filter(alike).count();
        let number = u64::try_from(number).ok().filter(|number| *number > 0)?;
        let name = runs::status_name(language, status);
        Some(texts::strip_part(
            language,
            format::integer(language, number),
            name,
        ))
    };
    let parts: Vec<_> = ExportStatus::ALL.into_iter().filter_map(ended).collect();
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_hear_how_many_runs_ended_how_in_one_order() {
        let strip: RunStrip = "s3f0s3K0s4".parse().expect("a strip");
        let english = words(Language::English, strip.marks());
        assert_eq!(english, "1 × Failed, 1 × Skipped, 3 × Successful");
        let one: RunStrip = "s3".parse().expect("a strip");
        assert_eq!(words(Language::French, one.marks()), "1 × Réussie");
    }
}
