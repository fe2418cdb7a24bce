//! The offer to take a change back, in the message that it was made.

use leptos::task::spawn_local;

use super::shown::Reload;
use crate::api;
use crate::api::ApiError;
use crate::domain::{BulkOutcome, ChangeId, UndoReport};
use crate::i18n::{Language, export_removed as texts, reasons};
use crate::shell::problem_text;
use crate::ui::prelude::*;

/// What is taken back: French names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Undo {
    Removal,
    Detachment,
}

impl Undo {
    fn label(self, language: Language) -> &'static str {
        match self {
            Self::Removal => texts::undo_removal(language),
            Self::Detachment => texts::undo_detachment(language),
        }
    }
}

/// Says that something was done, and offers to undo it as one step. `language` is that of the page: after an answer
/// of the server nobody can ask for it.
pub(super) fn offer_undo(
    toasts: Toasts,
    reload: Reload,
    change: ChangeId,
    text: String,
    (undo, language): (Undo, Language),
) {
    toasts.success_with(text, undo.label(language), move || {
        take_back(toasts, reload, change, language);
    });
}

/// Takes a change back as one step, and says what came of it.
pub(super) fn take_back(toasts: Toasts, reload: Reload, change: ChangeId, language: Language) {
    spawn_local(taken_back(toasts, reload, change, language));
}

/// The same, to be waited for.
pub(super) async fn taken_back(
    toasts: Toasts,
    reload: Reload,
    change: ChangeId,
    language: Language,
) {
    let answer = api::undo_change(change).await;
    reload.now();
    match told(language, answer) {
        Ok(text) => toasts.success(text),
        Err(text) => toasts.failure(text),
    }
}

/// What came of it, in words.
fn told(language: Language, answer: Result<UndoReport, ApiError>) -> Result<String, String> {
    let failed = |why: Vec<String>| {
        let mut sentences = vec![texts::not_undone(language).to_owned()];
        sentences.extend(why);
        Err(sentences.join(" "))
    };
    match answer {
        Ok(report) if report.failed.is_empty() && report.undone == 0 => {
            Err(texts::nothing_undone(language).to_owned())
        }
        Ok(report) if report.failed.is_empty() => {
            Ok(texts::undone(language, u64::from(report.undone)))
        }
        Ok(report) => {
            let undone = u64::from(report.undone);
            let others = (undone > 0).then(|| texts::others_undone(language, undone));
            let why = report.failed.into_iter();
            let why = why.map(|outcome| outcome_text(language, outcome));
            failed(why.chain(others).collect())
        }
        Err(error) => failed(vec![problem_text(language, &error)]),
    }
}

fn outcome_text(language: Language, outcome: BulkOutcome) -> String {
    let name = outcome
        .name
        .unwrap_or_else(|| texts::an_export(language).to_owned());
    match outcome.error {
        Some(reason) => texts::not_undone_for(language, name, reasons::text(language, &reason)),
        None => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ExportId, Reason};

    #[test]
    fn what_could_not_be_taken_back_is_named_with_its_reason_and_the_others_are_counted() {
        let told = |language, undone| {
            let report = UndoReport {
                undone,
                failed: vec![BulkOutcome {
                    id: ExportId::new(uuid::Uuid::from_u128(1)),
                    name: Some("Loyalty".into()),
                    run: None,
                    error: Some(Reason::new("changed_since")),
                }],
            };
            told(language, Ok(report)).expect_err("one failed")
        };
        let alone = "Not undone. Loyalty: The export has been changed since.";
        assert_eq!(told(Language::English, 0), alone);
        let one = format!("{alone} 1 other export is as it was before.");
        assert_eq!(told(Language::English, 1), one);
        let two = told(Language::French, 2);
        assert!(two.starts_with("Non annulé. Loyalty\u{a0}: "), "{two}");
        assert!(
            two.ends_with(" 2 autres exportations sont comme avant."),
            "{two}"
        );
    }

    #[test]
    fn what_was_taken_back_is_counted() {
        let report = UndoReport {
            undone: 2,
            failed: Vec::new(),
        };
        let text = told(Language::French, Ok(report));
        assert_eq!(text.as_deref(), Ok("2 exportations sont comme avant"));
        let nothing = told(Language::English, Ok(UndoReport::default()));
        let text = nothing.expect_err("nothing was taken back");
        assert!(text.starts_with("Nothing was changed:"), "{text}");
    }
}
