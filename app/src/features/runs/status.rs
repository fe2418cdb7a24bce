//! The mark of a status: icon, colour and word, the same wherever it stands.

use leptos::prelude::*;

use super::figures::count;
use crate::domain::{ExportStatus, NextAttempt, Reason, RunSummary};
use crate::i18n::{Language, format, runs, use_language};
use crate::state::prelude::*;
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

/// The words of *Retrying*: when the next attempt is, by the reader's clock, and which of how many.
pub fn retrying_text(language: Language, clock: Clock, next: NextAttempt) -> String {
    let time = clock.time_of_day(language, instant(next.at));
    runs::retrying_at(language, time, next.number, next.attempts)
}

/// A status as lists and panes show it.
#[component]
pub fn StatusBadge(
    /// The status.
    status: ExportStatus,
    /// Its reason, which may carry the number of rejected rows.
    #[prop(optional_no_strip)]
    reason: Option<Reason>,
) -> impl IntoView {
    let language = use_language();
    let (tone, icon) = status_look(status);
    let text = status_text(language, status, None, reason.as_ref());
    view! {
        <Badge tone icon>
            {text}
        </Badge>
    }
    .erased()
}

/// The status of a run as lists and its pane show it.
#[component]
pub(super) fn RunBadge(
    /// The run.
    run: RunSummary,
    /// Rows so far, while it is processing.
    #[prop(optional_no_strip)]
    rows_so_far: Option<i64>,
    /// Somebody asked to stop it.
    #[prop(optional)]
    canceling: bool,
) -> impl IntoView {
    let language = use_language();
    let status = run.status.as_export_status();
    let (tone, icon) = status_look(status);
    let text = match run.next_attempt() {
        _ if canceling => runs::canceling(language).erased(),
        Some(next) => view! { <Retrying next/> }.erased(),
        None => status_text(language, status, rows_so_far, run.status_reason.as_ref()).erased(),
    };
    view! {
        <Badge tone icon>
            {text}
        </Badge>
    }
    .erased()
}

/// When a run is tried again; the title has the day too.
#[component]
fn Retrying(next: NextAttempt) -> impl IntoView {
    let (language, clock) = (use_language(), use_clock());
    let at = instant(next.at);
    let exact = move || clock.runs().then(|| clock.write(language, at, None));
    view! {
        <time datetime=datetime(at) title=exact>
            {move || retrying_text(language, clock, next)}
        </time>
    }
    .erased()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_tried_again_says_when_and_which_attempt() {
        // As the server writes it, which knows no clock but UTC.
        let told = |language, number, most| {
            let next = NextAttempt::new(60_000_000, number, most);
            retrying_text(language, use_clock(), next)
        };
        let english = told(Language::English, 2, 5);
        assert_eq!(english, "Retrying at 00:01 UTC (2 of 5)");
        let french = told(Language::French, 2, 5);
        assert_eq!(french, "Nouvelle tentative à 00:01 UTC (2 sur 5)");
        // A look at the destination after the last attempt.
        let beyond = told(Language::English, 6, 5);
        assert_eq!(beyond, "Retrying at 00:01 UTC (6 of 6)");
    }

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
