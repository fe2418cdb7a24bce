//! Runs: seen by everybody, stopped, released and discarded by whoever may edit the export.

use app::domain::{
    ConnectionRef, Page, Permission, Reason, Role, RunDetails, RunId, RunItem, RunQuery, RunStatus,
    RunSummary, without_places,
};
use app::ports::{Actor, Answer, RequestContext, RunService, ServiceError};
use async_trait::async_trait;

use super::errors::stored;
use super::{Change, Deps, allowed, note, signed_in, subject};
use crate::policy::{self, Action, Resource};
use crate::store::{
    Store, Tx,
    connections::{self, ConnectionRow},
    exports::{self, ExportRecord},
    queue::{self, Canceled},
    runs::{self, RunRow},
};

/// Of an export that was removed only administrators may still manage what is under way.
const OF_REMOVED: Action = Action::ManageConnections;

pub(super) struct Runs(pub(super) Deps);

impl Runs {
    async fn found(&self, id: RunId) -> Answer<RunRow> {
        runs::run(&self.0.store, id)
            .await
            .map_err(stored)?
            .ok_or(ServiceError::NotFound)
    }

    /// The run, for somebody who may manage it.
    async fn managed(&self, ctx: &RequestContext, id: RunId) -> Answer<RunRow> {
        allowed(ctx, Action::ViewRuns, Resource::None)?;
        let run = self.found(id).await?;
        let actor = signed_in(ctx)?;
        let export = export_of(&self.0.store, actor, &run).await?;
        may_manage(ctx, export.as_ref())?;
        Ok(run)
    }

    async fn details(&self, ctx: &RequestContext, mut run: RunRow) -> Answer<RunDetails> {
        let actor = signed_in(ctx)?;
        told_to(actor, &mut run.summary);
        let store = &self.0.store;
        let export = export_of(store, actor, &run).await?;
        let items = runs::run_items(store, run.summary.id)
            .await
            .map_err(stored)?;
        let waybill = runs::waybill(store, run.summary.id).await.map_err(stored)?;
        let connection = connections::get(store, run.connection_id)
            .await
            .map_err(stored)?;
        let release_refused = if run.summary.status == RunStatus::Held {
            refusal(may_release(ctx, connection.as_ref()))
        } else {
            None
        };
        Ok(RunDetails {
            tasks: items
                .into_iter()
                .map(|item| RunItem {
                    item: item.table_name,
                    status: item.status,
                    counts: item.counts,
                    expected: Some(item.expected),
                })
                .collect(),
            canceling: run.cancel_requested && !run.summary.status.has_ended(),
            permission: match export {
                Some(export) => export.details.row.permission,
                None if policy::can(&subject(actor), OF_REMOVED, Resource::None) => {
                    Permission::Edit
                }
                None => Permission::View,
            },
            release_refused,
            connection: connection.map(|row| ConnectionRef {
                id: row.id,
                name: row.name,
                kind: row.kind,
            }),
            waybill,
            revision: run.revision,
            run: run.summary,
        })
    }

    async fn committed(
        &self,
        ctx: &RequestContext,
        mut tx: Tx,
        action: &str,
        id: RunId,
    ) -> Answer<RunDetails> {
        let change = Change {
            action,
            kind: "run",
            id: id.to_string(),
            before: None,
            after: None,
        };
        note(&mut tx, ctx, self.0.now(), change).await?;
        tx.commit().await.map_err(stored)?;
        self.0.wake.wake();
        let run = self.found(id).await?;
        self.details(ctx, run).await
    }
}

/// Where destinations are is for administrators.
fn told_to(actor: &Actor, run: &mut RunSummary) {
    if actor.role != Role::Administrator {
        run.status_reason = run.status_reason.take().map(without_places);
    }
}

async fn export_of(store: &Store, actor: &Actor, run: &RunRow) -> Answer<Option<ExportRecord>> {
    let scope = policy::edit_scope(&subject(actor));
    exports::get(store, run.summary.export_id, &scope)
        .await
        .map_err(stored)
}

fn may_manage(ctx: &RequestContext, export: Option<&ExportRecord>) -> Answer<()> {
    let Some(export) = export else {
        return allowed(ctx, OF_REMOVED, Resource::None).map(drop);
    };
    if export.details.row.permission == Permission::Edit {
        return Ok(());
    }
    let resource = match &export.audience {
        Some(audience) => Resource::Connection(audience),
        None => Resource::Detached { has_shared: false },
    };
    allowed(ctx, Action::ManageRun, resource).map(drop)
}

/// A held run delivers to where it was started for, whatever connection its export has by now.
fn may_release(ctx: &RequestContext, connection: Option<&ConnectionRow>) -> Answer<()> {
    let Some(connection) = connection else {
        return Err(ServiceError::Conflict(Reason::new("connection_removed")));
    };
    let there = Resource::Connection(&connection.audience);
    allowed(ctx, Action::ManageRun, there).map(drop)
}

/// Why something may not be done, said before anybody tries.
fn refusal(answer: Answer<()>) -> Option<Reason> {
    match answer {
        Err(ServiceError::Conflict(reason) | ServiceError::Forbidden(reason)) => Some(reason),
        _ => None,
    }
}

#[async_trait]
impl RunService for Runs {
    async fn list(&self, ctx: &RequestContext, query: RunQuery) -> Answer<Page<RunSummary>> {
        let actor = allowed(ctx, Action::ViewRuns, Resource::None)?;
        let mut page = runs::list(&self.0.store, &query).await.map_err(stored)?;
        for run in &mut page.items {
            told_to(actor, run);
        }
        Ok(page)
    }

    async fn get(&self, ctx: &RequestContext, id: RunId) -> Answer<RunDetails> {
        allowed(ctx, Action::ViewRuns, Resource::None)?;
        let run = self.found(id).await?;
        self.details(ctx, run).await
    }

    async fn cancel(&self, ctx: &RequestContext, id: RunId) -> Answer<RunDetails> {
        let run = self.managed(ctx, id).await?;
        let reason = Reason::new("canceled_by").with("by", &signed_in(ctx)?.name);
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        match queue::request_cancel(&mut tx, run.summary.id, &reason, self.0.now())
            .await
            .map_err(stored)?
        {
            Canceled::Now | Canceled::Asked => self.committed(ctx, tx, "run.cancel", id).await,
            Canceled::Ended => Err(ServiceError::Conflict(Reason::new("run_has_ended"))),
        }
    }

    async fn release(&self, ctx: &RequestContext, id: RunId) -> Answer<RunDetails> {
        let run = self.managed(ctx, id).await?;
        let connection = connections::get(&self.0.store, run.connection_id)
            .await
            .map_err(stored)?;
        may_release(ctx, connection.as_ref())?;
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        if !queue::release(&mut tx, id, self.0.now())
            .await
            .map_err(stored)?
        {
            return Err(ServiceError::Conflict(Reason::new("run_is_not_held")));
        }
        self.committed(ctx, tx, "run.release", id).await
    }

    async fn discard(&self, ctx: &RequestContext, id: RunId) -> Answer<RunDetails> {
        self.managed(ctx, id).await?;
        let reason = Reason::new("held_discarded").with("by", &signed_in(ctx)?.name);
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        if !queue::discard(&mut tx, id, &reason, self.0.now())
            .await
            .map_err(stored)?
        {
            return Err(ServiceError::Conflict(Reason::new("run_is_not_held")));
        }
        self.committed(ctx, tx, "run.discard", id).await
    }
}
