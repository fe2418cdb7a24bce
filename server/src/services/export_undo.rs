//! Taking a change back as one step: a removal, a detachment, a change of schedules. What was changed since is left
//! as it is, and named.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use app::domain::{
    Audience, BulkOutcome, Cause, ChangeId, ConnectionId, ExportDetails, ExportId, ExportItem,
    Reason, TableId, UndoReport, Version,
};
use app::ports::{Answer, RequestContext, ServiceError};
use uuid::Uuid;

use super::errors::stored;
use super::export_bulk::{AT_ONCE, Bulk, changing, fault, not_done};
use super::export_history::KEPT_FOR;
use super::export_names::rival;
use super::export_removal::with_change;
use super::exports::{Exports, read_back};
use super::planned::Planned;
use super::{Change, Deps, allowed, json, note, signed_in};
use crate::pipeline::paths::Paths;
use crate::policy::{Action, Resource};
use crate::store::{
    EditScope, StoreError, Tx, connections,
    exports::{self, ExportChange, ExportVersion, Neighbour, Step, Undoable},
    schedules::{self, ScheduleWrite},
    tables,
};

/// A change on its way back.
struct Undoing<'a> {
    ctx: &'a RequestContext,
    deps: &'a Deps,
    scope: EditScope,
    /// A connection is shared with the person, to give to a detached export.
    has_shared: bool,
    step: Step<'a>,
    /// The step that is taken back.
    undone: ChangeId,
    /// The exports of each connection, read once a transaction: could any of them write the same path?
    neighbours: BTreeMap<ConnectionId, Vec<Neighbour>>,
}

impl Bulk {
    /// Takes back what a step did, where nothing changed since.
    pub(super) async fn take_back(
        &self,
        ctx: &RequestContext,
        change: ChangeId,
    ) -> Answer<UndoReport> {
        let (actor, scope) = changing(ctx)?;
        let mut undoing = Undoing {
            ctx,
            deps: &self.0,
            scope,
            has_shared: Exports(self.0.clone()).has_shared(actor).await?,
            step: Step {
                at: self.0.now(),
                by: &actor.name,
                change: ChangeId::new(ctx.once.unwrap_or_else(Uuid::now_v7)),
                cause: Cause::Undo,
            },
            undone: change,
            neighbours: BTreeMap::new(),
        };
        let mut found = exports::undoable(&self.0.store, change)
            .await
            .map_err(stored)?;
        found.retain(|one| !one.is_undone);
        found.sort_by_key(|one| one.id);
        let mut report = UndoReport::default();
        for (place, some) in found.chunks(AT_ONCE).enumerate() {
            match undoing.some(some).await {
                Ok(outcomes) => {
                    for outcome in outcomes {
                        match outcome {
                            Ok(()) => report.undone += 1,
                            Err(failed) => report.failed.push(failed),
                        }
                    }
                }
                Err(error) if place == 0 => return Err(error),
                Err(error) => report
                    .failed
                    .extend(some.iter().map(|one| not_done(one.id, None, fault(&error)))),
            }
        }
        self.0.wake.wake();
        Ok(report)
    }
}

impl Undoing<'_> {
    /// Takes back what was done to some exports, in one transaction.
    async fn some(&mut self, some: &[Undoable]) -> Answer<Vec<Result<(), BulkOutcome>>> {
        let mut outcomes = Vec::with_capacity(some.len());
        let ids: Vec<ExportId> = some.iter().map(|one| one.id).collect();
        let connections: BTreeSet<ConnectionId> =
            some.iter().filter_map(|one| one.connection).collect();
        let mut used = Vec::new();
        self.neighbours.clear();
        let mut tx = self.deps.store.begin().await.map_err(stored)?;
        // Connections before exports, as when either is saved: who saves meanwhile is seen, or waits.
        connections::lock_all(&mut tx, &connections)
            .await
            .map_err(stored)?;
        exports::lock_all(&mut tx, &ids).await.map_err(stored)?;
        for one in some {
            outcomes.push(self.one(&mut tx, one, &mut used).await?);
        }
        // As when exports are saved, what they send is locked after them; all of it at once, in one order.
        hold(&mut tx, &used).await?;
        tx.commit().await.map_err(stored)?;
        Ok(outcomes)
    }

    /// Takes back what was done to one export; or says why not. The tables that it sends again join `used`.
    async fn one(
        &mut self,
        tx: &mut Tx,
        one: &Undoable,
        used: &mut Vec<TableId>,
    ) -> Answer<Result<(), BulkOutcome>> {
        let undone = match one.made {
            Some(made) => self.version(tx, one, made, used).await,
            None => self.removal(tx, one.id, used).await,
        };
        // Refusals come before anything is written; all else takes the transaction with it.
        let reason = match undone {
            Ok(()) => return Ok(Ok(())),
            Err(ServiceError::Conflict(reason) | ServiceError::Forbidden(reason)) => reason,
            Err(other) => return Err(other),
        };
        let version = exports::get_version(&mut *tx, one.id, one.current)
            .await
            .map_err(stored)?;
        let name = version.map(|version| version.name);
        Ok(Err(not_done(one.id, name.as_ref(), reason)))
    }

    /// Goes back to the version before the one that was made.
    async fn version(
        &mut self,
        tx: &mut Tx,
        one: &Undoable,
        made: Version,
        used: &mut Vec<TableId>,
    ) -> Answer<()> {
        if one.removed_at.is_some() || one.current != made {
            return Err(conflict("changed_since"));
        }
        let id = one.id;
        let record = exports::get(&mut *tx, id, &self.scope)
            .await
            .map_err(stored)?;
        let record = record.filter(|record| record.details.row.version == made);
        let before = exports::get_version(&mut *tx, id, made - 1)
            .await
            .map_err(stored)?;
        let (Some(record), Some(before)) = (record, before) else {
            return Err(conflict("changed_since"));
        };
        self.may_edit(record.audience.as_ref())?;
        let now = record.details;
        let connection = now.row.connection.as_ref().map(|connection| connection.id);
        if before.connection_id == connection {
            self.reschedule(tx, &now, &before).await?;
        } else {
            self.attach(tx, &now, &before).await?;
            used.extend(tables_of(&before.items));
        }
        self.note(tx, id, Some(&now)).await
    }

    /// Gives an export the schedule that it had.
    async fn reschedule(
        &self,
        tx: &mut Tx,
        now: &ExportDetails,
        before: &ExportVersion,
    ) -> Answer<()> {
        let schedule = planned(before)?;
        let is_active = before.enabled && before.connection_id.is_some();
        let write = ScheduleWrite {
            expected: Some(now.row.version),
            enabled: before.enabled,
            schedule: &schedule.draft,
            next_start: schedule.next_start(is_active, self.step.at),
        };
        schedules::write_schedule(tx, now.row.id, &write, &self.step)
            .await
            .map_err(stored)?;
        Ok(())
    }

    /// Gives an export the connection that it had, with all else of that version.
    async fn attach(
        &mut self,
        tx: &mut Tx,
        now: &ExportDetails,
        before: &ExportVersion,
    ) -> Answer<()> {
        let id = now.row.id;
        if let Some(connection) = before.connection_id {
            let row = connections::get(&mut *tx, connection)
                .await
                .map_err(stored)?;
            let row = row.ok_or_else(|| conflict("connection_removed"))?;
            self.may_edit(Some(&row.audience))?;
            self.alone(tx, connection, id, before).await?;
        }
        are_there(tx, &before.items).await?;
        let schedule = planned(before)?;
        let change = self.change(before, before.enabled, &schedule);
        exports::update(tx, id, now.row.version, &change)
            .await
            .map_err(stored)?;
        Ok(())
    }

    /// Brings an export back exactly as it was.
    async fn removal(&mut self, tx: &mut Tx, id: ExportId, used: &mut Vec<TableId>) -> Answer<()> {
        let removed = exports::get_removed(&mut *tx, id, &self.scope)
            .await
            .map_err(stored)?;
        // It may have come back, and been removed again by another step.
        let removed = removed.filter(|removed| removed.change == Some(self.undone));
        let removed = removed.ok_or_else(|| conflict("changed_since"))?;
        if removed.at <= self.step.at - KEPT_FOR {
            return Err(conflict("removed_too_long_ago"));
        }
        let row = &removed.record.details.row;
        let version = exports::get_version(&mut *tx, id, row.version)
            .await
            .map_err(stored)?;
        let version = version.ok_or_else(|| conflict("changed_since"))?;
        if version.connection_id.is_some() && row.connection.is_none() {
            return Err(conflict("connection_removed"));
        }
        self.may_edit(removed.record.audience.as_ref())?;
        let taken = exports::name_taken(&mut *tx, &version.name, Some(id))
            .await
            .map_err(stored)?;
        if taken {
            return Err(conflict("name_taken"));
        }
        if let Some(connection) = version.connection_id {
            self.alone(tx, connection, id, &version).await?;
        }
        are_there(tx, &version.items).await?;
        let schedule = planned(&version)?;
        let change = self.change(&version, row.enabled, &schedule);
        exports::unremove(tx, id, &change).await.map_err(stored)?;
        used.extend(tables_of(&version.items));
        self.note(tx, id, None).await
    }

    /// All of a version, written anew.
    fn change<'b>(
        &'b self,
        version: &'b ExportVersion,
        enabled: bool,
        schedule: &'b Planned,
    ) -> ExportChange<'b> {
        let is_active = enabled && version.connection_id.is_some();
        ExportChange {
            name: &version.name,
            connection_id: version.connection_id,
            folder: &version.folder,
            enabled,
            schedule: &schedule.draft,
            next_start: schedule.next_start(is_active, self.step.at),
            items: &version.items,
            mode: version.mode,
            options: &version.options,
            step: &self.step,
        }
    }

    fn may_edit(&self, audience: Option<&Audience>) -> Answer<()> {
        let resource = match audience {
            Some(audience) => Resource::Connection(audience),
            None => Resource::Detached {
                has_shared: self.has_shared,
            },
        };
        allowed(self.ctx, Action::EditExport, resource).map(drop)
    }

    /// Refuses paths that another export of the connection could write by now.
    async fn alone(
        &mut self,
        tx: &mut Tx,
        connection: ConnectionId,
        id: ExportId,
        version: &ExportVersion,
    ) -> Answer<()> {
        let others = match self.neighbours.entry(connection) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(unknown) => {
                let read = exports::other_exports_of_connection(tx, connection, None).await;
                unknown.insert(read.map_err(stored)?)
            }
        };
        let names: Vec<String> = version
            .items
            .iter()
            .map(|item| item.table_name.clone())
            .collect();
        let own = Paths {
            folder: &version.folder,
            options: &version.options,
            tables: &names,
        };
        match rival(&own, others.iter().filter(|other| other.id != id)) {
            Some(other) => {
                let reason = Reason::new("path_collision").with("export", &other.name);
                Err(ServiceError::Conflict(reason))
            }
            None => Ok(()),
        }
    }

    async fn note(&self, tx: &mut Tx, id: ExportId, before: Option<&ExportDetails>) -> Answer<()> {
        let after = read_back(tx, signed_in(self.ctx)?, id).await?;
        let change = Change {
            action: "export.undo",
            kind: "export",
            id: id.to_string(),
            before: before.and_then(json),
            after: with_change(&after, self.step.change),
        };
        note(tx, self.ctx, self.step.at, change).await
    }
}

fn conflict(code: &str) -> ServiceError {
    ServiceError::Conflict(Reason::new(code))
}

/// The schedule of a version. Its zone may be one that this server no longer knows.
fn planned(version: &ExportVersion) -> Answer<Planned> {
    Planned::stored(&version.schedule).map_err(|errors| {
        let first = errors.0.into_iter().next();
        let reason = first.map_or_else(|| Reason::new("malformed"), |error| error.reason);
        ServiceError::Conflict(reason)
    })
}

fn tables_of(items: &[ExportItem]) -> Vec<TableId> {
    items.iter().map(|item| item.table_id).collect()
}

/// Refuses to bring back what sends tables that are gone. Nothing is locked yet.
async fn are_there(tx: &mut Tx, items: &[ExportItem]) -> Answer<()> {
    let ids = tables_of(items);
    let found = tables::tables_by_id(&mut *tx, &ids).await.map_err(stored)?;
    if found.len() < ids.len() {
        return Err(conflict("source_removed"));
    }
    Ok(())
}

/// Makes sure that what was brought back sends nothing that is removed meanwhile.
async fn hold(tx: &mut Tx, used: &[TableId]) -> Answer<()> {
    match tables::lock_sources(tx, used).await {
        Err(StoreError::NotFound) => Err(conflict("source_removed")),
        held => held.map_err(stored),
    }
}
