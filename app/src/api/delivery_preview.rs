//! What an export that is being set up would write.

use leptos::prelude::*;

use super::ApiError;
use super::codec::Json;
use crate::domain::{DeliveryPreview, DeliveryPreviewDraft};

#[cfg(feature = "ssr")]
use super::{context::request, error::answer};

/// The path and the first rows, as they will be written.
#[server(prefix = "/api/ui", endpoint = "exports/preview-delivery", input = Json, output = Json)]
pub async fn preview_delivery(draft: DeliveryPreviewDraft) -> Result<DeliveryPreview, ApiError> {
    let (ctx, services) = request()?;
    answer(services.exports.preview_delivery(&ctx, draft).await)
}
