//! The OpenAPI 3.1 document, made from the table of routes and the schemas of what handlers send.

use std::collections::BTreeMap;

use app::api::{SESSION_COOKIE, SESSION_COOKIE_SECURE};
use app::domain::{AuditDoor, ExportSort, ExportStatus, Permission, RunStatus};
use axum::Json;
use axum::http::Method;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa::openapi::{RefOr, schema::Schema};

use super::routes::{Access, Route, problem_schema, table};

/// What is said of a route.
pub(super) struct Doc {
    pub(super) summary: &'static str,
    /// Of the query; described in [`parameter`].
    pub(super) parameters: &'static [&'static str],
    pub(super) body: Option<fn() -> Value>,
    pub(super) answers: Vec<(u16, Answer)>,
    /// What it reads names something that may not be there.
    pub(super) may_miss: bool,
    /// A read that the state of the thing may not allow; of writes it is said anyway.
    pub(super) may_conflict: bool,
    /// The body may name the version that was seen.
    pub(super) may_be_stale: bool,
    /// The answer is not kept for a repetition.
    pub(super) tells_once: bool,
}

impl Doc {
    pub(super) const fn new(summary: &'static str) -> Self {
        Self {
            summary,
            parameters: &[],
            body: None,
            answers: Vec::new(),
            may_miss: false,
            may_conflict: false,
            may_be_stale: false,
            tells_once: false,
        }
    }
}

/// What a route sends when all is well.
pub(super) enum Answer {
    Nothing,
    /// JSON that has no schema here.
    Any,
    One(SchemaOf),
    /// One with its version as entity tag; PUT and DELETE of it take `If-Match`.
    Tagged(SchemaOf),
    List(SchemaOf),
    /// A file of rows.
    Csv,
}

/// The schema of a type that handlers send.
pub(super) struct SchemaOf {
    name: String,
    own: RefOr<Schema>,
    parts: Vec<(String, RefOr<Schema>)>,
}

pub(super) fn schema<T: ToSchema>() -> SchemaOf {
    let mut parts = Vec::new();
    T::schemas(&mut parts);
    SchemaOf {
        name: T::name().into_owned(),
        own: T::schema(),
        parts,
    }
}

/// `GET /api/v1/openapi.json`
pub(super) async fn serve() -> Json<Value> {
    Json(document())
}

/// The document.
pub fn document() -> Value {
    let mut schemas = BTreeMap::new();
    note(&mut schemas, problem_schema());
    let mut paths: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    for route in table() {
        let (method, path, access, action) =
            (route.method.clone(), route.path, route.access, route.action);
        let proof = match (access, route.in_person) {
            (Access::Anyone, _) => json!([]),
            (_, true) => json!([{"session": []}]),
            (_, false) => json!([{"token": []}, {"session": []}]),
        };
        let Some(doc) = route.doc else { continue };
        let mut operation = operation(&method, path, access, action, doc, &mut schemas);
        operation["security"] = proof;
        paths
            .entry(path)
            .or_default()
            .insert(method.as_str().to_ascii_lowercase(), operation);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Waybill",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Instants are RFC 3339 with Z. Lists give `items` and `next_cursor`. Errors are problem+json with a stable `code` and a `text` in the language of Accept-Language (en, fr).",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {
                    "type": "apiKey", "in": "cookie", "name": SESSION_COOKIE,
                    "description": format!("Of somebody who is signed in; over HTTPS it is {SESSION_COOKIE_SECURE}."),
                },
            },
        },
    })
}

fn note(schemas: &mut BTreeMap<String, Value>, schema: SchemaOf) -> Value {
    let reference = json!({"$ref": format!("#/components/schemas/{}", schema.name)});
    for (name, schema) in schema.parts.into_iter().chain([(schema.name, schema.own)]) {
        // A schema is a tree of texts; serialising it cannot fail.
        schemas
            .entry(name)
            .or_insert_with(|| serde_json::to_value(schema).unwrap_or_default());
    }
    reference
}

fn operation(
    method: &Method,
    path: &str,
    access: Access,
    action: &str,
    doc: Doc,
    schemas: &mut BTreeMap<String, Value>,
) -> Value {
    let tagged = doc
        .answers
        .iter()
        .any(|(_, answer)| matches!(answer, Answer::Tagged(_) | Answer::Nothing));
    let conditional = tagged && matches!(*method, Method::PUT | Method::DELETE);
    let one = path.contains('{');
    let mut parameters: Vec<Value> = doc.parameters.iter().map(|name| parameter(name)).collect();
    if one {
        parameters.push(json!({"name": "id", "in": "path", "required": true, "schema": {"type": "string", "format": "uuid"}}));
    }
    if conditional {
        parameters.push(header(
            "If-Match",
            true,
            "The version that was seen, as its ETag says it.",
        ));
    }
    if *method == Method::POST && !doc.tells_once {
        parameters.push(header(
            "Idempotency-Key",
            false,
            "A repetition within 24 hours is answered as the first time.",
        ));
    }
    let mut responses = Map::new();
    let mut refused: Vec<u16> = Vec::new();
    if access > Access::Anyone {
        refused.extend([401, 403, 429]);
    }
    if one || doc.may_miss {
        refused.push(404);
    }
    if *method != Method::GET || doc.may_conflict {
        refused.push(409);
    }
    if conditional {
        refused.extend([412, 428]);
    }
    if doc.may_be_stale {
        refused.push(412);
    }
    if doc.body.is_some() {
        refused.extend([413, 415, 422]);
    } else if !doc.parameters.is_empty() || *method == Method::POST {
        refused.push(422);
    }
    refused.sort_unstable();
    for (status, answer) in doc.answers {
        responses.insert(status.to_string(), response(answer, schemas));
    }
    for status in refused {
        let problem = json!({"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}});
        responses.insert(
            status.to_string(),
            json!({"description": meaning(status), "content": problem}),
        );
    }
    let mut operation = json!({
        "operationId": action,
        "summary": doc.summary,
        "tags": [path.split(['/', '.']).nth(3).unwrap_or("api")],
        "parameters": parameters,
        "responses": responses,
    });
    if let Some(body) = doc.body {
        let schema = body();
        // A body that needs no field may be left out.
        let required = schema.get("required").is_some();
        operation["requestBody"] =
            json!({"required": required, "content": {"application/json": {"schema": schema}}});
    }
    operation
}

fn response(answer: Answer, schemas: &mut BTreeMap<String, Value>) -> Value {
    let content = |schema: Value| json!({"application/json": {"schema": schema}});
    match answer {
        Answer::Nothing => json!({"description": "Done"}),
        Answer::Any => json!({"description": "As said", "content": content(json!({}))}),
        Answer::One(schema) => {
            json!({"description": "As said", "content": content(note(schemas, schema))})
        }
        Answer::Csv => json!({
            "description": "As said",
            "content": {"text/csv": {"schema": {"type": "string"}}},
        }),
        Answer::Tagged(schema) => json!({
            "description": "As said",
            "headers": {"ETag": {"schema": {"type": "string"}, "description": "The version, in quotes."}},
            "content": content(note(schemas, schema)),
        }),
        Answer::List(schema) => {
            let items = note(schemas, schema);
            json!({"description": "A piece of the list", "content": content(json!({
                "type": "object", "required": ["items", "next_cursor"],
                "properties": {"items": {"type": "array", "items": items}, "next_cursor": {"type": ["string", "null"]}},
            }))})
        }
    }
}

const fn meaning(status: u16) -> &'static str {
    match status {
        401 => "Not signed in",
        403 => "Not permitted",
        404 => "No such thing, or none one may know of",
        409 => "The state of the thing does not allow it",
        412 => "Somebody saved in between",
        413 => "The body is too large",
        415 => "The body is not JSON",
        422 => "Wrong input, each error at its field",
        428 => "If-Match is missing",
        _ => "Too many tries",
    }
}

fn header(name: &str, required: bool, description: &str) -> Value {
    json!({"name": name, "in": "header", "required": required, "description": description, "schema": {"type": "string"}})
}

fn parameter(name: &str) -> Value {
    let schema = match name {
        "status" => json!({"enum": statuses()}),
        "type" => {
            json!({"enum": app::domain::ConnectionType::ALL.map(app::domain::ConnectionType::code)})
        }
        "sort" => {
            let columns = ExportSort::ALL.map(ExportSort::code);
            let both: Vec<_> = columns
                .iter()
                .flat_map(|code| [(*code).to_owned(), format!("-{code}")])
                .collect();
            json!({"enum": both, "default": "name"})
        }
        "cancel_runs" => json!({"type": "boolean", "default": false}),
        "limit" => json!({"type": "integer", "minimum": 1, "maximum": 200, "default": 50}),
        "permission" => json!({"enum": Permission::ALL.map(Permission::code)}),
        "export_id" | "source_id" | "segment_id" | "without_segment_id" | "connection_id"
        | "owner_id" | "actor_id" => json!({"type": "string", "format": "uuid"}),
        "door" => json!({"enum": AuditDoor::ALL.map(AuditDoor::code)}),
        "from" | "to" => json!({"type": "string", "format": "date-time"}),
        _ => json!({"type": "string"}),
    };
    json!({"name": name, "in": "query", "schema": schema})
}

/// Statuses of exports; those of runs are among them.
fn statuses() -> Vec<&'static str> {
    debug_assert!(
        RunStatus::ALL
            .iter()
            .all(|status| ExportStatus::from_code(status.code()).is_some())
    );
    ExportStatus::ALL.map(ExportStatus::code).to_vec()
}

/// Whether a route is part of REST, and so of the document.
pub(super) fn is_rest(route: &Route) -> bool {
    route.path.starts_with("/api/v1/")
}
