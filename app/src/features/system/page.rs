//! The page itself: from the address to the tab and the open pane.

use leptos::prelude::*;

use super::about::AboutTab;
use super::cancel::{CancelRefreshDialog, CancelTaskDialog};
use super::pause_pane::PausePane;
use super::pipeline::PipelineTab;
use super::refresh_all::RefreshAllDialog;
use super::refresh_pane::RefreshPane;
use super::schedule_pane::SchedulePane;
use super::schedule_tab::ScheduleTab;
use super::status::StatusTab;
use super::storage::{KeepingPane, StorageTab};
use super::tab::SystemTab;
use super::task_pane::TaskPane;
use super::timeline::TimelineTab;
use super::upcoming::UpcomingTab;
use crate::features::tabs::PageTab;
use crate::i18n::{system as texts, use_language};
use crate::shell::{NoPane, PageTitle};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// The System page. Panes: `refresh/ID`, `cancel/ID`, `task/ID` (of a source, or of a segment as one),
/// `cancel-task/ID`, `refresh-all`, `schedule`, `keeping`, `pause`.
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
            .iter()
            .map(|tab| tab.link(language, shown))
            .collect::<Vec<_>>()
    });
    let crumbs = vec![
        Crumb::new(texts::administration(language)),
        Crumb::new(texts::system(language)),
    ];
    let shown = move || match tab.get() {
        SystemTab::Status => view! { <StatusTab changed/> }.erased(),
        SystemTab::Schedule => view! { <ScheduleTab changed/> }.erased(),
        SystemTab::Upcoming => view! { <UpcomingTab changed/> }.erased(),
        SystemTab::Pipeline => view! { <PipelineTab/> }.erased(),
        SystemTab::Timeline => view! { <TimelineTab/> }.erased(),
        SystemTab::Storage => view! { <StorageTab changed/> }.erased(),
        SystemTab::About => view! { <AboutTab/> }.erased(),
    };
    view! {
        <PageTitle text=title/>
        <PageHeader title=Signal::stored(texts::system(language).to_owned()) crumbs/>
        <TabLinks label=texts::views(language) tabs/>
        {shown}
        <Panes changed/>
    }
    .erased()
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
        // The page may be gone by now.
        let _gone = self.0.try_update(|times| *times = times.wrapping_add(1));
    }

    /// How often that happened; for the source of a resource.
    pub(super) fn times(self) -> u32 {
        self.0.get()
    }
}

#[component]
fn Panes(changed: Changed) -> impl IntoView {
    let pane = use_pane();
    dynamic(move || {
        let route = pane.get()?;
        Some(open(&route, changed).unwrap_or_else(|| view! { <NoPane/> }.erased()))
    })
}

/// None when there is no such pane, or it is about nothing.
fn open(route: &PaneRoute, changed: Changed) -> Option<AnyView> {
    Some(match route.kind() {
        "refresh" => {
            let id = route.id()?;
            view! { <RefreshPane id/> }.erased()
        }
        "cancel" => {
            let id = route.id()?;
            view! { <CancelRefreshDialog id changed/> }.erased()
        }
        "task" => {
            let id = route.id()?;
            view! { <TaskPane id/> }.erased()
        }
        "cancel-task" => {
            let id = route.id()?;
            view! { <CancelTaskDialog id changed/> }.erased()
        }
        "refresh-all" => view! { <RefreshAllDialog changed/> }.erased(),
        "schedule" => view! { <SchedulePane changed/> }.erased(),
        "keeping" => view! { <KeepingPane changed/> }.erased(),
        "pause" => view! { <PausePane/> }.erased(),
        _ => return None,
    })
}
