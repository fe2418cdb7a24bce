//! What is wrong with the form, beside its fields and above them.

use leptos::prelude::*;

use super::state::FormState;
use super::submission::item_of;
use crate::domain::FieldErrors;
use crate::i18n::{self, Language, exports, reasons, use_language};
use crate::shell::field_message;
use crate::ui::prelude::*;

/// The errors, under the names of the form's fields.
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

    /// What is wrong with one field.
    pub(super) fn of(self, name: impl Into<String>) -> Signal<Option<String>> {
        let (language, name) = (use_language(), name.into());
        Signal::derive(move || self.0.with(|errors| field_message(language, errors, &name)))
    }

    /// All of it, in the order of the form, each with the name of its field.
    pub(super) fn summary(self, form: FormState) -> Signal<Vec<FieldError>> {
        let language = use_language();
        Signal::derive(move || {
            let mut errors = self.0.get().0;
            errors.sort_by_key(|error| rank(&error.field));
            errors
                .into_iter()
                .map(|error| {
                    let text = reasons::text(language, &error.reason);
                    let text = match label(language, form, &error.field) {
                        Some(label) => i18n::ui::share(language, label, text),
                        None => text,
                    };
                    FieldError::new(&error.field, text)
                })
                .collect()
        })
    }
}

/// Where a field stands in the form.
fn rank(name: &str) -> (u8, usize) {
    match name {
        "connection_id" => (0, 0),
        "items" => (1, 0),
        name if item_of(name).is_some() => (2, item_of(name).unwrap_or_default()),
        "options.path_template" | "folder" => (4, 0),
        "options.max_rows_per_file" => (4, 1),
        "name" => (6, 0),
        name if name.starts_with("options.held") => (5, 0),
        _ => (3, 0),
    }
}

/// What a field is called.
fn label(language: Language, form: FormState, name: &str) -> Option<String> {
    if let Some(place) = item_of(name) {
        return form
            .items
            .with_value(|items| items.get(place).map(|item| item.name.get_value()));
    }
    let label = match name {
        "name" => exports::display_name(language),
        "connection_id" => exports::connection_for_export(language),
        "items" => exports::tables_to_export(language),
        "folder" => exports::folder_name(language),
        "options.path_template" => exports::path_template(language),
        "options.max_rows_per_file" => exports::max_rows(language),
        "options.held.fewer_percent" => exports::held_percent(language),
        "options.held.fewer_rows" => exports::held_rows(language),
        "options.null_text" => exports::null_text(language),
        _ => return None,
    };
    Some(label.to_owned())
}

#[cfg(test)]
mod tests {
    use super::rank;

    #[test]
    fn errors_stand_in_the_order_of_the_form() {
        let mut names = [
            "name",
            "folder",
            "item-12-field-0",
            "options.null_text",
            "item-2",
            "connection_id",
        ];
        names.sort_by_key(|name| rank(name));
        assert_eq!(
            names,
            [
                "connection_id",
                "item-2",
                "item-12-field-0",
                "options.null_text",
                "folder",
                "name"
            ],
        );
    }
}
