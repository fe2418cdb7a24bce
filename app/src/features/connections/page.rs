//! The page itself: from the address to the tab and the open pane.

use leptos::prelude::*;

use super::discover::DiscoverTab;
use super::edit_pane::{ConnectionPane, Purpose};
use super::list::ListTab;
use super::pause::PausePane;
use super::remove::RemovePane;
use super::removed::RemovedTab;
use super::tab::ConnectionsTab;
use crate::domain::ConnectionId;
use crate::features::tabs::PageTab;
use crate::i18n::{connections as texts, use_language};
use crate::shell::{ForbiddenState, NoPane, PageTitle};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// Every connection, for administrators. Panes: `new`, `new/TYPE`, `edit/ID`, `pause/ID`, `remove/ID`.
#[component]
pub fn ConnectionsPage() -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let tab = Memo::new(move |_| address.with(|address| ConnectionsTab::of(&address.query)));
    let content = if use_session().is_administrator() {
        view! { <Tabs tab/> }.erased()
    } else {
        view! { <ForbiddenState/> }.erased()
    };
    view! {
        <PageTitle text=Signal::derive(move || tab.get().title(language))/>
        <PageHeader
            title=texts::connections(language)
            crumbs=vec![
                Crumb::new(texts::administration(language)),
                Crumb::new(texts::connections(language)),
            ]
            text=Some(texts::about(language).to_owned())
        />
        {content}
    }
    .erased()
}

#[component]
fn Tabs(tab: Memo<ConnectionsTab>) -> impl IntoView {
    let language = use_language();
    // How often something was changed here.
    let changed = RwSignal::new(0_u32);
    let tabs = Signal::derive(move || {
        let shown = tab.get();
        ConnectionsTab::ALL
            .iter()
            .map(|tab| tab.link(language, shown))
            .collect::<Vec<_>>()
    });
    let shown = move || match tab.get() {
        ConnectionsTab::List => view! { <ListTab changed/> }.erased(),
        ConnectionsTab::Discover => view! { <DiscoverTab/> }.erased(),
        ConnectionsTab::Removed => view! { <RemovedTab changed/> }.erased(),
    };
    view! {
        <TabLinks label=texts::views(language) tabs/>
        {shown}
        <Panes changed/>
    }
    .erased()
}

/// Counts a change made here. The page may have been left meanwhile.
pub(super) fn count(changed: RwSignal<u32>) {
    if changed
        .try_update(|changed| *changed = changed.wrapping_add(1))
        .is_none()
    {
        leptos::logging::debug_warn!("the page was left meanwhile");
    }
}

#[component]
fn Panes(changed: RwSignal<u32>) -> impl IntoView {
    let pane = use_pane();
    // Made here: a pane may be closed before its answer comes.
    let on_saved = Callback::new(move |_: ConnectionId| count(changed));
    dynamic(move || {
        let pane = pane.get()?;
        let id = pane.id::<ConnectionId>();
        Some(match (pane.kind(), id) {
            ("new", None) => {
                let purpose = Purpose::New(pane.id());
                view! { <ConnectionPane purpose on_saved/> }.erased()
            }
            ("edit", Some(id)) => {
                view! { <ConnectionPane purpose=Purpose::Edit(id) on_saved/> }.erased()
            }
            ("pause", Some(id)) => view! { <PausePane id changed/> }.erased(),
            ("remove", Some(id)) => view! { <RemovePane id changed/> }.erased(),
            _ => view! { <NoPane/> }.erased(),
        })
    })
}
