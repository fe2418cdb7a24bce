//! Connections: administrators set them up; contributors see the shared ones by name and type.

use std::str::FromStr as _;

use app::domain::{
    ConnectionChoice, ConnectionDetails, ConnectionDraft, ConnectionId, ConnectionSummary,
    ConnectionType, ConnectionTypeInfo, DisplayName, FieldErrors, Reason, TestOutcome, Version,
};
use app::ports::{Answer, ConnectionService, RequestContext, ServiceError};
use async_trait::async_trait;
use uuid::Uuid;

use super::errors::stored;
use super::{Change, Deps, allowed, json, not_available, note, signed_in, subject};
use crate::pipeline::DataPlane;
use crate::policy::{self, Action, Resource};
use crate::store::{
    StoreError, Tx,
    connections::{self, ConnectionChange, ConnectionRow},
};

/// Types of destination that later versions bring: asked for today, they are *not available yet*.
const COMING: [&str; 9] = [
    "sftp",
    "s3",
    "azure_blob",
    "adls_gen2",
    "gcs",
    "postgres",
    "mysql",
    "webhook",
    "mailchimp",
];

pub(super) struct Connections(pub(super) Deps);

impl Connections {
    fn parse(&self, draft: &ConnectionDraft) -> Answer<(DisplayName, ConnectionType)> {
        let mut errors = FieldErrors::default();
        let name = errors.take("name", DisplayName::parse(&draft.name));
        let kind = errors.take(
            "type",
            ConnectionType::from_str(&draft.kind).map_err(|_| unknown_type(&draft.kind)),
        );
        if !draft.consent {
            errors.add("consent", Reason::new("consent_needed"));
        }
        if let Some(kind) = kind {
            if let Err((field, reason)) = self.0.data.check_connection(kind, &draft.config) {
                errors.add(&field, reason);
            }
            if let Some(secret) = draft.secrets.keys().next() {
                errors.add(
                    &format!("secrets.{secret}"),
                    Reason::new("unknown_field").with("field", secret),
                );
            }
        }
        errors.done().map_err(ServiceError::Invalid)?;
        name.zip(kind).ok_or(ServiceError::NotFound)
    }

    async fn found(&self, id: ConnectionId) -> Answer<ConnectionRow> {
        connections::get(&self.0.store, id)
            .await
            .map_err(stored)?
            .ok_or(ServiceError::NotFound)
    }

    async fn details(&self, id: ConnectionId) -> Answer<ConnectionDetails> {
        let row = self.found(id).await?;
        let used_by = connections::exports_using(&self.0.store, id)
            .await
            .map_err(stored)?;
        Ok(ConnectionDetails {
            summary: ConnectionSummary {
                id: row.id,
                version: row.version,
                name: row.name,
                kind: row.kind,
                audience: row.audience,
                exports: u32::try_from(used_by.len()).unwrap_or(u32::MAX),
                created_at: row.created_at,
                updated_at: row.updated_at,
                updated_by: row.updated_by,
            },
            config: row.config,
            used_by,
        })
    }

    async fn committed(
        &self,
        ctx: &RequestContext,
        mut tx: Tx,
        action: &str,
        id: ConnectionId,
        before: Option<&ConnectionRow>,
    ) -> Answer<ConnectionDetails> {
        let after = connections::get(&mut tx, id).await.map_err(stored)?;
        let change = Change {
            action,
            kind: "connection",
            id: id.to_string(),
            before: before.map(picture),
            after: after.as_ref().map(picture),
        };
        note(&mut tx, ctx, self.0.now(), change).await?;
        tx.commit().await.map_err(stored)?;
        self.details(id).await
    }
}

/// A connection as the audit log keeps it. It has no secrets.
fn picture(row: &ConnectionRow) -> serde_json::Value {
    serde_json::json!({ "name": row.name, "type": row.kind, "config": row.config, "audience": json(&row.audience) })
}

fn unknown_type(kind: &str) -> Reason {
    if COMING.contains(&kind) {
        not_available(kind)
    } else {
        Reason::new("unknown_type").with("type", kind)
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
        let (name, kind) = self.parse(&draft)?;
        let now = self.0.now();
        let row = ConnectionRow {
            id: ConnectionId::new(Uuid::now_v7()),
            version: 1,
            name: name.into(),
            kind,
            config: draft.config,
            audience: draft.audience,
            created_at: now,
            created_by: actor.name.clone(),
            updated_at: now,
            updated_by: actor.name.clone(),
        };
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        connections::insert(&mut tx, &row).await.map_err(stored)?;
        self.committed(ctx, tx, "connection.create", row.id, None)
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
        let (name, kind) = self.parse(&draft)?;
        if kind != before.kind {
            return Err(ServiceError::Invalid(FieldErrors::one(
                "type",
                Reason::new("type_is_fixed"),
            )));
        }
        let change = ConnectionChange {
            name: name.as_str(),
            config: &draft.config,
            audience: &draft.audience,
            at: self.0.now(),
            by: &actor.name,
        };
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        connections::update(&mut tx, id, version, &change)
            .await
            .map_err(stored)?;
        self.committed(ctx, tx, "connection.update", id, Some(&before))
            .await
    }

    async fn remove(
        &self,
        ctx: &RequestContext,
        id: ConnectionId,
        version: Option<Version>,
    ) -> Answer<()> {
        allowed(ctx, Action::ManageConnections, Resource::None)?;
        let before = self.found(id).await?;
        let now = self.0.now();
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        match connections::remove(&mut tx, id, version, now).await {
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
            before: Some(picture(&before)),
            after: None,
        };
        note(&mut tx, ctx, now, change).await?;
        tx.commit().await.map_err(stored)
    }

    async fn test(&self, ctx: &RequestContext, id: ConnectionId) -> Answer<TestOutcome> {
        allowed(ctx, Action::ManageConnections, Resource::None)?;
        let row = self.found(id).await?;
        Ok(self.0.data.test_connection(row.kind, &row.config).await)
    }
}

/// *In use*, with the names of the exports.
pub(super) fn in_use(code: &str, exports: &[(app::domain::ExportId, String)]) -> Reason {
    let names: Vec<&str> = exports.iter().map(|(_, name)| name.as_str()).collect();
    Reason::new(code)
        .with("exports", names.join(", "))
        .with("count", exports.len())
}
