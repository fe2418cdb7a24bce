//! From the form to a draft, and from the server's field paths back to the fields of the form.

use crate::domain::{ExportDraft, FieldErrors};

/// A draft with the places that its parts have in the form.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Submission {
    pub(super) draft: ExportDraft,
    pub(super) places: Places,
}

/// For each table of a draft: its place in the form, and those of its fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Places(pub(super) Vec<(usize, Vec<usize>)>);

/// Name of a table's box in the form.
pub(super) fn item_name(item: usize) -> String {
    format!("item-{item}")
}

/// Name of the input with a field's new name.
pub(super) fn target_name(item: usize, field: usize) -> String {
    format!("item-{item}-field-{field}")
}

impl Places {
    /// The field of the form that a path of the draft (`items.0.fields.2.target`) is about. Paths
    /// that are no part of a table keep their names: the form calls its fields by them.
    pub(super) fn form_field(&self, path: &str) -> String {
        self.item_field(path).unwrap_or_else(|| path.to_owned())
    }

    fn item_field(&self, path: &str) -> Option<String> {
        let mut parts = path.strip_prefix("items.")?.split('.');
        let (item, fields) = self.0.get(parts.next()?.parse::<usize>().ok()?)?;
        let field = match parts.next() {
            Some("fields") => parts.next().and_then(|place| place.parse::<usize>().ok()),
            _ => None,
        };
        Some(match field.and_then(|field| fields.get(field)) {
            Some(field) => target_name(*item, *field),
            None => item_name(*item),
        })
    }

    /// Errors under the names of the form's fields.
    pub(super) fn to_form(&self, errors: FieldErrors) -> FieldErrors {
        let mut named = FieldErrors::default();
        for error in errors.0 {
            named.add(&self.form_field(&error.field), error.reason);
        }
        named
    }
}

/// The table that a field of the form belongs to.
pub(super) fn item_of(name: &str) -> Option<usize> {
    name.strip_prefix("item-")?.split('-').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_find_their_fields_wherever_they_stand_in_the_form() {
        // The draft's second table is the fifth of the form, and its only field the fourth.
        let places = Places(vec![(0, vec![0, 1]), (4, vec![3])]);
        for (path, field) in [
            ("items.1.fields.0.target", "item-4-field-3"),
            ("items.0.fields.1.source", "item-0-field-1"),
            ("items.1.table_id", "item-4"),
            ("items.1", "item-4"),
            ("items.1.fields", "item-4"),
            ("items.1.fields.9.target", "item-4"),
            ("items.7", "items.7"),
            ("items", "items"),
            ("options.path_template", "options.path_template"),
            ("", ""),
        ] {
            assert_eq!(places.form_field(path), field, "{path}");
        }
    }

    #[test]
    fn a_field_knows_its_table() {
        assert_eq!(item_of("item-4-field-3"), Some(4));
        assert_eq!(item_of("item-0"), Some(0));
        assert_eq!(item_of("items"), None);
        assert_eq!(item_of("name"), None);
    }
}
