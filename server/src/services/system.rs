//! The system refresh: everybody sees it, administrators change it.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use app::domain::{
    About, DayTimeline, Micros, Pipeline, PlannedStart, Reason, RefreshDetails, RefreshId,
    RefreshSummary, RefreshTrigger, ScheduleDraft, SourceId, SystemPause, SystemSchedule,
    SystemScheduleDraft, SystemStatus, TaskHistory, TaskId, UpcomingExport, UpcomingStart, Version,
};
use app::ports::{Answer, Door, RequestContext, ServiceError, SystemService};
use async_trait::async_trait;
use serde_json::json;
use uuid::Uuid;

use super::errors::stored;
use super::planned::{Planned, is_same};
use super::{Change, Deps, allowed, note, operation};
use crate::policy::{Action, Resource};
use crate::store::{
    refreshes::{self, NewRefresh, Started},
    schedules::{self, SystemRow, SystemWrite},
};

/// How far ahead *Upcoming* looks.
const AHEAD: Micros = 24 * 3_600 * 1_000_000;
/// Most starts of *Upcoming*.
const MOST_UPCOMING: usize = 500;

pub(super) struct System {
    deps: Deps,
    /// When this server started.
    started_at: Micros,
}

impl System {
    /// The service of a server that starts now.
    pub(super) fn new(deps: Deps) -> Self {
        let started_at = deps.now();
        Self { deps, started_at }
    }

    async fn row(&self) -> Answer<SystemRow> {
        schedules::system(&self.deps.store).await.map_err(stored)
    }

    async fn found(&self, id: RefreshId) -> Answer<RefreshDetails> {
        refreshes::get(&self.deps.store, id)
            .await
            .map_err(stored)?
            .ok_or(ServiceError::NotFound)
    }

    /// The schedule as the page shows it.
    async fn shown(&self, row: SystemRow) -> Answer<SystemSchedule> {
        let followers = schedules::followers(&self.deps.store)
            .await
            .map_err(stored)?;
        let starts = match Planned::parse(&row.schedule) {
            Ok(planned) if row.enabled => planned.preview(self.deps.now()),
            _ => Vec::new(),
        };
        Ok(SystemSchedule {
            version: row.version,
            enabled: row.enabled,
            schedule: row.schedule,
            starts,
            followers,
            updated_at: row.updated_at,
            updated_by: row.updated_by,
        })
    }
}

fn picture(enabled: bool, schedule: &ScheduleDraft) -> serde_json::Value {
    json!({"enabled": enabled, "schedule": schedule})
}

#[async_trait]
impl SystemService for System {
    async fn schedule(&self, ctx: &RequestContext) -> Answer<SystemSchedule> {
        allowed(ctx, Action::ViewSystem, Resource::None)?;
        self.shown(self.row().await?).await
    }

    async fn update_schedule(
        &self,
        ctx: &RequestContext,
        version: Version,
        draft: SystemScheduleDraft,
    ) -> Answer<SystemSchedule> {
        let actor = allowed(ctx, Action::ManageSystem, Resource::None)?;
        let before = self.row().await?;
        if before.version != version {
            return Err(ServiceError::Stale {
                current: before.version,
            });
        }
        let planned = Planned::parse_for_system(&draft.schedule).map_err(ServiceError::Invalid)?;
        let enabled = draft.enabled;
        if before.enabled == enabled && is_same(&before.schedule, &planned.draft) {
            return self.shown(before).await;
        }
        let now = self.deps.now();
        let write = SystemWrite {
            version: Some(version),
            enabled,
            schedule: &planned.draft,
            next_start: planned.next_start(enabled, now),
            at: now,
            by: &actor.name,
        };
        let mut tx = self.deps.store.begin().await.map_err(stored)?;
        schedules::write_system(&mut tx, &write)
            .await
            .map_err(stored)?;
        let change = Change {
            action: "system.schedule",
            kind: "system",
            id: "schedule".to_owned(),
            before: Some(picture(before.enabled, &before.schedule)),
            after: Some(picture(enabled, &planned.draft)),
        };
        note(&mut tx, ctx, now, change).await?;
        tx.commit().await.map_err(stored)?;
        self.deps.wake.wake();
        self.shown(self.row().await?).await
    }

    async fn refresh_all(&self, ctx: &RequestContext, run_exports: bool) -> Answer<RefreshSummary> {
        let actor = allowed(ctx, Action::ManageSystem, Resource::None)?;
        let now = self.deps.now();
        let new = NewRefresh {
            id: RefreshId::new(Uuid::now_v7()),
            trigger: match actor.door {
                Door::Page => RefreshTrigger::Person,
                Door::Rest => RefreshTrigger::Api,
            },
            asked_by: &actor.name,
            at: now,
            scheduled_for: None,
            run_exports,
        };
        let mut tx = self.deps.store.begin().await.map_err(stored)?;
        let (Started::New(id) | Started::Before(id)) =
            refreshes::start(&mut tx, &new).await.map_err(stored)?;
        let change = Change {
            action: "system.refresh",
            kind: "refresh",
            id: id.to_string(),
            before: None,
            after: Some(json!({"run_exports": run_exports})),
        };
        note(&mut tx, ctx, now, change).await?;
        tx.commit().await.map_err(stored)?;
        self.deps.wake.wake();
        Ok(self.found(id).await?.refresh)
    }

    async fn refresh(&self, ctx: &RequestContext, id: RefreshId) -> Answer<RefreshDetails> {
        allowed(ctx, Action::ViewSystem, Resource::None)?;
        self.found(id).await
    }

    async fn cancel_refresh(&self, ctx: &RequestContext, id: RefreshId) -> Answer<RefreshDetails> {
        let actor = allowed(ctx, Action::ManageSystem, Resource::None)?;
        let now = self.deps.now();
        let mut tx = self.deps.store.begin().await.map_err(stored)?;
        if !refreshes::cancel(&mut tx, id, now, &actor.name)
            .await
            .map_err(stored)?
        {
            tx.rollback().await.map_err(stored)?;
            let details = self.found(id).await?;
            // Asked before, and its workers have not heard of it yet: that is no mistake.
            return if details.refresh.status.is_unfinished() {
                Ok(details)
            } else {
                Err(ServiceError::Conflict(Reason::new("refresh_has_ended")))
            };
        }
        let change = Change {
            action: "system.cancel",
            kind: "refresh",
            id: id.to_string(),
            before: None,
            after: None,
        };
        note(&mut tx, ctx, now, change).await?;
        tx.commit().await.map_err(stored)?;
        self.deps.wake.wake();
        self.found(id).await
    }

    async fn status(&self, ctx: &RequestContext) -> Answer<SystemStatus> {
        allowed(ctx, Action::ViewSystem, Resource::None)?;
        refreshes::status(&self.deps.store).await.map_err(stored)
    }

    async fn upcoming(&self, ctx: &RequestContext) -> Answer<Vec<UpcomingStart>> {
        allowed(ctx, Action::ViewSystem, Resource::None)?;
        let from = self.deps.now();
        let until = from + AHEAD;
        let most = u32::try_from(MOST_UPCOMING).unwrap_or(u32::MAX);
        let mut starters = Vec::new();
        let system = self.row().await?;
        if system.enabled {
            starters.extend(Starter::new(None, &system.schedule));
        }
        let rows = schedules::upcoming(&self.deps.store, from, until, most)
            .await
            .map_err(stored)?;
        for row in rows {
            let export = UpcomingExport {
                id: row.export_id,
                name: row.name,
            };
            starters.extend(Starter::new(Some(export), &row.schedule));
        }
        Ok(merged(&starters, from, until))
    }

    async fn paused(&self, ctx: &RequestContext) -> Answer<Option<SystemPause>> {
        operation::paused(&self.deps, ctx).await
    }

    async fn pause(&self, ctx: &RequestContext, reason: String) -> Answer<SystemPause> {
        operation::pause(&self.deps, ctx, &reason).await
    }

    async fn resume(&self, ctx: &RequestContext) -> Answer<()> {
        operation::resume(&self.deps, ctx).await
    }

    async fn task_history(&self, ctx: &RequestContext, id: SourceId) -> Answer<TaskHistory> {
        operation::task_history(&self.deps, ctx, id).await
    }

    async fn cancel_task(&self, ctx: &RequestContext, id: TaskId) -> Answer<TaskHistory> {
        operation::cancel_task(&self.deps, ctx, id).await
    }

    async fn pipeline(&self, ctx: &RequestContext) -> Answer<Pipeline> {
        operation::pipeline(&self.deps, ctx).await
    }

    async fn timeline(&self, ctx: &RequestContext) -> Answer<DayTimeline> {
        operation::timeline(&self.deps, ctx).await
    }

    async fn about(&self, ctx: &RequestContext) -> Answer<About> {
        operation::about(&self.deps, ctx, self.started_at).await
    }
}

/// What starts by itself: an export, or the system refresh.
struct Starter {
    export: Option<UpcomingExport>,
    planned: Planned,
}

impl Starter {
    /// None: the schedule is one that this server cannot read. The planner says so in the log.
    fn new(export: Option<UpcomingExport>, schedule: &ScheduleDraft) -> Option<Self> {
        let planned = Planned::parse(schedule).ok()?;
        Some(Self { export, planned })
    }

    fn upcoming(&self, at: Micros) -> UpcomingStart {
        UpcomingStart {
            start: PlannedStart {
                at,
                wall: self.planned.timetable().wall(at),
            },
            time_zone: self.planned.draft.time_zone.clone(),
            export: self.export.clone(),
        }
    }
}

/// The first starts of all of them, in order. Of each no more are counted than are needed.
fn merged(starters: &[Starter], from: Micros, until: Micros) -> Vec<UpcomingStart> {
    let mut starts: Vec<_> = starters
        .iter()
        .map(|starter| {
            let starts = starter.planned.timetable().starts_after(from);
            starts.take_while(move |at| *at <= until)
        })
        .collect();
    let mut next: BinaryHeap<_> = starts
        .iter_mut()
        .enumerate()
        .filter_map(|(place, starts)| Some(Reverse((starts.next()?, place))))
        .collect();
    let mut upcoming = Vec::new();
    while let Some(Reverse((at, place))) = next.pop() {
        upcoming.push(starters[place].upcoming(at));
        if upcoming.len() == MOST_UPCOMING {
            break;
        }
        next.extend(starts[place].next().map(|at| Reverse((at, place))));
    }
    upcoming
}

#[cfg(test)]
mod tests {
    use super::*;

    fn starter(schedule: &str) -> Starter {
        let draft = serde_json::from_str(schedule).expect("a draft");
        Starter::new(None, &draft).expect("a schedule")
    }

    #[test]
    fn what_starts_next_comes_first_and_the_refresh_before_what_starts_with_it() {
        let hour = 3_600_000_000;
        let starters = [
            starter(r#"{"recurrence": "daily", "times": ["02:00"], "time_zone": "UTC"}"#),
            starter(r#"{"recurrence": "hourly", "time_zone": "Asia/Kolkata"}"#),
        ];
        let upcoming = merged(&starters, 0, 3 * hour);
        let seen: Vec<_> = upcoming
            .iter()
            .map(|upcoming| (upcoming.start.at, upcoming.start.wall.as_str()))
            .collect();
        assert_eq!(
            seen,
            [
                (hour / 2, "1970-01-01T06:00"),
                (hour + hour / 2, "1970-01-01T07:00"),
                (2 * hour, "1970-01-01T02:00"),
                (2 * hour + hour / 2, "1970-01-01T08:00"),
            ]
        );
    }

    #[test]
    fn a_busy_schedule_does_not_make_the_list_endless() {
        let minutely =
            starter(r#"{"recurrence": "cron", "cron": "* * * * *", "time_zone": "UTC"}"#);
        assert_eq!(merged(&[minutely], 0, AHEAD).len(), MOST_UPCOMING);
    }
}
