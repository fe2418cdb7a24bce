//! Holds an answer to the schema that the OpenAPI document gives it: every field documented, of the
//! documented type, and none missing.

use std::sync::LazyLock;

use reqwest::Method;
use serde_json::{Map, Value};

static DOCUMENT: LazyLock<Value> = LazyLock::new(server::http::document);

/// Panics when an answer is not as documented.
pub(crate) fn hold(method: &Method, path: &str, status: u16, body: &Value) {
    let paths = DOCUMENT["paths"].as_object().expect("paths");
    // Literal paths before those with parameters.
    let found = paths.get(path).or_else(|| {
        paths
            .iter()
            .find(|(template, _)| fits(template, path))
            .map(|(_, item)| item)
    });
    let Some(operation) = found.and_then(|item| item.get(method.as_str().to_ascii_lowercase()))
    else {
        return;
    };
    let answer = &operation["responses"][status.to_string()];
    assert!(
        answer.is_object(),
        "{method} {path}: {status} is not documented: {body}"
    );
    let content = answer["content"]
        .as_object()
        .and_then(|content| content.values().next());
    if let Some(schema) = content.map(|content| &content["schema"]) {
        check(schema, body, &format!("{method} {path} {status}"));
    }
}

fn fits(template: &str, path: &str) -> bool {
    let (mut ours, mut theirs) = (template.split('/'), path.split('/'));
    loop {
        match (ours.next(), theirs.next()) {
            (None, None) => return true,
            (Some(one), Some(other)) if one == other || one.starts_with('{') => {}
            _ => return false,
        }
    }
}

fn check(schema: &Value, value: &Value, place: &str) {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.trim_start_matches("#/components/schemas/");
        return check(
            &DOCUMENT["components"]["schemas"][name],
            value,
            &format!("{place} {name}"),
        );
    }
    if let Some(options) = schema["oneOf"].as_array() {
        // Only used for what may be null.
        let is_null = |option: &&Value| option["type"] == "null";
        if value.is_null() {
            assert!(
                options.iter().any(|option| is_null(&option)),
                "{place}: null"
            );
            return;
        }
        let option = options
            .iter()
            .find(|option| !is_null(option))
            .expect("an option that is not null");
        return check(option, value, place);
    }
    let (properties, required) = members(schema);
    if !properties.is_empty() {
        if value.is_null() {
            assert!(allows(schema, "null"), "{place}: null");
            return;
        }
        let object = value
            .as_object()
            .unwrap_or_else(|| panic!("{place}: not an object: {value}"));
        for name in required {
            assert!(object.contains_key(&name), "{place}: `{name}` is missing");
        }
        for (name, value) in object {
            let schema = properties
                .get(name)
                .unwrap_or_else(|| panic!("{place}: `{name}` is not documented"));
            check(schema, value, &format!("{place}.{name}"));
        }
        return;
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    assert!(
        schema.get("type").is_none() || allows(schema, kind),
        "{place}: {kind}, not {}",
        schema["type"]
    );
    for (number, value) in value.as_array().into_iter().flatten().enumerate() {
        check(&schema["items"], value, &format!("{place}.{number}"));
    }
}

fn allows(schema: &Value, kind: &str) -> bool {
    match &schema["type"] {
        Value::String(only) => only == kind,
        Value::Array(several) => several.iter().any(|one| one == kind),
        _ => true,
    }
}

/// Properties of an object and which of them must be there, those of its parts included.
fn members(schema: &Value) -> (Map<String, Value>, Vec<String>) {
    if let Some(reference) = schema["$ref"].as_str() {
        let name = reference.trim_start_matches("#/components/schemas/");
        return members(&DOCUMENT["components"]["schemas"][name]);
    }
    let mut properties = schema["properties"]
        .as_object()
        .cloned()
        .unwrap_or_default();
    let mut required: Vec<String> = schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect();
    for part in schema["allOf"].as_array().into_iter().flatten() {
        let (more, needed) = members(part);
        properties.extend(more);
        required.extend(needed);
    }
    (properties, required)
}
