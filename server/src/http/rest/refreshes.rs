//! `/system/refreshes`: *Refresh all*, what became of it, and stopping it.

use app::domain::{
    RefreshDetails, RefreshId, RefreshRun, RefreshSummary, RefreshTask, ScheduleDraft,
    SystemScheduleDraft,
};
use app::i18n::Language;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::shared::{ReasonBody, Reference, instant, maybe_instant};
use crate::http::conditional::{NO_VERSION, after_permission};
use crate::http::fields::{Fields, JsonBody};
use crate::http::identity::Caller;
use crate::http::parameters::Id;
use crate::http::problem::Fault;
use crate::http::state::Http;

/// One refresh: the renewal of all sources, or of some.
#[derive(Serialize, ToSchema)]
#[schema(as = RefreshSummary)]
pub(in crate::http) struct RefreshBody {
    #[schema(format = "uuid")]
    id: String,
    /// `schedule`, `person`, `api`, `need` (a run that needs fresh data, or one source alone).
    trigger: &'static str,
    #[schema(format = DateTime)]
    asked_at: String,
    asked_by: String,
    /// `queued`, `processing`, `successful`, `failed` (one task or more failed), `canceled`,
    /// `not_started` (its start was missed).
    status: &'static str,
    #[schema(format = DateTime)]
    ended_at: Option<String>,
    tasks_done: u32,
    tasks_total: u32,
}

impl From<RefreshSummary> for RefreshBody {
    fn from(refresh: RefreshSummary) -> Self {
        Self {
            id: refresh.id.to_string(),
            trigger: refresh.trigger.code(),
            asked_at: instant(refresh.asked_at),
            asked_by: refresh.asked_by,
            status: refresh.status.code(),
            ended_at: maybe_instant(refresh.ended_at),
            tasks_done: refresh.tasks_done,
            tasks_total: refresh.tasks,
        }
    }
}

/// The renewal of one source, or the evaluation of one segment.
#[derive(Serialize, ToSchema)]
#[schema(as = RefreshTask)]
struct RefreshTaskBody {
    #[schema(format = "uuid")]
    id: String,
    /// `source`, `segment`.
    kind: &'static str,
    /// The source, or the segment.
    source: Reference,
    status: &'static str,
    #[schema(inline)]
    status_reason: Option<ReasonBody>,
    /// From 1; 0 before the first.
    attempt: u32,
    #[schema(format = DateTime)]
    started_at: Option<String>,
    #[schema(format = DateTime)]
    ended_at: Option<String>,
}

impl RefreshTaskBody {
    fn new(language: Language, task: RefreshTask) -> Self {
        Self {
            id: task.id.to_string(),
            kind: task.kind.code(),
            source: Reference::new(task.source_id, task.source_name),
            status: task.status.code(),
            status_reason: task.reason.map(|reason| ReasonBody::new(language, reason)),
            attempt: task.attempt,
            started_at: maybe_instant(task.started_at),
            ended_at: maybe_instant(task.ended_at),
        }
    }
}

/// A run that waits for a refresh or followed it.
#[derive(Serialize, ToSchema)]
#[schema(as = RefreshRun)]
struct RefreshRunBody {
    #[schema(format = "uuid")]
    id: String,
    export: Reference,
    status: &'static str,
    #[schema(inline)]
    status_reason: Option<ReasonBody>,
    #[schema(format = DateTime)]
    started_at: Option<String>,
    #[schema(format = DateTime)]
    ended_at: Option<String>,
}

impl RefreshRunBody {
    fn new(language: Language, run: RefreshRun) -> Self {
        Self {
            id: run.id.to_string(),
            export: Reference::new(run.export_id, run.export_name),
            status: run.status.code(),
            status_reason: run.reason.map(|reason| ReasonBody::new(language, reason)),
            started_at: maybe_instant(run.started_at),
            ended_at: maybe_instant(run.ended_at),
        }
    }
}

/// One refresh with its tasks and the runs that wait for it or followed it.
#[derive(Serialize, ToSchema)]
#[schema(as = Refresh)]
pub(in crate::http) struct RefreshDetailsBody {
    #[serde(flatten)]
    refresh: RefreshBody,
    tasks: Vec<RefreshTaskBody>,
    runs: Vec<RefreshRunBody>,
}

impl RefreshDetailsBody {
    fn new(language: Language, details: RefreshDetails) -> Self {
        let task = |task| RefreshTaskBody::new(language, task);
        let run = |run| RefreshRunBody::new(language, run);
        Self {
            refresh: details.refresh.into(),
            tasks: details.tasks.into_iter().map(task).collect(),
            runs: details.runs.into_iter().map(run).collect(),
        }
    }
}

/// The body of POST, for the OpenAPI document; it may be left out.
pub(in crate::http) fn body_schema() -> Value {
    json!({
        "type": "object", "additionalProperties": false,
        "properties": {
            "run_exports": {"type": "boolean", "default": false, "description": "Then run the exports that follow the refresh."},
        },
    })
}

fn read_run_exports(fields: &Fields<'_>) -> bool {
    fields.flag("run_exports").unwrap_or_default()
}

/// Asks for a refresh of everything: 202 with it.
pub(in crate::http) async fn start(
    State(http): State<Http>,
    Caller(ctx): Caller,
    body: Option<JsonBody>,
) -> Result<Response, Fault> {
    let system = &http.services.system;
    let (run_exports, wrong) = match body {
        Some(body) => body.read(read_run_exports).judged(|_| {}),
        None => (false, None),
    };
    if let Some(fault) = wrong {
        // No refresh can be asked for in vain, so another change tells whether the person may.
        let draft = SystemScheduleDraft {
            enabled: false,
            schedule: ScheduleDraft::default(),
        };
        let probe = system.update_schedule(&ctx, NO_VERSION, draft).await;
        return Err(after_permission(probe, fault));
    }
    let refresh = system.refresh_all(&ctx, run_exports).await?;
    let location = [(LOCATION, format!("/api/v1/system/refreshes/{}", refresh.id))];
    Ok((
        StatusCode::ACCEPTED,
        location,
        Json(RefreshBody::from(refresh)),
    )
        .into_response())
}

pub(in crate::http) async fn get(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<RefreshId>,
) -> Result<Response, Fault> {
    let refresh = http.services.system.refresh(&ctx, id).await?;
    Ok(Json(RefreshDetailsBody::new(ctx.language, refresh)).into_response())
}

pub(in crate::http) async fn cancel(
    State(http): State<Http>,
    Caller(ctx): Caller,
    Id(id): Id<RefreshId>,
) -> Result<Response, Fault> {
    let refresh = http.services.system.cancel_refresh(&ctx, id).await?;
    Ok(Json(RefreshDetailsBody::new(ctx.language, refresh)).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_body_is_the_one_that_is_read() {
        JsonBody::of("{}").assert_asks_for(read_run_exports, &body_schema(), &[]);
    }
}
