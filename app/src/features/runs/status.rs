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

/// The words of *Retrying*: when the next attempt is, as the reader likes instants, and which of how many. `zone` is the one
/// of the schedule, where it is at hand.
pub fn retrying_text(
    language: Language,
    clock: Clock,
    next: NextAttempt,
    zone: Option<&str>,
) -> String {
    let time = clock.time_of_day(language, instant(next.at), zone);
    runs::retrying_at(language, time, next.number, next.attempts)
}

/// The words of the status of a run.
fn run_text(
    language: Language,
    clock: Clock,
    run: &RunSummary,
    rows_so_far: Option<i64>,
) -> String {
    if let Some(next) = run.next_attempt() {
        return retrying_text(language, clock, next, None);
    }
    let (status, reason) = (run.status.as_export_status(), run.status_reason.as_ref());
    status_text(language, status, rows_so_far, reason)
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
    let (tone, icon) = status_look(run.status.as_export_status());
    let clock = use_clock();
    let text = move || {
        if canceling {
            runs::canceling(language).to_owned()
        } else {
            run_text(language, clock, &run, rows_so_far)
        }
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
    use uuid::Uuid;

    use super::*;
    use crate::domain::{ExportId, RunId, RunStatus, Trigger};

    fn run(status: RunStatus, attempt: i64, attempts: i64) -> RunSummary {
        RunSummary {
            id: RunId::new(Uuid::from_u128(1)),
            export_id: ExportId::new(Uuid::from_u128(2)),
            export_name: "Loyalty".into(),
            status,
            status_reason: Some(Reason::new("destination_unavailable")),
            trigger: Trigger::Schedule,
            started_by: String::new(),
            queued_at: 0,
            started_at: Some(1),
            ended_at: None,
            attempt,
            attempts,
            next_attempt_at: Some(60_000_000),
            export_version: 1,
            data_as_of: None,
            rows_written: 0,
            bytes: 0,
            connection: None,
            files: 0,
            first_file: None,
            is_export_removed: false,
        }
    }

    #[test]
    fn a_run_that_waits_says_which_attempt_is_next() {
        use RunStatus::{Processing, Retrying};
        // As the server writes it, which knows no clock but UTC.
        let told = |language, run: RunSummary| run_text(language, use_clock(), &run, None);
        let first_failed = run(Retrying, 1, 5);
        assert_eq!(
            told(Language::English, first_failed.clone()),
            "Retrying at 00:01 UTC (2 of 5)"
        );
        assert_eq!(
            told(Language::French, first_failed),
            "Nouvelle tentative à 00:01 UTC (2 sur 5)"
        );
        // A look at the destination after the last attempt.
        assert_eq!(
            told(Language::English, run(Retrying, 5, 5)),
            "Retrying at 00:01 UTC (6 of 6)"
        );
        assert_eq!(told(Language::English, run(Processing, 2, 5)), "Processing");
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
