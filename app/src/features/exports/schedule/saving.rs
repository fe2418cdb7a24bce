//! Saving the schedules of a pane, and everything that can come of it.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::change::ChangeState;
use crate::api;
use crate::api::ApiError;
use crate::domain::{ExportId, FieldErrors, ScheduleOutcome};
use crate::features::exports::errors::FormErrors;
use crate::features::exports::shown::Reload;
use crate::i18n::schedule::form as texts;
use crate::i18n::use_language;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// The state of saving, shared by the form and the button under it.
#[derive(Clone, Copy)]
pub(super) struct Saving {
    /// What is typed, once there is a form.
    pub(super) form: RwSignal<Option<ChangeState>>,
    /// There will be no form: there is nothing to save.
    pub(super) unavailable: RwSignal<bool>,
    pub(super) busy: RwSignal<bool>,
    pub(super) errors: FormErrors,
    /// Why nothing could be saved, where that belongs to no field.
    pub(super) failure: RwSignal<Option<ApiError>>,
    /// The exports that were left out of the last try.
    pub(super) refused: RwSignal<Vec<ScheduleOutcome>>,
    saved: RwSignal<bool>,
    reload: Reload,
    close: Callback<Vec<ScheduleOutcome>>,
}

impl Saving {
    pub(super) fn new(reload: Reload) -> Self {
        let language = use_language();
        let (go, toasts, address) = (use_go(), use_toasts(), use_address());
        let close = Callback::new(move |outcomes: Vec<ScheduleOutcome>| {
            go.replace(&address.get_untracked().without_pane().to_string());
            let count = u64::try_from(outcomes.len()).unwrap_or_default();
            let only = match outcomes.as_slice() {
                [only] => only.name.as_ref(),
                _ => None,
            };
            toasts.success(match only {
                Some(name) => texts::saved(language, name),
                None => texts::saved_several(language, count),
            });
            reload.now();
        });
        Self {
            form: RwSignal::new(None),
            unavailable: RwSignal::new(false),
            busy: RwSignal::new(false),
            errors: FormErrors::new(),
            failure: RwSignal::new(None),
            refused: RwSignal::new(Vec::new()),
            saved: RwSignal::new(false),
            reload,
            close,
        }
    }

    /// Takes over a form that was filled in.
    pub(super) fn start(self, form: ChangeState) {
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
        !self.saved.get() && self.form.get().is_some_and(ChangeState::is_changed)
    }

    /// Saves what is typed for all exports of the pane.
    pub(super) fn save(self) {
        if let Some(form) = self.form.get_untracked() {
            self.send(form, form.ids.get_untracked());
        }
    }

    /// Tries again for those that were left out.
    pub(super) fn save_again(self) {
        if let Some(form) = self.form.get_untracked() {
            let ids = |refused: &Vec<ScheduleOutcome>| refused.iter().map(|one| one.id).collect();
            self.send(form, self.refused.with_untracked(ids));
        }
    }

    fn send(self, form: ChangeState, ids: Vec<ExportId>) {
        if self.busy.get_untracked() || ids.is_empty() {
            return;
        }
        self.failure.set(None);
        match untrack(|| form.change(ids)) {
            Err(errors) => self.refuse(form, errors),
            Ok(change) => {
                self.errors.set(FieldErrors::default());
                self.busy.set(true);
                spawn_local(async move {
                    let answer = api::schedule_exports(change).await;
                    self.busy.set(false);
                    self.answered(form, answer);
                });
            }
        }
    }

    fn answered(self, form: ChangeState, answer: Result<Vec<ScheduleOutcome>, ApiError>) {
        match answer {
            Ok(outcomes) if outcomes.iter().all(|outcome| outcome.error.is_none()) => {
                self.saved.set(true);
                self.close.run(outcomes);
            }
            Ok(mut outcomes) => {
                outcomes.retain(|outcome| outcome.error.is_some());
                self.refused.set(outcomes);
                self.reload.now();
            }
            Err(ApiError::Invalid { fields }) => self.refuse(form, fields),
            Err(error) => self.failure.set(Some(error)),
        }
    }

    fn refuse(self, form: ChangeState, errors: FieldErrors) {
        form.schedule.show_errors(&errors);
        self.errors.set(errors);
    }
}
