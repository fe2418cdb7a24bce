//! The audit log.

use leptos::prelude::*;

use super::ApiError;
use super::codec::Json;
use crate::domain::{AuditDays, AuditDetails, AuditId, AuditQuery, AuditSummary, Page};

#[cfg(feature = "ssr")]
use super::{context::request, error::answer};

/// A page of entries, newest first.
#[server(prefix = "/api/ui", endpoint = "audit/list", input = Json, output = Json)]
pub async fn list_audit(query: AuditQuery) -> Result<Page<AuditSummary>, ApiError> {
    let (ctx, services) = request()?;
    answer(services.audit.list(&ctx, query).await)
}

/// An entry with what it made different.
#[server(prefix = "/api/ui", endpoint = "audit/entry", input = Json, output = Json)]
pub async fn get_audit(id: AuditId) -> Result<AuditDetails, ApiError> {
    let (ctx, services) = request()?;
    answer(services.audit.get(&ctx, id).await)
}

/// For how long entries are kept.
#[server(prefix = "/api/ui", endpoint = "audit/days", input = Json, output = Json)]
pub async fn get_audit_days() -> Result<AuditDays, ApiError> {
    let (ctx, services) = request()?;
    answer(services.audit.kept_for(&ctx).await)
}

/// Keeps entries for so many days.
#[server(prefix = "/api/ui", endpoint = "audit/days/update", input = Json, output = Json)]
pub async fn set_audit_days(days: u32) -> Result<AuditDays, ApiError> {
    let (ctx, services) = request()?;
    answer(services.audit.keep_for(&ctx, days).await)
}
