//! One field of a type of destination as it is being edited.

use leptos::prelude::*;
use serde_json::{Map, Value};

use crate::domain::{FieldKind, SecretState, TypeField};

/// What a field that is on is typed as.
const ON: &str = "true";

/// A field, what is stored of it, and what is typed into it.
#[derive(Clone)]
pub(super) struct EditedField {
    pub(super) field: TypeField,
    pub(super) value: RwSignal<String>,
    /// In place of the value, where it is yes or no.
    pub(super) flag: RwSignal<bool>,
    /// Whether the stored secret is to go.
    pub(super) removed: RwSignal<bool>,
    /// The secret that is stored, of which nothing more is known.
    pub(super) secret: Option<SecretState>,
    old: Option<Value>,
}

impl EditedField {
    /// The field as it is stored, or as it is where nothing is.
    pub(super) fn new(
        field: TypeField,
        config: &Map<String, Value>,
        secrets: &[SecretState],
    ) -> Self {
        let old = config.get(&field.key).filter(|_| !field.secret).cloned();
        let secret = secrets
            .iter()
            .find(|state| field.secret && state.name == field.key)
            .cloned();
        let start = start_of(&field, old.as_ref());
        Self {
            flag: RwSignal::new(start == ON),
            value: RwSignal::new(start),
            removed: RwSignal::new(false),
            secret,
            old,
            field,
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

    /// Whether something is stored.
    pub(super) fn is_stored(&self) -> bool {
        self.old.is_some() || self.secret.is_some()
    }

    /// Whether nothing would be given with what is typed now.
    pub(super) fn is_missing(&self) -> bool {
        if self.field.secret {
            let is_kept = self.secret.is_some() && !self.removed.get();
            !is_kept && self.value.with(String::is_empty)
        } else {
            self.setting().is_none() && self.field.default.is_none()
        }
    }

    /// Puts what is to be saved into a draft. What is left out of a group goes, were it stored.
    pub(super) fn put(
        &self,
        is_left_out: bool,
        config: &mut Map<String, Value>,
        secrets: &mut Map<String, Value>,
    ) {
        let (target, value) = match (self.field.secret, is_left_out) {
            (true, true) => (secrets, self.secret.as_ref().map(|_| Value::Null)),
            (true, false) => (secrets, self.secret_change()),
            (false, true) => (config, None),
            (false, false) => (config, self.setting()),
        };
        match value {
            Some(value) => target.insert(self.field.key.clone(), value),
            None => target.remove(&self.field.key),
        };
    }

    /// What becomes of the secret; none: it stays as it is.
    fn secret_change(&self) -> Option<Value> {
        let typed = self.value.get();
        let is_to_go = self.removed.get() && self.secret.is_some();
        if typed.is_empty() {
            is_to_go.then_some(Value::Null)
        } else {
            Some(Value::String(typed))
        }
    }

    /// The value to save: the old one as it was unless its text changed.
    fn setting(&self) -> Option<Value> {
        let typed = self.typed();
        if typed == start_of(&self.field, self.old.as_ref()) {
            return self.old.clone();
        }
        let text = typed.trim();
        match self.field.kind {
            FieldKind::Flag => Some(Value::Bool(text == ON)),
            _ if text.is_empty() => None,
            // What is no number, the server refuses by name.
            FieldKind::Number => Some(
                text.parse::<i64>()
                    .map_or_else(|_| Value::from(text), Value::from),
            ),
            _ => Some(Value::from(text)),
        }
    }

    fn typed(&self) -> String {
        if self.field.kind == FieldKind::Flag {
            self.flag.get().to_string()
        } else {
            self.value.get()
        }
    }
}

/// What a control starts with. Where there is something to choose, what counts if nothing is.
fn start_of(field: &TypeField, old: Option<&Value>) -> String {
    let usual = || match field.kind {
        FieldKind::Flag => field.default.clone().unwrap_or_else(|| "false".to_owned()),
        FieldKind::Choice(_) => field.default.clone().unwrap_or_default(),
        _ => String::new(),
    };
    match old {
        None | Some(Value::Null) => usual(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

#[cfg(test)]
pub(super) mod tests {
    use leptos::prelude::*;
    use serde_json::json;

    use super::*;

    /// A field of this kind that may be left out.
    pub(in crate::features::connections) fn field(key: &str, kind: FieldKind) -> TypeField {
        TypeField {
            key: key.to_owned(),
            kind,
            required: false,
            secret: false,
            default: None,
            one_of: None,
            rare: false,
        }
    }

    /// A secret that is stored.
    pub(in crate::features::connections) fn set(name: &str) -> SecretState {
        SecretState {
            name: name.to_owned(),
            reference: None,
            updated_at: 0,
            updated_by: "Ada".to_owned(),
        }
    }

    /// What a field would save, into an empty draft.
    fn saved(edited: &EditedField, is_left_out: bool) -> (Value, Value) {
        let (mut config, mut secrets) = (Map::new(), Map::new());
        edited.put(is_left_out, &mut config, &mut secrets);
        (Value::Object(config), Value::Object(secrets))
    }

    #[test]
    fn numbers_and_flags_are_saved_as_what_they_are() {
        Owner::new().with(|| {
            let nothing = Map::new();
            let port = EditedField::new(field("port", FieldKind::Number), &nothing, &[]);
            assert_eq!(saved(&port, false).0, json!({}));
            port.value.set(" 2222 ".into());
            assert_eq!(saved(&port, false).0, json!({"port": 2222}));
            port.value.set("many".into());
            assert_eq!(saved(&port, false).0, json!({"port": "many"}));

            let described = TypeField {
                default: Some("true".into()),
                ..field("path_style", FieldKind::Flag)
            };
            let flag = EditedField::new(described, &nothing, &[]);
            assert!(flag.flag.get_untracked());
            assert_eq!(
                saved(&flag, false).0,
                json!({}),
                "what is usual is left out"
            );
            flag.flag.set(false);
            assert_eq!(saved(&flag, false).0, json!({"path_style": false}));
        });
    }

    #[test]
    fn what_was_not_touched_is_saved_as_it_was() {
        Owner::new().with(|| {
            let config = json!({"port": 22, "style": "auto"});
            let config = config.as_object().cloned().unwrap_or_default();
            let port = EditedField::new(field("port", FieldKind::Text), &config, &[]);
            assert_eq!(saved(&port, false).0, json!({"port": 22}));
            let choices = FieldKind::Choice(vec!["auto".into(), "path".into()]);
            let style = EditedField::new(field("style", choices), &config, &[]);
            assert_eq!(saved(&style, false).0, json!({"style": "auto"}));
            style.value.set("path".into());
            assert_eq!(saved(&style, false).0, json!({"style": "path"}));
            assert_eq!(saved(&style, true).0, json!({}));
        });
    }

    #[test]
    fn a_secret_stays_is_replaced_or_goes() {
        Owner::new().with(|| {
            let described = TypeField {
                secret: true,
                ..field("password", FieldKind::Text)
            };
            let new = EditedField::new(described.clone(), &Map::new(), &[]);
            assert!(new.is_missing() && !new.is_stored());
            assert_eq!(saved(&new, false).1, json!({}));
            assert_eq!(saved(&new, true).1, json!({}));

            let edited = EditedField::new(described, &Map::new(), &[set("password")]);
            assert!(!edited.is_missing() && edited.value.get_untracked().is_empty());
            assert_eq!(saved(&edited, false).1, json!({}));
            assert_eq!(saved(&edited, true).1, json!({"password": null}));
            edited.removed.set(true);
            assert!(edited.is_missing());
            assert_eq!(saved(&edited, false).1, json!({"password": null}));
            edited.value.set("env:WAYBILL_SECRET_SFTP".into());
            assert_eq!(
                saved(&edited, false).1,
                json!({"password": "env:WAYBILL_SECRET_SFTP"})
            );
        });
    }
}
