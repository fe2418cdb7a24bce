//! All runs of an export, newest first. What was changed of it is in `history`.

use leptos::prelude::*;

use super::problem::ExportProblem;
use crate::api;
use crate::api::ApiError;
use crate::domain::{Cursor, ExportId, Page, RunQuery, RunSummary};
use crate::features::runs::RunTable;
use crate::i18n::{exports, runs, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// The parameter in which the place in the list is kept.
const PLACE: &str = "runs";

/// A page of the runs of an export, also of one that was removed. Where there is none, the export must be there.
async fn load(id: ExportId, cursor: Option<String>) -> Result<Page<RunSummary>, ApiError> {
    let query = RunQuery {
        export_id: Some(id),
        cursor: cursor.map(Cursor),
        ..RunQuery::default()
    };
    let page = api::list_runs(query).await?;
    if page.items.is_empty() {
        api::get_export(id).await?;
    }
    Ok(page)
}

/// The pane with an export's runs.
#[component]
pub(super) fn RunsPane(id: ExportId) -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let cursor =
        Memo::new(move |_| address.with(|address| address.query.get(PLACE).map(str::to_owned)));
    let hints = use_live(&[LiveKind::Runs]);
    let page = ask_server(
        move || (cursor.get(), hints.get()),
        move |(cursor, _)| load(id, cursor),
    );
    let close_href = Signal::derive(move || {
        address
            .get()
            .without_pane()
            .with(PLACE, None::<&str>)
            .to_string()
    });
    let title = Signal::stored(exports::runs(language).to_owned());
    view! {
        <Pane title close_href size=PaneSize::Large>
            <Transition fallback=|| view! { <TextSkeleton lines=6/> }>
                <Runs page/>
            </Transition>
        </Pane>
    }
    .erased()
}

#[component]
fn Runs(page: FromServer<Result<Page<RunSummary>, ApiError>>) -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let shown = answer_of(page);
    let place_href = move |cursor: Option<Cursor>| {
        address
            .get()
            .with(PLACE, cursor.map(|cursor| cursor.0))
            .to_string()
    };
    let list = move |page: Page<RunSummary>| {
        let name = page.items.first().map(|run| run.export_name.clone());
        let newest = page.previous.is_some().then(|| {
            view! {
                <LinkButton href=place_href(None) keep_scroll=true>
                    {runs::newest_runs(language)}
                </LinkButton>
            }
        });
        let older = page.next.map(|cursor| {
            view! {
                <LinkButton href=place_href(Some(cursor)) keep_scroll=true>
                    {runs::older_runs(language)}
                </LinkButton>
            }
        });
        view! {
            {name.map(|name| view! { <p class="pane-about">{name}</p> })}
            <RunTable runs=page.items/>
            <div class="run-commands">{newest} {older}</div>
        }
        .erased()
    };
    let retry_href = move || address.with_untracked(ToString::to_string);
    dynamic(move || {
        shown.get().map(|page| match page {
            Ok(page) => list(page),
            Err(error) => view! { <ExportProblem error retry_href=retry_href()/> }.erased(),
        })
    })
}
