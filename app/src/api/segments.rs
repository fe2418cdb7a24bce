//! Segments.

use leptos::prelude::*;

use super::ApiError;
use super::codec::Json;
use crate::domain::{
    RemovedSegment, SegmentDefinition, SegmentDetails, SegmentDraft, SegmentId, SegmentPreview,
    SegmentSummary, Version,
};

#[cfg(feature = "ssr")]
use super::{context::request, error::answer};

/// Every segment.
#[server(prefix = "/api/ui", endpoint = "segments", input = Json, output = Json)]
pub async fn list_segments() -> Result<Vec<SegmentSummary>, ApiError> {
    let (ctx, services) = request()?;
    answer(services.segments.list(&ctx).await)
}

/// A segment with its definition.
#[server(prefix = "/api/ui", endpoint = "segments/get", input = Json, output = Json)]
pub async fn get_segment(id: SegmentId) -> Result<SegmentDetails, ApiError> {
    let (ctx, services) = request()?;
    answer(services.segments.get(&ctx, id).await)
}

/// Creates a segment and asks for its first evaluation.
#[server(prefix = "/api/ui", endpoint = "segments/create", input = Json, output = Json)]
pub async fn create_segment(draft: SegmentDraft) -> Result<SegmentDetails, ApiError> {
    let (ctx, services) = request()?;
    answer(services.segments.create(&ctx, draft).await)
}

/// Replaces the definition of a segment.
#[server(prefix = "/api/ui", endpoint = "segments/update", input = Json, output = Json)]
pub async fn update_segment(
    id: SegmentId,
    version: Version,
    draft: SegmentDraft,
) -> Result<SegmentDetails, ApiError> {
    let (ctx, services) = request()?;
    answer(services.segments.update(&ctx, id, version, draft).await)
}

/// Removes a segment that no export uses.
#[server(prefix = "/api/ui", endpoint = "segments/remove", input = Json, output = Json)]
pub async fn remove_segment(id: SegmentId, version: Version) -> Result<(), ApiError> {
    let (ctx, services) = request()?;
    answer(services.segments.remove(&ctx, id, Some(version)).await)
}

/// Segments that were removed and can be restored.
#[server(prefix = "/api/ui", endpoint = "segments/removed", input = Json, output = Json)]
pub async fn removed_segments() -> Result<Vec<RemovedSegment>, ApiError> {
    let (ctx, services) = request()?;
    answer(services.segments.removed(&ctx).await)
}

/// Brings a removed segment back, and asks for its evaluation.
#[server(prefix = "/api/ui", endpoint = "segments/restore", input = Json, output = Json)]
pub async fn restore_segment(id: SegmentId) -> Result<SegmentDetails, ApiError> {
    let (ctx, services) = request()?;
    answer(services.segments.restore(&ctx, id).await)
}

/// Asks for an evaluation of a segment.
#[server(prefix = "/api/ui", endpoint = "segments/refresh", input = Json, output = Json)]
pub async fn refresh_segment(id: SegmentId) -> Result<SegmentSummary, ApiError> {
    let (ctx, services) = request()?;
    answer(services.segments.refresh(&ctx, id).await)
}

/// What a definition comes to.
#[server(prefix = "/api/ui", endpoint = "segments/preview", input = Json, output = Json)]
pub async fn preview_segment(definition: SegmentDefinition) -> Result<SegmentPreview, ApiError> {
    let (ctx, services) = request()?;
    answer(services.segments.preview(&ctx, definition).await)
}
