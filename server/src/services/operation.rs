//! Operating the system: pausing everything, what tasks did and stopping one, the picture of what depends on what,
//! the day, what the program is. [`System`](super::system::System) answers with these.

use std::sync::Arc;

use app::domain::{
    About, DayTimeline, FieldErrors, Micros, Pipeline, Reason, RefreshStatus, SourceId,
    SystemPause, TaskHistory, TaskId,
};
use app::ports::{Answer, RequestContext, ServiceError};

use super::errors::{internal, stored};
use super::{Change, Deps, allowed, json, machine, note};
use crate::policy::{Action, Resource};
use crate::scheduler::recurrence::zone_data_version;
use crate::store::{operation, tasks};

/// The pause of everything, if there is one.
pub(super) async fn paused(deps: &Deps, ctx: &RequestContext) -> Answer<Option<SystemPause>> {
    allowed(ctx, Action::ViewSystem, Resource::None)?;
    operation::pause(&deps.store).await.map_err(stored)
}

/// A change of the pause for the audit log.
fn change<'a>(
    action: &'a str,
    before: Option<&SystemPause>,
    after: Option<&SystemPause>,
) -> Change<'a> {
    Change {
        action,
        kind: "system",
        id: "pause".to_owned(),
        before: before.and_then(json),
        after: after.and_then(json),
    }
}

/// Pauses everything. Where it is paused already, only why and by whom changes.
pub(super) async fn pause(deps: &Deps, ctx: &RequestContext, reason: &str) -> Answer<SystemPause> {
    let actor = allowed(ctx, Action::ManageSystem, Resource::None)?;
    let reason = SystemPause::reason(reason)
        .map_err(|error| ServiceError::Invalid(FieldErrors::one("reason", error.into())))?;
    let now = deps.now();
    let mut tx = deps.store.begin().await.map_err(stored)?;
    let before = operation::pause(&mut tx).await.map_err(stored)?;
    if let Some(before) = &before
        && before.reason == reason
    {
        tx.rollback().await.map_err(stored)?;
        return Ok(before.clone());
    }
    let pause = SystemPause {
        reason,
        since: before.as_ref().map_or(now, |before| before.since),
        by: actor.name.clone(),
    };
    operation::set_pause(&mut tx, &pause)
        .await
        .map_err(stored)?;
    let change = change("system.pause", before.as_ref(), Some(&pause));
    note(&mut tx, ctx, now, change).await?;
    tx.commit().await.map_err(stored)?;
    tracing::info!(user.id = %actor.id, "everything is paused");
    Ok(pause)
}

/// Ends the pause. Ending none is no error.
pub(super) async fn resume(deps: &Deps, ctx: &RequestContext) -> Answer<()> {
    let actor = allowed(ctx, Action::ManageSystem, Resource::None)?;
    let now = deps.now();
    let mut tx = deps.store.begin().await.map_err(stored)?;
    let before = operation::end_pause(&mut tx, now).await.map_err(stored)?;
    if before.is_none() {
        return tx.rollback().await.map_err(stored);
    }
    let change = change("system.resume", before.as_ref(), None);
    note(&mut tx, ctx, now, change).await?;
    tx.commit().await.map_err(stored)?;
    tracing::info!(user.id = %actor.id, "the pause has ended");
    deps.wake.wake();
    Ok(())
}

/// What a source or segment did before.
pub(super) async fn task_history(
    deps: &Deps,
    ctx: &RequestContext,
    id: SourceId,
) -> Answer<TaskHistory> {
    allowed(ctx, Action::ViewSystem, Resource::None)?;
    operation::task_history(&deps.store, id)
        .await
        .map_err(stored)?
        .ok_or(ServiceError::NotFound)
}

/// Stops a task that has not ended.
pub(super) async fn cancel_task(
    deps: &Deps,
    ctx: &RequestContext,
    id: TaskId,
) -> Answer<TaskHistory> {
    let actor = allowed(ctx, Action::ManageSystem, Resource::None)?;
    let now = deps.now();
    let source = operation::source_of(&deps.store, id)
        .await
        .map_err(stored)?
        .ok_or(ServiceError::NotFound)?;
    let mut tx = deps.store.begin().await.map_err(stored)?;
    if !tasks::cancel(&mut tx, id, now, &actor.name)
        .await
        .map_err(stored)?
    {
        tx.rollback().await.map_err(stored)?;
        let status = tasks::status(&deps.store, id).await.map_err(stored)?;
        // Asked before, and its worker has not heard of it yet: that is no mistake.
        return if status.is_some_and(RefreshStatus::is_unfinished) {
            task_history(deps, ctx, source).await
        } else {
            Err(ServiceError::Conflict(Reason::new("task_has_ended")))
        };
    }
    let change = Change {
        action: "system.cancel_task",
        kind: "task",
        id: id.to_string(),
        before: None,
        after: Some(serde_json::json!({"source_id": source})),
    };
    note(&mut tx, ctx, now, change).await?;
    tx.commit().await.map_err(stored)?;
    deps.wake.wake();
    task_history(deps, ctx, source).await
}

/// What depends on what.
pub(super) async fn pipeline(deps: &Deps, ctx: &RequestContext) -> Answer<Pipeline> {
    allowed(ctx, Action::ViewSystem, Resource::None)?;
    operation::pipeline(&deps.store).await.map_err(stored)
}

/// What was at work in the last 24 hours.
pub(super) async fn timeline(deps: &Deps, ctx: &RequestContext) -> Answer<DayTimeline> {
    allowed(ctx, Action::ViewSystem, Resource::None)?;
    operation::timeline(&deps.store).await.map_err(stored)
}

/// What the program is, and what it stands on. Names no folder and no host: everybody reads it.
pub(super) async fn about(deps: &Deps, ctx: &RequestContext, started_at: Micros) -> Answer<About> {
    allowed(ctx, Action::ViewSystem, Resource::None)?;
    let facts = operation::facts(&deps.store).await.map_err(stored)?;
    let data = Arc::clone(&deps.data);
    // Off the async threads: a disk may be slow or on a network.
    let asked = tokio::task::spawn_blocking(move || (data.disk(), machine::zone_data_version()));
    let (disk, machine_time_zone_data) = asked.await.map_err(|error| internal(&error))?;
    Ok(About {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        environment: deps.environment.clone(),
        time_zone_data: zone_data_version().to_owned(),
        machine_time_zone_data,
        database: facts.database,
        database_version: facts.database_version,
        schema_version: facts.schema_version,
        started_at,
        disk,
        snapshot_bytes: facts.snapshot_bytes,
    })
}
