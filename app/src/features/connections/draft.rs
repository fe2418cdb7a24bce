//! A connection as it is being edited: signals for its fields, and the draft they make.

use leptos::prelude::*;
use serde_json::{Map, Value};

use crate::domain::{
    Audience, ConnectionDetails, ConnectionDraft, ConnectionType, ConnectionTypeInfo, TypeField,
};

/// Values of the choice of an audience.
pub(super) const ADMINISTRATORS: &str = "administrators";
pub(super) const CONTRIBUTORS: &str = "contributors";
pub(super) const PEOPLE: &str = "people";

/// One field of a type and what is typed into it.
#[derive(Clone)]
pub(super) struct EditedField {
    pub(super) field: TypeField,
    pub(super) value: RwSignal<String>,
    old: Option<Value>,
}

impl EditedField {
    fn new(field: TypeField, config: &Map<String, Value>) -> Self {
        let old = config.get(&field.key).cloned().filter(|_| !field.secret);
        Self {
            value: RwSignal::new(text_of(old.as_ref())),
            field,
            old,
        }
    }

    /// The control's name: as REST names the field in its errors.
    pub(super) fn name(&self) -> String {
        let part = if self.field.secret {
            "secrets"
        } else {
            "config"
        };
        format!("{part}.{}", self.field.key)
    }

    fn is_changed(&self) -> bool {
        self.value
            .with(|value| *value != text_of(self.old.as_ref()))
    }

    /// The value to save: the old one as it was unless its text changed.
    fn result(&self) -> Option<Value> {
        if !self
            .value
            .with_untracked(|value| *value != text_of(self.old.as_ref()))
        {
            return self.old.clone();
        }
        Some(self.value.get_untracked())
            .filter(|value| !value.is_empty())
            .map(Value::String)
    }
}

fn text_of(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// A connection that is being set up or edited.
#[derive(Clone)]
pub(super) struct Edited {
    old: Option<ConnectionDetails>,
    types: Vec<(ConnectionTypeInfo, Vec<EditedField>)>,
    pub(super) name: RwSignal<String>,
    pub(super) kind: RwSignal<String>,
    pub(super) audience: RwSignal<String>,
    pub(super) consent: RwSignal<bool>,
}

impl Edited {
    /// Starts from what is stored, or from nothing. Who edits a connection has agreed before.
    pub(super) fn new(old: Option<ConnectionDetails>, types: Vec<ConnectionTypeInfo>) -> Self {
        let nothing = Map::new();
        let config = old.as_ref().map_or(&nothing, |old| &old.config);
        let kind = old.as_ref().map(|old| old.summary.kind);
        let first = types.first().map(|info| info.kind);
        let audience = old
            .as_ref()
            .map_or(ADMINISTRATORS, |old| code_of(&old.summary.audience));
        let name = old
            .as_ref()
            .map(|old| old.summary.name.clone())
            .unwrap_or_default();
        let types = types
            .into_iter()
            .map(|info| {
                let config = if kind == Some(info.kind) {
                    config
                } else {
                    &nothing
                };
                let edited = |field: &TypeField| EditedField::new(field.clone(), config);
                let fields = info.fields.iter().map(edited).collect();
                (info, fields)
            })
            .collect();
        Self {
            name: RwSignal::new(name),
            kind: RwSignal::new(kind.or(first).map_or("", ConnectionType::code).to_owned()),
            audience: RwSignal::new(audience.to_owned()),
            consent: RwSignal::new(old.is_some()),
            old,
            types,
        }
    }

    /// What is stored, if it is not new.
    pub(super) fn stored(&self) -> Option<&ConnectionDetails> {
        self.old.as_ref()
    }

    /// The types to choose from.
    pub(super) fn kinds(&self) -> impl Iterator<Item = ConnectionType> {
        self.types.iter().map(|(info, _)| info.kind)
    }

    /// The type of this code, and its fields.
    pub(super) fn of_kind(&self, code: &str) -> Option<&(ConnectionTypeInfo, Vec<EditedField>)> {
        self.types.iter().find(|(info, _)| info.kind.code() == code)
    }

    /// Whether closing would lose something.
    pub(super) fn is_changed(&self) -> bool {
        let stored = self.stored().map(|old| &old.summary);
        let name = stored.map_or("", |old| old.name.as_str());
        let audience = stored.map_or(ADMINISTRATORS, |old| code_of(&old.audience));
        let fields = self.kind.with(|kind| {
            self.of_kind(kind)
                .is_some_and(|(_, fields)| fields.iter().any(EditedField::is_changed))
        });
        fields || self.name.with(|now| now != name) || self.audience.with(|now| now != audience)
    }

    /// What to save. What the form does not show is kept as it is.
    pub(super) fn draft(&self) -> ConnectionDraft {
        let kind = self.kind.get_untracked();
        let mut config = self
            .stored()
            .map(|old| old.config.clone())
            .unwrap_or_default();
        let mut secrets = Map::new();
        for field in self
            .of_kind(&kind)
            .map(|(_, fields)| fields)
            .into_iter()
            .flatten()
        {
            let target = if field.field.secret {
                &mut secrets
            } else {
                &mut config
            };
            match field.result() {
                Some(value) => target.insert(field.field.key.clone(), value),
                None => target.remove(&field.field.key),
            };
        }
        ConnectionDraft {
            name: self.name.get_untracked(),
            kind,
            config,
            secrets,
            audience: self.chosen_audience(),
            consent: self.consent.get_untracked(),
        }
    }

    fn chosen_audience(&self) -> Audience {
        match self.audience.get_untracked().as_str() {
            CONTRIBUTORS => Audience::Contributors,
            // Named people are chosen over REST; the form keeps them.
            PEOPLE => self
                .stored()
                .map(|old| old.summary.audience.clone())
                .unwrap_or_default(),
            _ => Audience::Administrators,
        }
    }
}

fn code_of(audience: &Audience) -> &'static str {
    match audience {
        Audience::Administrators => ADMINISTRATORS,
        Audience::Contributors => CONTRIBUTORS,
        Audience::People(_) => PEOPLE,
    }
}

#[cfg(test)]
mod tests {
    use leptos::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::domain::{ConnectionId, ConnectionSummary, FieldKind, Publishing, UserId};

    fn types() -> Vec<ConnectionTypeInfo> {
        let field = |key: &str, secret| TypeField {
            key: key.to_owned(),
            kind: FieldKind::Text,
            required: true,
            secret,
            default: None,
            one_of: None,
            rare: false,
        };
        vec![ConnectionTypeInfo {
            kind: ConnectionType::LocalFolder,
            fields: vec![
                field("path", false),
                field("port", false),
                field("password", true),
            ],
            formats: Vec::new(),
            modes: Vec::new(),
            publishing: Publishing::AtomicPerRun,
        }]
    }

    fn stored() -> ConnectionDetails {
        let config = json!({"path": "/srv", "port": 22, "later": [1]});
        ConnectionDetails {
            summary: ConnectionSummary {
                id: ConnectionId::new(uuid::Uuid::nil()),
                version: 3,
                name: "Nightly".into(),
                kind: ConnectionType::LocalFolder,
                audience: Audience::People(vec![UserId::new(uuid::Uuid::nil())]),
                exports: 0,
                test: None,
                pause: None,
                expires: Vec::new(),
                created_at: 0,
                created_by: String::new(),
                updated_at: 0,
                updated_by: String::new(),
            },
            config: config.as_object().cloned().unwrap_or_default(),
            secrets: Vec::new(),
            people: Vec::new(),
            used_by: Vec::new(),
        }
    }

    #[test]
    fn an_edit_keeps_what_the_form_does_not_model() {
        Owner::new().with(|| {
            let edited = Edited::new(Some(stored()), types());
            assert!(!edited.is_changed());
            edited.name.set("Weekly".into());
            let draft = edited.draft();
            assert!(edited.is_changed());
            assert_eq!(
                Value::Object(draft.config),
                json!({"path": "/srv", "port": 22, "later": [1]})
            );
            assert_eq!(draft.audience, stored().summary.audience);
            assert!(draft.secrets.is_empty() && draft.consent);
        });
    }

    #[test]
    fn a_new_connection_is_for_administrators_and_needs_consent() {
        Owner::new().with(|| {
            let edited = Edited::new(None, types());
            let draft = edited.draft();
            assert_eq!(
                (draft.kind.as_str(), draft.consent),
                ("local_folder", false)
            );
            assert_eq!(draft.audience, Audience::Administrators);
            assert!(draft.config.is_empty());
        });
    }

    #[test]
    fn secrets_go_apart_and_only_when_typed() {
        Owner::new().with(|| {
            let edited = Edited::new(Some(stored()), types());
            let fields = edited
                .of_kind("local_folder")
                .map(|(_, fields)| fields.clone());
            let secret = fields
                .into_iter()
                .flatten()
                .find(|field| field.field.secret);
            assert_eq!(
                secret.as_ref().map(EditedField::name).as_deref(),
                Some("secrets.password")
            );
            secret.inspect(|field| field.value.set("x".into()));
            let draft = edited.draft();
            assert_eq!(draft.secrets.get("password"), Some(&json!("x")));
            assert!(!draft.config.contains_key("password"));
        });
    }
}
