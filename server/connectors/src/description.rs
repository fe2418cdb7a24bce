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

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    Text,
    /// An absolute folder on the server.
    Path,
    Number,
    Secret,
}

/// One setting of a connection. Labels and help are texts of the pages, found by type and field
/// key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct FieldDescription {
    pub key: &'static str,
    pub kind: FieldKind,
    pub required: bool,
}

impl FieldDescription {
    /// Secrets are stored sealed and never shown again.
    pub fn is_secret(&self) -> bool {
        self.kind == FieldKind::Secret
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

fn property(field: &FieldDescription) -> Value {
    match field.kind {
        FieldKind::Text => json!({"type": "string"}),
        FieldKind::Path => json!({"type": "string", "format": "path"}),
        FieldKind::Number => json!({"type": "integer"}),
        FieldKind::Secret => json!({"type": "string", "writeOnly": true, "format": "password"}),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_schema_lists_settings_and_secrets_apart() {
        let description = TypeDescription {
            key: "sample",
            fields: &[
                FieldDescription {
                    key: "host",
                    kind: FieldKind::Text,
                    required: true,
                },
                FieldDescription {
                    key: "port",
                    kind: FieldKind::Number,
                    required: false,
                },
                FieldDescription {
                    key: "password",
                    kind: FieldKind::Secret,
                    required: true,
                },
            ],
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
}
