//! `/connection-types`: what each type of destination asks for, as JSON Schema.

use std::collections::BTreeMap;

use app::domain::{ConnectionTypeInfo, FieldKind, Publishing, TypeField};
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::shared::Listed;
use crate::http::identity::Caller;
use crate::http::problem::Fault;
use crate::http::state::Http;

/// What a type of destination asks for and can do.
#[derive(Serialize, ToSchema)]
#[schema(as = ConnectionType)]
pub(in crate::http) struct TypeBody {
    r#type: &'static str,
    /// JSON Schema of `config`.
    #[schema(value_type = Object)]
    config: Value,
    /// JSON Schema of `secrets`.
    #[schema(value_type = Object)]
    secrets: Value,
    formats: Vec<String>,
    modes: Vec<String>,
    /// The unit in which a reader sees a delivery change: `atomic_per_run`, `atomic_per_file`, `row_by_row`.
    publishing: &'static str,
}

impl From<ConnectionTypeInfo> for TypeBody {
    fn from(info: ConnectionTypeInfo) -> Self {
        let publishing = match info.publishing {
            Publishing::AtomicPerRun => "atomic_per_run",
            Publishing::AtomicPerFile => "atomic_per_file",
            Publishing::RowByRow => "row_by_row",
        };
        Self {
            r#type: info.kind.code(),
            config: schema_of(info.fields.iter().filter(|field| !field.secret)),
            secrets: schema_of(info.fields.iter().filter(|field| field.secret)),
            formats: info.formats,
            modes: info.modes,
            publishing,
        }
    }
}

/// The schema of an object with these fields; of those that share a group exactly one is given.
fn schema_of<'a>(fields: impl Iterator<Item = &'a TypeField>) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    let mut groups = BTreeMap::<&str, Vec<Value>>::new();
    for field in fields {
        properties.insert(field.key.clone(), property(field));
        if field.required {
            required.push(field.key.as_str());
        }
        if let Some(group) = &field.one_of {
            let only = json!({"required": [field.key]});
            groups.entry(group).or_default().push(only);
        }
    }
    let mut schema = json!({
        "type": "object", "properties": properties, "required": required, "additionalProperties": false,
    });
    if !groups.is_empty() {
        let groups = groups.into_values();
        schema["allOf"] = groups.map(|group| json!({"oneOf": group})).collect();
    }
    schema
}

/// The schema of one field.
fn property(field: &TypeField) -> Value {
    let mut property = match &field.kind {
        FieldKind::Text | FieldKind::Path | FieldKind::Lines => json!({"type": "string"}),
        FieldKind::Url => json!({"type": "string", "format": "uri"}),
        FieldKind::Number => json!({"type": "integer"}),
        FieldKind::Flag => json!({"type": "boolean"}),
        FieldKind::Choice(choices) => json!({"type": "string", "enum": choices}),
    };
    if field.secret {
        property["writeOnly"] = true.into();
    }
    if let Some(default) = &field.default {
        property["default"] = default_of(&field.kind, default);
    }
    property
}

/// A default as its kind is written in JSON.
fn default_of(kind: &FieldKind, text: &str) -> Value {
    match kind {
        FieldKind::Number => text
            .parse::<i64>()
            .map_or_else(|_| text.into(), Value::from),
        FieldKind::Flag => (text == "true").into(),
        _ => text.into(),
    }
}

pub(in crate::http) async fn types(
    State(http): State<Http>,
    Caller(ctx): Caller,
) -> Result<Response, Fault> {
    let types = http.services.connections.types(&ctx).await?;
    Ok(Listed::new(types.into_iter().map(TypeBody::from).collect(), None).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(key: &str, kind: FieldKind) -> TypeField {
        TypeField {
            key: key.into(),
            kind,
            required: false,
            secret: false,
            default: None,
            one_of: None,
            rare: false,
        }
    }

    #[test]
    fn secret_fields_are_apart_and_marked() {
        let path = TypeField {
            required: true,
            ..field("path", FieldKind::Path)
        };
        let password = TypeField {
            secret: true,
            ..field("password", FieldKind::Text)
        };
        let fields = [path, password];
        let secrets = schema_of(fields.iter().filter(|field| field.secret));
        assert_eq!(secrets["properties"]["password"]["writeOnly"], true);
        let config = schema_of(fields.iter().filter(|field| !field.secret));
        assert_eq!(config["required"], json!(["path"]));
        assert_eq!(config["properties"].as_object().map(Map::len), Some(1));
    }

    #[test]
    fn fields_are_described_by_their_kinds_defaults_and_groups() {
        let of_group = |key: &str| TypeField {
            one_of: Some("credential".into()),
            ..field(key, FieldKind::Lines)
        };
        let fields = [
            TypeField {
                default: Some("22".into()),
                ..field("port", FieldKind::Number)
            },
            TypeField {
                default: Some("true".into()),
                ..field("path_style", FieldKind::Flag)
            },
            field("style", FieldKind::Choice(vec!["a".into(), "b".into()])),
            of_group("password"),
            of_group("private_key"),
        ];
        let schema = schema_of(fields.iter());
        let properties = &schema["properties"];
        assert_eq!(
            properties["port"],
            json!({"type": "integer", "default": 22})
        );
        assert_eq!(properties["path_style"]["default"], true);
        assert_eq!(properties["style"]["enum"], json!(["a", "b"]));
        assert_eq!(
            schema["allOf"],
            json!([{"oneOf": [{"required": ["password"]}, {"required": ["private_key"]}]}])
        );
    }
}
