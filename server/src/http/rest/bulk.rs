//! `/exports/batch`, `/exports/run-all`, `/exports/undo`: one command on many exports, and taking a change back.

use app::domain::{
    BulkAction, BulkOutcome, BulkPlan, BulkReport, BulkRequest, ChangeId, LeftOut, Reason,
    UndoReport,
};
use app::i18n::Language;
use app::ports::ServiceError;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use super::shared::ReasonBody;
use super::target::{read_target, spoil, target_schema};
use crate::http::conditional::after_permission;
use crate::http::fields::{Fields, JsonBody};
use crate::http::identity::Caller;
use crate::http::problem::Fault;
use crate::http::state::Http;

/// Exports that are not touched, for one reason.
#[derive(Serialize, ToSchema)]
#[schema(as = LeftOut)]
pub(super) struct LeftOutBody {
    #[schema(inline)]
    reason: ReasonBody,
    count: u32,
    /// The first ten of them, by name.
    names: Vec<String>,
}

impl LeftOutBody {
    fn all(language: Language, groups: Vec<LeftOut>) -> Vec<Self> {
        let body = |group: LeftOut| Self {
            reason: ReasonBody::new(language, group.reason),
            count: group.count,
            names: group.names,
        };
        groups.into_iter().map(body).collect()
    }
}

/// What became of an export to which it was not done.
#[derive(Serialize, ToSchema)]
#[schema(as = NotDone)]
pub(super) struct NotDoneBody {
    #[schema(format = "uuid")]
    id: String,
    /// Null when there is no such export.
    name: Option<String>,
    #[schema(inline)]
    error: Option<ReasonBody>,
}

impl NotDoneBody {
    fn all(language: Language, outcomes: Vec<BulkOutcome>) -> Vec<Self> {
        let body = |outcome: BulkOutcome| Self {
            id: outcome.id.to_string(),
            name: outcome.name,
            error: outcome
                .error
                .map(|reason| ReasonBody::new(language, reason)),
        };
        outcomes.into_iter().map(body).collect()
    }
}

/// What a command would do.
#[derive(Serialize, ToSchema)]
#[schema(as = BulkPlan)]
pub(super) struct PlanBody {
    /// Exports that are meant.
    total: u32,
    /// Those that it touches.
    affected: u32,
    /// The first ten of those, by name.
    names: Vec<String>,
    /// Connections of those.
    destinations: u32,
    /// Of those, how many do not start by themselves.
    switched_off: u32,
    /// Of those, how many have a run under way.
    under_way: u32,
    /// Stands for the exports that it touches: given to `/exports/batch`, a command that would touch others is refused.
    seal: String,
    left_out: Vec<LeftOutBody>,
}

/// What a command came to.
#[derive(Serialize, ToSchema)]
#[schema(as = BulkReport)]
pub(super) struct ReportBody {
    /// What `/exports/undo` takes back; null of runs, and where nothing was changed.
    #[schema(format = "uuid")]
    change: Option<String>,
    done: u32,
    /// Of runs: those of the same version that were under way already.
    under_way_before: u32,
    failed: Vec<NotDoneBody>,
    left_out: Vec<LeftOutBody>,
}

/// What would be done, or what was.
#[derive(Serialize, ToSchema)]
#[schema(as = BulkAnswer)]
pub(in crate::http) struct BulkBody {
    /// With `dry_run`; else null.
    plan: Option<PlanBody>,
    /// Null with `dry_run`.
    report: Option<ReportBody>,
}

impl BulkBody {
    fn plan(language: Language, plan: BulkPlan) -> Self {
        let plan = PlanBody {
            total: plan.total,
            affected: plan.affected,
            names: plan.names,
            destinations: plan.destinations,
            switched_off: plan.switched_off,
            under_way: plan.under_way,
            seal: plan.seal,
            left_out: LeftOutBody::all(language, plan.left_out),
        };
        Self {
            plan: Some(plan),
            report: None,
        }
    }

    fn report(language: Language, report: BulkReport) -> Self {
        let report = ReportBody {
            change: report.change.map(|change| change.to_string()),
            done: report.done,
            under_way_before: report.under_way_before,
            failed: NotDoneBody::all(language, report.failed),
            left_out: LeftOutBody::all(language, report.left_out),
        };
        Self {
            plan: None,
            report: Some(report),
        }
    }
}

/// What undoing came to.
#[derive(Serialize, ToSchema)]
#[schema(as = UndoReport)]
pub(in crate::http) struct UndoBody {
    undone: u32,
    /// Those that changed since, or cannot be as they were.
    failed: Vec<NotDoneBody>,
}

/// The body of `/exports/batch`, for the OpenAPI document.
pub(in crate::http) fn batch_schema() -> Value {
    let mut schema = json!({
        "type": "object", "additionalProperties": false, "required": ["action"],
        "properties": {
            "action": {"enum": ["run", "remove", "detach"]},
            "cancel_runs": {"type": "boolean", "default": false, "description": "`remove`: stops runs under way instead of letting them finish."},
            "dry_run": dry_run(),
            "seal": seal(),
        },
    });
    for (name, property) in target_schema() {
        schema["properties"][name] = property;
    }
    schema
}

/// The body of `/exports/run-all`, for the OpenAPI document.
pub(in crate::http) fn run_all_schema() -> Value {
    json!({
        "type": "object", "additionalProperties": false,
        "properties": {"dry_run": dry_run(), "seal": seal()},
    })
}

/// The body of `/exports/undo`, for the OpenAPI document.
pub(in crate::http) fn undo_schema() -> Value {
    json!({
        "type": "object", "additionalProperties": false, "required": ["change"],
        "properties": {"change": {"type": "string", "format": "uuid"}},
    })
}

fn dry_run() -> Value {
    json!({"type": "boolean", "default": false, "description": "Says what would be done, and does nothing."})
}

pub(super) fn seal() -> Value {
    json!({"type": "string", "description": "That of a `dry_run`. The command is refused with `changed_since` if it would touch other exports by now."})
}

/// A command, and whether it is only to be planned.
fn read_batch(fields: &Fields<'_>) -> (BulkRequest, bool) {
    let cancel_runs = fields.flag("cancel_runs");
    let action = fields.text("action");
    let action = match action.as_str() {
        "run" => BulkAction::Run,
        "remove" => BulkAction::Remove {
            cancel_runs: cancel_runs.unwrap_or_default(),
        },
        "detach" => BulkAction::Detach,
        other => {
            if !other.is_empty() {
                fields.wrong("action", Reason::new("malformed"));
            }
            BulkAction::Run
        }
    };
    if cancel_runs.is_some() && !matches!(action, BulkAction::Remove { .. }) {
        fields.wrong("cancel_runs", Reason::new("malformed"));
    }
    let target = read_target(fields);
    let request = BulkRequest {
        target,
        action,
        seal: fields.optional_text("seal"),
    };
    (request, read_dry_run(fields))
}

fn read_dry_run(fields: &Fields<'_>) -> bool {
    fields.flag("dry_run").unwrap_or_default()
}

/// Whether *Run all* is only to be planned, and the seal of the plan that it follows.
fn read_run_all(fields: &Fields<'_>) -> (bool, Option<String>) {
    (read_dry_run(fields), fields.optional_text("seal"))
}

/// Does a command on many exports, or says what it would do.
pub(in crate::http) async fn batch(
    State(http): State<Http>,
    Caller(ctx): Caller,
    body: JsonBody,
) -> Result<Response, Fault> {
    let ((request, dry_run), wrong) = body
        .read(read_batch)
        .judged(|(request, _)| spoil(&mut request.target));
    let bulk = &http.services.bulk;
    if let Some(fault) = wrong {
        return Err(after_permission(bulk.plan(&ctx, request).await, fault));
    }
    let answer = if dry_run {
        BulkBody::plan(ctx.language, bulk.plan(&ctx, request).await?)
    } else {
        BulkBody::report(ctx.language, bulk.act(&ctx, request).await?)
    };
    Ok(Json(answer).into_response())
}

/// Runs all active exports that one may edit, or says what that would be.
pub(in crate::http) async fn run_all(
    State(http): State<Http>,
    Caller(ctx): Caller,
    body: Option<JsonBody>,
) -> Result<Response, Fault> {
    let bulk = &http.services.bulk;
    let (mut dry_run, mut seal) = (false, None);
    if let Some(body) = body {
        let (read, wrong) = body.read(read_run_all).judged(|_| ());
        if let Some(fault) = wrong {
            return Err(after_permission(bulk.plan_run_all(&ctx).await, fault));
        }
        (dry_run, seal) = read;
    }
    let answer = if dry_run {
        BulkBody::plan(ctx.language, bulk.plan_run_all(&ctx).await?)
    } else {
        BulkBody::report(ctx.language, bulk.run_all(&ctx, seal).await?)
    };
    Ok(Json(answer).into_response())
}

fn read_change(fields: &Fields<'_>) -> ChangeId {
    if fields.raw("change").is_none() {
        fields.wrong("change", Reason::new("required"));
    }
    // What nothing was changed by: to undo it does nothing.
    let nothing = ChangeId::new(Uuid::nil());
    fields.id("change").unwrap_or(nothing)
}

/// Takes a change back as one step.
pub(in crate::http) async fn undo(
    State(http): State<Http>,
    Caller(ctx): Caller,
    body: JsonBody,
) -> Result<Response, Fault> {
    let (change, wrong) = body
        .read(read_change)
        .judged(|change| *change = ChangeId::new(Uuid::nil()));
    let answer: Result<UndoReport, ServiceError> = http.services.bulk.undo(&ctx, change).await;
    if let Some(fault) = wrong {
        return Err(after_permission(answer, fault));
    }
    let report = answer?;
    let body = UndoBody {
        undone: report.undone,
        failed: NotDoneBody::all(ctx.language, report.failed),
    };
    Ok(Json(body).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_bodies_are_those_that_are_read() {
        JsonBody::of("{}").assert_asks_for(read_batch, &batch_schema(), &[]);
        JsonBody::of("{}").assert_asks_for(read_run_all, &run_all_schema(), &[]);
        JsonBody::of("{}").assert_asks_for(read_change, &undo_schema(), &[]);
    }
}
