//! What was, and taking it again: versions of an export, and *Removed*.

use async_trait::async_trait;

use super::{Answer, RequestContext};
use crate::domain::{Cursor, ExportDetails, ExportId, HistoryEntry, Page, RemovedExport, Version};

/// History. Everybody may look; who restores needs the right to edit what comes of it.
#[async_trait]
pub trait HistoryService: Send + Sync {
    /// The changes of an export, newest first.
    async fn history(
        &self,
        ctx: &RequestContext,
        id: ExportId,
        cursor: Option<Cursor>,
    ) -> Answer<Page<HistoryEntry>>;
    /// Saves an older version anew. Errors are named as when an export is saved.
    async fn restore_version(
        &self,
        ctx: &RequestContext,
        id: ExportId,
        version: Version,
    ) -> Answer<ExportDetails>;
    /// Exports removed within 30 days, newest first; for those who may edit exports.
    async fn removed(
        &self,
        ctx: &RequestContext,
        cursor: Option<Cursor>,
    ) -> Answer<Page<RemovedExport>>;
    /// Brings a removed export back under a free name, switched off unless `as_it_was`.
    async fn restore_removed(
        &self,
        ctx: &RequestContext,
        id: ExportId,
        as_it_was: bool,
    ) -> Answer<ExportDetails>;
}
