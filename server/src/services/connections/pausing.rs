//! Connections are paused by hand, and resumed: by whomever they were paused.

use app::domain::{ConnectionDetails, ConnectionId, ConnectionPause, FieldErrors};
use app::ports::{Answer, RequestContext, ServiceError};

use super::Connections;
use crate::policy::{Action, Resource};
use crate::services::errors::stored;
use crate::services::{Change, allowed, json, note};
use crate::store::connections;

/// A change of the pause for the audit log.
fn change<'a>(
    action: &'a str,
    id: ConnectionId,
    before: Option<&ConnectionPause>,
    after: Option<&ConnectionPause>,
) -> Change<'a> {
    Change {
        action,
        kind: "connection",
        id: id.to_string(),
        before: before.and_then(json),
        after: after.and_then(json),
    }
}

impl Connections {
    /// Lets the runs of a connection wait. Where they do already, only why and by whom changes.
    pub(super) async fn hold_back(
        &self,
        ctx: &RequestContext,
        id: ConnectionId,
        reason: Option<&str>,
    ) -> Answer<ConnectionDetails> {
        let actor = allowed(ctx, Action::ManageConnections, Resource::None)?;
        let reason = ConnectionPause::reason_of(reason)
            .map_err(|error| ServiceError::Invalid(FieldErrors::one("reason", error.into())))?;
        self.found(id).await?;
        let now = self.0.now();
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        let standing = connections::standing(&mut tx, id).await.map_err(stored)?;
        let before = standing.pause;
        let pause = ConnectionPause {
            since: before.as_ref().map_or(now, |before| before.since),
            by: actor.name.clone(),
            reason,
        };
        if before.as_ref() == Some(&pause) {
            tx.rollback().await.map_err(stored)?;
            return self.details(id).await;
        }
        connections::set_pause(&mut tx, id, &pause)
            .await
            .map_err(stored)?;
        let change = change("connection.pause", id, before.as_ref(), Some(&pause));
        note(&mut tx, ctx, now, change).await?;
        tx.commit().await.map_err(stored)?;
        tracing::info!(user.id = %actor.id, connection.id = %id, "a connection is paused");
        self.details(id).await
    }

    /// Ends the pause of a connection. Ending none is no error.
    pub(super) async fn let_go(
        &self,
        ctx: &RequestContext,
        id: ConnectionId,
    ) -> Answer<ConnectionDetails> {
        let actor = allowed(ctx, Action::ManageConnections, Resource::None)?;
        self.found(id).await?;
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        let before = connections::end_pause(&mut tx, id).await.map_err(stored)?;
        if before.is_none() {
            tx.rollback().await.map_err(stored)?;
            return self.details(id).await;
        }
        let change = change("connection.resume", id, before.as_ref(), None);
        note(&mut tx, ctx, self.0.now(), change).await?;
        tx.commit().await.map_err(stored)?;
        tracing::info!(user.id = %actor.id, connection.id = %id, "a connection is resumed");
        self.0.wake.wake();
        self.details(id).await
    }
}
