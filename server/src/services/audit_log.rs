//! The audit log, as administrators read it. What is in it was written by the services whose changes it tells of, in the
//! transactions of these.

use app::domain::{AuditDays, AuditDetails, AuditId, AuditQuery, AuditSummary, KeepingDraft, Page};
use app::ports::{
    Answer, AuditRecord, AuditRecords, AuditService, RequestContext, ServiceError,
    StorageService as _,
};
use async_trait::async_trait;

use super::audit_differences::{differences, reason_of};
use super::errors::stored;
use super::storage::Storages;
use super::{Deps, allowed};
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
        let draft = KeepingDraft {
            audit_days: Some(days),
            ..KeepingDraft::default()
        };
        let kept = Storages(self.0.clone()).keep(ctx, draft).await?;
        Ok(kept.audit_days)
    }
}
