//! The mark of a status: icon, colour and word, the same wherever it stands.

use leptos::prelude::*;

use super::figures::count;
use crate::domain::{ExportStatus, Reason};
use crate::i18n::{Language, runs, use_language};
use crate::ui::prelude::*;

/// Colour and shape of a status.
pub const fn status_look(status: ExportStatus) -> (Tone, &'static str) {
    match status {
        ExportStatus::NotStarted => (Tone::Neutral, "subtract_circle"),
        ExportStatus::Queued => (Tone::Neutral, "clock"),
        ExportStatus::Processing => (Tone::Brand, "arrow_sync"),
        ExportStatus::Retrying => (Tone::Warning, "arrow_clockwise"),
        ExportStatus::Held => (Tone::Warning, "pause"),
        ExportStatus::Successful => (Tone::Success, "checkmark_circle"),
        ExportStatus::CompletedWithWarnings => (Tone::Warning, "warning"),
        ExportStatus::Failed => (Tone::Danger, "error_circle"),
        ExportStatus::Skipped | ExportStatus::Missed => (Tone::Neutral, "dismiss_circle"),
        ExportStatus::Canceled => (Tone::Neutral, "stop"),
    }
}

/// The words of a status, with its figures where they are at hand.
pub(super) fn words(
    language: Language,
    status: ExportStatus,
    rows_so_far: Option<i64>,
    rejected: Option<i64>,
) -> String {
    match (status, rows_so_far, rejected) {
        (ExportStatus::Processing, Some(rows), _) => runs::processing_rows(language, count(rows)),
        (ExportStatus::CompletedWithWarnings, _, Some(rejected)) => {
            runs::completed_with_rejected(language, count(rejected))
        }
        _ => runs::status_name(language, status).to_owned(),
    }
}

/// The words of a status, where its reason may carry the number of rejected rows.
pub fn status_text(
    language: Language,
    status: ExportStatus,
    rows_so_far: Option<i64>,
    reason: Option<&Reason>,
) -> String {
    let rejected = reason.and_then(|reason| reason.arg("rejected").parse().ok());
    words(language, status, rows_so_far, rejected)
}

/// A status as lists and panes show it.
#[component]
pub fn StatusBadge(
    /// The status.
    status: ExportStatus,
    /// Rows so far, while it is processing.
    #[prop(optional_no_strip)]
    rows_so_far: Option<i64>,
    /// Its reason, which may carry the number of rejected rows.
    #[prop(optional_no_strip)]
    reason: Option<Reason>,
    /// Somebody asked to stop it.
    #[prop(optional)]
    canceling: bool,
) -> impl IntoView {
    let language = use_language();
    let (tone, icon) = status_look(status);
    let text = if canceling {
        runs::canceling(language).to_owned()
    } else {
        status_text(language, status, rows_so_far, reason.as_ref())
    };
    view! {
        <Badge tone icon>
            {text}
        </Badge>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_named_where_they_are_known() {
        use ExportStatus::{CompletedWithWarnings, Processing, Successful};
        let english = |status, rows, rejected| words(Language::English, status, rows, rejected);
        assert_eq!(
            english(Processing, Some(12_400), None),
            "Processing, 12,400 rows"
        );
        assert_eq!(english(Processing, None, None), "Processing");
        assert_eq!(
            english(CompletedWithWarnings, None, Some(1)),
            "Completed, 1 row rejected"
        );
        assert_eq!(english(Successful, Some(5), Some(0)), "Successful");
    }
}
