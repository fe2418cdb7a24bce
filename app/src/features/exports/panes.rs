//! From the address to the open pane. What draws panes is a part of the program of its own: most visits look at the list.

use leptos::prelude::*;

use super::about::AboutPane;
use super::bulk::{BulkDialog, RunAllDialog, Task};
use super::details_pane::DetailsPane;
use super::form::{FormPane, Purpose};
use super::history::HistoryPane;
use super::remove::{DetachDialog, REMOVED, RemoveDialog, RemovedPane};
use super::rules::{DETACH, REMOVE, RUN, RUN_ALL, RUN_SHOWN, is_for_several};
use super::runner::Runner;
use super::runs_pane::RunsPane;
use super::schedule::{SchedulePane, ScheduleSeveral};
use super::selection::Selection;
use super::shortcuts::ShortcutsPane;
use super::shown::Reload;
use super::views_pane::ViewsPane;
use crate::api::ApiError;
use crate::features::runs::RunPane;
use crate::i18n::{exports, use_language};
use crate::shell::Problem;
use crate::state::parts::{NotLoaded, part};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// What draws panes.
#[derive(Clone, Copy)]
pub struct Panes {
    open: fn(&PaneRoute, Reload, Runner) -> AnyView,
    several: fn(&PaneRoute, Selection, Reload) -> AnyView,
}

part! {
    /// What draws the panes of exports.
    pub static PANES: Panes = Panes { open, several }; in export_panes by load_panes
}

/// What draws panes, or nothing while it is on its way; fetched once for the page.
pub(super) type FetchedPanes = ReadSignal<Option<Result<Panes, NotLoaded>>>;

/// What stands in place of a pane that cannot be drawn.
const MISSING: &str = "pane-missing";

/// The pane that the address names, if any.
#[component]
pub(super) fn OpenPane(panes: FetchedPanes, reload: Reload, runner: Runner) -> impl IntoView {
    let pane = use_pane();
    dynamic(move || {
        let route = pane.get()?;
        let panes = panes.get()?.ok()?;
        Some((panes.open)(&route, reload, runner))
    })
}

/// The pane that is about what is selected, or shown, while the address asks for it. Who has no script has selected
/// nothing.
#[component]
pub(super) fn SeveralPane(
    panes: FetchedPanes,
    selection: Selection,
    reload: Reload,
) -> impl IntoView {
    let pane = use_pane();
    let route = Memo::new(move |_| pane.get().filter(is_for_several));
    let script = use_script();
    dynamic(move || {
        let route = route.get().filter(|_| script.get())?;
        let panes = panes.get()?.ok()?;
        Some((panes.several)(&route, selection, reload))
    })
}

/// Says, while the address names a pane, that what draws panes could not be loaded. It may come the next time. Not in a
/// pane: that would have to be loaded with every page.
#[component]
pub(super) fn PanesMissing(panes: FetchedPanes) -> impl IntoView {
    let (pane, address) = (use_pane(), use_address());
    dynamic(move || {
        pane.get()?;
        panes.get()?.err()?;
        let retry_href = address.get().to_string();
        // The reader may be far down in the list.
        show_soon(MISSING);
        Some(view! {
            <div id=MISSING>
                <Problem error=ApiError::Unreachable retry_href/>
            </div>
        })
    })
}

fn several(route: &PaneRoute, selection: Selection, reload: Reload) -> AnyView {
    for_several(route, selection, reload).unwrap_or_else(unknown)
}

fn open(route: &PaneRoute, reload: Reload, runner: Runner) -> AnyView {
    for_one(route, reload, runner).unwrap_or_else(unknown)
}

/// None when there is no such pane.
fn for_several(route: &PaneRoute, selection: Selection, reload: Reload) -> Option<AnyView> {
    let task = match route.kind() {
        "schedule" => return Some(view! { <ScheduleSeveral selection reload/> }.erased()),
        RUN => Task::Run,
        RUN_SHOWN => Task::RunShown,
        DETACH => Task::Detach,
        REMOVE => Task::Remove,
        _ => return None,
    };
    Some(view! { <BulkDialog task selection reload/> }.erased())
}

/// None when there is no such pane, or it is about nothing. The one that is about the selection stands
/// in the list, which knows it.
fn for_one(route: &PaneRoute, reload: Reload, runner: Runner) -> Option<AnyView> {
    if is_for_several(route) {
        return Some(().erased());
    }
    Some(match route.kind() {
        "new" => view! { <FormPane purpose=Purpose::New reload runner/> }.erased(),
        "edit" => {
            let purpose = Purpose::Edit(route.id()?);
            view! { <FormPane purpose reload runner/> }.erased()
        }
        "duplicate" => {
            let purpose = Purpose::Duplicate(route.id()?);
            view! { <FormPane purpose reload runner/> }.erased()
        }
        "view" => {
            let id = route.id()?;
            view! { <DetailsPane id/> }.erased()
        }
        "about" => {
            let id = route.id()?;
            view! { <AboutPane id reload/> }.erased()
        }
        "views" => view! { <ViewsPane reload/> }.erased(),
        "schedule" => {
            let id = route.id()?;
            view! { <SchedulePane id reload/> }.erased()
        }
        "history" => {
            let id = route.id()?;
            view! { <HistoryPane id reload/> }.erased()
        }
        "runs" => {
            let id = route.id()?;
            view! { <RunsPane id/> }.erased()
        }
        REMOVED => view! { <RemovedPane reload/> }.erased(),
        "remove" => {
            let id = route.id()?;
            view! { <RemoveDialog id reload/> }.erased()
        }
        "detach" => {
            let id = route.id()?;
            view! { <DetachDialog id reload/> }.erased()
        }
        "run" => {
            let id = route.id()?;
            view! { <RunPane id/> }.erased()
        }
        RUN_ALL => view! { <RunAllDialog reload/> }.erased(),
        "shortcuts" => view! { <ShortcutsPane/> }.erased(),
        _ => return None,
    })
}

/// For an address that names no pane of this page.
fn unknown() -> AnyView {
    let language = use_language();
    let retry_href = close_href().get_untracked();
    view! {
        <Pane title=Signal::stored(exports::pane_failed(language).to_owned()) close_href=close_href()>
            <Problem error=ApiError::NotFound retry_href/>
        </Pane>
    }
    .erased()
}
