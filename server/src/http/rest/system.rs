//! `/system`: when the system refresh starts, how its tasks stand, what starts next.

use app::domain::{
    ExportStatus, PlannedStart, Reason, RefreshStatus, ScheduleDraft, StatusCount, SystemSchedule,
    SystemScheduleDraft, SystemStatus, SystemTask, UpcomingStart,
};
use app::i18n::{Language, schedule as texts};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::refreshes::RefreshBody;
use super::schedules;
use super::shared::{Listed, ReasonBody, Reference, instant, maybe_instant};
use crate::http::conditional::{IfMatch, NO_VERSION, after_permission, tagged};
use crate::http::fields::{Fields, JsonBody};
use crate::http::identity::Caller;
use crate::http::problem::Fault;
use crate::http::state::Http;

/// A start that is to come.
#[derive(Serialize, ToSchema)]
#[schema(as = PlannedStart)]
struct StartBody {
    #[schema(format = DateTime)]
    at: String,
    /// The same on the clocks of the schedule's zone: `2026-03-29T03:00`.
    wall: String,
}

impl From<PlannedStart> for StartBody {
    fn from(start: PlannedStart) -> Self {
        Self {
            at: instant(start.at),
            wall: start.wall,
        }
    }
}

/// When the system refresh starts.
#[derive(Serialize, ToSchema)]
#[schema(as = SystemSchedule)]
pub(in crate::http) struct ScheduleBody {
    version: i64,
    enabled: bool,
    schedule: schedules::ScheduleBody,
    /// The schedule in words, in the reader's language.
    schedule_text: String,
    /// The next five starts; none when it is off.
    starts: Vec<StartBody>,
    /// Exports that follow the refresh and are on.
    followers: u32,
    #[schema(format = DateTime)]
    updated_at: String,
    updated_by: String,
}

impl ScheduleBody {
    fn new(language: Language, system: SystemSchedule) -> Self {
        Self {
            version: system.version,
            enabled: system.enabled,
            schedule_text: texts::summary(language, system.enabled, true, &system.schedule),
            schedule: system.schedule.into(),
            starts: system.starts.into_iter().map(StartBody::from).collect(),
            followers: system.followers,
            updated_at: instant(system.updated_at),
            updated_by: system.updated_by,
        }
    }
}

/// The body of PUT, for the OpenAPI document.
pub(in crate::http) fn body_schema() -> Value {
    json!({
        "type": "object", "additionalProperties": false, "required": ["enabled", "schedule"],
        "properties": {
            "enabled": {"type": "boolean"},
            "schedule": schedules::schedule_schema(),
        },
    })
}

fn read_draft(fields: &Fields<'_>) -> SystemScheduleDraft {
    let enabled = schedules::read_enabled(fields);
    let schedule = schedules::read_schedule(fields).unwrap_or_else(|| {
        fields.wrong("schedule", Reason::new("required"));
        ScheduleDraft::default()
    });
    SystemScheduleDraft { enabled, schedule }
}

/// A source, segment or export with where it stands.
#[derive(Serialize, ToSchema)]
#[schema(as = SystemTask)]
struct TaskBody {
    #[schema(format = "uuid")]
    id: String,
    name: String,
    status: &'static str,
    #[schema(inline)]
    status_reason: Option<ReasonBody>,
    /// How long the last one took, or the current one has taken so far.
    duration_ms: Option<i64>,
    #[schema(format = DateTime)]
    updated_at: Option<String>,
}

impl TaskBody {
    fn new<I: ToString, S>(
        language: Language,
        task: SystemTask<I, S>,
        code: fn(S) -> &'static str,
    ) -> Self {
        Self {
            id: task.id.to_string(),
            name: task.name,
            status: code(task.status),
            status_reason: task.reason.map(|reason| ReasonBody::new(language, reason)),
            duration_ms: task.duration_us.map(|micros| micros / 1000),
            updated_at: maybe_instant(task.updated_at),
        }
    }
}

/// How many of a group are in a status.
#[derive(Serialize, ToSchema)]
#[schema(as = StatusCount)]
struct CountBody {
    status: &'static str,
    count: u32,
}

impl CountBody {
    fn new<S>(counted: StatusCount<S>, code: fn(S) -> &'static str) -> Self {
        Self {
            status: code(counted.status),
            count: counted.count,
        }
    }
}

/// The tasks of the system in groups, what needs a look first, 500 of a group at most.
#[derive(Serialize, ToSchema)]
#[schema(as = SystemStatus)]
pub(in crate::http) struct StatusBody {
    sources: Vec<TaskBody>,
    source_counts: Vec<CountBody>,
    segments: Vec<TaskBody>,
    segment_counts: Vec<CountBody>,
    exports: Vec<TaskBody>,
    export_counts: Vec<CountBody>,
    /// The last refreshes, newest first, 20 at most; those of runs alone are left out.
    refreshes: Vec<RefreshBody>,
}

impl StatusBody {
    fn new(language: Language, status: SystemStatus) -> Self {
        let source = |task| TaskBody::new(language, task, RefreshStatus::code);
        let segment = |task| TaskBody::new(language, task, RefreshStatus::code);
        let export = |task| TaskBody::new(language, task, ExportStatus::code);
        let of_maker = |counted| CountBody::new(counted, RefreshStatus::code);
        let of_export = |counted| CountBody::new(counted, ExportStatus::code);
        Self {
            sources: status.sources.into_iter().map(source).collect(),
            source_counts: status.source_counts.into_iter().map(of_maker).collect(),
            segments: status.segments.into_iter().map(segment).collect(),
            segment_counts: status.segment_counts.into_iter().map(of_maker).collect(),
            exports: status.exports.into_iter().map(export).collect(),
            export_counts: status.export_counts.into_iter().map(of_export).collect(),
            refreshes: status
                .refreshes
                .into_iter()
                .map(RefreshBody::from)
                .collect(),
        }
    }
}

/// Something that starts by itself.
#[derive(Serialize, ToSchema)]
#[schema(as = UpcomingStart)]
pub(in crate::http) struct UpcomingBody {
    #[schema(format = DateTime)]
    at: String,
    /// The same on the clocks of `time_zone`.
    wall: String,
    time_zone: String,
    /// Null: the system refresh.
    export: Option<Reference>,
}

impl From<UpcomingStart> for UpcomingBody {
    fn from(upcoming: UpcomingStart) -> Self {
        Self {
            at: instant(upcoming.start.at),
            wall: upcoming.start.wall,
            time_zone: upcoming.time_zone,
            export: upcoming
                .export
                .map(|export| Reference::new(export.id, export.name)),
        }
    }
}

fn written(language: Language, system: SystemSchedule) -> Response {
    tagged(
        StatusCode::OK,
        system.version,
        ScheduleBody::new(language, system),
    )
}

pub(in crate::http) async fn schedule(
    State(http): State<Http>,
    Caller(ctx): Caller,
) -> Result<Response, Fault> {
    Ok(written(
        ctx.language,
        http.services.system.schedule(&ctx).await?,
    ))
}

pub(in crate::http) async fn update_schedule(
    State(http): State<Http>,
    Caller(ctx): Caller,
    condition: IfMatch,
    body: JsonBody,
) -> Result<Response, Fault> {
    let system = &http.services.system;
    let (draft, wrong) = body
        .read(read_draft)
        .judged(|draft| draft.schedule.time_zone.clear());
    if let Some(fault) = condition.fault().or(wrong) {
        return Err(after_permission(
            system.update_schedule(&ctx, NO_VERSION, draft).await,
            fault,
        ));
    }
    let version = match condition {
        IfMatch::Version(version) => version,
        _ => system.schedule(&ctx).await?.version,
    };
    Ok(written(
        ctx.language,
        system.update_schedule(&ctx, version, draft).await?,
    ))
}

pub(in crate::http) async fn status(
    State(http): State<Http>,
    Caller(ctx): Caller,
) -> Result<Response, Fault> {
    let status = http.services.system.status(&ctx).await?;
    Ok(Json(StatusBody::new(ctx.language, status)).into_response())
}

pub(in crate::http) async fn upcoming(
    State(http): State<Http>,
    Caller(ctx): Caller,
) -> Result<Response, Fault> {
    let upcoming = http.services.system.upcoming(&ctx).await?;
    let items = upcoming.into_iter().map(UpcomingBody::from).collect();
    Ok(Listed::new(items, None).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_body_is_the_one_that_is_read() {
        JsonBody::of("{}").assert_asks_for(read_draft, &body_schema(), &[]);
    }
}
