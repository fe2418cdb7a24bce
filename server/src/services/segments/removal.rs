//! Segments are removed, once no export takes them, and restored.

use app::domain::{Reason, RemovedSegment, SegmentDetails, SegmentId, Version};
use app::ports::{Answer, RequestContext, ServiceError};

use super::{Segments, picture, refuse_others, scope};
use crate::policy::{Action, Resource};
use crate::services::connections::in_use;
use crate::services::errors::stored;
use crate::services::export_history::{KEPT_FOR, names};
use crate::services::{Change, allowed, note};
use crate::store::{
    StoreError,
    segments::{self, Restored},
};

impl Segments {
    pub(super) async fn take_away(
        &self,
        ctx: &RequestContext,
        id: SegmentId,
        version: Option<Version>,
    ) -> Answer<()> {
        let actor = allowed(ctx, Action::EditSegments, Resource::None)?;
        let before = self.found(actor, id).await?;
        refuse_others(&self.0.store, actor, id).await?;
        let now = self.0.now();
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        match segments::remove(&mut tx, id, version, now, &actor.name).await {
            Err(StoreError::InUse) => {
                drop(tx);
                let uses = segments::used_by(&self.0.store, id, &scope(actor))
                    .await
                    .map_err(stored)?;
                let exports: Vec<_> = uses
                    .into_iter()
                    .map(|export| (export.id, export.name))
                    .collect();
                return Err(ServiceError::Conflict(in_use("segment_in_use", &exports)));
            }
            other => other.map_err(stored)?,
        }
        let change = Change {
            action: "segment.remove",
            kind: "segment",
            id: id.to_string(),
            before: Some(picture(&before)),
            after: None,
        };
        note(&mut tx, ctx, now, change).await?;
        tx.commit().await.map_err(stored)
    }

    pub(super) async fn taken_away(&self, ctx: &RequestContext) -> Answer<Vec<RemovedSegment>> {
        allowed(ctx, Action::EditSegments, Resource::None)?;
        segments::removed(&self.0.store, self.0.now(), KEPT_FOR)
            .await
            .map_err(stored)
    }

    pub(super) async fn bring_back(
        &self,
        ctx: &RequestContext,
        id: SegmentId,
    ) -> Answer<SegmentDetails> {
        let actor = allowed(ctx, Action::EditSegments, Resource::None)?;
        let store = &self.0.store;
        let removed = segments::get_removed(store, id, KEPT_FOR)
            .await
            .map_err(stored)?
            .ok_or(ServiceError::NotFound)?;
        let at = self.0.now();
        if removed.kept_until <= at {
            return Err(ServiceError::Conflict(Reason::new("removed_too_long_ago")));
        }
        refuse_others(store, actor, id).await?;
        self.refuse_gone(id).await?;
        let free = segments::free_name(store, &names(&removed.name))
            .await
            .map_err(stored)?;
        let restored = Restored {
            name: free.as_deref().unwrap_or(&removed.name),
            at,
            by: &actor.name,
        };
        let mut tx = store.begin().await.map_err(stored)?;
        segments::restore(&mut tx, id, &restored)
            .await
            .map_err(stored)?;
        self.committed(ctx, tx, "segment.restore", id, None).await
    }

    /// Refuses to bring back what is made from a table that is gone: a source goes only once no segment reads it.
    async fn refuse_gone(&self, id: SegmentId) -> Answer<()> {
        let gone = segments::gone_input(&self.0.store, id)
            .await
            .map_err(stored)?;
        match gone {
            Some(table) => {
                let reason = Reason::new("table_gone").with("table", table);
                Err(ServiceError::Conflict(reason))
            }
            None => Ok(()),
        }
    }
}
