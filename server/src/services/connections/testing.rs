//! Connections are tried: stored ones, of which it is kept how it went, and drafts before they are saved.

use app::domain::{ConnectionDraft, ConnectionId, FieldErrors, TestOutcome};
use app::ports::{Answer, RequestContext, ServiceError};
use serde_json::{Value, json};

use super::{Connections, picture};
use crate::pipeline::Candidate;
use crate::policy::{Action, Resource};
use crate::services::errors::stored;
use crate::services::{Change, allowed, note};
use crate::store::connections::{self, TestRecord};

impl Connections {
    /// Tries a stored connection, and keeps how it went.
    pub(super) async fn try_stored(
        &self,
        ctx: &RequestContext,
        id: ConnectionId,
    ) -> Answer<TestOutcome> {
        allowed(ctx, Action::ManageConnections, Resource::None)?;
        let row = self.found(id).await?;
        let tested = self.0.data.test_stored(&row).await;
        let at = self.0.now();
        let record = TestRecord {
            version: row.version,
            at,
            outcome: &tested.outcome,
            expires: &tested.expires,
        };
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        connections::record_test(&mut tx, id, &record)
            .await
            .map_err(stored)?;
        let change = Change {
            action: "connection.test",
            kind: "connection",
            id: id.to_string(),
            before: None,
            after: Some(found(&tested.outcome)),
        };
        note(&mut tx, ctx, at, change).await?;
        tx.commit().await.map_err(stored)?;
        Ok(tested.outcome)
    }

    /// Tries a draft, with the secrets of the connection that is edited where the draft leaves them out. The audit log
    /// keeps where it led.
    pub(super) async fn try_draft(
        &self,
        ctx: &RequestContext,
        id: Option<ConnectionId>,
        draft: &ConnectionDraft,
    ) -> Answer<TestOutcome> {
        allowed(ctx, Action::ManageConnections, Resource::None)?;
        let before = match id {
            Some(id) => Some(self.found(id).await?),
            None => None,
        };
        let mut errors = FieldErrors::default();
        let destination = self.destination(before.as_ref(), draft, &mut errors).await;
        errors.done().map_err(ServiceError::Invalid)?;
        let destination = destination.ok_or(ServiceError::NotFound)?;
        let candidate = Candidate {
            kind: destination.kind,
            config: &draft.config,
            secrets: &destination.secrets,
        };
        let tested = self.0.data.test_connection(&candidate).await;
        let mut after = found(&tested.outcome);
        after["name"] = draft.name.as_str().into();
        after["type"] = destination.kind.code().into();
        after["config"] = Value::Object(draft.config.clone());
        after["secrets"] = Value::Object(picture::done_to(&destination.changes, &[]));
        let change = Change {
            action: "connection.test_draft",
            kind: "connection",
            id: id.map(|id| id.to_string()).unwrap_or_default(),
            before: None,
            after: Some(after),
        };
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        note(&mut tx, ctx, self.0.now(), change).await?;
        tx.commit().await.map_err(stored)?;
        Ok(tested.outcome)
    }
}

/// How a test went, as the audit log keeps it: without a vendor's words.
fn found(outcome: &TestOutcome) -> Value {
    let reason = outcome.reason.as_ref();
    json!({ "ok": outcome.ok, "reason": reason.map(|reason| reason.code.as_str()) })
}
