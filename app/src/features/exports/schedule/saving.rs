//! Saving the schedules of a pane, and everything that can come of it.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::change::ChangeState;
use crate::api;
use crate::api::ApiError;
use crate::domain::{FieldErrors, ScheduleOutcome, Target, Version};
use crate::features::exports::errors::FormErrors;
use crate::features::exports::shown::Reload;
use crate::i18n::schedule::form as texts;
use crate::i18n::{Language, use_language};
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
    /// The version that somebody saved meanwhile.
    pub(super) conflict: RwSignal<Option<Version>>,
    /// The exports that were left out of the last try.
    pub(super) refused: RwSignal<Vec<ScheduleOutcome>>,
    saved: RwSignal<bool>,
    language: Language,
    toasts: Toasts,
    reload: Reload,
    close: Callback<Vec<ScheduleOutcome>>,
}

impl Saving {
    pub(super) fn new(reload: Reload) -> Self {
        let language = use_language();
        let (go, toasts, address) = (use_go(), use_toasts(), use_address());
        let close = Callback::new(move |outcomes: Vec<ScheduleOutcome>| {
            go.replace(&address.get_untracked().without_pane().to_string());
            toasts.success(told(language, &outcomes));
            reload.now();
        });
        Self {
            form: RwSignal::new(None),
            unavailable: RwSignal::new(false),
            busy: RwSignal::new(false),
            errors: FormErrors::new(),
            failure: RwSignal::new(None),
            conflict: RwSignal::new(None),
            refused: RwSignal::new(Vec::new()),
            saved: RwSignal::new(false),
            language,
            toasts,
            reload,
            close,
        }
    }

    /// Takes over a form that was filled in (anew), without what was said about the one before.
    pub(super) fn start(self, form: ChangeState) {
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
        !self.saved.get() && self.form.get().is_some_and(ChangeState::is_changed)
    }

    /// Saves what is typed for all exports of the pane.
    pub(super) fn save(self) {
        if let Some(form) = self.form.get_untracked() {
            self.send(form, form.target.get_untracked(), None);
        }
    }

    /// Saves what is typed for the one export of the pane, over what somebody saved meanwhile.
    pub(super) fn save_over(self, version: Version) {
        if let Some(form) = self.form.get_untracked() {
            self.conflict.set(None);
            self.send(form, form.target.get_untracked(), Some(version));
        }
    }

    /// Tries again for those that were left out.
    pub(super) fn save_again(self) {
        if let Some(form) = self.form.get_untracked() {
            let ids = |refused: &Vec<ScheduleOutcome>| refused.iter().map(|one| one.id).collect();
            let target = Target::Ids(self.refused.with_untracked(ids));
            self.send(form, target, None);
        }
    }

    /// Sends the change, as the successor of what the pane was filled in with or of another version.
    fn send(self, form: ChangeState, target: Target, over: Option<Version>) {
        if self.busy.get_untracked() || target.check().is_err() {
            return;
        }
        self.failure.set(None);
        match untrack(|| form.change(target)) {
            Err(errors) => self.refuse(form, errors),
            Ok(mut change) => {
                change.version = over.or(change.version);
                self.errors.set(FieldErrors::default());
                self.busy.set(true);
                spawn_local(async move {
                    let answer = api::schedule_exports(change).await;
                    let answer = answer.and_then(without_left_out);
                    // Whoever closed the pane meanwhile is told all the same.
                    if self.busy.try_set(false).is_none() {
                        self.answered(form, answer);
                    } else if let Ok(outcomes) = answer {
                        self.tell(outcomes);
                    }
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
            Err(ApiError::Stale { current }) => self.conflict.set(Some(current)),
            Err(error) => self.failure.set(Some(error)),
        }
    }

    /// Says in passing which were saved.
    fn tell(self, mut outcomes: Vec<ScheduleOutcome>) {
        outcomes.retain(|outcome| outcome.error.is_none());
        if !outcomes.is_empty() {
            self.toasts.success(told(self.language, &outcomes));
            self.reload.now();
        }
    }

    fn refuse(self, form: ChangeState, errors: FieldErrors) {
        form.schedule.show_errors(&errors);
        self.errors.set(errors);
    }
}

/// That they were saved, in words.
fn told(language: Language, outcomes: &[ScheduleOutcome]) -> String {
    let count = u64::try_from(outcomes.len()).unwrap_or_default();
    let only = match outcomes {
        [only] => only.name.as_ref(),
        _ => None,
    };
    match only {
        Some(name) => texts::saved(language, name),
        None => texts::saved_several(language, count),
    }
}

/// What came of those that were not left out; where that is none, why.
fn without_left_out(mut outcomes: Vec<ScheduleOutcome>) -> Result<Vec<ScheduleOutcome>, ApiError> {
    let reason = outcomes.first().and_then(|outcome| outcome.error.clone());
    outcomes.retain(|outcome| !is_left_out(outcome));
    match reason {
        Some(reason) if outcomes.is_empty() => Err(ApiError::Conflict { reason }),
        _ => Ok(outcomes),
    }
}

/// Whether it was left out as one that the person may only view: the pane said so before.
fn is_left_out(outcome: &ScheduleOutcome) -> bool {
    let code = outcome.error.as_ref().map(|reason| reason.code.as_str());
    matches!(
        code,
        Some("connection_not_shared_with_you" | "no_connection_shared_with_you")
    )
}
