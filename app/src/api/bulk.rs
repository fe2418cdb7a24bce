//! Commands on many exports, and taking a change back.

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;

use super::ApiError;
use super::codec::Json;
use crate::domain::{BulkPlan, BulkReport, BulkRequest, ChangeId, Target, UndoReport};

#[cfg(feature = "ssr")]
use super::{context::request, error::answer, redirect::redirect_forms};

/// What a command on many exports would do.
#[server(prefix = "/api/ui", endpoint = "exports/bulk/plan", input = Json, output = Json)]
pub async fn plan_bulk(command: BulkRequest) -> Result<BulkPlan, ApiError> {
    let (ctx, services) = request()?;
    answer(services.bulk.plan(&ctx, command).await)
}

/// Does a command on many exports.
#[server(prefix = "/api/ui", endpoint = "exports/bulk", input = Json, output = Json)]
pub async fn do_bulk(command: BulkRequest) -> Result<BulkReport, ApiError> {
    let (ctx, services) = request()?;
    answer(services.bulk.act(&ctx, command).await)
}

/// What *Run all* would do.
#[server(prefix = "/api/ui", endpoint = "exports/run-all/plan", input = Json, output = Json)]
pub async fn plan_run_all() -> Result<BulkPlan, ApiError> {
    let (ctx, services) = request()?;
    answer(services.bulk.plan_run_all(&ctx).await)
}

/// *Run all*, if it means those of the plan that was agreed to. A form may post it without script; it is then sent to the
/// runs.
#[server(name = RunAll, prefix = "/api/ui", endpoint = "exports/run-all", input = PostUrl, output = Json)]
pub async fn run_all(seal: Option<String>) -> Result<BulkReport, ApiError> {
    let (ctx, services) = request()?;
    let report = answer(services.bulk.run_all(&ctx, seal).await)?;
    redirect_forms("/data/runs");
    Ok(report)
}

/// Which exports a change of schedules would change.
#[server(prefix = "/api/ui", endpoint = "exports/schedule/plan", input = Json, output = Json)]
pub async fn plan_schedule(target: Target) -> Result<BulkPlan, ApiError> {
    let (ctx, services) = request()?;
    answer(services.bulk.plan_schedule(&ctx, target).await)
}

/// Takes a change back as one step.
#[server(prefix = "/api/ui", endpoint = "exports/undo", input = Json, output = Json)]
pub async fn undo_change(change: ChangeId) -> Result<UndoReport, ApiError> {
    let (ctx, services) = request()?;
    answer(services.bulk.undo(&ctx, change).await)
}
