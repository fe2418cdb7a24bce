//! Filters over the list of runs: a form for what is typed, links for what is chosen.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::page::{Fetched, page_of};
use super::state::RunListState;
use crate::domain::{RunStatus, RunSummary};
use crate::i18n::{run_list as texts, runs, use_language};
use crate::shell::routes;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// A form like any other until the script runs, and the statuses as links. The chosen one is a link that takes it
/// away.
#[component]
pub(super) fn RunFilters(state: Memo<RunListState>) -> impl IntoView {
    let language = use_language();
    let go = use_go();
    let RunListState { file, from, to, .. } = state.get_untracked();
    let (file, from, to) = (RwSignal::new(file), RwSignal::new(from), RwSignal::new(to));
    // What was typed before the script ran stays; later the address wins: the reader went back, or cleared the filters.
    // What it says as before touches nothing that is being typed.
    Effect::new(move |before: Option<RunListState>| {
        let now = state.get();
        if let Some(before) = before {
            let fields = [
                (file, before.file, &now.file),
                (from, before.from, &now.from),
                (to, before.to, &now.to),
            ];
            for (field, old, wanted) in fields {
                if old != *wanted {
                    field.set(wanted.clone());
                }
            }
        }
        now
    });
    let submitted = move |event: SubmitEvent| {
        event.prevent_default();
        let next = RunListState {
            file: file.get_untracked().trim().to_owned(),
            from: from.get_untracked(),
            to: to.get_untracked(),
            ..state.get_untracked().first_page()
        };
        go.push(&next.href());
    };
    let kept = move || {
        let chosen = state.with(RunListState::chosen);
        chosen
            .into_iter()
            .map(|(name, value)| view! { <HiddenField name value/> })
            .collect_view()
    };
    let statuses = Signal::derive(move || {
        let state = state.get().first_page();
        RunStatus::ALL
            .into_iter()
            .map(|status| {
                let current = state.status == status.code();
                let code = if current { "" } else { status.code() };
                let next = RunListState {
                    status: code.to_owned(),
                    ..state.clone()
                };
                let name = runs::status_name(language, status.as_export_status());
                Facet::new(name, next.href()).current(current)
            })
            .collect::<Vec<_>>()
    });
    view! {
        <form
            class="run-filters"
            role="search"
            aria-label=texts::filters(language)
            method="get"
            action=routes::RUNS
            on:submit=submitted
        >
            <TextField
                name="file"
                label=texts::file_name(language)
                value=file
                help=texts::file_help(language)
            />
            <TextField
                name="from"
                label=texts::from(language)
                value=from
                kind=InputKind::Date
                help=texts::from_help(language)
            />
            <TextField
                name="to"
                label=texts::to(language)
                value=to
                kind=InputKind::Date
                help=texts::to_help(language)
            />
            {dynamic(kept)}
            <Button kind=ButtonKind::Submit icon="search">
                {texts::apply(language)}
            </Button>
        </form>
        <div class="filters">
            <Facets label=runs::status(language) items=statuses/>
        </div>
    }
    .erased()
}

/// The one export and the one destination that are shown, if so, as links that take the filter away. Their names are
/// those that a row has.
#[component]
pub(super) fn Chosen(state: Memo<RunListState>, shown: Signal<Option<Fetched>>) -> impl IntoView {
    let language = use_language();
    let export = move || {
        let state = state.get().first_page();
        (!state.export.is_empty()).then(|| {
            let name = found(shown, |run| {
                let is_chosen = run.export_id.to_string() == state.export;
                is_chosen.then(|| run.export_name.clone())
            });
            let name = name.unwrap_or_else(|| texts::chosen_export(language).to_owned());
            let next = RunListState {
                export: String::new(),
                ..state
            };
            choice(runs::export(language), name, &next)
        })
    };
    let destination = move || {
        let state = state.get().first_page();
        (!state.connection.is_empty()).then(|| {
            let name = found(shown, |run| {
                let connection = run.connection.as_ref()?;
                let is_chosen = connection.id.to_string() == state.connection;
                is_chosen.then(|| connection.name.clone())
            });
            let name = name.unwrap_or_else(|| texts::chosen_destination(language).to_owned());
            let next = RunListState {
                connection: String::new(),
                ..state
            };
            choice(texts::destination(language), name, &next)
        })
    };
    view! {
        {dynamic(export)}
        {dynamic(destination)}
    }
    .erased()
}

/// What the first row tells that tells it.
fn found(
    shown: Signal<Option<Fetched>>,
    told: impl FnMut(&RunSummary) -> Option<String>,
) -> Option<String> {
    shown.with(|shown| page_of(shown.as_ref())?.items.iter().find_map(told))
}

/// What is chosen; following it leads to the list without it.
fn choice(label: &'static str, name: String, without: &RunListState) -> AnyView {
    let items = Signal::stored(vec![Facet::new(name, without.href()).current(true)]);
    view! {
        <div class="filters">
            <Facets label items/>
        </div>
    }
    .erased()
}
