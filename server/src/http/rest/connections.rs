//! `/connections` and `/connection-types`.

use app::domain::{
    Audience, ConnectionDetails, ConnectionDraft, ConnectionId, ConnectionSummary,
    ConnectionTypeInfo, Publishing, Reason, TestOutcome, TypeField,
};
use app::i18n::Language;
use axum::Json;
use axum::extract::State;
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;

use super::shared::{Listed, ReasonBody, Reference, instant};
use crate::http::conditional::{IfMatch, NO_VERSION, after_permission, tagged};
use crate::http::fields::{Fields, JsonBody};
use crate::http::identity::Caller;
use crate::http::parameters::{Id, Parameters};
use crate::http::problem::Fault;
use crate::http::state::Http;

/// A connection as lists show it.
#[derive(Serialize, ToSchema)]
#[schema(as = ConnectionSummary)]
pub(in crate::http) struct SummaryBody {
    #[schema(format = "uuid")]
    id: String,
    version: i64,
    name: String,
    r#type: &'static str,
    /// `"administrators"`, `"contributors"` or `{"people": [id]}`.
    #[schema(value_type = Value)]
    audience: Audience,
    /// How many exports use it.
    exports: u32,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    updated_at: String,
    updated_by: String,
}

impl From<ConnectionSummary> for SummaryBody {
    fn from(connection: ConnectionSummary) -> Self {
        Self {
            id: connection.id.to_string(),
            version: connection.version,
            name: connection.name,
            r#type: connection.kind.code(),
            audience: connection.audience,
            exports: connection.exports,
            created_at: instant(connection.created_at),
            updated_at: instant(connection.updated_at),
            updated_by: connection.updated_by,
        }
    }
}

/// A connection with its configuration. Secrets are never shown again.
#[derive(Serialize, ToSchema)]
#[schema(as = Connection)]
pub(in crate::http) struct DetailsBody {
    #[serde(flatten)]
    summary: SummaryBody,
    #[schema(value_type = Object)]
    config: Map<String, Value>,
    /// The exports that use it, by name.
    used_by: Vec<Reference>,
}

impl From<ConnectionDetails> for DetailsBody {
    fn from(connection: ConnectionDetails) -> Self {
        Self {
            summary: connection.summary.into(),
            config: connection.config,
            used_by: Reference::of_exports(connection.used_by),
        }
    }
}

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

fn schema_of<'a>(fields: impl Iterator<Item = &'a TypeField>) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for field in fields {
        let mut property = json!({"type": "string"});
        if field.secret {
            property["writeOnly"] = true.into();
        }
        properties.insert(field.key.clone(), property);
        if field.required {
            required.push(field.key.clone());
        }
    }
    json!({"type": "object", "properties": properties, "required": required, "additionalProperties": false})
}

/// What a test of a connection found.
#[derive(Serialize, ToSchema)]
#[schema(as = TestOutcome)]
pub(in crate::http) struct OutcomeBody {
    ok: bool,
    #[schema(inline)]
    reason: Option<ReasonBody>,
}

impl OutcomeBody {
    fn new(language: Language, outcome: TestOutcome) -> Self {
        Self {
            ok: outcome.ok,
            reason: outcome
                .reason
                .map(|reason| ReasonBody::new(language, reason)),
        }
    }
}

/// The body of POST and PUT, for the OpenAPI document.
pub(in crate::http) fn body_schema() -> Value {
    json!({
        "type": "object", "additionalProperties": false, "required": ["name", "type", "config", "consent"],
        "properties": {
            "name": {"type": "string", "maxLength": 120},
            "type": {"type": "string", "enum": ["local_folder"]},
            "config": {"type": "object", "description": "As the type describes it: GET /connection-types."},
            "secrets": {"type": "object", "description": "As the type describes it; never shown again."},
            "audience": {"default": "administrators", "oneOf": [
                {"enum": ["administrators", "contributors"]},
                {"type": "object", "additionalProperties": false, "required": ["people"], "properties": {
                    "people": {"type": "array", "items": {"type": "string", "format": "uuid"}},
                }},
            ]},
            "consent": {"type": "boolean", "description": "True: data may leave to this destination."},
        },
    })
}

fn read_draft(fields: &Fields<'_>) -> ConnectionDraft {
    let kind = fields.text("type");
    if later(&kind) {
        fields.wrong(
            "type",
            Reason::new("not_available_yet").with("value", &kind),
        );
    }
    ConnectionDraft {
        name: fields.text("name"),
        kind,
        config: fields.map("config"),
        secrets: fields.map("secrets"),
        audience: fields.domain::<Audience>("audience").unwrap_or_default(),
        consent: fields.flag("consent").unwrap_or_default(),
    }
}

/// Types that the design names and a later version brings. Of those that are known the service says which it has.
fn later(kind: &str) -> bool {
    matches!(kind, "gcs" | "postgres" | "mysql")
}

fn read(body: JsonBody) -> (ConnectionDraft, Option<Fault>) {
    body.read(read_draft).judged(|draft| draft.name.clear())
}

fn written(status: StatusCode, connection: ConnectionDetails) -> Response {
    tagged(
        status,
        connection.summary.version,
        DetailsBody::from(connection),
    )
}

pub(in crate::http) async fn list(
    State(http): State<Http>,
    Caller(ctx): Caller,
    parameters: Parameters,
) -> Result<Response, Fault> {
    let (cursor, limit) = (parameters.cursor(), parameters.limit());
    parameters.done()?;
    let connections = http.services.connections.list(&ctx).await?;
    let rows = connections
        .into_iter()
        .map(|row| (row.id.to_string(), SummaryBody::from(row)))
        .collect();
    Ok(Listed::piece(rows, cursor.as_ref(), limit).into_response())
}

pub(in crate::http) async fn get(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<ConnectionId>,
) -> Result<Response, Fault> {
    Ok(written(
        StatusCode::OK,
        http.services.connections.get(&ctx, id).await?,
    ))
}

pub(in crate::http) async fn create(
    State(http): State<Http>,
    Caller(ctx): Caller,
    body: JsonBody,
) -> Result<Response, Fault> {
    let connections = &http.services.connections;
    let (draft, wrong) = read(body);
    let answer = connections.create(&ctx, draft).await;
    if let Some(fault) = wrong {
        return Err(after_permission(answer, fault));
    }
    let connection = answer?;
    let location = format!("/api/v1/connections/{}", connection.summary.id);
    let mut response = written(StatusCode::CREATED, connection);
    if let Ok(location) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(LOCATION, location);
    }
    Ok(response)
}

pub(in crate::http) async fn update(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<ConnectionId>,
    condition: IfMatch,
    body: JsonBody,
) -> Result<Response, Fault> {
    let connections = &http.services.connections;
    let (draft, wrong) = read(body);
    if let Some(fault) = condition.fault().or(wrong) {
        return Err(after_permission(
            connections.update(&ctx, id, NO_VERSION, draft).await,
            fault,
        ));
    }
    let version = match condition {
        IfMatch::Version(version) => version,
        _ => connections.get(&ctx, id).await?.summary.version,
    };
    Ok(written(
        StatusCode::OK,
        connections.update(&ctx, id, version, draft).await?,
    ))
}

pub(in crate::http) async fn remove(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<ConnectionId>,
    condition: IfMatch,
) -> Result<Response, Fault> {
    let connections = &http.services.connections;
    condition
        .remove(|version| connections.remove(&ctx, id, version))
        .await
}

pub(in crate::http) async fn test(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<ConnectionId>,
) -> Result<Response, Fault> {
    let outcome = http.services.connections.test(&ctx, id).await?;
    Ok(Json(OutcomeBody::new(ctx.language, outcome)).into_response())
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
    use app::domain::{ConnectionType, FieldKind};

    use super::*;

    #[test]
    fn the_documented_body_is_the_one_that_is_read() {
        JsonBody::of("{}").assert_asks_for(read_draft, &body_schema(), &[]);
    }

    #[test]
    fn a_type_that_exists_is_not_one_for_later() {
        for kind in ConnectionType::ALL {
            assert!(!later(kind.code()));
        }
    }

    #[test]
    fn secret_fields_are_apart_and_marked() {
        let field = |key: &str, secret: bool| TypeField {
            key: key.into(),
            kind: FieldKind::Text,
            required: !secret,
            secret,
            default: None,
            one_of: None,
            rare: false,
        };
        let fields = [field("path", false), field("password", true)];
        let secrets = schema_of(fields.iter().filter(|field| field.secret));
        assert_eq!(secrets["properties"]["password"]["writeOnly"], true);
        assert_eq!(
            schema_of(fields.iter().filter(|field| !field.secret))["required"][0],
            "path"
        );
    }
}
