//! Connections are removed, once no export uses them, and restored.

use app::domain::{
    BulkAction, BulkOutcome, ConnectionDetails, ConnectionId, ConnectionPause, ExportId, Reason,
    Release, RemovedConnection, Target, Version,
};
use app::ports::{Answer, RequestContext, ServiceError};
use serde_json::Map;

use super::{Connections, picture};
use crate::policy::{Action, Resource};
use crate::services::bulk_plan::Order;
use crate::services::errors::stored;
use crate::services::export_bulk::Bulk;
use crate::services::export_history::{KEPT_FOR, names};
use crate::services::{Change, allowed, note};
use crate::store::{
    StoreError,
    connections::{self, Restored},
};

impl Connections {
    pub(super) async fn take_away(
        &self,
        ctx: &RequestContext,
        id: ConnectionId,
        version: Option<Version>,
    ) -> Answer<()> {
        let actor = allowed(ctx, Action::ManageConnections, Resource::None)?;
        let before = self.found(id).await?;
        let now = self.0.now();
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        match connections::remove(&mut tx, id, version, now, &actor.name).await {
            Err(StoreError::InUse) => {
                drop(tx);
                let used = connections::exports_using(&self.0.store, id)
                    .await
                    .map_err(stored)?;
                return Err(ServiceError::Conflict(in_use("connection_in_use", &used)));
            }
            other => other.map_err(stored)?,
        }
        let change = Change {
            action: "connection.remove",
            kind: "connection",
            id: id.to_string(),
            before: Some(picture::of(&before, Map::new())),
            after: None,
        };
        note(&mut tx, ctx, now, change).await?;
        tx.commit().await.map_err(stored)
    }

    /// Takes exports off a connection, by the command on many that does the same to exports of a list: as one step,
    /// each with its entry.
    pub(super) async fn free_of(
        &self,
        ctx: &RequestContext,
        id: ConnectionId,
        exports: Vec<ExportId>,
        how: Release,
    ) -> Answer<ConnectionDetails> {
        allowed(ctx, Action::ManageConnections, Resource::None)?;
        self.found(id).await?;
        let target = Target::Ids(exports);
        target.check().map_err(|mut errors| {
            for error in &mut errors.0 {
                "exports".clone_into(&mut error.field);
            }
            ServiceError::Invalid(errors)
        })?;
        let action = match how {
            Release::Detach => BulkAction::Detach,
            Release::Remove => BulkAction::Remove { cancel_runs: false },
        };
        let order = Order {
            only_of: Some(id),
            ..Order::of(action)
        };
        let report = Bulk(self.0.clone())
            .carry_out(ctx, order, target, None)
            .await?;
        let details = self.details(id).await?;
        // Those that somebody took off it meanwhile are as asked for.
        let stays = |export: &BulkOutcome| details.used_by.iter().any(|(id, _)| *id == export.id);
        let failed = report.failed.into_iter().find(stays);
        match failed.and_then(|export| export.error) {
            Some(reason) => Err(ServiceError::Conflict(reason)),
            None => Ok(details),
        }
    }

    pub(super) async fn taken_away(&self, ctx: &RequestContext) -> Answer<Vec<RemovedConnection>> {
        allowed(ctx, Action::ManageConnections, Resource::None)?;
        connections::removed(&self.0.store, self.0.now(), KEPT_FOR)
            .await
            .map_err(stored)
    }

    pub(super) async fn bring_back(
        &self,
        ctx: &RequestContext,
        id: ConnectionId,
    ) -> Answer<ConnectionDetails> {
        let actor = allowed(ctx, Action::ManageConnections, Resource::None)?;
        let store = &self.0.store;
        let removed = connections::get_removed(store, id, KEPT_FOR)
            .await
            .map_err(stored)?
            .ok_or(ServiceError::NotFound)?;
        let at = self.0.now();
        if removed.kept_until <= at {
            return Err(ServiceError::Conflict(Reason::new("removed_too_long_ago")));
        }
        let free = connections::free_name(store, &names(&removed.name))
            .await
            .map_err(stored)?;
        let pause = ConnectionPause {
            since: at,
            by: actor.name.clone(),
            reason: Some(Reason::new("connection_restored")),
        };
        let restored = Restored {
            name: free.as_deref().unwrap_or(&removed.name),
            at,
            by: &actor.name,
            pause: &pause,
        };
        let mut tx = store.begin().await.map_err(stored)?;
        connections::restore(&mut tx, id, &restored)
            .await
            .map_err(stored)?;
        self.committed(ctx, tx, "connection.restore", id, None, None)
            .await
    }
}

/// *In use*, with the names of the exports.
pub(in crate::services) fn in_use(code: &str, exports: &[(ExportId, String)]) -> Reason {
    let names: Vec<&str> = exports.iter().map(|(_, name)| name.as_str()).collect();
    Reason::new(code)
        .with("exports", names.join(", "))
        .with("count", exports.len())
}
