//! Saved views; labels, owners and notes of exports.

use leptos::prelude::*;

use super::ApiError;
use super::codec::Json;
use crate::domain::{
    ExportAbout, ExportAboutDraft, ExportId, PersonRef, SavedView, SavedViewDraft, Version, ViewId,
};

#[cfg(feature = "ssr")]
use super::{context::request, error::answer};

/// The views of the person looking.
#[server(prefix = "/api/ui", endpoint = "views", input = Json, output = Json)]
pub async fn list_views() -> Result<Vec<SavedView>, ApiError> {
    let (ctx, services) = request()?;
    answer(services.views.views(&ctx).await)
}

/// Saves a view anew or, with an id, over one of one's own.
#[server(prefix = "/api/ui", endpoint = "views/save", input = Json, output = Json)]
pub async fn save_view(id: Option<ViewId>, draft: SavedViewDraft) -> Result<SavedView, ApiError> {
    let (ctx, services) = request()?;
    answer(services.views.save_view(&ctx, id, draft).await)
}

/// Removes a view of one's own.
#[server(prefix = "/api/ui", endpoint = "views/remove", input = Json, output = Json)]
pub async fn remove_view(id: ViewId) -> Result<(), ApiError> {
    let (ctx, services) = request()?;
    answer(services.views.remove_view(&ctx, id).await)
}

/// Labels, owner and note of an export.
#[server(prefix = "/api/ui", endpoint = "exports/about", input = Json, output = Json)]
pub async fn get_export_about(id: ExportId) -> Result<ExportAbout, ApiError> {
    let (ctx, services) = request()?;
    answer(services.views.about(&ctx, id).await)
}

/// Replaces labels, owner and note of an export.
#[server(prefix = "/api/ui", endpoint = "exports/about/update", input = Json, output = Json)]
pub async fn describe_export(
    id: ExportId,
    version: Version,
    draft: ExportAboutDraft,
) -> Result<ExportAbout, ApiError> {
    let (ctx, services) = request()?;
    answer(services.views.describe(&ctx, id, version, draft).await)
}

/// The labels in use.
#[server(prefix = "/api/ui", endpoint = "exports/labels", input = Json, output = Json)]
pub async fn list_labels() -> Result<Vec<(String, u32)>, ApiError> {
    let (ctx, services) = request()?;
    answer(services.views.labels(&ctx).await)
}

/// Who may be the owner of an export.
#[server(prefix = "/api/ui", endpoint = "exports/people", input = Json, output = Json)]
pub async fn list_people() -> Result<Vec<PersonRef>, ApiError> {
    let (ctx, services) = request()?;
    answer(services.views.people(&ctx).await)
}
