//! Connections: set up, shared, tested, paused, removed and restored.

use async_trait::async_trait;

use super::{Answer, RequestContext};
use crate::domain::{
    ConnectionChoice, ConnectionDetails, ConnectionDraft, ConnectionId, ConnectionSummary,
    ConnectionTypeInfo, ExportId, Release, RemovedConnection, TestOutcome, Version,
};

/// Connections. All but `choices` and `types` are for administrators.
#[async_trait]
pub trait ConnectionService: Send + Sync {
    async fn list(&self, ctx: &RequestContext) -> Answer<Vec<ConnectionSummary>>;
    /// Connections that the person may give to an export, by name.
    async fn choices(&self, ctx: &RequestContext) -> Answer<Vec<ConnectionChoice>>;
    async fn types(&self, ctx: &RequestContext) -> Answer<Vec<ConnectionTypeInfo>>;
    async fn get(&self, ctx: &RequestContext, id: ConnectionId) -> Answer<ConnectionDetails>;
    async fn create(
        &self,
        ctx: &RequestContext,
        draft: ConnectionDraft,
    ) -> Answer<ConnectionDetails>;
    /// Replaces the configuration; secrets that the draft leaves out stay.
    async fn update(
        &self,
        ctx: &RequestContext,
        id: ConnectionId,
        version: Version,
        draft: ConnectionDraft,
    ) -> Answer<ConnectionDetails>;
    /// Refused with the exports that use it.
    async fn remove(
        &self,
        ctx: &RequestContext,
        id: ConnectionId,
        version: Option<Version>,
    ) -> Answer<()>;
    /// Tries a connection, and keeps how it went.
    async fn test(&self, ctx: &RequestContext, id: ConnectionId) -> Answer<TestOutcome>;
    /// Tries a draft before it is saved, with the secrets that `id` has and the draft leaves out. Neither name nor
    /// consent is asked for.
    async fn test_draft(
        &self,
        ctx: &RequestContext,
        id: Option<ConnectionId>,
        draft: ConnectionDraft,
    ) -> Answer<TestOutcome>;
    /// Lets its runs wait, for a reason if one is given (error at `reason`), or changes the reason.
    async fn pause(
        &self,
        ctx: &RequestContext,
        id: ConnectionId,
        reason: Option<String>,
    ) -> Answer<ConnectionDetails>;
    /// Ends its pause. Ending none is no error.
    async fn resume(&self, ctx: &RequestContext, id: ConnectionId) -> Answer<ConnectionDetails>;
    /// Takes these exports off the connection in one step that can be undone. Those that do not use it (any more) are
    /// left alone.
    async fn release_exports(
        &self,
        ctx: &RequestContext,
        id: ConnectionId,
        exports: Vec<ExportId>,
        how: Release,
    ) -> Answer<ConnectionDetails>;
    /// Connections that were removed and can be restored, newest first.
    async fn removed(&self, ctx: &RequestContext) -> Answer<Vec<RemovedConnection>>;
    /// Brings a removed connection back, paused, under its name or the next one that is free.
    async fn restore(&self, ctx: &RequestContext, id: ConnectionId) -> Answer<ConnectionDetails>;
}
