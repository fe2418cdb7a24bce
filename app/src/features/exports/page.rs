//! The page itself: from the address to the list and the open pane.

use leptos::prelude::*;

use super::chips::{self, Chips};
use super::commands::ExportCommands;
use super::filters::{FacetMenus, FetchedFacets};
use super::panes::{FetchedPanes, OpenPane, PANES, PanesMissing, SeveralPane};
use super::refresh_banner::RefreshBanner;
use super::remove::RemovedLink;
use super::runner::{Runner, RunnerFailures};
use super::selection::Selection;
use super::shortcuts::Shortcuts;
use super::shown::{Fetched, Reload, Shown};
use super::table::{ExportTable, ExportTableSkeleton};
use super::view_menu::ViewMenu;
use super::views::ViewsMenu;
use crate::api;
use crate::domain::{ExportFilter, ExportQuery};
use crate::i18n::{exports, use_language};
use crate::shell::{Failure, PageTitle};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// The Exports page.
#[component]
pub fn ExportsPage() -> impl IntoView {
    let language = use_language();
    let list = use_list();
    let query = Memo::new(move |_| list.with(|list| ExportQuery::from(list)));
    // The system refresh is the next start of those that follow it.
    let hints = use_live(&[
        LiveKind::Exports,
        LiveKind::Runs,
        LiveKind::Connections,
        LiveKind::System,
    ]);
    let reload = Reload::new();
    let fetched = ask_server(
        move || (query.get(), reload.times(), hints.get()),
        move |(query, reloads, _)| async move {
            let answer = api::list_exports(query.clone(), language).await;
            Fetched {
                query,
                reloads,
                answer,
            }
        },
    );
    // Neither another order nor another page counts anew.
    let filter = Memo::new(move |_| list.with(|list| ExportFilter::from(list)));
    let facets = ask_server(
        move || (filter.get(), reload.times(), hints.get()),
        |(filter, ..)| api::get_export_facets(filter),
    );
    let title = Signal::derive(move || filter.with(|filter| chips::title(language, filter)));
    let runner = Runner::new(reload);
    let pane = use_pane();
    let panes = PANES.use_it(Signal::derive(move || pane.get().is_some()));
    let loading = is_behind(
        fetched,
        |fetched| (fetched.query.clone(), fetched.reloads),
        move || (query.get(), reload.times()),
    );
    // Built at once, whether or not it will be seen: a page that begins has its list.
    let skeleton = || (!is_page_begun()).then(|| view! { <ExportTableSkeleton/> });
    let crumbs = vec![
        Crumb::new(exports::data(language)),
        Crumb::new(exports::exports(language)),
    ];
    view! {
        <PageTitle text=title/>
        <PageHeader title=Signal::stored(exports::exports(language).to_owned()) crumbs/>
        <PanesMissing panes/>
        <Transition fallback=skeleton>
            <List fetched facets runner reload loading panes/>
        </Transition>
        <OpenPane panes reload runner/>
    }
    .erased()
}

/// The list, once there is one.
#[component]
fn List(
    fetched: FromServer<Fetched>,
    facets: FetchedFacets,
    runner: Runner,
    reload: Reload,
    loading: Signal<bool>,
    panes: FetchedPanes,
) -> impl IntoView {
    let (listed, counted) = (is_answered(fetched), is_answered(facets));
    dynamic(move || {
        // Asked for both at once, so that the page waits for both. The server looks twice at what stands here, for what
        // it waits for; it draws it once.
        let answered = [listed.get(), counted.get()];
        (answered == [true, true]).then(|| {
            Unsuspend::new(move || {
                view! { <Answers fetched facets runner reload loading panes/> }
            })
            .into_any()
        })
    })
}

/// Commands, filters and table over one answer after the other.
#[component]
fn Answers(
    fetched: FromServer<Fetched>,
    facets: FetchedFacets,
    runner: Runner,
    reload: Reload,
    loading: Signal<bool>,
    panes: FetchedPanes,
) -> impl IntoView {
    let shown = Memo::new(move |before: Option<&Option<Shown>>| {
        let before = before.and_then(Option::as_ref);
        match fetched.get() {
            Some(fetched) => Some(Shown::after(before, fetched)),
            None => before.cloned(),
        }
    });
    let selection = Selection::new(shown);
    view! {
        <RefreshBanner facets/>
        <ExportCommands shown selection runner/>
        <div class="filters">
            <FacetMenus facets/>
            <ViewsMenu reload/>
            <ViewMenu/>
            <Chips facets/>
        </div>
        <RunnerFailures shown runner/>
        <LiveFailure shown/>
        <ExportTable shown selection runner busy=loading/>
        <RemovedLink/>
        <Announcer shown/>
        <SeveralPane panes selection reload/>
        <Shortcuts selection runner/>
    }
    .erased()
}

/// Says that the rows below are the last known ones.
#[component]
fn LiveFailure(shown: Memo<Option<Shown>>) -> impl IntoView {
    let language = use_language();
    let error = Memo::new(move |_| {
        shown.with(|shown| {
            let shown = shown.as_ref()?;
            shown.error.clone().filter(|_| !shown.rows.is_empty())
        })
    });
    let title = exports::not_current(language);
    view! { <Failure title error=error.into() intent=Intent::Warning/> }.erased()
}

/// Tells screen readers how many exports there are, after every change but not at first.
#[component]
fn Announcer(shown: Memo<Option<Shown>>) -> impl IntoView {
    let language = use_language();
    let text = RwSignal::new(String::new());
    let total = Memo::new(move |_| shown.with(|shown| shown.as_ref()?.known_total()));
    Effect::new(move |before: Option<Option<u32>>| {
        let total = total.get();
        if let (Some(before), Some(total)) = (before.flatten(), total)
            && before != total
        {
            text.set(exports::total(language, u64::from(total)));
        }
        total
    });
    view! {
        <p class="sr" role="status">
            {move || text.get()}
        </p>
    }
    .erased()
}
