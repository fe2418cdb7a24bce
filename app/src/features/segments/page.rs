//! The page itself: from the address to the tab and the open pane.

use leptos::prelude::*;

use super::details_pane::DetailsPane;
use super::exports_pane::ExportsPane;
use super::form::FormPane;
use super::list::ListTab;
use super::remove::RemovePane;
use super::removed::RemovedTab;
use super::tab::SegmentsTab;
use crate::api::{ApiError, refresh_segment};
use crate::domain::{SegmentId, SegmentSummary};
use crate::features::tabs::PageTab;
use crate::i18n::{segments as texts, use_language};
use crate::shell::{Failure, NoPane, PageTitle};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// Asks for an evaluation.
pub(super) type RefreshAction = Action<SegmentId, Result<SegmentSummary, ApiError>>;

/// Every segment with its members and state, and those that can be restored. Panes: `new`, `edit/ID`, `view/ID`,
/// `exports/ID`, `remove/ID`.
#[component]
pub fn SegmentsPage() -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let tab = Memo::new(move |_| address.with(|address| SegmentsTab::of(&address.query)));
    // How often something was changed here.
    let changed = RwSignal::new(0_u32);
    let toasts = use_toasts();
    let refresh: RefreshAction = Action::new(|id: &SegmentId| refresh_segment(*id));
    Effect::new(move || {
        if let Some(Ok(segment)) = refresh.value().get() {
            toasts.success(texts::refresh_asked(language, segment.name));
            changed.update(|changed| *changed += 1);
        }
    });
    let tabs = Signal::derive(move || {
        let shown = tab.get();
        SegmentsTab::ALL
            .iter()
            .map(|tab| tab.link(language, shown))
            .collect::<Vec<_>>()
    });
    let shown = move || match tab.get() {
        SegmentsTab::List => view! { <ListTab changed refresh/> }.erased(),
        SegmentsTab::Removed => view! { <RemovedTab changed/> }.erased(),
    };
    view! {
        <PageTitle text=Signal::derive(move || tab.get().title(language))/>
        <PageHeader
            title=texts::segments(language)
            crumbs=vec![
                Crumb::new(texts::data(language)),
                Crumb::new(texts::segments(language)),
            ]
            text=Some(texts::about(language).to_owned())
        />
        <TabLinks label=texts::views(language) tabs/>
        {shown}
        <Panes refresh on_saved=move || changed.update(|changed| *changed += 1)/>
    }
    .erased()
}

/// Why the last evaluation was not asked for, until the next try.
#[component]
pub(super) fn RefreshFailure(refresh: RefreshAction) -> impl IntoView {
    let language = use_language();
    let error = Signal::derive(move || refresh.value().get()?.err());
    view! { <Failure title=texts::not_refreshed(language) error/> }.erased()
}

/// Why the person may not change segments, if so.
pub(super) fn refusal() -> Option<String> {
    let language = use_language();
    (!use_session().may_write()).then(|| texts::viewers_cannot(language).to_owned())
}

#[component]
fn Panes(refresh: RefreshAction, #[prop(into)] on_saved: Callback<()>) -> impl IntoView {
    let pane = use_pane();
    dynamic(move || {
        let pane = pane.get()?;
        let view = match (pane.kind(), pane.id::<SegmentId>()) {
            ("new", None) => view! { <FormPane id=None on_saved/> }.erased(),
            ("edit", Some(id)) => view! { <FormPane id=Some(id) on_saved/> }.erased(),
            ("view", Some(id)) => view! { <DetailsPane id refresh/> }.erased(),
            ("exports", Some(id)) => view! { <ExportsPane id/> }.erased(),
            ("remove", Some(id)) => view! { <RemovePane id on_saved/> }.erased(),
            _ => view! { <NoPane/> }.erased(),
        };
        Some(view)
    })
}
