//! Runs and their receipts.

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;

use super::ApiError;
use super::codec::Json;
use crate::domain::{Page, RunDetails, RunId, RunQuery, RunSummary};

#[cfg(feature = "ssr")]
use super::{context::request, error::answer, redirect::redirect_forms_to_pane};

/// A page of runs, newest first.
#[server(prefix = "/api/ui", endpoint = "runs/list", input = Json, output = Json)]
pub async fn list_runs(query: RunQuery) -> Result<Page<RunSummary>, ApiError> {
    let (ctx, services) = request()?;
    answer(services.runs.list(&ctx, query).await)
}

/// A run with its tables and waybill.
#[server(prefix = "/api/ui", endpoint = "runs/get", input = Json, output = Json)]
pub async fn get_run(id: RunId) -> Result<RunDetails, ApiError> {
    let (ctx, services) = request()?;
    answer(services.runs.get(&ctx, id).await)
}

/// Stops a run. A form may post it without script; it is then sent to the pane of the run or the list.
#[server(name = CancelRun, prefix = "/api/ui", endpoint = "runs/cancel", input = PostUrl, output = Json)]
pub async fn cancel_run(id: RunId) -> Result<RunDetails, ApiError> {
    let (ctx, services) = request()?;
    let run = answer(services.runs.cancel(&ctx, id).await)?;
    redirect_forms_to_pane(format_args!("run/{id}"));
    Ok(run)
}

/// Lets a held run deliver. A form may post it without script; it is then sent to the pane of the run or the list.
#[server(name = ReleaseRun, prefix = "/api/ui", endpoint = "runs/release", input = PostUrl, output = Json)]
pub async fn release_run(id: RunId) -> Result<RunDetails, ApiError> {
    let (ctx, services) = request()?;
    let run = answer(services.runs.release(&ctx, id).await)?;
    redirect_forms_to_pane(format_args!("run/{id}"));
    Ok(run)
}

/// Ends a held run without delivering. A form may post it without script; it is then sent to the pane of the run or the list.
#[server(name = DiscardRun, prefix = "/api/ui", endpoint = "runs/discard", input = PostUrl, output = Json)]
pub async fn discard_run(id: RunId) -> Result<RunDetails, ApiError> {
    let (ctx, services) = request()?;
    let run = answer(services.runs.discard(&ctx, id).await)?;
    redirect_forms_to_pane(format_args!("run/{id}"));
    Ok(run)
}
