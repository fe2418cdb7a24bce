//! `/notice-channels`: groups that get notices.

use app::domain::{
    Channel, ChannelDraft, ChannelId, ChannelKind, ExportId, FollowSettings, Reason, TestOutcome,
};
use app::i18n::Language;
use axum::Json;
use axum::extract::State;
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::shared::{Listed, ReasonBody, Reference, instant, maybe_instant};
use crate::http::conditional::{IfMatch, NO_VERSION, after_permission, tagged};
use crate::http::fields::{Fields, JsonBody};
use crate::http::identity::Caller;
use crate::http::parameters::{Id, Parameters};
use crate::http::problem::Fault;
use crate::http::state::Http;

/// When a group is told, beside *failing*, *recovered* and *held*.
#[derive(Serialize, ToSchema)]
#[schema(as = NoticeLimits)]
struct LimitsBody {
    rows_percent: Option<u32>,
    longer_than_minutes: Option<u32>,
    silent_hours: Option<u32>,
}

impl From<FollowSettings> for LimitsBody {
    fn from(settings: FollowSettings) -> Self {
        Self {
            rows_percent: settings.rows_percent,
            longer_than_minutes: settings.longer_than_minutes,
            silent_hours: settings.silent_hours,
        }
    }
}

/// A group that gets notices.
#[derive(Serialize, ToSchema)]
#[schema(as = NoticeChannel)]
pub(in crate::http) struct ChannelBody {
    #[schema(format = "uuid")]
    id: String,
    version: i64,
    name: String,
    /// `mail` or `webhook`.
    kind: &'static str,
    /// A mail address, or where a webhook leads, such as `https://chat.example`: the whole of its address is a secret.
    address: String,
    /// The exports that it follows, by name; none: everything.
    exports: Vec<Reference>,
    settings: LimitsBody,
    /// When the last notice was sent.
    #[schema(format = DateTime)]
    sent_at: Option<String>,
    /// Why the last one could not be.
    #[schema(inline)]
    problem: Option<ReasonBody>,
    #[schema(format = DateTime)]
    updated_at: String,
    updated_by: String,
}

impl ChannelBody {
    fn new(language: Language, channel: Channel) -> Self {
        Self {
            id: channel.id.to_string(),
            version: channel.version,
            name: channel.name,
            kind: channel.kind.code(),
            address: channel.address,
            exports: Reference::of_exports(channel.exports),
            settings: channel.settings.into(),
            sent_at: maybe_instant(channel.sent_at),
            problem: channel
                .problem
                .map(|reason| ReasonBody::new(language, reason)),
            updated_at: instant(channel.updated_at),
            updated_by: channel.updated_by,
        }
    }
}

/// What a test of a group came to.
#[derive(Serialize, ToSchema)]
#[schema(as = NoticeTestOutcome)]
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
        "type": "object", "additionalProperties": false, "required": ["name", "kind"],
        "properties": {
            "name": {"type": "string", "maxLength": 120},
            "kind": {"type": "string", "enum": ["mail", "webhook"]},
            "address": {"type": "string", "description":
                "A mail address, or an http or https URL, which is kept sealed. Left out, that of a webhook stays."},
            "exports": {"type": "array", "maxItems": 500, "items": {"type": "string", "format": "uuid"},
                "description": "The exports that it follows; none: everything."},
            "settings": {"type": "object", "additionalProperties": false, "properties": {
                "by_mail": {"type": "boolean", "description": "Of no effect here."},
                "rows_percent": {"type": ["integer", "null"], "minimum": 1, "maximum": 1000},
                "longer_than_minutes": {"type": ["integer", "null"], "minimum": 1, "maximum": 10080},
                "silent_hours": {"type": ["integer", "null"], "minimum": 1, "maximum": 8760},
            }},
        },
    })
}

fn read_draft(fields: &Fields<'_>) -> ChannelDraft {
    let kind = fields.text("kind");
    let known = ChannelKind::from_code(&kind);
    if known.is_none() && !kind.is_empty() {
        fields.wrong("kind", Reason::new("unknown_type").with("type", &kind));
    }
    ChannelDraft {
        name: fields.text("name"),
        kind: known.unwrap_or(ChannelKind::Mail),
        address: fields.optional_text("address").unwrap_or_default(),
        exports: fields
            .domain::<Vec<ExportId>>("exports")
            .unwrap_or_default(),
        settings: fields.domain_with_defaults::<FollowSettings>("settings"),
    }
}

fn read(body: JsonBody) -> (ChannelDraft, Option<Fault>) {
    body.read(read_draft).judged(|draft| draft.name.clear())
}

fn written(status: StatusCode, language: Language, channel: Channel) -> Response {
    tagged(status, channel.version, ChannelBody::new(language, channel))
}

pub(in crate::http) async fn list(
    State(http): State<Http>,
    Caller(ctx): Caller,
    parameters: Parameters,
) -> Result<Response, Fault> {
    let (cursor, limit) = (parameters.cursor(), parameters.limit());
    parameters.done()?;
    let channels = http.services.notices.channels(&ctx).await?;
    let rows = channels
        .into_iter()
        .map(|row| (row.id.to_string(), ChannelBody::new(ctx.language, row)))
        .collect();
    Ok(Listed::piece(rows, cursor.as_ref(), limit).into_response())
}

pub(in crate::http) async fn create(
    State(http): State<Http>,
    Caller(ctx): Caller,
    body: JsonBody,
) -> Result<Response, Fault> {
    let (draft, wrong) = read(body);
    let answer = http.services.notices.create_channel(&ctx, draft).await;
    if let Some(fault) = wrong {
        return Err(after_permission(answer, fault));
    }
    let channel = answer?;
    let location = format!("/api/v1/notice-channels/{}", channel.id);
    let mut response = written(StatusCode::CREATED, ctx.language, channel);
    if let Ok(location) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(LOCATION, location);
    }
    Ok(response)
}

pub(in crate::http) async fn update(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<ChannelId>,
    condition: IfMatch,
    body: JsonBody,
) -> Result<Response, Fault> {
    let notices = &http.services.notices;
    let (draft, wrong) = read(body);
    if let Some(fault) = condition.fault().or(wrong) {
        return Err(after_permission(
            notices.update_channel(&ctx, id, NO_VERSION, draft).await,
            fault,
        ));
    }
    let version = match condition {
        IfMatch::Version(version) => version,
        _ => {
            let channels = notices.channels(&ctx).await?;
            let channel = channels.into_iter().find(|channel| channel.id == id);
            channel.ok_or_else(Fault::not_found)?.version
        }
    };
    let channel = notices.update_channel(&ctx, id, version, draft).await?;
    Ok(written(StatusCode::OK, ctx.language, channel))
}

pub(in crate::http) async fn remove(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<ChannelId>,
    condition: IfMatch,
) -> Result<Response, Fault> {
    let notices = &http.services.notices;
    condition
        .remove(|version| notices.remove_channel(&ctx, id, version))
        .await
}

pub(in crate::http) async fn test(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<ChannelId>,
) -> Result<Response, Fault> {
    let outcome = http.services.notices.test_channel(&ctx, id).await?;
    Ok(Json(OutcomeBody::new(ctx.language, outcome)).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_body_is_the_one_that_is_read() {
        JsonBody::of("{}").assert_asks_for(read_draft, &body_schema(), &[]);
    }

    #[test]
    fn every_kind_of_group_is_documented() {
        for kind in [ChannelKind::Mail, ChannelKind::Webhook] {
            let documented = body_schema()["properties"]["kind"]["enum"].clone();
            let documented = documented.as_array().expect("a list");
            assert!(documented.contains(&kind.code().into()));
        }
    }
}
