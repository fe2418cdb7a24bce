//! The page itself: from the address to the list and the open pane.

use leptos::prelude::*;

use super::commands::ExportCommands;
use super::filters::ExportFilters;
use super::panes::{FetchedPanes, OpenPane, PANES, SeveralPane};
use super::refresh_banner::RefreshBanner;
use super::runner::{Runner, RunnerFailures};
use super::selection::Selection;
use super::shown::{Fetched, Reload, Shown};
use super::table::{COLUMNS, ExportTable, columns};
use crate::api;
use crate::domain::{ExportQuery, ExportStatus};
use crate::i18n::{exports, runs, use_language};
use crate::shell::{PageTitle, problem_text};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// The Exports page.
#[component]
pub fn ExportsPage() -> impl IntoView {
    let language = use_language();
    let list = use_list();
    let query = Memo::new(move |_| list.with(|list| ExportQuery::from(list)));
    let hints = use_live(&[LiveKind::Exports, LiveKind::Runs]);
    let reload = Reload::new();
    let fetched = Resource::new(
        move || (query.get(), reload.times(), hints.get()),
        |(query, reloads, _)| async move {
            let answer = api::list_exports(query.clone()).await;
            Fetched {
                query,
                reloads,
                answer,
            }
        },
    );
    let title = Signal::derive(move || {
        let name = exports::exports(language);
        let status = list.with(|list| list.status.as_deref().and_then(ExportStatus::from_code));
        match status {
            Some(status) => exports::filtered_title(language, runs::status_name(language, status)),
            None => name.to_owned(),
        }
    });
    let runner = Runner::new(reload);
    let panes = PANES.use_it();
    let loading = RwSignal::new(false);
    let skeleton = move || {
        let caption = Signal::stored(exports::caption(language).to_owned());
        view! {
            <Table caption columns=columns()>
                <TableSkeleton columns=COLUMNS rows=8/>
            </Table>
        }
    };
    let crumbs = vec![
        Crumb::new(exports::data(language)),
        Crumb::new(exports::exports(language)),
    ];
    view! {
        <PageTitle text=title/>
        <PageHeader title=Signal::stored(exports::exports(language).to_owned()) crumbs/>
        <RefreshBanner/>
        <Transition fallback=skeleton set_pending=loading>
            <List fetched runner reload loading panes/>
        </Transition>
        <OpenPane panes reload runner/>
    }
    .into_any()
}

/// The list, once there is one.
#[component]
fn List(
    fetched: Resource<Fetched>,
    runner: Runner,
    reload: Reload,
    loading: RwSignal<bool>,
    panes: FetchedPanes,
) -> impl IntoView {
    let answered = is_answered(fetched);
    move || {
        answered
            .get()
            .then(|| view! { <Answers fetched runner reload loading panes/> })
    }
}

/// Commands, filters and table over one answer after the other.
#[component]
fn Answers(
    fetched: Resource<Fetched>,
    runner: Runner,
    reload: Reload,
    loading: RwSignal<bool>,
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
        <ExportCommands selection runner/>
        <ExportFilters/>
        <RunnerFailures runner/>
        <LiveFailure shown/>
        <ExportTable shown selection runner busy=loading/>
        <Announcer shown/>
        <SeveralPane panes selection reload/>
    }
    .into_any()
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
    move || {
        error.get().map(|error| {
            view! {
                <MessageBar intent=Intent::Warning title=exports::not_current(language)>
                    {problem_text(language, &error)}
                </MessageBar>
            }
        })
    }
}

/// Tells screen readers how many exports there are, after every change but not at first.
#[component]
fn Announcer(shown: Memo<Option<Shown>>) -> impl IntoView {
    let language = use_language();
    let text = RwSignal::new(String::new());
    let total = Memo::new(move |_| shown.with(|shown| shown.as_ref().map(|shown| shown.total)));
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
}
