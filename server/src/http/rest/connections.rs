//! `/connections`: listed, set up, changed, removed.

use app::domain::{
    Audience, ConnectionDetails, ConnectionDraft, ConnectionId, ConnectionType, Reason,
};
use app::i18n::Language;
use axum::extract::State;
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::connection_bodies::{DetailsBody, SummaryBody};
use super::shared::Listed;
use crate::http::conditional::{IfMatch, NO_VERSION, after_permission, tagged};
use crate::http::fields::{Fields, JsonBody};
use crate::http::identity::Caller;
use crate::http::parameters::{Id, Parameters};
use crate::http::problem::Fault;
use crate::http::state::Http;

/// The body of POST and PUT, for the OpenAPI document.
pub(in crate::http) fn body_schema() -> Value {
    json!({
        "type": "object", "additionalProperties": false, "required": ["name", "type", "config", "consent"],
        "properties": {
            "name": {"type": "string", "maxLength": 120},
            "type": {"type": "string", "enum": ConnectionType::ALL.map(ConnectionType::code)},
            "config": {"type": "object", "description": "As the type describes it: GET /connection-types."},
            "secrets": {"type": "object", "description": "As the type describes it; never shown again. By key: a text, `env:NAME` or `file:PATH` for one that is read from there, null to take it away. What is left out stays."},
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
    ConnectionDraft {
        name: fields.text("name"),
        ..read_unnamed(fields)
    }
}

/// A draft but for its name.
pub(super) fn read_unnamed(fields: &Fields<'_>) -> ConnectionDraft {
    let kind = fields.text("type");
    if later(&kind) {
        fields.wrong(
            "type",
            Reason::new("not_available_yet").with("value", &kind),
        );
    }
    ConnectionDraft {
        name: String::new(),
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

pub(super) fn written(
    status: StatusCode,
    language: Language,
    connection: ConnectionDetails,
) -> Response {
    tagged(
        status,
        connection.summary.version,
        DetailsBody::new(language, connection),
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
        .map(|row| (row.id.to_string(), SummaryBody::new(ctx.language, row)))
        .collect();
    Ok(Listed::piece(rows, cursor.as_ref(), limit).into_response())
}

pub(in crate::http) async fn get(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<ConnectionId>,
) -> Result<Response, Fault> {
    let connection = http.services.connections.get(&ctx, id).await?;
    Ok(written(StatusCode::OK, ctx.language, connection))
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
    let mut response = written(StatusCode::CREATED, ctx.language, connection);
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
    let connection = connections.update(&ctx, id, version, draft).await?;
    Ok(written(StatusCode::OK, ctx.language, connection))
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

#[cfg(test)]
mod tests {
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
}
