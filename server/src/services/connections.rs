//! Connections: administrators set them up; contributors see the shared ones by name and type.

use std::collections::BTreeMap;
use std::str::FromStr as _;

use app::domain::{
    ConnectionChoice, ConnectionDetails, ConnectionDraft, ConnectionId, ConnectionSummary,
    ConnectionType, ConnectionTypeInfo, DisplayName, FieldErrors, Reason, TestOutcome, TextError,
    Version,
};
use app::ports::{Actor, Answer, ConnectionService, RequestContext, ServiceError};
use async_trait::async_trait;
use base::Secret;
use serde_json::Value;
use uuid::Uuid;

use super::errors::stored;
use super::{Change, Deps, allowed, json, not_available, note, signed_in, subject};
use crate::pipeline::{Candidate, DataPlane, SecretChanges};
use crate::policy::{self, Action, Resource};
use crate::store::{
    StoreError, Tx,
    connections::{self, ConnectionChange, ConnectionRow},
};

/// Types of destination that later versions bring: asked for today, they are *not available yet*, as those are that have no
/// connector.
const COMING: [&str; 4] = ["gcs", "postgres", "mysql", "mailchimp"];

/// A draft whose fields are right.
struct Parsed {
    name: DisplayName,
    kind: ConnectionType,
    secrets: SecretChanges,
}

pub(super) struct Connections(pub(super) Deps);

impl Connections {
    /// `id`: the connection that is edited; none: a new one.
    async fn parse(&self, id: Option<ConnectionId>, draft: &ConnectionDraft) -> Answer<Parsed> {
        let mut errors = FieldErrors::default();
        let name = errors.take("name", DisplayName::parse(&draft.name));
        let kind = errors.take(
            "type",
            ConnectionType::from_str(&draft.kind).map_err(|_| unknown_type(&draft.kind)),
        );
        if !draft.consent {
            errors.add("consent", Reason::new("consent_needed"));
        }
        let secrets = secret_changes(draft, &mut errors);
        match kind {
            Some(kind) if DataPlane::delivers_to(kind) => {
                self.check(id, kind, draft, &secrets, &mut errors).await;
            }
            Some(kind) => errors.add("type", not_available(kind.code())),
            None => {}
        }
        errors.done().map_err(ServiceError::Invalid)?;
        let (name, kind) = name.zip(kind).ok_or(ServiceError::NotFound)?;
        Ok(Parsed {
            name,
            kind,
            secrets,
        })
    }

    /// Notes what the connector refuses.
    async fn check(
        &self,
        id: Option<ConnectionId>,
        kind: ConnectionType,
        draft: &ConnectionDraft,
        changes: &SecretChanges,
        errors: &mut FieldErrors,
    ) {
        let data = &self.0.data;
        let changed = data.vault().changed(id, changes).await;
        let secrets = changed.unwrap_or_else(|faults| {
            for (key, reason) in faults {
                errors.add(&format!("secrets.{key}"), reason);
            }
            Secret::new(BTreeMap::new())
        });
        let candidate = Candidate {
            kind,
            config: &draft.config,
            secrets: &secrets,
        };
        if let Err((field, reason)) = data.check_connection(&candidate)
            && errors.of(&field).is_none()
        {
            errors.add(&field, reason);
        }
    }

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
        secrets: &SecretChanges,
    ) -> Answer<()> {
        let vault = self.0.data.vault();
        vault
            .keep(tx, id, secrets, &actor.name, self.0.now())
            .await
            .map_err(stored)
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

/// The secrets that a draft brings: texts, and null where one is to go.
fn secret_changes(draft: &ConnectionDraft, errors: &mut FieldErrors) -> SecretChanges {
    let mut changes = BTreeMap::new();
    for (key, value) in &draft.secrets {
        match value {
            Value::Null => {
                changes.insert(key.clone(), None);
            }
            Value::String(text) => {
                changes.insert(key.clone(), Some(text.clone()));
            }
            _ => errors.add(&format!("secrets.{key}"), TextError::Malformed.into()),
        }
    }
    Secret::new(changes)
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
        let parsed = self.parse(None, &draft).await?;
        let now = self.0.now();
        let row = ConnectionRow {
            id: ConnectionId::new(Uuid::now_v7()),
            version: 1,
            name: parsed.name.into(),
            kind: parsed.kind,
            config: draft.config,
            audience: draft.audience,
            created_at: now,
            created_by: actor.name.clone(),
            updated_at: now,
            updated_by: actor.name.clone(),
        };
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        connections::insert(&mut tx, &row).await.map_err(stored)?;
        self.keep(&mut tx, actor, row.id, &parsed.secrets).await?;
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
        let parsed = self.parse(Some(id), &draft).await?;
        if parsed.kind != before.kind {
            return Err(ServiceError::Invalid(FieldErrors::one(
                "type",
                Reason::new("type_is_fixed"),
            )));
        }
        let change = ConnectionChange {
            name: parsed.name.as_str(),
            config: &draft.config,
            audience: &draft.audience,
            at: self.0.now(),
            by: &actor.name,
        };
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        connections::update(&mut tx, id, version, &change)
            .await
            .map_err(stored)?;
        self.keep(&mut tx, actor, id, &parsed.secrets).await?;
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
        Ok(self.0.data.test_stored(&row).await)
    }
}

/// *In use*, with the names of the exports.
pub(super) fn in_use(code: &str, exports: &[(app::domain::ExportId, String)]) -> Reason {
    let names: Vec<&str> = exports.iter().map(|(_, name)| name.as_str()).collect();
    Reason::new(code)
        .with("exports", names.join(", "))
        .with("count", exports.len())
}
