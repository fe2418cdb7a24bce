//! The state of saving and of testing what is typed, shared by the form and the buttons under it.

use leptos::prelude::*;

use super::draft::Edited;
use super::test_result::Tested;
use crate::api::{
    ApiError, create_connection, test_connection, test_connection_draft, update_connection,
};
use crate::domain::{
    ConnectionDetails, ConnectionDraft, ConnectionId, FieldErrors, TestOutcome, Version,
};
use crate::i18n::{connections as texts, use_language};
use crate::shell::FormErrors;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// Id of the field with the name.
pub(super) const NAME_FIELD: &str = "connection-name";

/// What was asked of the server last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Attempt {
    Save,
    Test,
}

/// What is typed, or what is wrong with it.
type Typed = Result<ConnectionDraft, FieldErrors>;
/// Which connection is saved, over which version, and what; none for a new one.
type Submission = (Option<(ConnectionId, Version)>, Typed);
/// Which connection is tested: as it is stored where nothing is typed, else with what is.
type Trial = (Option<ConnectionId>, Option<Typed>);

async fn save_connection((target, typed): Submission) -> Result<ConnectionDetails, ApiError> {
    let draft = typed.map_err(|fields| ApiError::Invalid { fields })?;
    match target {
        Some((id, version)) => update_connection(id, version, draft).await,
        None => create_connection(draft).await,
    }
}

async fn try_connection((id, typed): Trial) -> Result<TestOutcome, ApiError> {
    match (id, typed) {
        (Some(id), None) => test_connection(id).await,
        (id, Some(typed)) => {
            let draft = typed.map_err(|fields| ApiError::Invalid { fields })?;
            test_connection_draft(id, draft).await
        }
        (None, None) => Err(ApiError::NotFound),
    }
}

/// Saving and testing of one form.
#[derive(Clone, Copy)]
pub(super) struct Saving {
    /// The form, once it is filled in.
    pub(super) form: RwSignal<Option<Edited>>,
    /// It cannot be filled in: there is nothing to save.
    pub(super) unavailable: RwSignal<bool>,
    save: Action<Submission, Result<ConnectionDetails, ApiError>>,
    test: Action<Trial, Result<TestOutcome, ApiError>>,
    /// Stops the test that goes.
    stop: StoredValue<Option<ActionAbortHandle>>,
    /// Why the last attempt came to nothing.
    failed: RwSignal<Option<(Attempt, ApiError)>>,
    /// What the last test found, until something else is tried.
    pub(super) tested: RwSignal<Option<Tested>>,
}

impl Saving {
    /// Sets saving up; once saved, the pane closes.
    pub(super) fn new(on_saved: Callback<ConnectionId>, on_close: Option<Callback<()>>) -> Self {
        let language = use_language();
        let (go, toasts, close) = (use_go(), use_toasts(), close_href());
        let save = Action::new(move |submission: &Submission| {
            let saving = save_connection(submission.clone());
            async move {
                let answer = saving.await;
                // Whoever closed the pane meanwhile is told all the same.
                if let Ok(saved) = &answer {
                    toasts.success(texts::saved(language));
                    // The page may be gone too.
                    let _gone = on_saved.try_run(saved.summary.id);
                }
                answer
            }
        });
        let test = Action::new(|trial: &Trial| try_connection(trial.clone()));
        let saving = Self {
            form: RwSignal::new(None),
            unavailable: RwSignal::new(false),
            save,
            test,
            stop: StoredValue::new(None),
            failed: RwSignal::new(None),
            tested: RwSignal::new(None),
        };
        Effect::new(move || match save.value().get() {
            Some(Ok(_)) => match on_close {
                Some(on_close) => on_close.run(()),
                None => go.push(&close.get_untracked()),
            },
            Some(Err(error)) => saving.failed.set(Some((Attempt::Save, error))),
            None => {}
        });
        Effect::new(move || {
            if let Some(answer) = test.value().get() {
                saving.note_test(answer);
            }
        });
        saving
    }

    /// Notes what came of a test: what is wrong with a field belongs to that.
    fn note_test(self, answer: Result<TestOutcome, ApiError>) {
        match answer {
            Err(error @ (ApiError::Invalid { .. } | ApiError::NotSignedIn)) => {
                self.failed.set(Some((Attempt::Test, error)));
            }
            answer => {
                let name = self
                    .form
                    .with_untracked(|form| form.map(|form| form.name.get_untracked()));
                self.tested.set(Some((name.unwrap_or_default(), answer)));
            }
        }
    }

    /// Whether closing would lose something.
    pub(super) fn is_dirty(self) -> bool {
        let is_saved = matches!(self.save.value().get(), Some(Ok(_)));
        !is_saved && self.form.get().is_some_and(Edited::is_changed)
    }

    /// Saves what is typed.
    pub(super) fn save(self, edited: Edited) {
        if !self.save.pending().get_untracked() {
            self.begin();
            let typed = untrack(|| edited.submission());
            self.save.dispatch((edited.target(), typed));
        }
    }

    /// Tests what is typed; what is stored, if nothing is: how that went is kept.
    pub(super) fn test(self, edited: Edited) {
        if !self.test.pending().get_untracked() {
            self.begin();
            let id = edited.target().map(|(id, _)| id);
            let is_typed = id.is_none() || untrack(|| edited.is_changed());
            let typed = is_typed.then(|| untrack(|| edited.trial()));
            self.stop.set_value(Some(self.test.dispatch((id, typed))));
        }
    }

    /// Waits no longer for what a test finds; the server ends it by itself.
    pub(super) fn stop_test(self) {
        if let Some(stop) = self.stop.try_update_value(Option::take).flatten() {
            stop.abort();
        }
    }

    /// Does again what failed for want of a session.
    pub(super) fn again(self, edited: Edited) {
        match self.failed.get_untracked() {
            Some((Attempt::Test, _)) => self.test(edited),
            _ => self.save(edited),
        }
    }

    fn begin(self) {
        self.failed.set(None);
        self.tested.set(None);
    }

    /// Whether it is being saved.
    pub(super) fn is_saving(self) -> Signal<bool> {
        self.save.pending().into()
    }

    /// Whether it is being tested.
    pub(super) fn is_testing(self) -> Signal<bool> {
        self.test.pending().into()
    }

    /// Why the last attempt came to nothing.
    pub(super) fn error(self) -> Signal<Option<ApiError>> {
        Signal::derive(move || self.failed.get().map(|(_, error)| error))
    }

    /// What is wrong with the fields of a form, whatever was tried.
    pub(super) fn errors(self, edited: Edited) -> FormErrors {
        errors_of(self.error(), edited)
    }

    /// What is said above the fields when it was not saved, and when it was not tested.
    pub(super) fn problems(self, edited: Edited) -> [FormErrors; 2] {
        [Attempt::Save, Attempt::Test].map(|attempt| {
            let error = Signal::derive(move || {
                let failed = self.failed.get().filter(|(failed, _)| *failed == attempt);
                failed.map(|(_, error)| error)
            });
            errors_of(error, edited)
        })
    }
}

fn errors_of(error: Signal<Option<ApiError>>, edited: Edited) -> FormErrors {
    // A form under this one has a name too.
    FormErrors::new(error, Signal::derive(move || edited.shown())).placed("name", NAME_FIELD)
}
