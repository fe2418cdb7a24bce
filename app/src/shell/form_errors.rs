//! What is wrong with a form, put where it belongs: by its fields, or above them.

use leptos::prelude::*;

use super::problem::{field_message, problem_text};
use crate::api::ApiError;
use crate::i18n::{Language, reasons, use_language};
use crate::ui::prelude::*;

/// The error of a form's last sending, and which fields the form shows. Fields are named as REST
/// names them, and their controls carry the same names, so that every error finds its place.
#[derive(Clone, Copy)]
pub struct FormErrors {
    language: Language,
    error: Signal<Option<ApiError>>,
    shown: Signal<Vec<String>>,
    /// A field and its id, where that is not the one that its name becomes.
    placed: Option<(&'static str, &'static str)>,
}

impl FormErrors {
    /// The errors of a form that shows these fields, in this order.
    pub fn new(
        error: impl Into<Signal<Option<ApiError>>>,
        shown: impl Into<Signal<Vec<String>>>,
    ) -> Self {
        Self {
            language: use_language(),
            error: error.into(),
            shown: shown.into(),
            placed: None,
        }
    }

    /// The same where one field has an id of its own.
    #[must_use]
    pub fn placed(self, field: &'static str, id: &'static str) -> Self {
        Self {
            placed: Some((field, id)),
            ..self
        }
    }

    /// What is wrong with one field.
    pub fn of(self, field: impl Into<String>) -> Signal<Option<String>> {
        let field = field.into();
        Signal::derive(move || {
            self.error
                .with(|error| self.sentence(error.as_ref()?, &field))
        })
    }

    fn sentence(self, error: &ApiError, field: &str) -> Option<String> {
        match error {
            ApiError::Invalid { fields } => field_message(self.language, fields, field),
            _ => None,
        }
    }

    /// What is wrong with the fields that the form shows.
    fn of_fields(self) -> Vec<FieldError> {
        self.error.with(|error| {
            let Some(error) = error else {
                return Vec::new();
            };
            let found = |field: &String| {
                let text = self.sentence(error, field)?;
                Some(match self.placed {
                    Some((placed, id)) if placed == field.as_str() => FieldError::at(id, text),
                    _ => FieldError::new(field, text),
                })
            };
            self.shown
                .with(|shown| shown.iter().filter_map(found).collect())
        })
    }

    /// What belongs to none of them, in sentences.
    fn of_the_whole(self) -> Option<String> {
        self.error.with(|error| match error.as_ref()? {
            ApiError::Invalid { fields } => {
                let shown = self.shown.get();
                let rest: Vec<_> = fields
                    .0
                    .iter()
                    .filter(|error| !shown.contains(&error.field))
                    .map(|error| reasons::text(self.language, &error.reason))
                    .collect();
                (!rest.is_empty()).then(|| rest.join(" "))
            }
            error => Some(problem_text(self.language, error)),
        })
    }
}

/// Above the fields of a form: what is wrong, with links to the fields it is wrong with.
#[component]
pub fn FormProblems(
    /// The errors of the form.
    errors: FormErrors,
    /// What did not happen: "Not saved".
    #[prop(into)]
    title: String,
) -> impl IntoView {
    let whole = move || {
        errors.of_the_whole().map(|text| {
            view! {
                <MessageBar intent=Intent::Error title=title.clone()>
                    {text}
                </MessageBar>
            }
        })
    };
    view! {
        {dynamic(whole)}
        <ErrorSummary
            errors=Signal::derive(move || errors.of_fields())
            failed=Signal::derive(move || errors.error.with(Option::is_some))
        />
    }
    .erased()
}

#[cfg(test)]
mod tests {
    use leptos::prelude::*;

    use super::FormErrors;
    use crate::api::ApiError;
    use crate::domain::{FieldErrors, Reason};

    #[test]
    fn every_error_is_said_once_by_its_field_or_above() {
        let owner = Owner::new();
        owner.with(|| {
            let mut fields = FieldErrors::one("name", Reason::new("required"));
            fields.add("config.secret_place", Reason::new("malformed"));
            let error = RwSignal::new(Some(ApiError::Invalid { fields }));
            let errors = FormErrors::new(error, Signal::stored(vec!["name".to_owned()]));
            assert_eq!(errors.of_fields().len(), 1);
            assert!(errors.of("name").get_untracked().is_some());
            assert!(errors.of("path").get_untracked().is_none());
            assert!(errors.of_the_whole().is_some());
            error.set(Some(ApiError::Unreachable));
            assert!(errors.of_fields().is_empty() && errors.of_the_whole().is_some());
            error.set(None);
            assert!(errors.of_the_whole().is_none());
        });
    }
}
