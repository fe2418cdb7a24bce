//! What people note about exports, and how they like to see them.

use async_trait::async_trait;

use super::{Answer, RequestContext};
use crate::domain::{
    ExportAbout, ExportAboutDraft, ExportId, PersonRef, SavedView, SavedViewDraft, Version, ViewId,
};

/// Saved views, which are everybody's own, and labels, owners and notes of exports, which whoever may edit an export
/// changes.
#[async_trait]
pub trait ViewService: Send + Sync {
    /// The views of the person, by name.
    async fn views(&self, ctx: &RequestContext) -> Answer<Vec<SavedView>>;
    /// Saves a view anew or, with an id, over one of the person's own.
    async fn save_view(
        &self,
        ctx: &RequestContext,
        id: Option<ViewId>,
        draft: SavedViewDraft,
    ) -> Answer<SavedView>;
    async fn remove_view(&self, ctx: &RequestContext, id: ViewId) -> Answer<()>;
    async fn about(&self, ctx: &RequestContext, id: ExportId) -> Answer<ExportAbout>;
    /// Replaces labels, owner and note; `version` is that of what the person saw of them.
    async fn describe(
        &self,
        ctx: &RequestContext,
        id: ExportId,
        version: Version,
        draft: ExportAboutDraft,
    ) -> Answer<ExportAbout>;
    /// The labels in use, by name, with how many exports have them.
    async fn labels(&self, ctx: &RequestContext) -> Answer<Vec<(String, u32)>>;
    /// Who may be an owner, by name.
    async fn people(&self, ctx: &RequestContext) -> Answer<Vec<PersonRef>>;
}
