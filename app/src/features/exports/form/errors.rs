//! What is wrong with the form, in its order and by the names of its fields.

use leptos::prelude::*;

use super::state::FormState;
use super::submission::item_of;
use crate::features::exports::schedule;
use crate::i18n::{Language, exports, use_language};
use crate::ui::prelude::*;

pub(super) use crate::features::exports::errors::FormErrors;

/// All that is wrong, for above the fields.
pub(super) fn summary(errors: FormErrors, form: FormState) -> Signal<Vec<FieldError>> {
    let language = use_language();
    errors.summary(rank, move |name| label(language, form, name))
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
        name if name.starts_with("options.upstream") => (5, 1),
        name if schedule::is_field(name) => (7, schedule::rank(name)),
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
        "options.upstream.limit_hours" => exports::upstream_limit(language),
        "options.null_text" => exports::null_text(language),
        _ => return schedule::label(language, form.schedule(), name),
    };
    Some(label.to_owned())
}

#[cfg(test)]
mod tests {
    use super::rank;

    #[test]
    fn errors_stand_in_the_order_of_the_form() {
        let mut names = [
            "schedule.times.0",
            "name",
            "schedule.recurrence",
            "folder",
            "item-12-field-0",
            "options.null_text",
            "item-2",
            "options.upstream.limit_hours",
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
                "options.upstream.limit_hours",
                "name",
                "schedule.recurrence",
                "schedule.times.0",
            ],
        );
    }
}
