//! The page itself: from the address to the tab and the open pane.

use leptos::prelude::*;

use super::cancel::CancelDialog;
use super::refresh_all::RefreshAllDialog;
use super::refresh_pane::RefreshPane;
use super::schedule_pane::SchedulePane;
use super::schedule_tab::ScheduleTab;
use super::status::StatusTab;
use super::tab::SystemTab;
use super::upcoming::UpcomingTab;
use crate::domain::RefreshId;
use crate::i18n::{system as texts, use_language};
use crate::shell::PageTitle;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// The System page. Panes: `refresh/ID`, `cancel/ID`, `refresh-all`, `schedule`.
#[component]
pub fn SystemPage() -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let tab = Memo::new(move |_| address.with(|address| SystemTab::of(&address.query)));
    let changed = Changed::new();
    let title = Signal::derive(move || texts::title_of(language, tab.get().label(language)));
    let tabs = Signal::derive(move || {
        let shown = tab.get();
        SystemTab::ALL
            .into_iter()
            .map(|tab| tab.link(language, shown))
            .collect::<Vec<_>>()
    });
    let crumbs = vec![
        Crumb::new(texts::administration(language)),
        Crumb::new(texts::system(language)),
    ];
    let shown = move || match tab.get() {
        SystemTab::Status => view! { <StatusTab changed/> }.into_any(),
        SystemTab::Schedule => view! { <ScheduleTab changed/> }.into_any(),
        SystemTab::Upcoming => view! { <UpcomingTab changed/> }.into_any(),
    };
    view! {
        <PageTitle text=title/>
        <PageHeader title=Signal::stored(texts::system(language).to_owned()) crumbs/>
        <TabLinks label=texts::views(language) tabs/>
        {shown}
        <Panes changed/>
    }
    .into_any()
}

/// Tells the tab below that a pane changed what it shows.
#[derive(Clone, Copy)]
pub(super) struct Changed(RwSignal<u32>);

impl Changed {
    fn new() -> Self {
        Self(RwSignal::new(0))
    }

    /// Says so.
    pub(super) fn now(self) {
        self.0.update(|times| *times = times.wrapping_add(1));
    }

    /// How often that happened; for the source of a resource.
    pub(super) fn times(self) -> u32 {
        self.0.get()
    }
}

#[component]
fn Panes(changed: Changed) -> impl IntoView {
    let pane = use_pane();
    move || {
        let pane = pane.get()?;
        match (pane.kind(), pane.id::<RefreshId>()) {
            ("refresh", Some(id)) => Some(view! { <RefreshPane id/> }.into_any()),
            ("cancel", Some(id)) => Some(view! { <CancelDialog id changed/> }.into_any()),
            ("refresh-all", None) => Some(view! { <RefreshAllDialog changed/> }.into_any()),
            ("schedule", None) => Some(view! { <SchedulePane changed/> }.into_any()),
            _ => None,
        }
    }
}
