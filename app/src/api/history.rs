//! The history of exports, and *Removed*.

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;

use super::ApiError;
use super::codec::Json;
use crate::domain::{Cursor, ExportDetails, ExportId, HistoryEntry, Page, RemovedExport, Version};

#[cfg(feature = "ssr")]
use super::{context::request, error::answer, redirect::redirect_forms_to_pane};

/// The changes of an export, newest first.
#[server(prefix = "/api/ui", endpoint = "exports/history", input = Json, output = Json)]
pub async fn export_history(
    id: ExportId,
    cursor: Option<Cursor>,
) -> Result<Page<HistoryEntry>, ApiError> {
    let (ctx, services) = request()?;
    answer(services.history.history(&ctx, id, cursor).await)
}

/// Saves an older version of an export anew.
#[server(prefix = "/api/ui", endpoint = "exports/restore-version", input = Json, output = Json)]
pub async fn restore_version(id: ExportId, version: Version) -> Result<ExportDetails, ApiError> {
    let (ctx, services) = request()?;
    answer(services.history.restore_version(&ctx, id, version).await)
}

/// Exports that were removed and can be restored.
#[server(prefix = "/api/ui", endpoint = "exports/removed", input = Json, output = Json)]
pub async fn list_removed(cursor: Option<Cursor>) -> Result<Page<RemovedExport>, ApiError> {
    let (ctx, services) = request()?;
    answer(services.history.removed(&ctx, cursor).await)
}

/// Brings a removed export back. A form may post it without script; it is then sent to the export.
#[server(name = RestoreExport, prefix = "/api/ui", endpoint = "exports/restore", input = PostUrl, output = Json)]
pub async fn restore_export(
    id: ExportId,
    #[server(default)] as_it_was: bool,
) -> Result<ExportDetails, ApiError> {
    let (ctx, services) = request()?;
    let export = answer(services.history.restore_removed(&ctx, id, as_it_was).await)?;
    redirect_forms_to_pane(format_args!("view/{id}"));
    Ok(export)
}
