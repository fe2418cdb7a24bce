//! Saving the form, and everything that can come of it.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::errors::FormErrors;
use super::load::Purpose;
use super::state::FormState;
use super::submission::Submission;
use crate::api;
use crate::api::ApiError;
use crate::domain::{ExportDetails, FieldErrors, Version};
use crate::features::exports::runner::Runner;
use crate::features::exports::shown::Reload;
use crate::i18n::{Language, exports, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// The state of saving, shared by the form and the buttons under it.
#[derive(Clone, Copy)]
pub(super) struct Saving {
    purpose: Purpose,
    /// The form, once it is filled in.
    pub(super) form: RwSignal<Option<FormState>>,
    /// It cannot be filled in: there is nothing to save.
    pub(super) unavailable: RwSignal<bool>,
    pub(super) busy: RwSignal<bool>,
    pub(super) errors: FormErrors,
    /// Why it could not be saved, where that belongs to no field.
    pub(super) failure: RwSignal<Option<ApiError>>,
    /// The version that somebody saved meanwhile.
    pub(super) conflict: RwSignal<Option<Version>>,
    /// Whether a run is to follow; set by the button that is pressed.
    pub(super) run_after: StoredValue<bool>,
    saved: RwSignal<bool>,
    language: Language,
    toasts: Toasts,
    reload: Reload,
    close: Callback<ExportDetails>,
}

impl Saving {
    pub(super) fn new(purpose: Purpose, reload: Reload, runner: Runner) -> Self {
        let language = use_language();
        let (go, toasts, address) = (use_go(), use_toasts(), use_address());
        let run_after = StoredValue::new(false);
        let close = Callback::new(move |details: ExportDetails| {
            go.replace(&address.get_untracked().without_pane().to_string());
            if run_after.get_value() {
                runner.start(vec![(details.row.id, details.row.name)]);
            } else {
                toasts.success(exports::saved(language, details.row.name));
            }
            reload.now();
        });
        Self {
            purpose,
            form: RwSignal::new(None),
            unavailable: RwSignal::new(false),
            busy: RwSignal::new(false),
            errors: FormErrors::new(),
            failure: RwSignal::new(None),
            conflict: RwSignal::new(None),
            run_after,
            saved: RwSignal::new(false),
            language,
            toasts,
            reload,
            close,
        }
    }

    /// Takes over a form that was filled in (anew), without what was said about the one before.
    pub(super) fn start(self, form: FormState) {
        self.errors.set(FieldErrors::default());
        self.failure.set(None);
        self.conflict.set(None);
        self.unavailable.set(false);
        self.form.set(Some(form));
    }

    /// Notes that there is no form.
    pub(super) fn give_up(self) {
        self.form.set(None);
        self.unavailable.set(true);
    }

    /// Whether closing the pane would lose something.
    pub(super) fn is_dirty(self) -> bool {
        !self.saved.get() && self.form.get().is_some_and(FormState::is_changed)
    }

    /// Saves the form as the successor of the version that it was filled in with.
    pub(super) fn save(self) {
        if let Some(form) = self.form.get_untracked() {
            self.save_over(form, form.version.unwrap_or_default());
        }
    }

    /// Saves the form as the successor of `version`.
    pub(super) fn save_over(self, form: FormState, version: Version) {
        if self.busy.get_untracked() {
            return;
        }
        self.failure.set(None);
        match untrack(|| form.submission()) {
            Err(errors) => self.refuse(form, errors),
            Ok(submission) => {
                self.busy.set(true);
                spawn_local(async move {
                    let answer = self.send(submission.clone(), version).await;
                    // Whoever closed the pane meanwhile is told all the same.
                    if self.busy.try_set(false).is_none() {
                        self.answered(form, &submission, answer);
                    } else if let Ok(details) = answer {
                        let text = exports::saved(self.language, details.row.name);
                        self.toasts.success(text);
                        self.reload.now();
                    }
                });
            }
        }
    }

    async fn send(
        self,
        submission: Submission,
        version: Version,
    ) -> Result<ExportDetails, ApiError> {
        let copy_of = match self.purpose {
            Purpose::Edit(id) => return api::update_export(id, version, submission.draft).await,
            Purpose::New => None,
            Purpose::Duplicate(of) => Some(of),
        };
        api::create_export(submission.draft, copy_of).await
    }

    fn answered(
        self,
        form: FormState,
        submission: &Submission,
        answer: Result<ExportDetails, ApiError>,
    ) {
        match answer {
            Ok(details) => {
                self.saved.set(true);
                self.close.run(details);
            }
            Err(ApiError::Invalid { fields }) => {
                self.refuse(form, submission.places.to_form(fields));
            }
            Err(error) => {
                // What was wrong with fields before is not why.
                self.errors.set(FieldErrors::default());
                match error {
                    ApiError::Stale { current } => self.conflict.set(Some(current)),
                    error => self.failure.set(Some(error)),
                }
            }
        }
    }

    fn refuse(self, form: FormState, errors: FieldErrors) {
        form.show_errors(&errors);
        self.errors.set(errors);
    }
}
