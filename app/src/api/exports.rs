//! Exports and starting them.

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;

use super::codec::Json;
use super::{ApiError, PackedExports};
use crate::domain::{
    ExportDetails, ExportDraft, ExportFilter, ExportId, ExportQuery, PageFacets, Removal,
    RemovalFacts, RunStarted, ScheduleChange, ScheduleDraft, ScheduleOutcome, SchedulePreview,
    SegmentId, Version,
};
use crate::i18n::Language;

#[cfg(feature = "ssr")]
use super::{context::request, error::answer, redirect::redirect_forms_to_pane};

/// A page of exports, with its schedules in the words of this language: that of the page that shows it, whatever its
/// browser asks for by now.
#[server(prefix = "/api/ui", endpoint = "exports/list", input = Json, output = Json)]
pub async fn list_exports(
    query: ExportQuery,
    language: Language,
) -> Result<PackedExports, ApiError> {
    let (ctx, services) = request()?;
    let page = answer(services.exports.list(&ctx, query).await)?;
    Ok(PackedExports::new(page, language))
}

/// How many exports match, by status, type and permission, and how many a refresh that is off leaves behind.
#[server(prefix = "/api/ui", endpoint = "exports/facets", input = Json, output = Json)]
pub async fn get_export_facets(filter: ExportFilter) -> Result<PageFacets, ApiError> {
    let (ctx, services) = request()?;
    answer(services.exports.page_facets(&ctx, filter).await)
}

/// An export with its configuration.
#[server(prefix = "/api/ui", endpoint = "exports/get", input = Json, output = Json)]
pub async fn get_export(id: ExportId) -> Result<ExportDetails, ApiError> {
    let (ctx, services) = request()?;
    answer(services.exports.get(&ctx, id).await)
}

/// Creates an export, as a copy of another or not.
#[server(prefix = "/api/ui", endpoint = "exports/create", input = Json, output = Json)]
pub async fn create_export(
    draft: ExportDraft,
    copy_of: Option<ExportId>,
) -> Result<ExportDetails, ApiError> {
    let (ctx, services) = request()?;
    answer(services.exports.create(&ctx, draft, copy_of).await)
}

/// Replaces the configuration of an export.
#[server(prefix = "/api/ui", endpoint = "exports/update", input = Json, output = Json)]
pub async fn update_export(
    id: ExportId,
    version: Version,
    draft: ExportDraft,
) -> Result<ExportDetails, ApiError> {
    let (ctx, services) = request()?;
    answer(services.exports.update(&ctx, id, version, draft).await)
}

/// Empties the connection of an export.
#[server(prefix = "/api/ui", endpoint = "exports/detach", input = Json, output = Json)]
pub async fn detach_export(id: ExportId) -> Result<ExportDetails, ApiError> {
    let (ctx, services) = request()?;
    answer(services.exports.detach(&ctx, id).await)
}

/// What is to be known before an export is removed.
#[server(prefix = "/api/ui", endpoint = "exports/removal-facts", input = Json, output = Json)]
pub async fn get_removal_facts(id: ExportId) -> Result<RemovalFacts, ApiError> {
    let (ctx, services) = request()?;
    answer(services.exports.removal_facts(&ctx, id).await)
}

/// Adds a segment to an export.
#[server(prefix = "/api/ui", endpoint = "exports/add-segment", input = Json, output = Json)]
pub async fn add_segment(id: ExportId, segment: SegmentId) -> Result<ExportDetails, ApiError> {
    let (ctx, services) = request()?;
    answer(services.exports.add_segment(&ctx, id, segment).await)
}

/// A free name for a copy.
#[server(prefix = "/api/ui", endpoint = "exports/copy-name", input = Json, output = Json)]
pub async fn copy_name(name: String) -> Result<String, ApiError> {
    let (ctx, services) = request()?;
    answer(services.exports.copy_name(&ctx, &name).await)
}

/// Changes the schedules of several exports in one step.
#[server(prefix = "/api/ui", endpoint = "exports/schedule", input = Json, output = Json)]
pub async fn schedule_exports(change: ScheduleChange) -> Result<Vec<ScheduleOutcome>, ApiError> {
    let (ctx, services) = request()?;
    answer(services.exports.schedule(&ctx, change).await)
}

/// The next starts of a schedule that is being filled in.
#[server(prefix = "/api/ui", endpoint = "exports/schedule/preview", input = Json, output = Json)]
pub async fn preview_schedule(draft: ScheduleDraft) -> Result<SchedulePreview, ApiError> {
    let (ctx, services) = request()?;
    answer(services.exports.preview_schedule(&ctx, draft).await)
}

/// The names of the time zones that the server knows.
#[server(prefix = "/api/ui", endpoint = "exports/time-zones", input = Json, output = Json)]
pub async fn time_zones() -> Result<Vec<String>, ApiError> {
    let (ctx, services) = request()?;
    answer(services.exports.time_zones(&ctx).await)
}

/// Starts a run, or returns the one under way. A form may post it without script; it is then sent to the pane of the run or the list.
#[server(name = RunExport, prefix = "/api/ui", endpoint = "exports/run", input = PostUrl, output = Json)]
pub async fn run_export(id: ExportId) -> Result<RunStarted, ApiError> {
    let (ctx, services) = request()?;
    let answer = answer(services.exports.run(&ctx, id).await)?;
    redirect_forms_to_pane(format_args!("run/{}", answer.run_id));
    Ok(answer)
}

/// Removes an export. A form may post it without script; it is then sent to *Removed*, where it can be restored.
#[server(name = RemoveExport, prefix = "/api/ui", endpoint = "exports/remove", input = PostUrl, output = Json)]
pub async fn remove_export(
    id: ExportId,
    #[server(default)] cancel_runs: bool,
) -> Result<Removal, ApiError> {
    let (ctx, services) = request()?;
    let removal = answer(services.exports.remove(&ctx, id, None, cancel_runs).await)?;
    redirect_forms_to_pane("removed");
    Ok(removal)
}
