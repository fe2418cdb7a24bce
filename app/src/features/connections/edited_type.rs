//! A type of destination as it is being edited: its fields, and which of those that exclude one another are given.

use leptos::prelude::*;
use serde_json::Map;

use super::edited_field::EditedField;
use crate::domain::{ConnectionDetails, ConnectionTypeInfo};

/// A type, and what is typed into its fields.
#[derive(Clone)]
pub(super) struct EditedType {
    pub(super) info: ConnectionTypeInfo,
    pub(super) fields: Vec<EditedField>,
    /// Of the fields that share a group, the key of the one that is given.
    groups: Vec<(String, RwSignal<String>)>,
}

impl EditedType {
    /// The fields as they are stored, if the type is that of what is.
    pub(super) fn new(info: ConnectionTypeInfo, stored: Option<&ConnectionDetails>) -> Self {
        let (nothing, none) = (Map::new(), Vec::new());
        let stored = stored.filter(|stored| stored.summary.kind == info.kind);
        let config = stored.map_or(&nothing, |stored| &stored.config);
        let secrets = stored.map_or(&none, |stored| &stored.secrets);
        let fields: Vec<_> = info
            .fields
            .iter()
            .map(|field| EditedField::new(field.clone(), config, secrets))
            .collect();
        let mut groups: Vec<(String, RwSignal<String>)> = Vec::new();
        for field in &fields {
            let Some(group) = &field.field.one_of else {
                continue;
            };
            let key = || field.field.key.clone();
            match groups.iter().find(|(known, _)| known == group) {
                None => groups.push((group.clone(), RwSignal::new(key()))),
                Some((_, chosen)) if field.is_stored() => chosen.set(key()),
                Some(_) => {}
            }
        }
        Self {
            info,
            fields,
            groups,
        }
    }

    /// Which field of a group is given.
    pub(super) fn chosen(&self, group: &str) -> Option<RwSignal<String>> {
        let mut groups = self.groups.iter();
        groups
            .find(|(known, _)| known == group)
            .map(|(_, chosen)| *chosen)
    }

    /// Whether another field of its group is given.
    pub(super) fn is_left_out(&self, field: &EditedField) -> bool {
        let chosen = field
            .field
            .one_of
            .as_ref()
            .and_then(|group| self.chosen(group));
        chosen.is_some_and(|chosen| chosen.with(|chosen| *chosen != field.field.key))
    }

    /// The fields that are given, as the form shows them.
    pub(super) fn given(&self) -> impl Iterator<Item = &EditedField> {
        self.fields.iter().filter(|field| !self.is_left_out(field))
    }
}
