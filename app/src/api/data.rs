//! Data sources and tables.

use leptos::prelude::*;

use super::ApiError;
use super::codec::Json;
use crate::domain::{
    PreviewRows, SourceDraft, SourceId, SourceSummary, TableDetails, TableId, TableSummary,
    TableUpdate, Version,
};

#[cfg(feature = "ssr")]
use super::{context::request, error::answer};

/// Every data source.
#[server(prefix = "/api/ui", endpoint = "data/sources", input = Json, output = Json)]
pub async fn list_sources() -> Result<Vec<SourceSummary>, ApiError> {
    let (ctx, services) = request()?;
    answer(services.data.sources(&ctx).await)
}

/// Creates a source and asks for its first refresh.
#[server(prefix = "/api/ui", endpoint = "data/sources/create", input = Json, output = Json)]
pub async fn create_source(draft: SourceDraft) -> Result<SourceSummary, ApiError> {
    let (ctx, services) = request()?;
    answer(services.data.create_source(&ctx, draft).await)
}

/// Replaces the configuration of a source.
#[server(prefix = "/api/ui", endpoint = "data/sources/update", input = Json, output = Json)]
pub async fn update_source(
    id: SourceId,
    version: Version,
    draft: SourceDraft,
) -> Result<SourceSummary, ApiError> {
    let (ctx, services) = request()?;
    answer(services.data.update_source(&ctx, id, version, draft).await)
}

/// Removes a source that no export uses.
#[server(prefix = "/api/ui", endpoint = "data/sources/remove", input = Json, output = Json)]
pub async fn remove_source(id: SourceId, version: Version) -> Result<(), ApiError> {
    let (ctx, services) = request()?;
    answer(services.data.remove_source(&ctx, id, Some(version)).await)
}

/// Asks for a refresh of a source.
#[server(prefix = "/api/ui", endpoint = "data/sources/refresh", input = Json, output = Json)]
pub async fn refresh_source(id: SourceId) -> Result<SourceSummary, ApiError> {
    let (ctx, services) = request()?;
    answer(services.data.refresh_source(&ctx, id).await)
}

/// Tables, of one source or all.
#[server(prefix = "/api/ui", endpoint = "data/tables", input = Json, output = Json)]
pub async fn list_tables(source: Option<SourceId>) -> Result<Vec<TableSummary>, ApiError> {
    let (ctx, services) = request()?;
    answer(services.data.tables(&ctx, source).await)
}

/// A table with the exports that use it.
#[server(prefix = "/api/ui", endpoint = "data/tables/get", input = Json, output = Json)]
pub async fn get_table(id: TableId) -> Result<TableDetails, ApiError> {
    let (ctx, services) = request()?;
    answer(services.data.table(&ctx, id).await)
}

/// Corrects the schema of a table.
#[server(prefix = "/api/ui", endpoint = "data/tables/update", input = Json, output = Json)]
pub async fn update_table(
    id: TableId,
    version: Version,
    update: TableUpdate,
) -> Result<TableDetails, ApiError> {
    let (ctx, services) = request()?;
    answer(services.data.update_table(&ctx, id, version, update).await)
}

/// The first rows of a table.
#[server(prefix = "/api/ui", endpoint = "data/tables/preview", input = Json, output = Json)]
pub async fn preview_table(id: TableId) -> Result<PreviewRows, ApiError> {
    let (ctx, services) = request()?;
    answer(services.data.preview(&ctx, id).await)
}
