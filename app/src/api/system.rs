//! The system refresh.

use super::codec::Json;
use leptos::prelude::*;

use super::ApiError;
use crate::domain::{
    RefreshDetails, RefreshId, RefreshSummary, SystemSchedule, SystemScheduleDraft, SystemStatus,
    UpcomingStart, Version,
};

#[cfg(feature = "ssr")]
use super::{context::request, error::answer};

/// When the system refresh starts.
#[server(prefix = "/api/ui", endpoint = "system/schedule", input = Json, output = Json)]
pub async fn get_system_schedule() -> Result<SystemSchedule, ApiError> {
    let (ctx, services) = request()?;
    answer(services.system.schedule(&ctx).await)
}

/// Replaces the schedule of the system refresh.
#[server(prefix = "/api/ui", endpoint = "system/schedule/update", input = Json, output = Json)]
pub async fn update_system_schedule(
    version: Version,
    draft: SystemScheduleDraft,
) -> Result<SystemSchedule, ApiError> {
    let (ctx, services) = request()?;
    answer(services.system.update_schedule(&ctx, version, draft).await)
}

/// Renews every source, then runs the exports that follow the refresh if asked to.
#[server(prefix = "/api/ui", endpoint = "system/refreshes/start", input = Json, output = Json)]
pub async fn refresh_all(run_exports: bool) -> Result<RefreshSummary, ApiError> {
    let (ctx, services) = request()?;
    answer(services.system.refresh_all(&ctx, run_exports).await)
}

/// A refresh with its tasks and runs.
#[server(prefix = "/api/ui", endpoint = "system/refreshes/get", input = Json, output = Json)]
pub async fn get_refresh(id: RefreshId) -> Result<RefreshDetails, ApiError> {
    let (ctx, services) = request()?;
    answer(services.system.refresh(&ctx, id).await)
}

/// Stops what has not ended of a refresh.
#[server(prefix = "/api/ui", endpoint = "system/refreshes/cancel", input = Json, output = Json)]
pub async fn cancel_refresh(id: RefreshId) -> Result<RefreshDetails, ApiError> {
    let (ctx, services) = request()?;
    answer(services.system.cancel_refresh(&ctx, id).await)
}

/// The tasks of the system in groups.
#[server(name = GetSystemStatus, prefix = "/api/ui", endpoint = "system/status", input = Json, output = Json)]
pub async fn system_status() -> Result<SystemStatus, ApiError> {
    let (ctx, services) = request()?;
    answer(services.system.status(&ctx).await)
}

/// What starts by itself within the next 24 hours.
#[server(prefix = "/api/ui", endpoint = "system/upcoming", input = Json, output = Json)]
pub async fn upcoming_starts() -> Result<Vec<UpcomingStart>, ApiError> {
    let (ctx, services) = request()?;
    answer(services.system.upcoming(&ctx).await)
}
