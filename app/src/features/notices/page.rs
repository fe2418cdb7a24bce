//! The page itself: from the address to the tab and the open pane.

use leptos::prelude::*;

use super::follow::Subject;
use super::follow_pane::FollowPane;
use super::following::FollowingTab;
use super::group_pane::GroupPane;
use super::group_remove::RemovePane;
use super::groups::GroupsTab;
use super::list::ListTab;
use super::tab::NoticesTab;
use crate::domain::ChannelId;
use crate::features::tabs::PageTab;
use crate::i18n::{notices as texts, use_language};
use crate::shell::{ForbiddenState, NoPane, PageTitle};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// The Notices page. Panes: `follow/everything`, `follow/ID` (of an export); for administrators `new`,
/// `edit/ID`, `remove/ID` (of a group).
#[component]
pub fn NoticesPage() -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let is_administrator = use_session().is_administrator();
    let tab = Memo::new(move |_| address.with(|address| NoticesTab::of(&address.query)));
    let changed = RwSignal::new(0_u32);
    let title = Signal::derive(move || tab.get().title(language));
    let tabs = Signal::derive(move || {
        let shown = tab.get();
        NoticesTab::ALL
            .iter()
            .filter(|tab| is_administrator || **tab != NoticesTab::Groups)
            .map(|tab| tab.link(language, shown))
            .collect::<Vec<_>>()
    });
    let shown = move || match tab.get() {
        NoticesTab::List => view! { <ListTab/> }.erased(),
        NoticesTab::Following => view! { <FollowingTab changed/> }.erased(),
        NoticesTab::Groups if is_administrator => view! { <GroupsTab changed/> }.erased(),
        NoticesTab::Groups => view! { <ForbiddenState/> }.erased(),
    };
    view! {
        <PageTitle text=title/>
        <PageHeader
            title=Signal::stored(texts::notices(language).to_owned())
            text=Some(texts::about(language).to_owned())
        />
        <TabLinks label=texts::views(language) tabs/>
        {shown}
        <Panes changed is_administrator/>
    }
    .erased()
}

#[component]
fn Panes(changed: RwSignal<u32>, is_administrator: bool) -> impl IntoView {
    let pane = use_pane();
    dynamic(move || {
        let route = pane.get()?;
        let view = match route.kind() {
            "follow" => follow_pane(&route, changed),
            "new" | "edit" | "remove" if !is_administrator => Some(refused()),
            "new" => Some(view! { <GroupPane id=None changed/> }.erased()),
            "edit" => edit_pane(&route, changed),
            "remove" => remove_pane(&route, changed),
            _ => None,
        };
        Some(view.unwrap_or_else(|| view! { <NoPane/> }.erased()))
    })
}

fn follow_pane(route: &PaneRoute, changed: RwSignal<u32>) -> Option<AnyView> {
    let subject = route.id::<Subject>()?;
    Some(view! { <FollowPane subject changed/> }.erased())
}

fn edit_pane(route: &PaneRoute, changed: RwSignal<u32>) -> Option<AnyView> {
    let id = route.id::<ChannelId>()?;
    Some(view! { <GroupPane id=Some(id) changed/> }.erased())
}

fn remove_pane(route: &PaneRoute, changed: RwSignal<u32>) -> Option<AnyView> {
    let id = route.id::<ChannelId>()?;
    Some(view! { <RemovePane id changed/> }.erased())
}

/// In place of a pane about groups.
fn refused() -> AnyView {
    let language = use_language();
    view! {
        <Pane title=texts::groups(language) close_href=close_href()>
            <MessageBar>{texts::administrators_only(language)}</MessageBar>
        </Pane>
    }
    .erased()
}
