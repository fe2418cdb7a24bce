//! A connection as it is being edited: signals for all that is typed, and the draft they make.

use leptos::prelude::*;
use serde_json::Map;

use super::edited_field::EditedField;
use super::edited_type::EditedType;
use super::people::OfferedPerson;
use crate::domain::{
    Audience, ConnectionDetails, ConnectionDraft, ConnectionId, ConnectionType, ConnectionTypeInfo,
    DisplayName, FieldErrors, PersonRef, Reason, Version,
};

/// Values of the choice of an audience.
pub(super) const ADMINISTRATORS: &str = "administrators";
pub(super) const CONTRIBUTORS: &str = "contributors";
pub(super) const PEOPLE: &str = "people";

/// A connection that is being set up or edited. Its parts are signals, so it is copied freely.
#[derive(Clone, Copy)]
pub(super) struct Edited {
    /// What is stored, none of a new one.
    pub(super) stored: StoredValue<Option<ConnectionDetails>>,
    /// The version that is edited.
    version: StoredValue<Version>,
    types: StoredValue<Vec<EditedType>>,
    pub(super) name: RwSignal<String>,
    pub(super) kind: RwSignal<String>,
    pub(super) audience: RwSignal<String>,
    pub(super) people: StoredValue<Vec<OfferedPerson>>,
    pub(super) consent: RwSignal<bool>,
    /// Whether what few need is in sight.
    pub(super) more: RwSignal<bool>,
    original: StoredValue<Option<ConnectionDraft>>,
}

impl Edited {
    /// Starts from what is stored, or from nothing with the wanted type. Who edits a connection has agreed before.
    pub(super) fn new(
        stored: Option<ConnectionDetails>,
        wanted: Option<ConnectionType>,
        types: Vec<ConnectionTypeInfo>,
        people: Vec<PersonRef>,
    ) -> Self {
        let summary = stored.as_ref().map(|stored| &stored.summary);
        let is_there = |kind: &ConnectionType| types.iter().any(|info| info.kind == *kind);
        let first = types.first().map(|info| info.kind);
        let kind = summary
            .map(|summary| summary.kind)
            .or(wanted.filter(is_there))
            .or(first);
        let usual = Audience::default();
        let audience = summary.map_or(&usual, |summary| &summary.audience);
        let known = stored.as_ref().map(|stored| stored.people.clone());
        let people = OfferedPerson::all(people, known.unwrap_or_default(), audience);
        let types: Vec<_> = types
            .into_iter()
            .map(|info| EditedType::new(info, stored.as_ref()))
            .collect();
        let is_rare_stored = |kind: &EditedType| {
            let mut fields = kind.fields.iter();
            fields.any(|field| field.field.rare && field.is_stored())
        };
        let edited = Self {
            version: StoredValue::new(summary.map_or(0, |summary| summary.version)),
            name: RwSignal::new(summary.map_or_else(String::new, |summary| summary.name.clone())),
            kind: RwSignal::new(kind.map_or("", ConnectionType::code).to_owned()),
            audience: RwSignal::new(code_of(audience).to_owned()),
            people: StoredValue::new(people),
            consent: RwSignal::new(stored.is_some()),
            more: RwSignal::new(types.iter().any(is_rare_stored)),
            types: StoredValue::new(types),
            stored: StoredValue::new(stored),
            original: StoredValue::new(None),
        };
        let original = untrack(|| edited.comparable());
        edited.original.set_value(Some(original));
        edited
    }

    /// What is saved over; none: it is new.
    pub(super) fn target(self) -> Option<(ConnectionId, Version)> {
        let version = self.version.get_value();
        self.stored
            .with_value(|stored| stored.as_ref().map(|stored| stored.summary.id))
            .map(|id| (id, version))
    }

    /// What it is called on the server.
    pub(super) fn stored_name(self) -> Option<String> {
        self.stored
            .with_value(|stored| stored.as_ref().map(|stored| stored.summary.name.clone()))
    }

    /// Goes on from what the server has now, where something else of it was changed from here.
    pub(super) fn go_on_from(self, details: ConnectionDetails) {
        self.version.set_value(details.summary.version);
        self.stored.set_value(Some(details));
    }

    /// The types to choose from.
    pub(super) fn kinds(self) -> Vec<ConnectionType> {
        self.types
            .with_value(|types| types.iter().map(|one| one.info.kind).collect())
    }

    /// The type that is chosen now.
    pub(super) fn of_kind(self) -> Option<EditedType> {
        let kind = self.kind.get();
        self.types.with_value(|types| {
            let mut types = types.iter();
            types.find(|one| one.info.kind.code() == kind).cloned()
        })
    }

    /// The fields that the form shows now, as REST names them.
    pub(super) fn shown(self) -> Vec<String> {
        let mut shown = ["name", "audience", "type"].map(str::to_owned).to_vec();
        if let Some(kind) = self.of_kind() {
            shown.extend(kind.given().map(EditedField::name));
        }
        shown.push("consent".to_owned());
        shown
    }

    /// Whether closing would lose something. Which type is looked at is no loss.
    pub(super) fn is_changed(self) -> bool {
        let now = self.comparable();
        self.original
            .with_value(|original| original.as_ref() != Some(&now))
    }

    fn comparable(self) -> ConnectionDraft {
        ConnectionDraft {
            kind: String::new(),
            consent: false,
            ..self.draft()
        }
    }

    /// What to save, or what the browser can already tell is wrong with it. The server checks all of it again.
    pub(super) fn submission(self) -> Result<ConnectionDraft, FieldErrors> {
        let mut errors = FieldErrors::default();
        let draft = self.draft();
        errors.take("name", DisplayName::parse(&draft.name));
        if matches!(&draft.audience, Audience::People(chosen) if chosen.is_empty()) {
            errors.add("audience", Reason::new("choice_needed"));
        }
        self.check_fields(&mut errors);
        if !draft.consent {
            errors.add("consent", Reason::new("consent_needed"));
        }
        errors.done()?;
        Ok(draft)
    }

    /// What to test: neither a name nor consent is needed for that.
    pub(super) fn trial(self) -> Result<ConnectionDraft, FieldErrors> {
        let mut errors = FieldErrors::default();
        self.check_fields(&mut errors);
        errors.done()?;
        Ok(self.draft())
    }

    /// Notes what is missing: what must be there, and what a group is to have.
    fn check_fields(self, errors: &mut FieldErrors) {
        let Some(kind) = self.of_kind() else { return };
        for field in kind.given() {
            let is_needed = field.field.required || field.field.one_of.is_some();
            if is_needed && field.is_missing() {
                errors.add(&field.name(), Reason::new("required"));
            }
        }
    }

    /// What is typed. What the form does not show is kept as it is.
    fn draft(self) -> ConnectionDraft {
        let stored = self.stored.get_value();
        let mut config = stored.map(|stored| stored.config).unwrap_or_default();
        let mut secrets = Map::new();
        if let Some(kind) = self.of_kind() {
            for field in &kind.fields {
                field.put(kind.is_left_out(field), &mut config, &mut secrets);
            }
        }
        ConnectionDraft {
            name: self.name.get(),
            kind: self.kind.get(),
            config,
            secrets,
            audience: self.chosen_audience(),
            consent: self.consent.get(),
        }
    }

    fn chosen_audience(self) -> Audience {
        match self.audience.get().as_str() {
            CONTRIBUTORS => Audience::Contributors,
            PEOPLE => self
                .people
                .with_value(|people| Audience::People(OfferedPerson::chosen(people))),
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
    use serde_json::json;

    use super::super::edited_field::tests::{field, set};
    use super::*;
    use crate::domain::{ConnectionSummary, FieldKind, Publishing, TypeField, UserId};

    fn secret(key: &str) -> TypeField {
        TypeField {
            secret: true,
            one_of: Some("credential".into()),
            ..field(key, FieldKind::Text)
        }
    }

    fn types() -> Vec<ConnectionTypeInfo> {
        let required = |field: TypeField| TypeField {
            required: true,
            ..field
        };
        let info = |kind, fields| ConnectionTypeInfo {
            kind,
            fields,
            formats: Vec::new(),
            modes: Vec::new(),
            publishing: Publishing::AtomicPerRun,
        };
        vec![
            info(
                ConnectionType::LocalFolder,
                vec![required(field("path", FieldKind::Path))],
            ),
            info(
                ConnectionType::Sftp,
                vec![
                    required(field("host", FieldKind::Text)),
                    field("port", FieldKind::Number),
                    secret("password"),
                    secret("private_key"),
                ],
            ),
        ]
    }

    fn somebody() -> UserId {
        UserId::new(uuid::Uuid::from_u128(7))
    }

    fn stored() -> ConnectionDetails {
        let config = json!({"host": "files.example", "port": 22, "later": [1]});
        ConnectionDetails {
            summary: ConnectionSummary {
                id: ConnectionId::new(uuid::Uuid::nil()),
                version: 3,
                name: "Nightly".into(),
                kind: ConnectionType::Sftp,
                audience: Audience::People(vec![somebody()]),
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
            secrets: vec![set("private_key")],
            people: Vec::new(),
            used_by: Vec::new(),
        }
    }

    fn edit(stored: Option<ConnectionDetails>, wanted: Option<ConnectionType>) -> Edited {
        Edited::new(stored, wanted, types(), Vec::new())
    }

    fn fields_of(refused: Result<ConnectionDraft, FieldErrors>) -> Vec<String> {
        let errors = refused.expect_err("something is missing");
        errors.0.into_iter().map(|error| error.field).collect()
    }

    #[test]
    fn an_edit_keeps_what_the_form_does_not_show() {
        Owner::new().with(|| {
            let edited = edit(Some(stored()), None);
            assert!(!edited.is_changed());
            edited.name.set("Weekly".into());
            let draft = edited.submission().expect("nothing is missing");
            assert!(edited.is_changed());
            assert_eq!(
                serde_json::Value::Object(draft.config),
                json!({"host": "files.example", "port": 22, "later": [1]})
            );
            assert_eq!(draft.audience, stored().summary.audience);
            assert!(draft.secrets.is_empty() && draft.consent);
            assert_eq!(edited.target().map(|(_, version)| version), Some(3));
        });
    }

    #[test]
    fn a_new_connection_says_all_that_it_lacks_and_a_test_needs_less() {
        Owner::new().with(|| {
            let edited = edit(None, Some(ConnectionType::Sftp));
            assert!(!edited.is_changed() && edited.target().is_none());
            let missing = ["config.host", "secrets.password"];
            assert_eq!(
                fields_of(edited.submission()),
                ["name", missing[0], missing[1], "consent"]
            );
            assert_eq!(fields_of(edited.trial()), missing);
            edited.audience.set(PEOPLE.into());
            assert!(fields_of(edited.submission()).contains(&"audience".to_owned()));
            assert_eq!(edited.draft().kind, "sftp");
        });
    }

    #[test]
    fn a_type_that_is_not_there_gives_way_to_the_first_and_looking_at_types_is_no_change() {
        Owner::new().with(|| {
            let edited = edit(None, Some(ConnectionType::Webhook));
            assert_eq!(edited.kind.get_untracked(), "local_folder");
            edited.kind.set("sftp".into());
            edited.consent.set(true);
            assert!(!edited.is_changed());
        });
    }

    #[test]
    fn of_a_group_what_is_stored_is_chosen_and_choosing_another_takes_it_away() {
        Owner::new().with(|| {
            let edited = edit(Some(stored()), None);
            let kind = edited.of_kind().expect("a type");
            let chosen = kind.chosen("credential").expect("a group");
            assert_eq!(chosen.get_untracked(), "private_key");
            assert!(edited.shown().contains(&"secrets.private_key".to_owned()));
            chosen.set("password".into());
            assert_eq!(fields_of(edited.trial()), ["secrets.password"]);
            let password = kind.fields.iter().find(|one| one.field.key == "password");
            password.expect("a field").value.set("x".into());
            let draft = edited.trial().expect("nothing is missing");
            assert_eq!(
                serde_json::Value::Object(draft.secrets),
                json!({"password": "x", "private_key": null})
            );
        });
    }
}
