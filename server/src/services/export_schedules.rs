//! *Schedule*: one change of the schedules of several exports, and what a schedule comes to.

use std::collections::{BTreeMap, BTreeSet};

use app::domain::{
    ExportId, FieldErrors, Reason, ScheduleChange, ScheduleDraft, ScheduleMode, ScheduleOutcome,
    SchedulePreview,
};
use app::ports::{Actor, Answer, RequestContext, ServiceError};
use serde_json::json;
use uuid::Uuid;

use super::errors::stored;
use super::exports::Exports;
use super::planned::{self, Planned};
use super::{Change, allowed, note, subject};
use crate::policy::{self, Action, Resource};
use crate::scheduler::recurrence;
use crate::store::{
    EditScope, Tx,
    exports::{self, ExportRecord},
    schedules,
};

/// Most exports of one change.
const MOST_EXPORTS: usize = 1000;

/// A change that can be made.
struct ParsedChange {
    /// Each once, in the order asked for.
    ids: Vec<ExportId>,
    enabled: bool,
    /// None: every export keeps its own.
    schedule: Option<Planned>,
}

impl Exports {
    /// Changes the schedules of those exports that the person may edit, in one transaction, and says
    /// of each what became of it.
    pub(super) async fn change_schedules(
        &self,
        ctx: &RequestContext,
        change: &ScheduleChange,
    ) -> Answer<Vec<ScheduleOutcome>> {
        let actor = allowed(ctx, Action::ViewExports, Resource::None)?;
        let scope = policy::edit_scope(&subject(actor));
        if matches!(scope, EditScope::None) {
            return Err(ServiceError::Forbidden(Reason::new("viewer_may_not_edit")));
        }
        let change = self.parse_change(change).await?;
        let has_shared = self.has_shared(actor).await?;
        let step = Step {
            ctx,
            actor,
            scope,
            has_shared,
            change: &change,
            id: Uuid::now_v7(),
            at: self.0.now(),
        };
        // In the order of the ids, so that two who change the same exports wait for each other in turn.
        let in_order: BTreeSet<_> = change.ids.iter().copied().collect();
        let mut outcomes = BTreeMap::new();
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        for id in in_order {
            outcomes.insert(id, step.apply(&mut tx, id).await?);
        }
        tx.commit().await.map_err(stored)?;
        self.0.wake.wake();
        Ok(change
            .ids
            .iter()
            .filter_map(|id| outcomes.remove(id))
            .collect())
    }

    async fn parse_change(&self, change: &ScheduleChange) -> Answer<ParsedChange> {
        let mut errors = FieldErrors::default();
        if change.ids.is_empty() {
            errors.add("ids", Reason::new("required"));
        }
        if change.ids.len() > MOST_EXPORTS {
            let reason = Reason::new("too_many").with("most", MOST_EXPORTS);
            errors.add("ids", reason);
        }
        let mut planned = None;
        match (change.mode, &change.schedule) {
            (ScheduleMode::Keep, None) => {}
            (ScheduleMode::Keep, Some(_)) => {
                errors.add("schedule", Reason::new("schedule_only_with_define"));
            }
            (ScheduleMode::Define, None) => errors.add("schedule", Reason::new("required")),
            (ScheduleMode::Define, Some(draft)) => {
                let draft = planned::with_zone(&self.0.store, draft).await?;
                match Planned::parse(&draft) {
                    Ok(schedule) => planned = Some(schedule),
                    Err(found) => errors.0.extend(found.0),
                }
            }
        }
        errors.done().map_err(ServiceError::Invalid)?;
        let mut seen = BTreeSet::new();
        let ids = change.ids.iter().copied();
        Ok(ParsedChange {
            ids: ids.filter(|id| seen.insert(*id)).collect(),
            enabled: change.enabled,
            schedule: planned,
        })
    }

    /// The next starts of a schedule, whether it is on or not.
    pub(super) async fn preview(
        &self,
        ctx: &RequestContext,
        draft: &ScheduleDraft,
    ) -> Answer<SchedulePreview> {
        allowed(ctx, Action::ViewExports, Resource::None)?;
        let draft = planned::with_zone(&self.0.store, draft).await?;
        let schedule = Planned::parse(&draft).map_err(ServiceError::Invalid)?;
        Ok(SchedulePreview {
            starts: schedule.preview(self.0.now()),
        })
    }
}

/// The names of the zones that a person may choose.
pub(super) fn time_zones(ctx: &RequestContext) -> Answer<Vec<String>> {
    allowed(ctx, Action::ViewExports, Resource::None)?;
    let names = recurrence::zone_names();
    Ok(names.into_iter().map(str::to_owned).collect())
}

/// A change on its way through the exports.
struct Step<'a> {
    ctx: &'a RequestContext,
    actor: &'a Actor,
    scope: EditScope,
    /// A connection is shared with the person, to give to a detached export.
    has_shared: bool,
    change: &'a ParsedChange,
    /// Stands in all of its audit entries.
    id: Uuid,
    at: i64,
}

impl Step<'_> {
    async fn apply(&self, tx: &mut Tx, id: ExportId) -> Answer<ScheduleOutcome> {
        let record = exports::get(&mut *tx, id, &self.scope)
            .await
            .map_err(stored)?;
        let Some(record) = record else {
            return Ok(ScheduleOutcome {
                id,
                name: None,
                error: Some(Reason::new("not_found")),
            });
        };
        let name = Some(record.details.row.name.clone());
        let error = match self.permitted(&record) {
            Ok(()) => self.write(tx, &record).await?,
            Err(ServiceError::Forbidden(reason)) => Some(reason),
            Err(other) => return Err(other),
        };
        Ok(ScheduleOutcome { id, name, error })
    }

    fn permitted(&self, record: &ExportRecord) -> Answer<()> {
        let resource = match &record.audience {
            Some(audience) => Resource::Connection(audience),
            None => Resource::Detached {
                has_shared: self.has_shared,
            },
        };
        allowed(self.ctx, Action::EditExport, resource).map(drop)
    }

    /// Gives an export what the change says. The reason why that is not possible, if it is not.
    async fn write(&self, tx: &mut Tx, record: &ExportRecord) -> Answer<Option<Reason>> {
        let row = &record.details.row;
        let enabled = self.change.enabled;
        let own;
        let schedule = match &self.change.schedule {
            Some(schedule) => schedule,
            None => match Planned::stored(&row.schedule) {
                Ok(schedule) => {
                    own = schedule;
                    &own
                }
                // Its zone is not known to this server, or no longer: it has to be given another one.
                Err(errors) => return Ok(errors.0.into_iter().next().map(|error| error.reason)),
            },
        };
        if row.enabled == enabled && planned::is_same(&row.schedule, &schedule.draft) {
            return Ok(None);
        }
        let is_active = enabled && row.connection.is_some();
        let next = schedule.next_start(is_active, self.at);
        schedules::write_schedule(
            tx,
            row.id,
            None,
            enabled,
            &schedule.draft,
            next,
            self.at,
            &self.actor.name,
        )
        .await
        .map_err(stored)?;
        let change = Change {
            action: "export.schedule",
            kind: "export",
            id: row.id.to_string(),
            before: Some(json!({"enabled": row.enabled, "schedule": row.schedule})),
            after: Some(json!({
                "enabled": enabled, "schedule": schedule.draft, "change": self.id,
            })),
        };
        note(tx, self.ctx, self.at, change).await?;
        Ok(None)
    }
}
