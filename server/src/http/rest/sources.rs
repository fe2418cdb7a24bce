//! `/sources`.

use app::domain::{Reason, SourceDraft, SourceId, SourceSummary};
use app::i18n::Language;
use axum::extract::State;
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::shared::{Listed, ReasonBody, instant, maybe_instant};
use crate::http::conditional::{IfMatch, NO_VERSION, after_permission, tagged};
use crate::http::fields::{Fields, JsonBody};
use crate::http::identity::Caller;
use crate::http::parameters::{Id, Parameters};
use crate::http::problem::Fault;
use crate::http::state::Http;

/// Where tables come from.
#[derive(Serialize, ToSchema)]
#[schema(as = Source)]
pub(in crate::http) struct SourceBody {
    #[schema(format = "uuid")]
    id: String,
    version: i64,
    name: String,
    kind: &'static str,
    /// Where it is; empty for those who are no administrators.
    location: String,
    tables: u32,
    /// Of its last refresh: `not_started`, `queued`, `processing`, `successful`, `failed`.
    status: &'static str,
    #[schema(inline)]
    status_reason: Option<ReasonBody>,
    /// End of its last successful refresh.
    #[schema(format = DateTime)]
    refreshed_at: Option<String>,
    #[schema(format = DateTime)]
    updated_at: String,
    updated_by: String,
}

impl SourceBody {
    fn new(language: Language, source: SourceSummary) -> Self {
        Self {
            id: source.id.to_string(),
            version: source.version,
            name: source.name,
            kind: source.kind.code(),
            location: source.location,
            tables: source.tables,
            status: source.status.code(),
            status_reason: source
                .status_reason
                .map(|reason| ReasonBody::new(language, reason)),
            refreshed_at: maybe_instant(source.refreshed_at),
            updated_at: instant(source.updated_at),
            updated_by: source.updated_by,
        }
    }
}

/// The body of POST and PUT, for the OpenAPI document.
pub(in crate::http) fn body_schema() -> Value {
    json!({
        "type": "object", "additionalProperties": false, "required": ["name", "kind", "config"],
        "properties": {
            "name": {"type": "string", "maxLength": 120},
            "kind": {"type": "string", "enum": ["folder"]},
            "config": {"type": "object", "properties": {"path": {"type": "string"}}},
            "secrets": {"type": "object"},
        },
    })
}

fn read_draft(fields: &Fields<'_>) -> SourceDraft {
    let kind = fields.text("kind");
    if matches!(kind.as_str(), "bucket" | "postgres" | "mysql" | "sqlite") {
        fields.wrong(
            "kind",
            Reason::new("not_available_yet").with("value", &kind),
        );
    }
    SourceDraft {
        name: fields.text("name"),
        kind,
        config: fields.map("config"),
        secrets: fields.map("secrets"),
    }
}

fn read(body: JsonBody) -> (SourceDraft, Option<Fault>) {
    body.read(read_draft).judged(|draft| draft.name.clear())
}

fn written(status: StatusCode, language: Language, source: SourceSummary) -> Response {
    tagged(status, source.version, SourceBody::new(language, source))
}

pub(in crate::http) async fn list(
    State(http): State<Http>,
    Caller(ctx): Caller,
    parameters: Parameters,
) -> Result<Response, Fault> {
    let (cursor, limit) = (parameters.cursor(), parameters.limit());
    parameters.done()?;
    let sources = http.services.data.sources(&ctx).await?;
    let rows = sources
        .into_iter()
        .map(|row| (row.id.to_string(), SourceBody::new(ctx.language, row)))
        .collect();
    Ok(Listed::piece(rows, cursor.as_ref(), limit).into_response())
}

pub(in crate::http) async fn get(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<SourceId>,
) -> Result<Response, Fault> {
    Ok(written(
        StatusCode::OK,
        ctx.language,
        http.services.data.source(&ctx, id).await?,
    ))
}

pub(in crate::http) async fn create(
    State(http): State<Http>,
    Caller(ctx): Caller,
    body: JsonBody,
) -> Result<Response, Fault> {
    let data = &http.services.data;
    let (draft, wrong) = read(body);
    let answer = data.create_source(&ctx, draft).await;
    if let Some(fault) = wrong {
        return Err(after_permission(answer, fault));
    }
    let source = answer?;
    let location = format!("/api/v1/sources/{}", source.id);
    let mut response = written(StatusCode::CREATED, ctx.language, source);
    if let Ok(location) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(LOCATION, location);
    }
    Ok(response)
}

pub(in crate::http) async fn update(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<SourceId>,
    condition: IfMatch,
    body: JsonBody,
) -> Result<Response, Fault> {
    let data = &http.services.data;
    let (draft, wrong) = read(body);
    if let Some(fault) = condition.fault().or(wrong) {
        return Err(after_permission(
            data.update_source(&ctx, id, NO_VERSION, draft).await,
            fault,
        ));
    }
    let version = match condition {
        IfMatch::Version(version) => version,
        _ => data.source(&ctx, id).await?.version,
    };
    Ok(written(
        StatusCode::OK,
        ctx.language,
        data.update_source(&ctx, id, version, draft).await?,
    ))
}

pub(in crate::http) async fn remove(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<SourceId>,
    condition: IfMatch,
) -> Result<Response, Fault> {
    let data = &http.services.data;
    condition
        .remove(|version| data.remove_source(&ctx, id, version))
        .await
}

/// Asks for a refresh of all its tables: 202, whether it is a new one or the one that waits.
pub(in crate::http) async fn refresh(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<SourceId>,
) -> Result<Response, Fault> {
    let source = http.services.data.refresh_source(&ctx, id).await?;
    Ok(written(StatusCode::ACCEPTED, ctx.language, source))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_body_is_the_one_that_is_read() {
        JsonBody::of("{}").assert_asks_for(read_draft, &body_schema(), &[]);
    }
}
