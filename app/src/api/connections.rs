//! Connections.

use leptos::prelude::*;

use super::ApiError;
use super::codec::Json;
use crate::domain::{
    ConnectionChoice, ConnectionDetails, ConnectionDraft, ConnectionId, ConnectionSummary,
    ConnectionTypeInfo, ExportId, Release, RemovedConnection, TestOutcome, Version,
};

#[cfg(feature = "ssr")]
use super::{context::request, error::answer};

/// Every connection.
#[server(prefix = "/api/ui", endpoint = "connections/list", input = Json, output = Json)]
pub async fn list_connections() -> Result<Vec<ConnectionSummary>, ApiError> {
    let (ctx, services) = request()?;
    answer(services.connections.list(&ctx).await)
}

/// Connections that the person may give to an export.
#[server(prefix = "/api/ui", endpoint = "connections/choices", input = Json, output = Json)]
pub async fn connection_choices() -> Result<Vec<ConnectionChoice>, ApiError> {
    let (ctx, services) = request()?;
    answer(services.connections.choices(&ctx).await)
}

/// The types of destination, as their connectors describe them.
#[server(prefix = "/api/ui", endpoint = "connections/types", input = Json, output = Json)]
pub async fn connection_types() -> Result<Vec<ConnectionTypeInfo>, ApiError> {
    let (ctx, services) = request()?;
    answer(services.connections.types(&ctx).await)
}

/// A connection with its configuration.
#[server(prefix = "/api/ui", endpoint = "connections/get", input = Json, output = Json)]
pub async fn get_connection(id: ConnectionId) -> Result<ConnectionDetails, ApiError> {
    let (ctx, services) = request()?;
    answer(services.connections.get(&ctx, id).await)
}

/// Creates a connection.
#[server(prefix = "/api/ui", endpoint = "connections/create", input = Json, output = Json)]
pub async fn create_connection(draft: ConnectionDraft) -> Result<ConnectionDetails, ApiError> {
    let (ctx, services) = request()?;
    answer(services.connections.create(&ctx, draft).await)
}

/// Replaces the configuration of a connection.
#[server(prefix = "/api/ui", endpoint = "connections/update", input = Json, output = Json)]
pub async fn update_connection(
    id: ConnectionId,
    version: Version,
    draft: ConnectionDraft,
) -> Result<ConnectionDetails, ApiError> {
    let (ctx, services) = request()?;
    answer(services.connections.update(&ctx, id, version, draft).await)
}

/// Removes a connection that no export uses.
#[server(prefix = "/api/ui", endpoint = "connections/remove", input = Json, output = Json)]
pub async fn remove_connection(id: ConnectionId, version: Version) -> Result<(), ApiError> {
    let (ctx, services) = request()?;
    answer(services.connections.remove(&ctx, id, Some(version)).await)
}

/// Tries a connection.
#[server(prefix = "/api/ui", endpoint = "connections/test", input = Json, output = Json)]
pub async fn test_connection(id: ConnectionId) -> Result<TestOutcome, ApiError> {
    let (ctx, services) = request()?;
    answer(services.connections.test(&ctx, id).await)
}

/// Tries a draft before it is saved, with the secrets of the connection that is edited where it leaves them out.
#[server(prefix = "/api/ui", endpoint = "connections/test-draft", input = Json, output = Json)]
pub async fn test_connection_draft(
    id: Option<ConnectionId>,
    draft: ConnectionDraft,
) -> Result<TestOutcome, ApiError> {
    let (ctx, services) = request()?;
    answer(services.connections.test_draft(&ctx, id, draft).await)
}

/// Lets the runs of a connection wait, or changes why.
#[server(prefix = "/api/ui", endpoint = "connections/pause", input = Json, output = Json)]
pub async fn pause_connection(
    id: ConnectionId,
    reason: Option<String>,
) -> Result<ConnectionDetails, ApiError> {
    let (ctx, services) = request()?;
    answer(services.connections.pause(&ctx, id, reason).await)
}

/// Ends the pause of a connection.
#[server(prefix = "/api/ui", endpoint = "connections/resume", input = Json, output = Json)]
pub async fn resume_connection(id: ConnectionId) -> Result<ConnectionDetails, ApiError> {
    let (ctx, services) = request()?;
    answer(services.connections.resume(&ctx, id).await)
}

/// Takes exports off a connection that is to go.
#[server(prefix = "/api/ui", endpoint = "connections/release", input = Json, output = Json)]
pub async fn release_exports(
    id: ConnectionId,
    exports: Vec<ExportId>,
    how: Release,
) -> Result<ConnectionDetails, ApiError> {
    let (ctx, services) = request()?;
    let released = services.connections.release_exports(&ctx, id, exports, how);
    answer(released.await)
}

/// Connections that were removed and can be restored.
#[server(prefix = "/api/ui", endpoint = "connections/removed", input = Json, output = Json)]
pub async fn removed_connections() -> Result<Vec<RemovedConnection>, ApiError> {
    let (ctx, services) = request()?;
    answer(services.connections.removed(&ctx).await)
}

/// Brings a removed connection back.
#[server(prefix = "/api/ui", endpoint = "connections/restore", input = Json, output = Json)]
pub async fn restore_connection(id: ConnectionId) -> Result<ConnectionDetails, ApiError> {
    let (ctx, services) = request()?;
    answer(services.connections.restore(&ctx, id).await)
}
