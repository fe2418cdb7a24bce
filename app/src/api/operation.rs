//! The system as those see it who keep it running.

use leptos::prelude::*;

use super::ApiError;
use super::codec::Json;
use crate::domain::{About, DayTimeline, Pipeline, SourceId, SystemPause, TaskHistory, TaskId};

#[cfg(feature = "ssr")]
use super::{context::request, error::answer};

/// Pauses everything, with a reason.
#[server(prefix = "/api/ui", endpoint = "system/pause", input = Json, output = Json)]
pub async fn pause_system(reason: String) -> Result<SystemPause, ApiError> {
    let (ctx, services) = request()?;
    answer(services.system.pause(&ctx, reason).await)
}

/// Ends the pause of everything.
#[server(prefix = "/api/ui", endpoint = "system/resume", input = Json, output = Json)]
pub async fn resume_system() -> Result<(), ApiError> {
    let (ctx, services) = request()?;
    answer(services.system.resume(&ctx).await)
}

/// What a source or segment did before.
#[server(name = GetTaskHistory, prefix = "/api/ui", endpoint = "system/tasks/history", input = Json, output = Json)]
pub async fn task_history(id: SourceId) -> Result<TaskHistory, ApiError> {
    let (ctx, services) = request()?;
    answer(services.system.task_history(&ctx, id).await)
}

/// Stops a task.
#[server(prefix = "/api/ui", endpoint = "system/tasks/cancel", input = Json, output = Json)]
pub async fn cancel_task(id: TaskId) -> Result<TaskHistory, ApiError> {
    let (ctx, services) = request()?;
    answer(services.system.cancel_task(&ctx, id).await)
}

/// What depends on what.
#[server(prefix = "/api/ui", endpoint = "system/pipeline", input = Json, output = Json)]
pub async fn get_pipeline() -> Result<Pipeline, ApiError> {
    let (ctx, services) = request()?;
    answer(services.system.pipeline(&ctx).await)
}

/// What was at work in the last 24 hours.
#[server(prefix = "/api/ui", endpoint = "system/timeline", input = Json, output = Json)]
pub async fn get_timeline() -> Result<DayTimeline, ApiError> {
    let (ctx, services) = request()?;
    answer(services.system.timeline(&ctx).await)
}

/// What the program is.
#[server(prefix = "/api/ui", endpoint = "system/about", input = Json, output = Json)]
pub async fn get_about() -> Result<About, ApiError> {
    let (ctx, services) = request()?;
    answer(services.system.about(&ctx).await)
}
