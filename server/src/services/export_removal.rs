//! Taking away: removing an export, detaching its connection; and bringing it back. What is done is one step, so that
//! it can be undone.

use app::domain::{
    Cause, ChangeId, ExportDetails, ExportId, Micros, Reason, Removal, RemovalFacts, Version,
};
use app::ports::{Answer, RequestContext, ServiceError};
use serde_json::Value;
use uuid::Uuid;

use super::errors::stored;
use super::exports::{Exports, hold_items, read_back};
use super::{Change, json, note, signed_in};
use crate::policy::Action;
use crate::store::{
    Tx,
    exports::{self, ExportChange, Step},
    queue::{self, Canceled},
    runs,
};

impl Exports {
    /// Removes one export.
    pub(super) async fn remove_one(
        &self,
        ctx: &RequestContext,
        id: ExportId,
        version: Option<Version>,
        cancel_runs: bool,
    ) -> Answer<Removal> {
        let before = self.permitted(ctx, id, Action::EditExport).await?.details;
        // What was permitted is removed, not what somebody made of it meanwhile.
        let version = version.or(Some(before.row.version));
        let step = Step {
            at: self.0.now(),
            by: &signed_in(ctx)?.name,
            change: ChangeId::new(Uuid::now_v7()),
            cause: Cause::Remove,
        };
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        let stopped = remove_in(&mut tx, ctx, &before, version, cancel_runs, &step).await?;
        tx.commit().await.map_err(stored)?;
        self.0.wake.wake();
        Ok(Removal {
            change: step.change,
            stopped,
        })
    }

    /// What the question before removing says, for who may answer it.
    pub(super) async fn facts_of_removal(
        &self,
        ctx: &RequestContext,
        id: ExportId,
    ) -> Answer<RemovalFacts> {
        let row = self
            .permitted(ctx, id, Action::EditExport)
            .await?
            .details
            .row;
        let under_way = runs::unfinished_of(&self.0.store, id)
            .await
            .map_err(stored)?;
        let left = exports::left_behind(&self.0.store, id)
            .await
            .map_err(stored)?;
        Ok(RemovalFacts {
            name: row.name,
            version: row.version,
            under_way: under_way.into_iter().map(|run| run.id).collect(),
            deliveries: left.deliveries,
            files: u64::from(left.files),
        })
    }

    /// Empties the connection of one export.
    pub(super) async fn detach_one(
        &self,
        ctx: &RequestContext,
        id: ExportId,
    ) -> Answer<ExportDetails> {
        let before = self.permitted(ctx, id, Action::DetachExport).await?.details;
        if before.row.connection.is_none() {
            return Ok(before);
        }
        let step = Step {
            at: self.0.now(),
            by: &signed_in(ctx)?.name,
            change: ChangeId::new(Uuid::now_v7()),
            cause: Cause::Detach,
        };
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        let after = detach_in(&mut tx, ctx, &before, &step).await?;
        tx.commit().await.map_err(stored)?;
        Ok(after)
    }
}

/// Removes an export that the person may edit. How many runs were stopped, or asked to stop.
pub(super) async fn remove_in(
    tx: &mut Tx,
    ctx: &RequestContext,
    before: &ExportDetails,
    version: Option<Version>,
    cancel_runs: bool,
    step: &Step<'_>,
) -> Answer<u32> {
    let id = before.row.id;
    let mut stopped = 0;
    if cancel_runs {
        let reason = Reason::new("canceled_by").with("by", step.by);
        for run in runs::unfinished_of(&mut *tx, id).await.map_err(stored)? {
            let asked = queue::request_cancel(tx, run.id, &reason, step.at)
                .await
                .map_err(stored)?;
            if matches!(asked, Canceled::Ended) {
                continue;
            }
            stopped += 1;
            let change = Change {
                action: "run.cancel",
                kind: "run",
                id: run.id.to_string(),
                before: None,
                after: None,
            };
            note(tx, ctx, step.at, change).await?;
        }
    }
    exports::remove(tx, id, version, step)
        .await
        .map_err(stored)?;
    let change = Change {
        action: "export.remove",
        kind: "export",
        id: id.to_string(),
        before: json(before),
        after: Some(serde_json::json!({"change": step.change})),
    };
    note(tx, ctx, step.at, change).await?;
    Ok(stopped)
}

/// Detaches an export whose connection the person may take away.
pub(super) async fn detach_in(
    tx: &mut Tx,
    ctx: &RequestContext,
    before: &ExportDetails,
    step: &Step<'_>,
) -> Answer<ExportDetails> {
    let id = before.row.id;
    let made = exports::detach(tx, id, step).await.map_err(stored)?;
    if made != before.row.version + 1 {
        // Somebody changed it after it was looked at. The caller's transaction goes with the refusal.
        return Err(ServiceError::Stale { current: made - 1 });
    }
    let after = read_back(tx, signed_in(ctx)?, id).await?;
    let change = Change {
        action: "export.detach",
        kind: "export",
        id: id.to_string(),
        before: json(before),
        after: with_change(&after, step.change),
    };
    note(tx, ctx, step.at, change).await?;
    Ok(after)
}

/// An export as the audit log keeps it after a step that can be undone, with that step.
pub(super) fn with_change(after: &ExportDetails, change: ChangeId) -> Option<Value> {
    let mut after = json(after)?;
    after["change"] = json(&change)?;
    Some(after)
}

/// How a removed export comes back. All else is as it was.
#[derive(Clone, Copy, Debug)]
pub(super) struct Return<'a> {
    /// One that no other export has.
    pub(super) name: &'a str,
    /// One that no other export of its connection has.
    pub(super) folder: &'a str,
    /// *Schedule run*.
    pub(super) enabled: bool,
    /// The first start after the step, if it has one, is on and has a connection.
    pub(super) next_start: Option<Micros>,
}

/// Brings back an export that the person may edit.
pub(super) async fn unremove_in(
    tx: &mut Tx,
    ctx: &RequestContext,
    removed: &ExportDetails,
    back: Return<'_>,
    step: &Step<'_>,
) -> Answer<ExportDetails> {
    let id = removed.row.id;
    let connection = removed.row.connection.as_ref();
    let change = ExportChange {
        name: back.name,
        connection_id: connection.map(|connection| connection.id),
        folder: back.folder,
        enabled: back.enabled,
        schedule: &removed.row.schedule,
        next_start: back.next_start,
        items: &removed.items,
        mode: removed.mode,
        options: &removed.options,
        step,
    };
    exports::unremove(tx, id, &change).await.map_err(stored)?;
    hold_items(tx, &removed.items).await?;
    let after = read_back(tx, signed_in(ctx)?, id).await?;
    let change = Change {
        action: "export.unremove",
        kind: "export",
        id: id.to_string(),
        before: None,
        after: json(&after),
    };
    note(tx, ctx, step.at, change).await?;
    Ok(after)
}
