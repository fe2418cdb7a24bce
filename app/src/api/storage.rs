//! What things take on disks, and what is kept for how long.

use leptos::prelude::*;

use super::ApiError;
use super::codec::Json;
use crate::domain::{Keeping, KeepingDraft, Storage};

#[cfg(feature = "ssr")]
use super::{context::request, error::answer};

/// What things take, how that grows, and what is kept.
#[server(prefix = "/api/ui", endpoint = "system/storage", input = Json, output = Json)]
pub async fn get_storage() -> Result<Storage, ApiError> {
    let (ctx, services) = request()?;
    answer(services.storage.storage(&ctx).await)
}

/// Keeps it so from now on; what the draft leaves out stays as it is.
#[server(prefix = "/api/ui", endpoint = "settings/keep", input = Json, output = Json)]
pub async fn set_keeping(draft: KeepingDraft) -> Result<Keeping, ApiError> {
    let (ctx, services) = request()?;
    answer(services.storage.keep(&ctx, draft).await)
}
