//! Connections.

use leptos::prelude::*;

use super::ApiError;
use super::codec::Json;
use crate::domain::{
    ConnectionChoice, ConnectionDetails, ConnectionDraft, ConnectionId, ConnectionSummary,
    ConnectionTypeInfo, TestOutcome, Version,
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
