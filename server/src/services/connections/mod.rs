//! Connections: administrators set them up; contributors see the shared ones by name and type.

mod draft;
mod pausing;
mod picture;
mod removal;
mod testing;

use app::domain::{
    ConnectionChoice, ConnectionDetails, ConnectionDraft, ConnectionId, ConnectionSummary,
    ConnectionTypeInfo, ExportId, Release, RemovedConnection, TestOutcome, Version,
};
use app::ports::{Actor, Answer, ConnectionService, RequestContext, ServiceError};
use async_trait::async_trait;
use serde_json::Map;
use uuid::Uuid;

pub(super) use removal::in_use;

use super::errors::stored;
use super::{Change, Deps, allowed, note, signed_in, subject};
use crate::pipeline::{DataPlane, SecretChanges};
use crate::policy::{self, Action, Resource};
use crate::store::{
    Tx,
    connections::{self, ConnectionChange, ConnectionRow},
    secrets,
};

pub(super) struct Connections(pub(super) Deps);

impl Connections {
    async fn found(&self, id: ConnectionId) -> Answer<ConnectionRow> {
        connections::get(&self.0.store, id)
            .await
            .map_err(stored)?
            .ok_or(ServiceError::NotFound)
    }

    async fn details(&self, id: ConnectionId) -> Answer<ConnectionDetails> {
        let row = self.found(id).await?;
        let store = &self.0.store;
        let used_by = connections::exports_using(store, id)
            .await
            .map_err(stored)?;
        let standing = connections::standing(store, id).await.map_err(stored)?;
        let people = connections::people(store, id).await.map_err(stored)?;
        let secrets = self.0.data.vault().states(id).await.map_err(stored)?;
        Ok(ConnectionDetails {
            summary: ConnectionSummary {
                id: row.id,
                version: row.version,
                name: row.name,
                kind: row.kind,
                audience: row.audience,
                exports: u32::try_from(used_by.len()).unwrap_or(u32::MAX),
                test: standing.test,
                pause: standing.pause,
                expires: standing.expires,
                created_at: row.created_at,
                created_by: row.created_by,
                updated_at: row.updated_at,
                updated_by: row.updated_by,
            },
            config: row.config,
            secrets,
            people,
            used_by,
        })
    }

    async fn keep(
        &self,
        tx: &mut Tx,
        actor: &Actor,
        id: ConnectionId,
        changes: &SecretChanges,
    ) -> Answer<()> {
        let vault = self.0.data.vault();
        vault
            .keep(tx, id, changes, &actor.name, self.0.now())
            .await
            .map_err(stored)
    }

    /// Notes a change with what was done to secrets, commits it, and lets runs go that may.
    async fn committed(
        &self,
        ctx: &RequestContext,
        mut tx: Tx,
        action: &str,
        id: ConnectionId,
        before: Option<&ConnectionRow>,
        changes: Option<&SecretChanges>,
    ) -> Answer<ConnectionDetails> {
        let after = connections::get(&mut tx, id).await.map_err(stored)?;
        let kept = secrets::of(&mut tx, "connection", &id.to_string())
            .await
            .map_err(stored)?;
        let done = changes.map(|changes| picture::done_to(changes, &kept));
        let done = done.unwrap_or_default();
        let change = Change {
            action,
            kind: "connection",
            id: id.to_string(),
            before: before.map(|row| picture::of(row, Map::new())),
            after: after.map(|row| picture::of(&row, done)),
        };
        note(&mut tx, ctx, self.0.now(), change).await?;
        tx.commit().await.map_err(stored)?;
        self.0.wake.wake();
        self.details(id).await
    }
}

#[async_trait]
impl ConnectionService for Connections {
    async fn list(&self, ctx: &RequestContext) -> Answer<Vec<ConnectionSummary>> {
        allowed(ctx, Action::ManageConnections, Resource::None)?;
        connections::list(&self.0.store).await.map_err(stored)
    }

    async fn choices(&self, ctx: &RequestContext) -> Answer<Vec<ConnectionChoice>> {
        let actor = allowed(ctx, Action::ChooseConnection, Resource::None)?;
        let scope = policy::edit_scope(&subject(actor));
        let usable = connections::usable(&self.0.store, &scope)
            .await
            .map_err(stored)?;
        Ok(usable
            .into_iter()
            .map(|connection| ConnectionChoice { connection })
            .collect())
    }

    async fn types(&self, ctx: &RequestContext) -> Answer<Vec<ConnectionTypeInfo>> {
        signed_in(ctx)?;
        Ok(DataPlane::connection_types())
    }

    async fn get(&self, ctx: &RequestContext, id: ConnectionId) -> Answer<ConnectionDetails> {
        allowed(ctx, Action::ManageConnections, Resource::None)?;
        self.details(id).await
    }

    async fn create(
        &self,
        ctx: &RequestContext,
        draft: ConnectionDraft,
    ) -> Answer<ConnectionDetails> {
        let actor = allowed(ctx, Action::ManageConnections, Resource::None)?;
        let parsed = self.parse(None, &draft).await?;
        let now = self.0.now();
        let row = ConnectionRow {
            id: ConnectionId::new(Uuid::now_v7()),
            version: 1,
            name: parsed.name.into(),
            kind: parsed.destination.kind,
            config: draft.config,
            audience: draft.audience,
            created_at: now,
            created_by: actor.name.clone(),
            updated_at: now,
            updated_by: actor.name.clone(),
        };
        let changes = &parsed.destination.changes;
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        connections::insert(&mut tx, &row).await.map_err(stored)?;
        self.keep(&mut tx, actor, row.id, changes).await?;
        self.committed(ctx, tx, "connection.create", row.id, None, Some(changes))
            .await
    }

    async fn update(
        &self,
        ctx: &RequestContext,
        id: ConnectionId,
        version: Version,
        draft: ConnectionDraft,
    ) -> Answer<ConnectionDetails> {
        let actor = allowed(ctx, Action::ManageConnections, Resource::None)?;
        let before = self.found(id).await?;
        if before.version != version {
            return Err(ServiceError::Stale {
                current: before.version,
            });
        }
        let parsed = self.parse(Some(&before), &draft).await?;
        let change = ConnectionChange {
            name: parsed.name.as_str(),
            config: &draft.config,
            audience: &draft.audience,
            at: self.0.now(),
            by: &actor.name,
        };
        let changes = &parsed.destination.changes;
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        connections::update(&mut tx, id, version, &change)
            .await
            .map_err(stored)?;
        self.keep(&mut tx, actor, id, changes).await?;
        if !changes.expose().is_empty() || draft.config != before.config {
            connections::begin_anew(&mut tx, id).await.map_err(stored)?;
        }
        let before = Some(&before);
        self.committed(ctx, tx, "connection.update", id, before, Some(changes))
            .await
    }

    async fn remove(
        &self,
        ctx: &RequestContext,
        id: ConnectionId,
        version: Option<Version>,
    ) -> Answer<()> {
        self.take_away(ctx, id, version).await
    }

    async fn test(&self, ctx: &RequestContext, id: ConnectionId) -> Answer<TestOutcome> {
        self.try_stored(ctx, id).await
    }

    async fn test_draft(
        &self,
        ctx: &RequestContext,
        id: Option<ConnectionId>,
        draft: ConnectionDraft,
    ) -> Answer<TestOutcome> {
        self.try_draft(ctx, id, &draft).await
    }

    async fn pause(
        &self,
        ctx: &RequestContext,
        id: ConnectionId,
        reason: Option<String>,
    ) -> Answer<ConnectionDetails> {
        self.hold_back(ctx, id, reason.as_deref()).await
    }

    async fn resume(&self, ctx: &RequestContext, id: ConnectionId) -> Answer<ConnectionDetails> {
        self.let_go(ctx, id).await
    }

    async fn release_exports(
        &self,
        ctx: &RequestContext,
        id: ConnectionId,
        exports: Vec<ExportId>,
        how: Release,
    ) -> Answer<ConnectionDetails> {
        self.free_of(ctx, id, exports, how).await
    }

    async fn removed(&self, ctx: &RequestContext) -> Answer<Vec<RemovedConnection>> {
        self.taken_away(ctx).await
    }

    async fn restore(&self, ctx: &RequestContext, id: ConnectionId) -> Answer<ConnectionDetails> {
        self.bring_back(ctx, id).await
    }
}
