//! Notices, and who gets them.

use leptos::prelude::*;

use super::ApiError;
use super::codec::Json;
use crate::domain::{
    Channel, ChannelDraft, ChannelId, ExportId, FollowSettings, Following, NoticeList, TestOutcome,
    Version,
};

#[cfg(feature = "ssr")]
use super::{context::request, error::answer};

/// The notices of the person looking.
#[server(prefix = "/api/ui", endpoint = "notices", input = Json, output = Json)]
pub async fn list_notices() -> Result<NoticeList, ApiError> {
    let (ctx, services) = request()?;
    answer(services.notices.list(&ctx).await)
}

/// Notes that all of them are read.
#[server(prefix = "/api/ui", endpoint = "notices/read", input = Json, output = Json)]
pub async fn read_notices() -> Result<NoticeList, ApiError> {
    let (ctx, services) = request()?;
    answer(services.notices.read_all(&ctx).await)
}

/// What the person looking follows.
#[server(prefix = "/api/ui", endpoint = "notices/following", input = Json, output = Json)]
pub async fn get_following() -> Result<Following, ApiError> {
    let (ctx, services) = request()?;
    answer(services.notices.following(&ctx).await)
}

/// Follows an export or everything, or no longer.
#[server(prefix = "/api/ui", endpoint = "notices/follow", input = Json, output = Json)]
pub async fn follow(
    export: Option<ExportId>,
    settings: Option<FollowSettings>,
) -> Result<Following, ApiError> {
    let (ctx, services) = request()?;
    answer(services.notices.follow(&ctx, export, settings).await)
}

/// Groups that get notices.
#[server(prefix = "/api/ui", endpoint = "notices/channels", input = Json, output = Json)]
pub async fn list_channels() -> Result<Vec<Channel>, ApiError> {
    let (ctx, services) = request()?;
    answer(services.notices.channels(&ctx).await)
}

/// Adds a group.
#[server(prefix = "/api/ui", endpoint = "notices/channels/create", input = Json, output = Json)]
pub async fn create_channel(draft: ChannelDraft) -> Result<Channel, ApiError> {
    let (ctx, services) = request()?;
    answer(services.notices.create_channel(&ctx, draft).await)
}

/// Replaces a group.
#[server(prefix = "/api/ui", endpoint = "notices/channels/update", input = Json, output = Json)]
pub async fn update_channel(
    id: ChannelId,
    version: Version,
    draft: ChannelDraft,
) -> Result<Channel, ApiError> {
    let (ctx, services) = request()?;
    answer(
        services
            .notices
            .update_channel(&ctx, id, version, draft)
            .await,
    )
}

/// Removes a group.
#[server(prefix = "/api/ui", endpoint = "notices/channels/remove", input = Json, output = Json)]
pub async fn remove_channel(id: ChannelId, version: Version) -> Result<(), ApiError> {
    let (ctx, services) = request()?;
    answer(
        services
            .notices
            .remove_channel(&ctx, id, Some(version))
            .await,
    )
}

/// Sends a test notice to a group.
#[server(prefix = "/api/ui", endpoint = "notices/channels/test", input = Json, output = Json)]
pub async fn test_channel(id: ChannelId) -> Result<TestOutcome, ApiError> {
    let (ctx, services) = request()?;
    answer(services.notices.test_channel(&ctx, id).await)
}
