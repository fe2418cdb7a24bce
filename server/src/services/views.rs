//! Saved views, which are everybody's own, and what people note about exports (`export_about`).

use app::domain::{
    ExportAbout, ExportAboutDraft, ExportId, FieldErrors, PersonRef, Reason, SavedView,
    SavedViewDraft, Version, ViewId,
};
use app::ports::{Answer, RequestContext, ServiceError, ViewService};
use async_trait::async_trait;
use uuid::Uuid;

use super::errors::stored;
use super::{Change, Deps, allowed, json, note};
use crate::policy::{Action, Resource};
use crate::store::views;

/// What an address says of a list that lasts.
const LASTING: [&str; 11] = [
    "q",
    "status",
    "type",
    "permission",
    "label",
    "owner",
    "connection",
    "segment",
    "without",
    "sort",
    "limit",
];
/// What it says of the moment: where the page starts, what is open.
const PASSING: [&str; 2] = ["cursor", "pane"];

pub(super) struct Views(pub(super) Deps);

/// What a view keeps of the query of an address. A parameter that no list has is an error.
fn lasting(query: &str) -> Result<String, Reason> {
    let query = query.strip_prefix('?').unwrap_or(query);
    let is_encoded =
        |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'#' | b'"' | b'<' | b'>');
    if !query.bytes().all(is_encoded) {
        return Err(Reason::new("malformed"));
    }
    let mut kept = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let name = pair.split('=').next().unwrap_or_default();
        if LASTING.contains(&name) {
            kept.push(pair);
        } else if !PASSING.contains(&name) {
            return Err(Reason::new("unknown_parameter"));
        }
    }
    Ok(kept.join("&"))
}

#[async_trait]
impl ViewService for Views {
    async fn views(&self, ctx: &RequestContext) -> Answer<Vec<SavedView>> {
        let actor = allowed(ctx, Action::KeepViews, Resource::None)?;
        views::list(&self.0.store, actor.id).await.map_err(stored)
    }

    async fn save_view(
        &self,
        ctx: &RequestContext,
        id: Option<ViewId>,
        draft: SavedViewDraft,
    ) -> Answer<SavedView> {
        let actor = allowed(ctx, Action::KeepViews, Resource::None)?;
        let name = draft.parse().map_err(ServiceError::Invalid)?;
        let query = lasting(&draft.query)
            .map_err(|reason| ServiceError::Invalid(FieldErrors::one("query", reason)))?;
        let now = self.0.now();
        let view = SavedView {
            id: id.unwrap_or_else(|| ViewId::new(Uuid::now_v7())),
            name: name.into(),
            query,
        };
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        let before = views::get(&mut tx, actor.id, view.id)
            .await
            .map_err(stored)?;
        if id.is_some() {
            views::update(&mut tx, actor.id, &view)
                .await
                .map_err(stored)?;
        } else if !views::insert(&mut tx, actor.id, &view, now)
            .await
            .map_err(stored)?
        {
            let reason = Reason::new("too_many_views").with("most", SavedView::MOST);
            return Err(ServiceError::Conflict(reason));
        }
        let change = Change {
            action: "view.save",
            kind: "view",
            id: view.id.to_string(),
            before: before.as_ref().and_then(json),
            after: json(&view),
        };
        note(&mut tx, ctx, now, change).await?;
        tx.commit().await.map_err(stored)?;
        Ok(view)
    }

    async fn remove_view(&self, ctx: &RequestContext, id: ViewId) -> Answer<()> {
        let actor = allowed(ctx, Action::KeepViews, Resource::None)?;
        let mut tx = self.0.store.begin().await.map_err(stored)?;
        let before = views::get(&mut tx, actor.id, id).await.map_err(stored)?;
        views::remove(&mut tx, actor.id, id).await.map_err(stored)?;
        let change = Change {
            action: "view.remove",
            kind: "view",
            id: id.to_string(),
            before: before.as_ref().and_then(json),
            after: None,
        };
        note(&mut tx, ctx, self.0.now(), change).await?;
        tx.commit().await.map_err(stored)
    }

    async fn about(&self, ctx: &RequestContext, id: ExportId) -> Answer<ExportAbout> {
        self.about_of(ctx, id).await
    }

    async fn describe(
        &self,
        ctx: &RequestContext,
        id: ExportId,
        version: Version,
        draft: ExportAboutDraft,
    ) -> Answer<ExportAbout> {
        self.note_about(ctx, id, version, &draft).await
    }

    async fn labels(&self, ctx: &RequestContext) -> Answer<Vec<(String, u32)>> {
        self.labels_in_use(ctx).await
    }

    async fn people(&self, ctx: &RequestContext) -> Answer<Vec<PersonRef>> {
        self.possible_owners(ctx).await
    }
}

#[cfg(test)]
mod tests {
    use super::lasting;

    #[test]
    fn a_view_keeps_filters_and_order_and_forgets_the_moment() {
        let query =
            "?q=50%25+off&status=failed&cursor=7b&sort=-name&pane=edit/7&limit=100&label=CRM";
        assert_eq!(
            lasting(query).as_deref(),
            Ok("q=50%25+off&status=failed&sort=-name&limit=100&label=CRM")
        );
        assert_eq!(lasting("").as_deref(), Ok(""));
        assert_eq!(lasting("?&pane=new&").as_deref(), Ok(""));
    }

    #[test]
    fn what_no_list_has_and_what_no_address_can_have_is_refused() {
        for (query, code) in [
            ("colour=red", "unknown_parameter"),
            ("=red", "unknown_parameter"),
            ("q=a b", "malformed"),
            ("q=été", "malformed"),
            ("q=a#b", "malformed"),
        ] {
            let refused = lasting(query).map_err(|reason| reason.code);
            assert_eq!(refused, Err(code.to_owned()), "{query}");
        }
    }
}
