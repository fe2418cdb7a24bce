//! The Runs page: every delivery, by export, destination, file name, day and status.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::filters::RunFilters;
use super::pane::RunPane;
use super::state::{RunListState, use_run_list};
use super::table::{COLUMNS, RunList, columns};
use crate::api;
use crate::api::ApiError;
use crate::domain::{Page, RunQuery, RunSummary};
use crate::i18n::{run_list as texts, runs, shell, use_language};
use crate::shell::{NoPane, PageTitle};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// An answer, and what was asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Fetched {
    pub(super) asked: RunListState,
    pub(super) answer: Result<Page<RunSummary>, ApiError>,
}

/// The runs that were answered last; nothing before, and when they could not be read.
pub(super) fn page_of(fetched: Option<&Fetched>) -> Option<&Page<RunSummary>> {
    fetched?.answer.as_ref().ok()
}

/// Every run, newest first, also of exports that were removed. Pane: `run/ID`.
#[component]
pub fn RunsPage() -> impl IntoView {
    let language = use_language();
    let state = use_run_list();
    let hints = use_live(&[LiveKind::Runs]);
    let fetched = ask_server(
        move || (state.get(), hints.get()),
        |(asked, _)| async move {
            let answer = api::list_runs(RunQuery::from(&asked)).await;
            Fetched { asked, answer }
        },
    );
    let title = Signal::derive(move || match state.with(RunListState::known_status) {
        Some(status) => {
            let name = runs::status_name(language, status.as_export_status());
            texts::filtered_title(language, name)
        }
        None => texts::runs(language).to_owned(),
    });
    let loading = is_behind(
        fetched,
        |fetched| fetched.asked.clone(),
        move || state.get(),
    );
    let skeleton = move || {
        view! {
            <Table caption=runs::runs_caption(language) columns=columns(language)>
                <TableSkeleton columns=COLUMNS rows=8/>
            </Table>
        }
    };
    let crumbs = vec![
        Crumb::new(shell::data(language)),
        Crumb::new(texts::runs(language)),
    ];
    view! {
        <PageTitle text=title/>
        <PageHeader
            title=texts::runs(language)
            crumbs
            text=Some(texts::about(language).to_owned())
        />
        <RunFilters state/>
        <Transition fallback=skeleton>
            <List state fetched loading/>
        </Transition>
        <Panes/>
    }
    .erased()
}

/// The list, once there is one.
#[component]
fn List(
    state: Memo<RunListState>,
    fetched: FromServer<Fetched>,
    loading: Signal<bool>,
) -> impl IntoView {
    let answered = is_answered(fetched);
    let shown = answer_of(fetched);
    dynamic(move || {
        answered
            .get()
            .then(|| view! { <RunList state shown busy=loading/> })
    })
}

#[component]
fn Panes() -> impl IntoView {
    let pane = use_pane();
    dynamic(move || {
        let route = pane.get()?;
        let view = match (route.kind(), route.id()) {
            ("run", Some(id)) => view! { <RunPane id/> }.erased(),
            _ => view! { <NoPane/> }.erased(),
        };
        Some(view)
    })
}
