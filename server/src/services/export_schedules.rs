//! *Schedule*: one change of the schedules of several exports, and what a schedule comes to.

use std::collections::{BTreeMap, BTreeSet};

use app::domain::{
    Cause, ChangeId, ExportId, Reason, ScheduleChange, ScheduleDraft, ScheduleMode,
    ScheduleOutcome, SchedulePreview, Target, Version,
};
use app::ports::{Answer, RequestContext, ServiceError};
use serde_json::json;
use uuid::Uuid;

use super::bulk_plan::Order;
use super::errors::stored;
use super::export_bulk::{AT_ONCE, Bulk, changing, fault, hold_to, too_many_match};
use super::exports::Exports;
use super::planned::{self, Planned};
use super::{Change, allowed, note};
use crate::policy::{Action, Resource};
use crate::scheduler::recurrence;
use crate::store::{
    EditScope, Tx,
    exports::{self, ExportRecord, Step},
    schedules::{self, ScheduleWrite},
};

/// A change that can be made.
struct ParsedChange {
    /// Each once, in the order asked for.
    ids: Vec<ExportId>,
    enabled: bool,
    /// None: every export keeps its own.
    schedule: Option<Planned>,
    /// The version that it is to follow, of one export.
    version: Option<Version>,
}

impl Exports {
    /// Changes the schedules of those exports that the person may edit, as one step, and says of each what became
    /// of it. Where somebody changed the one export since the version given, nothing is changed.
    pub(super) async fn change_schedules(
        &self,
        ctx: &RequestContext,
        change: &ScheduleChange,
    ) -> Answer<Vec<ScheduleOutcome>> {
        let (actor, scope) = changing(ctx)?;
        let seal = change.seal.as_deref();
        let planned_for = &change.target;
        let change = self.parse_change(change, &scope).await?;
        if seal.is_some() {
            let bulk = Bulk(self.0.clone());
            let sorted = bulk.sorted(ctx, Order::SCHEDULE, planned_for).await?;
            hold_to(seal, &sorted.plan)?;
        }
        let has_shared = self.has_shared(actor).await?;
        let passage = Passage {
            ctx,
            scope,
            has_shared,
            change: &change,
            step: Step {
                at: self.0.now(),
                by: &actor.name,
                change: ChangeId::new(Uuid::now_v7()),
                cause: Cause::Schedule,
            },
        };
        // In the order of the ids, so that two who change the same exports wait for each other in turn.
        let in_order: BTreeSet<_> = change.ids.iter().copied().collect();
        let in_order: Vec<_> = in_order.into_iter().collect();
        let mut outcomes = BTreeMap::new();
        for (place, some) in in_order.chunks(AT_ONCE).enumerate() {
            match self.apply_to(&passage, some).await {
                Ok(done) => outcomes.extend(done.into_iter().map(|one| (one.id, one))),
                // Nothing was changed yet: the change as a whole failed.
                Err(error) if place == 0 => return Err(error),
                Err(error) => outcomes.extend(some.iter().map(|id| {
                    let outcome = ScheduleOutcome {
                        id: *id,
                        name: None,
                        error: Some(fault(&error)),
                    };
                    (*id, outcome)
                })),
            }
        }
        self.0.wake.wake();
        Ok(change
            .ids
            .iter()
            .filter_map(|id| outcomes.remove(id))
            .collect())
    }

    /// Changes some exports, in one transaction.
    async fn apply_to(
        &self,
        passage: &Passage<'_>,
        some: &[ExportId],
    ) -> Answer<Vec<ScheduleOutcome>> {
        let mut outcomes = Vec::with_capacity(some.len());
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        exports::lock_all(&mut tx, some).await.map_err(stored)?;
        for id in some {
            outcomes.push(passage.apply(&mut tx, *id).await?);
        }
        tx.commit().await.map_err(stored)?;
        Ok(outcomes)
    }

    async fn parse_change(
        &self,
        change: &ScheduleChange,
        scope: &EditScope,
    ) -> Answer<ParsedChange> {
        let mut errors = change.target.check().err().unwrap_or_default();
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
        let is_of_one = matches!(&change.target, Target::Ids(ids) if ids.len() == 1);
        if change.version.is_some() && !is_of_one {
            errors.add("version", Reason::new("version_of_one_only"));
        }
        errors.done().map_err(ServiceError::Invalid)?;
        Ok(ParsedChange {
            ids: self.meant(&change.target, scope).await?,
            enabled: change.enabled,
            schedule: planned,
            version: change.version,
        })
    }

    /// The exports of a change, each once: in the order asked for, or by name.
    async fn meant(&self, target: &Target, scope: &EditScope) -> Answer<Vec<ExportId>> {
        match target {
            Target::Ids(ids) => {
                let mut seen = BTreeSet::new();
                Ok(ids.iter().copied().filter(|id| seen.insert(*id)).collect())
            }
            Target::Matching { filter, except } => {
                let except: BTreeSet<_> = except.iter().collect();
                let read = Target::MOST.saturating_add(except.len());
                let rows = self.0.matching(filter, scope, read).await?;
                let ids = rows.iter().map(|row| row.id);
                let ids: Vec<_> = ids.filter(|id| !except.contains(id)).collect();
                if ids.len() > Target::MOST {
                    return Err(too_many_match());
                }
                Ok(ids)
            }
        }
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
struct Passage<'a> {
    ctx: &'a RequestContext,
    scope: EditScope,
    /// A connection is shared with the person, to give to a detached export.
    has_shared: bool,
    change: &'a ParsedChange,
    /// Its id stands in all of its versions and audit entries.
    step: Step<'a>,
}

impl Passage<'_> {
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
        let next = schedule.next_start(is_active, self.step.at);
        let write = ScheduleWrite {
            expected: self.change.version,
            enabled,
            schedule: &schedule.draft,
            next_start: next,
        };
        schedules::write_schedule(tx, row.id, &write, &self.step)
            .await
            .map_err(stored)?;
        let change = Change {
            action: "export.schedule",
            kind: "export",
            id: row.id.to_string(),
            before: Some(json!({"enabled": row.enabled, "schedule": row.schedule})),
            after: Some(json!({
                "enabled": enabled, "schedule": schedule.draft, "change": self.step.change,
            })),
        };
        note(tx, self.ctx, self.step.at, change).await?;
        Ok(None)
    }
}
