//! `/notices` and `/follows`: what the caller was told, and what they want to be told.

use app::domain::{
    ConnectionNotice, ExportId, Follow, FollowSettings, Following, Notice, NoticeList,
};
use app::i18n::Language;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::shared::{ReasonBody, Reference, instant};
use crate::http::fields::{Fields, JsonBody};
use crate::http::identity::Caller;
use crate::http::parameters::Id;
use crate::http::problem::Fault;
use crate::http::state::Http;

/// What was told of an export.
#[derive(Serialize, ToSchema)]
#[schema(as = Notice)]
struct NoticeBody {
    #[schema(format = "uuid")]
    id: String,
    /// `failing`, `recovered`, `held`, `rows_differ`, `ran_longer`, `not_delivered`.
    kind: &'static str,
    #[schema(format = DateTime)]
    at: String,
    export: Reference,
    /// Null for what did not happen.
    #[schema(format = "uuid")]
    run_id: Option<String>,
    #[schema(inline)]
    reason: Option<ReasonBody>,
    read: bool,
}

impl NoticeBody {
    fn new(language: Language, notice: Notice) -> Self {
        Self {
            id: notice.id.to_string(),
            kind: notice.kind.code(),
            at: instant(notice.at),
            export: Reference::new(notice.export_id, notice.export_name),
            run_id: notice.run_id.map(|id| id.to_string()),
            reason: notice
                .reason
                .map(|reason| ReasonBody::new(language, reason)),
            read: notice.is_read,
        }
    }
}

/// What was told of a connection.
#[derive(Serialize, ToSchema)]
#[schema(as = ConnectionNotice)]
struct ConnectionNoticeBody {
    #[schema(format = "uuid")]
    id: String,
    /// `expiring`, `failing`, `paused`.
    kind: &'static str,
    #[schema(format = DateTime)]
    at: String,
    connection: Reference,
    #[schema(inline)]
    reason: Option<ReasonBody>,
    read: bool,
}

impl ConnectionNoticeBody {
    fn new(language: Language, notice: ConnectionNotice) -> Self {
        Self {
            id: notice.id.to_string(),
            kind: notice.kind.code(),
            at: instant(notice.at),
            connection: Reference::new(notice.connection_id, notice.connection_name),
            reason: notice
                .reason
                .map(|reason| ReasonBody::new(language, reason)),
            read: notice.is_read,
        }
    }
}

/// The notices of the caller.
#[derive(Serialize, ToSchema)]
#[schema(as = Notices)]
pub(in crate::http) struct NoticesBody {
    /// Newest first, 100 at most.
    items: Vec<NoticeBody>,
    /// Of connections, for administrators alone: newest first, 100 at most.
    connections: Vec<ConnectionNoticeBody>,
    /// Of both.
    unread: u32,
}

impl NoticesBody {
    fn new(language: Language, list: NoticeList) -> Self {
        Self {
            items: list
                .items
                .into_iter()
                .map(|notice| NoticeBody::new(language, notice))
                .collect(),
            connections: list
                .connections
                .into_iter()
                .map(|notice| ConnectionNoticeBody::new(language, notice))
                .collect(),
            unread: list.unread,
        }
    }
}

/// Something that the caller follows, and with which limits.
#[derive(Serialize, ToSchema)]
#[schema(as = Follow)]
struct FollowBody {
    /// Null: everything.
    export: Option<Reference>,
    by_mail: bool,
    rows_percent: Option<u32>,
    longer_than_minutes: Option<u32>,
    silent_hours: Option<u32>,
}

impl From<Follow> for FollowBody {
    fn from(follow: Follow) -> Self {
        let name = follow.export_name;
        Self {
            export: follow.export_id.map(|id| Reference::new(id, name)),
            by_mail: follow.settings.by_mail,
            rows_percent: follow.settings.rows_percent,
            longer_than_minutes: follow.settings.longer_than_minutes,
            silent_hours: follow.settings.silent_hours,
        }
    }
}

/// What the caller follows.
#[derive(Serialize, ToSchema)]
#[schema(as = Following)]
pub(in crate::http) struct FollowingBody {
    follows: Vec<FollowBody>,
    /// The server has a mail server.
    can_mail: bool,
}

impl From<Following> for FollowingBody {
    fn from(following: Following) -> Self {
        Self {
            follows: following
                .follows
                .into_iter()
                .map(FollowBody::from)
                .collect(),
            can_mail: following.can_mail,
        }
    }
}

/// The body of PUT, for the OpenAPI document.
pub(in crate::http) fn body_schema() -> Value {
    json!({
        "type": "object", "additionalProperties": false,
        "properties": {
            "by_mail": {"type": "boolean", "default": false},
            "rows_percent": {"type": ["integer", "null"], "minimum": 1, "maximum": 1000,
                "description": "Told when rows differ from the median of the last ten deliveries by more than this."},
            "longer_than_minutes": {"type": ["integer", "null"], "minimum": 1, "maximum": 10080},
            "silent_hours": {"type": ["integer", "null"], "minimum": 1, "maximum": 8760,
                "description": "Told when nothing was delivered for longer."},
        },
    })
}

fn read_settings(fields: &Fields<'_>) -> FollowSettings {
    FollowSettings {
        by_mail: fields.flag("by_mail").unwrap_or_default(),
        rows_percent: fields.domain("rows_percent"),
        longer_than_minutes: fields.domain("longer_than_minutes"),
        silent_hours: fields.domain("silent_hours"),
    }
}

pub(in crate::http) async fn list(
    State(http): State<Http>,
    Caller(ctx): Caller,
) -> Result<Response, Fault> {
    let list = http.services.notices.list(&ctx).await?;
    Ok(Json(NoticesBody::new(ctx.language, list)).into_response())
}

pub(in crate::http) async fn read_all(
    State(http): State<Http>,
    Caller(ctx): Caller,
) -> Result<Response, Fault> {
    let list = http.services.notices.read_all(&ctx).await?;
    Ok(Json(NoticesBody::new(ctx.language, list)).into_response())
}

pub(in crate::http) async fn following(
    State(http): State<Http>,
    Caller(ctx): Caller,
) -> Result<Response, Fault> {
    let following = http.services.notices.following(&ctx).await?;
    Ok(Json(FollowingBody::from(following)).into_response())
}

pub(in crate::http) async fn follow_everything(
    State(http): State<Http>,
    Caller(ctx): Caller,
    body: Option<JsonBody>,
) -> Result<Response, Fault> {
    let settings = settings(body)?;
    let following = http.services.notices.follow(&ctx, None, Some(settings));
    Ok(Json(FollowingBody::from(following.await?)).into_response())
}

pub(in crate::http) async fn unfollow_everything(
    State(http): State<Http>,
    Caller(ctx): Caller,
) -> Result<Response, Fault> {
    let following = http.services.notices.follow(&ctx, None, None).await?;
    Ok(Json(FollowingBody::from(following)).into_response())
}

pub(in crate::http) async fn follow(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<ExportId>,
    body: Option<JsonBody>,
) -> Result<Response, Fault> {
    let settings = settings(body)?;
    let following = http.services.notices.follow(&ctx, Some(id), Some(settings));
    Ok(Json(FollowingBody::from(following.await?)).into_response())
}

pub(in crate::http) async fn unfollow(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<ExportId>,
) -> Result<Response, Fault> {
    let following = http.services.notices.follow(&ctx, Some(id), None).await?;
    Ok(Json(FollowingBody::from(following)).into_response())
}

/// The settings in a body, or the defaults. Everybody may follow, so that a wrong form is told at once.
fn settings(body: Option<JsonBody>) -> Result<FollowSettings, Fault> {
    let Some(body) = body else {
        return Ok(FollowSettings::default());
    };
    let (settings, wrong) = body.read(read_settings).judged(|_| {});
    wrong.map_or(Ok(settings), Err)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_body_is_the_one_that_is_read() {
        JsonBody::of("{}").assert_asks_for(read_settings, &body_schema(), &[]);
    }
}
