//! What a destination type is and asks for, for pages and `GET /connection-types`.

use serde::Serialize;
use serde_json::{Map, Value, json};

/// The largest unit that a reader sees either whole or not at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Atomicity {
    /// All tables of a run together.
    Run,
    /// Each table by itself, the tables one after another.
    Table,
    /// Each file by itself.
    File,
    /// Each row by itself.
    Row,
}

/// What a setting is, and how it is typed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    Text,
    /// An absolute folder on the server.
    Path,
    Number,
    Secret,
    /// A secret of several lines, such as a private key.
    SecretText,
    /// One of these.
    Choice(&'static [&'static str]),
    Url,
    /// Yes or no.
    Flag,
}

/// One setting of a connection. Labels and help are texts of the pages, found by type and field
/// key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct FieldDescription {
    pub key: &'static str,
    pub kind: FieldKind,
    pub required: bool,
    /// What counts where it is left out.
    pub default: Option<&'static str>,
    /// Of the fields that share a group exactly one is given.
    pub one_of: Option<&'static str>,
    /// Few need it: behind *More*.
    pub rare: bool,
    /// It says to whom secrets are sent. Those of another place are not sent there.
    pub place: bool,
}

impl FieldDescription {
    /// A setting that may be left out.
    pub const fn new(key: &'static str, kind: FieldKind) -> Self {
        Self {
            key,
            kind,
            required: false,
            default: None,
            one_of: None,
            rare: false,
            place: false,
        }
    }

    /// It must be there.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Left out, it is this.
    #[must_use]
    pub const fn default_of(mut self, value: &'static str) -> Self {
        self.default = Some(value);
        self
    }

    /// Exactly one of the fields of this group is given.
    #[must_use]
    pub const fn one_of(mut self, group: &'static str) -> Self {
        self.one_of = Some(group);
        self
    }

    /// Few need it.
    #[must_use]
    pub const fn rare(mut self) -> Self {
        self.rare = true;
        self
    }

    /// It says to whom secrets are sent.
    #[must_use]
    pub const fn place(mut self) -> Self {
        self.place = true;
        self
    }

    /// Secrets are stored sealed and never shown again.
    pub const fn is_secret(&self) -> bool {
        matches!(self.kind, FieldKind::Secret | FieldKind::SecretText)
    }
}

/// A type of destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct TypeDescription {
    pub key: &'static str,
    pub fields: &'static [FieldDescription],
    /// [`formats::write::Format::key`]s.
    pub formats: &'static [&'static str],
    pub modes: &'static [&'static str],
    /// With the default path template.
    pub atomic: Atomicity,
    pub default_path_template: &'static str,
}

impl TypeDescription {
    /// Whether secrets would be sent to somebody else by this `config` than by the one before.
    pub fn leads_elsewhere(&self, before: &Map<String, Value>, after: &Map<String, Value>) -> bool {
        let mut places = self.fields.iter().filter(|field| field.place);
        places.any(|field| given(field, before) != given(field, after))
    }

    /// The JSON Schema (2020-12) of the connection's `config`, or of its `secrets`.
    pub fn json_schema(&self, secrets: bool) -> Value {
        let fields = || {
            self.fields
                .iter()
                .filter(|field| field.is_secret() == secrets)
        };
        let properties: Map<_, _> = fields()
            .map(|field| (field.key.to_owned(), property(field)))
            .collect();
        let required: Vec<_> = fields()
            .filter(|field| field.required)
            .map(|field| field.key)
            .collect();
        json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "additionalProperties": false,
            "properties": properties,
            "required": required,
        })
    }
}

/// What counts for a setting, as a text: a port may be a number or its digits.
fn given(field: &FieldDescription, config: &Map<String, Value>) -> String {
    let text = match config.get(field.key) {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(other) => other.to_string(),
    };
    if text.is_empty() {
        field.default.unwrap_or_default().to_owned()
    } else {
        text
    }
}

fn property(field: &FieldDescription) -> Value {
    match field.kind {
        FieldKind::Text => json!({"type": "string"}),
        FieldKind::Path => json!({"type": "string", "format": "path"}),
        FieldKind::Number => json!({"type": "integer"}),
        FieldKind::Secret | FieldKind::SecretText => {
            json!({"type": "string", "writeOnly": true, "format": "password"})
        }
        FieldKind::Choice(choices) => json!({"enum": choices}),
        FieldKind::Url => json!({"type": "string", "format": "uri"}),
        FieldKind::Flag => json!({"type": "boolean"}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_lists_settings_and_secrets_apart() {
        const FIELDS: &[FieldDescription] = &[
            FieldDescription::new("host", FieldKind::Text).required(),
            FieldDescription::new("port", FieldKind::Number).default_of("22"),
            FieldDescription::new("password", FieldKind::Secret).required(),
        ];
        let description = TypeDescription {
            key: "sample",
            fields: FIELDS,
            formats: &["csv"],
            modes: &["full"],
            atomic: Atomicity::Run,
            default_path_template: "{export}/{table}.csv",
        };
        let config = description.json_schema(false);
        assert_eq!(config["required"], json!(["host"]));
        assert_eq!(config["properties"]["port"]["type"], "integer");
        assert!(config["properties"].get("password").is_none());
        let secrets = description.json_schema(true);
        assert_eq!(secrets["properties"]["password"]["writeOnly"], true);
        assert_eq!(
            secrets["properties"].as_object().map(serde_json::Map::len),
            Some(1)
        );
    }

    #[test]
    fn another_place_is_told_from_the_same_one_written_otherwise() {
        const FIELDS: &[FieldDescription] = &[
            FieldDescription::new("host", FieldKind::Text).place(),
            FieldDescription::new("port", FieldKind::Number)
                .default_of("22")
                .place(),
            FieldDescription::new("folder", FieldKind::Text),
        ];
        let description = TypeDescription {
            key: "sample",
            fields: FIELDS,
            formats: &[],
            modes: &[],
            atomic: Atomicity::File,
            default_path_template: "",
        };
        let moved = |after: Value| {
            let before = json!({"host": "a.example", "folder": "/in"});
            let map = |value: &Value| value.as_object().cloned().expect("an object");
            description.leads_elsewhere(&map(&before), &map(&after))
        };
        for same in [
            json!({"host": "a.example", "folder": "/out"}),
            json!({"host": " a.example ", "port": 22}),
            json!({"host": "a.example", "port": "22"}),
            json!({"host": "a.example", "port": null}),
        ] {
            assert!(!moved(same.clone()), "{same}");
        }
        for other in [
            json!({"host": "b.example"}),
            json!({"host": "a.example", "port": 2222}),
            json!({}),
        ] {
            assert!(moved(other.clone()), "{other}");
        }
    }
}
