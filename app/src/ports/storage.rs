//! What things take on disks, and what is kept for how long.

use async_trait::async_trait;

use super::{Answer, RequestContext};
use crate::domain::{Keeping, KeepingDraft, Storage};

/// Disks and what is kept. Everybody may look, administrators change; only these are told the names of servers.
#[async_trait]
pub trait StorageService: Send + Sync {
    async fn storage(&self, ctx: &RequestContext) -> Answer<Storage>;
    /// What is kept for how long, for administrators.
    async fn keeping(&self, ctx: &RequestContext) -> Answer<Keeping>;
    /// Keeps it so from now on; what is left out stays as it is. Errors are named as the fields of the draft.
    async fn keep(&self, ctx: &RequestContext, draft: KeepingDraft) -> Answer<Keeping>;
}
