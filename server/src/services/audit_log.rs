//! The audit log, as administrators read it. What is in it was written by the services whose changes it tells of, in the
//! transactions of these.

use app::domain::{AuditDays, AuditDetails, AuditId, AuditQuery, AuditSummary, FieldErrors, Page};
use app::ports::{Answer, AuditRecord, AuditRecords, AuditService, RequestContext, ServiceError};
use async_trait::async_trait;
use serde_json::json;

use super::audit_differences::{differences, reason_of};
use super::errors::stored;
use super::{Change, Deps, allowed, note};
use crate::policy::{Action, Resource};
use crate::store::audit::{self, Found};

/// How many entries are read at once by who reads all of them.
const AT_ONCE: u32 = 500;

pub(super) struct AuditLog(pub(super) Deps);

#[async_trait]
impl AuditService for AuditLog {
    async fn list(&self, ctx: &RequestContext, query: AuditQuery) -> Answer<Page<AuditSummary>> {
        allowed(ctx, Action::ViewAudit, Resource::None)?;
        audit::list(&self.0.store, &query).await.map_err(stored)
    }

    async fn get(&self, ctx: &RequestContext, id: AuditId) -> Answer<AuditDetails> {
        allowed(ctx, Action::ViewAudit, Resource::None)?;
        let found = audit::get(&self.0.store, id).await.map_err(stored)?;
        let found = found.ok_or(ServiceError::NotFound)?;
        let (before, after) = (found.before.as_ref(), found.after.as_ref());
        Ok(AuditDetails {
            reason: reason_of(after),
            differences: differences(&found.summary.kind, before, after),
            token_name: found.token_name,
            entry: found.summary,
        })
    }

    async fn records(&self, ctx: &RequestContext, query: &AuditQuery) -> Answer<AuditRecords> {
        allowed(ctx, Action::ViewAudit, Resource::None)?;
        let piece = audit::piece(&self.0.store, query, AT_ONCE)
            .await
            .map_err(stored)?;
        let record = |found: Found| AuditRecord {
            entry: found.summary,
            before: found.before,
            after: found.after,
        };
        Ok(AuditRecords {
            records: piece.entries.into_iter().map(record).collect(),
            next: piece.next,
        })
    }

    async fn kept_for(&self, ctx: &RequestContext) -> Answer<AuditDays> {
        allowed(ctx, Action::ViewAudit, Resource::None)?;
        audit::days(&self.0.store).await.map_err(stored)
    }

    async fn keep_for(&self, ctx: &RequestContext, days: u32) -> Answer<AuditDays> {
        allowed(ctx, Action::ManageSettings, Resource::None)?;
        let days = AuditDays::parse(days)
            .map_err(|reason| ServiceError::Invalid(FieldErrors::one("audit_days", reason)))?;
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        let before = audit::days(&mut tx).await.map_err(stored)?;
        if before == days {
            tx.rollback().await.map_err(stored)?;
            return Ok(days);
        }
        audit::set_days(&mut tx, days).await.map_err(stored)?;
        let change = Change {
            action: "settings.update",
            kind: "system",
            id: "settings".to_owned(),
            before: Some(json!({ "audit_days": before })),
            after: Some(json!({ "audit_days": days })),
        };
        note(&mut tx, ctx, self.0.now(), change).await?;
        tx.commit().await.map_err(stored)?;
        Ok(days)
    }
}
