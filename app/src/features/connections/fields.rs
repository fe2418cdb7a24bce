//! The fields of a type, as its connector describes them: each by its kind, those that exclude one another behind a
//! choice, what few need behind *More options*.

use leptos::{html, prelude::*};

use super::draft::Edited;
use super::edited_field::EditedField;
use super::edited_type::EditedType;
use crate::domain::{ConnectionType, FieldKind, SecretState};
use crate::i18n::{Language, connections as texts, format, use_language};
use crate::shell::FormErrors;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// Examples of references, which are the same in every language.
const VARIABLE: &str = "env:WAYBILL_SECRET_NAME";
const FILE: &str = "file:NAME";

/// All fields of a type.
#[component]
pub(super) fn TypeFields(edited: Edited, kind: EditedType, errors: FormErrors) -> impl IntoView {
    let language = use_language();
    let code = kind.info.kind;
    let has_secrets = kind.fields.iter().any(|field| field.field.secret);
    let mut seen: Vec<&str> = Vec::new();
    let (mut usual, mut rare) = (Vec::new(), Vec::new());
    for field in &kind.fields {
        if let Some(group) = &field.field.one_of {
            if !seen.contains(&group.as_str()) {
                seen.push(group);
                usual.push(group_field(&kind, group, errors));
            }
        } else if field.field.rare {
            rare.push(field.clone());
        } else {
            let field = field.clone();
            usual.push(view! { <FieldControl kind=code field errors/> }.erased());
        }
    }
    let more = (!rare.is_empty()).then(|| {
        view! { <MoreFields kind=code fields=rare errors edited/> }
    });
    let references = has_secrets.then(|| {
        view! {
            <p class="field-help">
                <strong>{texts::references(language)}</strong>
                " "
                {texts::references_text(language, VARIABLE, FILE)}
            </p>
        }
    });
    view! {
        {usual}
        {more}
        {references}
    }
    .erased()
}

/// Fields of which exactly one is given: which, and that one.
fn group_field(kind: &EditedType, group: &str, errors: FormErrors) -> AnyView {
    let language = use_language();
    let code = kind.info.kind;
    let Some(chosen) = kind.chosen(group) else {
        return ().erased();
    };
    let fields: Vec<EditedField> = kind
        .fields
        .iter()
        .filter(|field| field.field.one_of.as_deref() == Some(group))
        .cloned()
        .collect();
    let options: Vec<_> = fields
        .iter()
        .map(|field| {
            let key = &field.field.key;
            Choice::new(key.clone(), texts::field_label(language, key))
        })
        .collect();
    let given = move || {
        let key = chosen.get();
        let field = fields.iter().find(|field| field.field.key == key).cloned();
        field.map(|field| view! { <FieldControl kind=code field errors/> })
    };
    view! {
        <RadioGroup
            name=format!("one_of.{group}")
            label=texts::sign_in_with(language)
            value=chosen
            options=Signal::stored(options)
        />
        {dynamic(given)}
    }
    .erased()
}

/// What few need: closed unless something of it is set or wrong.
#[component]
fn MoreFields(
    kind: ConnectionType,
    fields: Vec<EditedField>,
    errors: FormErrors,
    edited: Edited,
) -> impl IntoView {
    let language = use_language();
    let more = edited.more;
    let details = NodeRef::<html::Details>::new();
    let toggled = move |_| {
        if let Some(details) = details.get_untracked() {
            more.set(details.has_attribute("open"));
        }
    };
    let wrong: Vec<_> = fields.iter().map(|field| errors.of(field.name())).collect();
    Effect::new(move || {
        if wrong.iter().any(|error| error.with(Option::is_some)) {
            more.set(true);
        }
    });
    let fields = fields
        .into_iter()
        .map(|field| view! { <FieldControl kind field errors/> })
        .collect_view();
    view! {
        <details
            class="connection-more"
            node_ref=details
            open=more.get_untracked()
            prop:open=move || more.get()
            on:toggle=toggled
        >
            <summary>{texts::more_options(language)}</summary>
            <div class="form">{fields}</div>
        </details>
    }
    .erased()
}

/// The control of one field.
#[component]
fn FieldControl(kind: ConnectionType, field: EditedField, errors: FormErrors) -> impl IntoView {
    let label = texts::field_label(use_language(), &field.field.key);
    let error = errors.of(field.name());
    if field.field.secret {
        view! { <SecretControl kind field label error/> }.erased()
    } else {
        view! { <SettingControl kind field label error/> }.erased()
    }
}

/// The control of what is no secret.
#[component]
fn SettingControl(
    kind: ConnectionType,
    field: EditedField,
    label: String,
    error: Signal<Option<String>>,
) -> impl IntoView {
    let language = use_language();
    let (name, value) = (field.name(), field.value);
    let required = field.field.required;
    let help = help(language, kind, &field).unwrap_or_default();
    match field.field.kind {
        FieldKind::Flag => view! {
            <Checkbox name label checked=field.flag help error/>
        }
        .erased(),
        FieldKind::Choice(values) => {
            let options: Vec<_> = values
                .into_iter()
                .map(|value| {
                    let label = texts::choice_label(language, &value);
                    Choice::new(value, label)
                })
                .collect();
            view! {
                <SelectField
                    name
                    label
                    value
                    options=Signal::stored(options)
                    help
                    required
                    error
                />
            }
            .erased()
        }
        FieldKind::Lines => view! {
            <TextArea name label value help mono=true required error/>
        }
        .erased(),
        text => {
            let (kind, mono) = match text {
                FieldKind::Number => (InputKind::Number, false),
                FieldKind::Url => (InputKind::Url, true),
                _ => (InputKind::Text, true),
            };
            view! {
                <TextField
                    name
                    label
                    value
                    kind
                    help
                    placeholder=field.field.default.unwrap_or_default()
                    autocomplete="off"
                    mono
                    required
                    optional=!required
                    error
                />
            }
            .erased()
        }
    }
}

/// What to know about a field, and what counts where it is left empty.
fn help(language: Language, kind: ConnectionType, field: &EditedField) -> Option<String> {
    let described = texts::field_help(language, kind, &field.field.key).map(str::to_owned);
    let is_typed = !matches!(field.field.kind, FieldKind::Flag | FieldKind::Choice(_));
    let usual = field.field.default.as_ref().filter(|_| is_typed);
    let usual = usual.map(|value| texts::usual_value(language, value));
    let parts: Vec<_> = [described, usual].into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// A secret: always empty, says whether one is set, and lets go what is not needed.
#[component]
fn SecretControl(
    kind: ConnectionType,
    field: EditedField,
    label: String,
    error: Signal<Option<String>>,
) -> impl IntoView {
    let language = use_language();
    let (name, value) = (field.name(), field.value);
    let is_set = field.secret.is_some();
    let is_needed = field.field.required || field.field.one_of.is_some();
    let set = field.secret.as_ref().map(|secret| known(language, secret));
    let described = help(language, kind, &field);
    let parts: Vec<_> = [set, described].into_iter().flatten().collect();
    let help = parts.join(" ");
    let required = is_needed && !is_set;
    let remove = (is_set && !is_needed).then(|| {
        view! {
            <Checkbox
                name=format!("remove.{}", field.field.key)
                label=texts::remove_secret(language, &label)
                checked=field.removed
            />
        }
    });
    let control = if field.field.kind == FieldKind::Lines {
        view! { <TextArea name label value help rows=5 mono=true required error/> }.erased()
    } else {
        view! {
            <TextField
                name
                label
                value
                help
                kind=InputKind::Password
                autocomplete="new-password"
                required
                optional=!is_needed
                error
            />
        }
        .erased()
    };
    view! {
        {control}
        {remove}
    }
    .erased()
}

/// What may be known of a secret that is set.
fn known(language: Language, secret: &SecretState) -> String {
    match &secret.reference {
        Some(reference) => texts::secret_read_from(language, reference, &secret.updated_by),
        None => {
            let at = format::instant(language, instant(secret.updated_at));
            texts::secret_set_on(language, at, &secret.updated_by)
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Map;

    use super::super::edited_field::tests::{field, set};
    use super::*;
    use crate::domain::TypeField;

    #[test]
    fn the_help_of_a_field_says_what_counts_where_it_is_empty() {
        Owner::new().with(|| {
            let english = Language::English;
            let described = TypeField {
                default: Some("22".into()),
                ..field("port", FieldKind::Number)
            };
            let port = EditedField::new(described, &Map::new(), &[]);
            let text = help(english, ConnectionType::Sftp, &port);
            assert_eq!(text.as_deref(), Some("22 if left empty."));
            let user = EditedField::new(field("username", FieldKind::Text), &Map::new(), &[]);
            assert_eq!(help(english, ConnectionType::Sftp, &user), None);
        });
    }

    #[test]
    fn of_a_secret_only_when_and_by_whom_or_where_from_is_said() {
        let text = known(Language::English, &set("password"));
        assert!(text.starts_with("Set on ") && text.contains("by Ada"));
        let referred = SecretState {
            reference: Some("env:WAYBILL_SECRET_SFTP".into()),
            ..set("password")
        };
        let text = known(Language::English, &referred);
        assert!(text.contains("env:WAYBILL_SECRET_SFTP"));
    }
}
