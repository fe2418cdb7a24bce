//! The audit log: who did what, and for how long that is kept.

use async_trait::async_trait;
use serde_json::Value;

use super::{Answer, RequestContext};
use crate::domain::{AuditDays, AuditDetails, AuditId, AuditQuery, AuditSummary, Cursor, Page};

/// An entry with what was before and after the change, as it was kept.
pub struct AuditRecord {
    pub entry: AuditSummary,
    pub before: Option<Value>,
    pub after: Option<Value>,
}

/// Entries in their order, and where those after them begin.
pub struct AuditRecords {
    pub records: Vec<AuditRecord>,
    pub next: Option<Cursor>,
}

/// The audit log, for administrators. Nothing changes an entry: they are added by whatever they tell of.
#[async_trait]
pub trait AuditService: Send + Sync {
    async fn list(&self, ctx: &RequestContext, query: AuditQuery) -> Answer<Page<AuditSummary>>;
    async fn get(&self, ctx: &RequestContext, id: AuditId) -> Answer<AuditDetails>;
    /// A large piece of the list from the place of the query, for who reads all of it; its limit is of no account.
    async fn records(&self, ctx: &RequestContext, query: &AuditQuery) -> Answer<AuditRecords>;
    /// For how long entries are kept.
    async fn kept_for(&self, ctx: &RequestContext) -> Answer<AuditDays>;
    /// Keeps them for so many days from now on. Errors are named `audit_days`.
    async fn keep_for(&self, ctx: &RequestContext, days: u32) -> Answer<AuditDays>;
}
