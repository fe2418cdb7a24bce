//! What is wrong with a form, beside its fields and above them.

use leptos::prelude::*;

use crate::api::ApiError;
use crate::domain::FieldErrors;
use crate::i18n::{reasons, ui, use_language};
use crate::shell::field_message;
use crate::ui::prelude::*;

/// The errors of a form, under the names of its fields.
#[derive(Clone, Copy)]
pub(super) struct FormErrors(RwSignal<FieldErrors>);

impl FormErrors {
    pub(super) fn new() -> Self {
        Self(RwSignal::new(FieldErrors::default()))
    }

    /// Replaces what was wrong by what is.
    pub(super) fn set(self, errors: FieldErrors) {
        self.0.set(errors);
    }

    /// Whether there are any. Said anew whenever they are replaced.
    pub(super) fn are_some(self) -> Signal<bool> {
        Signal::derive(move || self.0.with(|errors| !errors.0.is_empty()))
    }

    /// What is wrong with one field.
    pub(super) fn of(self, name: impl Into<String>) -> Signal<Option<String>> {
        let (language, name) = (use_language(), name.into());
        Signal::derive(move || self.0.with(|errors| field_message(language, errors, &name)))
    }

    /// All of it, in the order of the form, each with the name of its field.
    pub(super) fn summary<Rank: Ord + 'static>(
        self,
        rank: fn(&str) -> Rank,
        label: impl Fn(&str) -> Option<String> + Send + Sync + 'static,
    ) -> Signal<Vec<FieldError>> {
        let language = use_language();
        Signal::derive(move || {
            let mut errors = self.0.get().0;
            errors.sort_by_key(|error| rank(&error.field));
            errors
                .into_iter()
                .map(|error| {
                    let text = reasons::text(language, &error.reason);
                    let text = match label(&error.field) {
                        Some(label) => ui::share(language, label, text),
                        None => text,
                    };
                    FieldError::new(&error.field, text)
                })
                .collect()
        })
    }
}

/// An error for where there are no fields that it could stand at: the first of them says it.
pub(super) fn without_fields(error: ApiError) -> ApiError {
    match error {
        ApiError::Invalid { fields } => match fields.0.into_iter().next() {
            Some(wrong) => ApiError::Conflict {
                reason: wrong.reason,
            },
            None => ApiError::NotFound,
        },
        other => other,
    }
}
