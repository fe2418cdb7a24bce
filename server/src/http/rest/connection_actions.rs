//! What is done with a connection: tested, paused, freed of exports, restored.

use app::domain::{ConnectionDraft, ConnectionId, ConnectionPause, ExportId, Reason, Release};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::connection_bodies::{OutcomeBody, RemovedBody};
use super::connections::{body_schema, read_unnamed, written};
use super::shared::Listed;
use crate::http::conditional::after_permission;
use crate::http::fields::{Fields, JsonBody};
use crate::http::identity::Caller;
use crate::http::parameters::Id;
use crate::http::problem::Fault;
use crate::http::state::Http;

/// The body of `/connections/test`, for the OpenAPI document: a draft that needs neither name nor consent.
pub(in crate::http) fn test_schema() -> Value {
    let mut schema = body_schema();
    schema["required"] = json!(["type", "config"]);
    schema["properties"]["id"] = json!({
        "type": "string", "format": "uuid",
        "description": "The connection that is edited: secrets that are left out are its own.",
    });
    schema
}

fn read_test(fields: &Fields<'_>) -> (Option<ConnectionId>, ConnectionDraft) {
    let draft = ConnectionDraft {
        name: fields.optional_text("name").unwrap_or_default(),
        ..read_unnamed(fields)
    };
    (fields.id("id"), draft)
}

/// The body of `/connections/{id}/pause`, for the OpenAPI document.
pub(in crate::http) fn pause_schema() -> Value {
    json!({
        "type": "object", "additionalProperties": false,
        "properties": {
            "reason": {"type": "string", "maxLength": ConnectionPause::MOST_WORDS, "description": "Why: for administrators."},
        },
    })
}

fn read_pause(fields: &Fields<'_>) -> Option<String> {
    fields.optional_text("reason")
}

/// The body of `/connections/{id}/release`, for the OpenAPI document.
pub(in crate::http) fn release_schema() -> Value {
    json!({
        "type": "object", "additionalProperties": false, "required": ["exports", "how"],
        "properties": {
            "exports": {
                "type": "array", "minItems": 1, "items": {"type": "string", "format": "uuid"},
                "description": "Those that do not use the connection are left alone.",
            },
            "how": {"enum": ["detach", "remove"], "description": "They stay without a connection, or are removed."},
        },
    })
}

fn read_release(fields: &Fields<'_>) -> (Vec<ExportId>, Release) {
    for key in ["exports", "how"] {
        if fields.raw(key).is_none() {
            fields.wrong(key, Reason::new("required"));
        }
    }
    let exports = fields.domain("exports").unwrap_or_default();
    (exports, fields.domain("how").unwrap_or(Release::Detach))
}

pub(in crate::http) async fn test(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<ConnectionId>,
) -> Result<Response, Fault> {
    let outcome = http.services.connections.test(&ctx, id).await?;
    Ok(Json(OutcomeBody::new(ctx.language, outcome)).into_response())
}

pub(in crate::http) async fn test_draft(
    State(http): State<Http>,
    Caller(ctx): Caller,
    body: JsonBody,
) -> Result<Response, Fault> {
    let connections = &http.services.connections;
    let read = body.read(read_test);
    let ((id, draft), wrong) = read.judged(|(_, draft)| draft.kind.clear());
    let answer = connections.test_draft(&ctx, id, draft).await;
    if let Some(fault) = wrong {
        return Err(after_permission(answer, fault));
    }
    Ok(Json(OutcomeBody::new(ctx.language, answer?)).into_response())
}

pub(in crate::http) async fn pause(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<ConnectionId>,
    body: Option<JsonBody>,
) -> Result<Response, Fault> {
    let connections = &http.services.connections;
    // What is no text pauses nothing.
    let spoil = |reason: &mut Option<String>| *reason = Some("\u{1}".to_owned());
    let (reason, wrong) = match body {
        Some(body) => body.read(read_pause).judged(spoil),
        None => (None, None),
    };
    let answer = connections.pause(&ctx, id, reason).await;
    if let Some(fault) = wrong {
        return Err(after_permission(answer, fault));
    }
    Ok(written(StatusCode::OK, ctx.language, answer?))
}

pub(in crate::http) async fn resume(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<ConnectionId>,
) -> Result<Response, Fault> {
    let connection = http.services.connections.resume(&ctx, id).await?;
    Ok(written(StatusCode::OK, ctx.language, connection))
}

pub(in crate::http) async fn release(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<ConnectionId>,
    body: JsonBody,
) -> Result<Response, Fault> {
    let connections = &http.services.connections;
    let read = body.read(read_release);
    let ((exports, how), wrong) = read.judged(|(exports, _)| exports.clear());
    let answer = connections.release_exports(&ctx, id, exports, how).await;
    if let Some(fault) = wrong {
        return Err(after_permission(answer, fault));
    }
    Ok(written(StatusCode::OK, ctx.language, answer?))
}

pub(in crate::http) async fn removed(
    State(http): State<Http>,
    Caller(ctx): Caller,
) -> Result<Response, Fault> {
    let removed = http.services.connections.removed(&ctx).await?;
    Ok(Listed::new(removed.into_iter().map(RemovedBody::from).collect(), None).into_response())
}

pub(in crate::http) async fn restore(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<ConnectionId>,
) -> Result<Response, Fault> {
    let connection = http.services.connections.restore(&ctx, id).await?;
    Ok(written(StatusCode::OK, ctx.language, connection))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_bodies_are_those_that_are_read() {
        JsonBody::of("{}").assert_asks_for(read_test, &test_schema(), &[]);
        JsonBody::of("{}").assert_asks_for(read_pause, &pause_schema(), &[]);
        JsonBody::of("{}").assert_asks_for(read_release, &release_schema(), &[]);
    }
}
