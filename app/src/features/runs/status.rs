//! The mark of a status: icon, colour and word, the same wherever it stands.

use leptos::prelude::*;

use super::figures::count;
use crate::domain::{ExportStatus, Reason};
use crate::i18n::{Language, format, runs, use_language};
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

/// The words of a status, where its reason may carry the number of rejected rows, or of those that were delivered all the
/// same.
pub fn status_text(
    language: Language,
    status: ExportStatus,
    rows_so_far: Option<i64>,
    reason: Option<&Reason>,
) -> String {
    let number = |name: &str| reason.and_then(|reason| reason.arg(name).parse().ok());
    if status == ExportStatus::Failed
        && let (Some(rows), Some(of)) = (number("rows_delivered"), number("rows_of"))
    {
        return runs::failed_after(language, count(of), format::integer(language, count(rows)));
    }
    words(language, status, rows_so_far, number("rejected"))
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
    .erased()
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

    #[test]
    fn what_was_delivered_before_a_failure_is_told() {
        let reason = Reason::new("destination_unavailable");
        let told = |reason: &Reason| {
            status_text(Language::English, ExportStatus::Failed, None, Some(reason))
        };
        assert_eq!(told(&reason), "Failed");
        let after = reason
            .with("rows_delivered", 12_400)
            .with("rows_of", 50_000);
        assert_eq!(told(&after), "Failed, 12,400 of 50,000 rows delivered");
    }
}
