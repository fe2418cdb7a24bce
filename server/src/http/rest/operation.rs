//! `/system/pause` and `/system/tasks`: pausing everything, what tasks did, stopping one.

use app::domain::{
    FieldErrors, PastTask, Reason, SegmentId, SourceId, SystemPause, TaskHistory, TaskId,
};
use app::i18n::Language;
use app::ports::ServiceError;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::shared::{ReasonBody, Reference, instant, maybe_instant};
use crate::http::conditional::after_permission;
use crate::http::fields::{Fields, JsonBody};
use crate::http::identity::Caller;
use crate::http::parameters::{Id, Parameters};
use crate::http::problem::Fault;
use crate::http::state::Http;

/// Whether everything is paused: what is queued waits, what is under way ends.
#[derive(Serialize, ToSchema)]
#[schema(as = SystemPause)]
pub(in crate::http) struct PauseBody {
    paused: bool,
    /// Null, as what follows, when nothing is paused.
    reason: Option<String>,
    #[schema(format = DateTime)]
    since: Option<String>,
    by: Option<String>,
}

impl From<Option<SystemPause>> for PauseBody {
    fn from(pause: Option<SystemPause>) -> Self {
        let Some(pause) = pause else {
            return Self {
                paused: false,
                reason: None,
                since: None,
                by: None,
            };
        };
        Self {
            paused: true,
            reason: Some(pause.reason),
            since: Some(instant(pause.since)),
            by: Some(pause.by),
        }
    }
}

/// The body of PUT, for the OpenAPI document.
pub(in crate::http) fn pause_schema() -> Value {
    json!({
        "type": "object", "additionalProperties": false, "required": ["paused"],
        "properties": {
            "paused": {"type": "boolean"},
            "reason": {"type": "string", "maxLength": SystemPause::MOST_REASON, "description": "Why: must be there to pause; not used otherwise."},
        },
    })
}

/// Whether to pause, and why.
fn read_pause(fields: &Fields<'_>) -> (bool, String) {
    if fields.raw("paused").is_none() {
        fields.wrong("paused", Reason::new("required"));
    }
    let paused = fields.flag("paused").unwrap_or_default();
    (paused, fields.optional_text("reason").unwrap_or_default())
}

/// One task of a source or segment, ended or not.
#[derive(Serialize, ToSchema)]
#[schema(as = PastTask)]
struct PastTaskBody {
    #[schema(format = "uuid")]
    id: String,
    #[schema(format = "uuid")]
    refresh_id: String,
    /// What asked for its refresh: `schedule`, `person`, `api`, `need`.
    trigger: &'static str,
    asked_by: String,
    status: &'static str,
    #[schema(inline)]
    status_reason: Option<ReasonBody>,
    /// From 1; 0 before the first.
    attempt: u32,
    #[schema(format = DateTime)]
    created_at: String,
    #[schema(format = DateTime)]
    started_at: Option<String>,
    #[schema(format = DateTime)]
    ended_at: Option<String>,
}

impl PastTaskBody {
    fn new(language: Language, task: PastTask) -> Self {
        Self {
            id: task.id.to_string(),
            refresh_id: task.refresh_id.to_string(),
            trigger: task.trigger.code(),
            asked_by: task.asked_by,
            status: task.status.code(),
            status_reason: task.reason.map(|reason| ReasonBody::new(language, reason)),
            attempt: task.attempt,
            created_at: instant(task.created_at),
            started_at: maybe_instant(task.started_at),
            ended_at: maybe_instant(task.ended_at),
        }
    }
}

/// What a source or segment did before.
#[derive(Serialize, ToSchema)]
#[schema(as = TaskHistory)]
pub(in crate::http) struct HistoryBody {
    /// `source`, `segment`.
    kind: &'static str,
    /// The source, or the segment.
    source: Reference,
    /// Newest first, 50 at most.
    tasks: Vec<PastTaskBody>,
}

impl HistoryBody {
    fn new(language: Language, history: TaskHistory) -> Self {
        let task = |task| PastTaskBody::new(language, task);
        Self {
            kind: history.kind.code(),
            source: Reference::new(history.source_id, history.name),
            tasks: history.tasks.into_iter().map(task).collect(),
        }
    }
}

pub(in crate::http) async fn pause(
    State(http): State<Http>,
    Caller(ctx): Caller,
) -> Result<Response, Fault> {
    let pause = http.services.system.paused(&ctx).await?;
    Ok(Json(PauseBody::from(pause)).into_response())
}

/// Pauses everything, or ends the pause.
pub(in crate::http) async fn set_pause(
    State(http): State<Http>,
    Caller(ctx): Caller,
    body: JsonBody,
) -> Result<Response, Fault> {
    let system = &http.services.system;
    let ((paused, reason), wrong) = body.read(read_pause).judged(|_| {});
    if let Some(fault) = wrong {
        // A pause without a reason is none, and shows whether the person may.
        return Err(after_permission(
            system.pause(&ctx, String::new()).await,
            fault,
        ));
    }
    let pause = if paused {
        Some(system.pause(&ctx, reason).await?)
    } else {
        system.resume(&ctx).await?;
        None
    };
    Ok(Json(PauseBody::from(pause)).into_response())
}

/// What the source, or the segment, of the query did before.
pub(in crate::http) async fn tasks(
    State(http): State<Http>,
    Caller(ctx): Caller,
    parameters: Parameters,
) -> Result<Response, Fault> {
    let source: Option<SourceId> = parameters.one("source_id", |text| text.parse().ok());
    let segment: Option<SegmentId> = parameters.one("segment_id", |text| text.parse().ok());
    parameters.done()?;
    let wrong = |name, code| Fault::invalid(FieldErrors::one(name, Reason::new(code)));
    let (name, id) = match (source, segment) {
        (Some(source), None) => ("source_id", source),
        (None, Some(segment)) => ("segment_id", segment.source()),
        (None, None) => return Err(wrong("source_id", "required")),
        (Some(_), Some(_)) => return Err(wrong("segment_id", "malformed")),
    };
    let history = http.services.system.task_history(&ctx, id).await;
    let history = history.map_err(|error| match error {
        ServiceError::NotFound => wrong(name, "not_found"),
        other => Fault::from(other),
    })?;
    Ok(Json(HistoryBody::new(ctx.language, history)).into_response())
}

pub(in crate::http) async fn cancel_task(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<TaskId>,
) -> Result<Response, Fault> {
    let history = http.services.system.cancel_task(&ctx, id).await?;
    Ok(Json(HistoryBody::new(ctx.language, history)).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_body_is_the_one_that_is_read() {
        JsonBody::of("{}").assert_asks_for(read_pause, &pause_schema(), &[]);
    }
}
