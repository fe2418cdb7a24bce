//! The table of the Runs page and its pager.

use leptos::prelude::*;

use super::figures::{count, duration};
use super::filters::Chosen;
use super::head::RunHead;
use super::page::{Fetched, page_of};
use super::state::RunListState;
use crate::domain::{Cursor, MOST_COUNTED, Page, RunId, RunSummary};
use crate::i18n::{Language, format, run_list as texts, runs, shell, use_language};
use crate::shell::{LoadProblem, routes};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// How many columns the table has.
pub(super) const COLUMNS: u32 = 9;

/// Columns of the table.
pub(super) fn columns(language: Language) -> Vec<Column> {
    vec![
        Column::new(runs::run(language)),
        Column::new(runs::export(language)),
        Column::new(texts::destination(language)),
        Column::new(runs::files(language)),
        Column::new(runs::queued_at(language)),
        Column::new(runs::duration(language)).numeric(),
        Column::new(runs::written(language)).numeric(),
        Column::new(runs::size(language)).numeric(),
        Column::new(runs::started_by(language)).shy(),
    ]
}

/// The list as it was answered last.
#[component]
pub(super) fn RunList(
    state: Memo<RunListState>,
    shown: Signal<Option<Fetched>>,
    #[prop(into)] busy: Signal<bool>,
) -> impl IntoView {
    let language = use_language();
    let rows = move || {
        shown.with(|shown| page_of(shown.as_ref()).map_or_else(Vec::new, |page| page.items.clone()))
    };
    view! {
        <Chosen state shown/>
        <Table caption=runs::runs_caption(language) columns=columns(language) busy>
            <Each each=rows key=|run| run.id let:run>
                <Row run shown state/>
            </Each>
            <NoRows state shown/>
        </Table>
        <RunPager state shown/>
        <Announcer shown/>
    }
    .erased()
}

/// What stands in the table when it has no rows.
#[component]
fn NoRows(state: Memo<RunListState>, shown: Signal<Option<Fetched>>) -> impl IntoView {
    let language = use_language();
    let inside = move || {
        let missing = shown.with(|shown| match &shown.as_ref()?.answer {
            Ok(page) if page.items.is_empty() => Some(None),
            Ok(_) => None,
            Err(error) => Some(Some(error.clone())),
        })?;
        Some(match missing {
            Some(error) => view! { <LoadProblem error/> }.erased(),
            None if state.with(RunListState::is_filtered) => {
                view! { <NoMatch clear_href=routes::RUNS/> }.erased()
            }
            None => view! {
                <EmptyState
                    icon="receipt"
                    title=texts::empty_title(language)
                    text=texts::empty_text(language)
                >
                    <LinkButton href=routes::EXPORTS appearance=Appearance::Primary>
                        {shell::to_start(language)}
                    </LinkButton>
                </EmptyState>
            }
            .erased(),
        })
    };
    dynamic(move || {
        inside().map(|inside| view! { <TableMessage columns=COLUMNS>{inside}</TableMessage> })
    })
}

/// A row that follows what is answered of its run: it changes where it stands.
#[component]
fn Row(
    /// The run as it came into the list.
    run: RunSummary,
    shown: Signal<Option<Fetched>>,
    state: Memo<RunListState>,
) -> impl IntoView {
    let id = run.id;
    let current = Memo::new(move |before: Option<&RunSummary>| {
        let found = shown.with(|shown| run_of(page_of(shown.as_ref())?, id));
        found.unwrap_or_else(|| before.unwrap_or(&run).clone())
    });
    view! { <tr>{move || view! { <Cells run=current.get() state/> }}</tr> }.erased()
}

fn run_of(page: &Page<RunSummary>, id: RunId) -> Option<RunSummary> {
    page.items.iter().find(|run| run.id == id).cloned()
}

#[component]
fn Cells(run: RunSummary, state: Memo<RunListState>) -> impl IntoView {
    let language = use_language();
    let taken = duration(language, &run);
    let starter = runs::starter(language, run.trigger, &run.started_by);
    let has_delivered = run.status.has_delivered();
    let rows = has_delivered.then(|| format::integer(language, count(run.rows_written)));
    let size = has_delivered.then(|| format::bytes(language, count(run.bytes)));
    let removed = run
        .is_export_removed
        .then(|| view! { <span class="sub">{texts::export_removed(language)}</span> });
    let to_export = RunListState {
        export: run.export_id.to_string(),
        ..state.get_untracked().first_page()
    };
    let head = run.clone();
    let destination = run.connection.map(|connection| {
        let to_connection = RunListState {
            connection: connection.id.to_string(),
            ..state.get_untracked().first_page()
        };
        view! {
            <Link href=to_connection.href() keep_scroll=true>
                {connection.name}
            </Link>
        }
    });
    let pane = pane_href(PaneRoute::of("run", run.id));
    let path = run.first_file.clone();
    view! {
        <RunHead run=head href=pane/>
        <td class="run-name">
            <Link href=to_export.href() keep_scroll=true>
                {run.export_name}
            </Link>
            {removed}
        </td>
        <td>{destination}</td>
        <td class="run-file" title=path>
            <Files first=run.first_file files=run.files/>
        </td>
        <td>
            <Time at=instant(run.queued_at)/>
        </td>
        <td class="num">{taken}</td>
        <td class="num">{rows}</td>
        <td class="num">{size}</td>
        <td class="shy">{starter}</td>
    }
    .erased()
}

/// The name of the first file, and how many there are besides.
#[component]
fn Files(first: Option<String>, files: u32) -> impl IntoView {
    let language = use_language();
    let name = first.map(|path| match path.rsplit_once('/') {
        Some((_, name)) => name.to_owned(),
        None => path,
    });
    let more = (files > 1).then(|| {
        let text = texts::more_files(language, u64::from(files - 1));
        view! { <span class="sub">{text}</span> }
    });
    view! {
        {name}
        {more}
    }
    .erased()
}

/// How many of how many are shown; of more than are counted, that.
fn summary(language: Language, page: &Page<RunSummary>) -> String {
    let rows = u64::try_from(page.items.len()).unwrap_or_default();
    let rows = format::integer(language, rows);
    if page.total > MOST_COUNTED {
        texts::shown_of_more(language, u64::from(MOST_COUNTED), rows)
    } else {
        texts::shown_of(language, u64::from(page.total), rows)
    }
}

/// How many there are, and the ways to the other pages.
#[component]
fn RunPager(state: Memo<RunListState>, shown: Signal<Option<Fetched>>) -> impl IntoView {
    let language = use_language();
    let page_href = move |cursor: Option<Cursor>| {
        let state = RunListState {
            cursor,
            ..state.get()
        };
        state.href()
    };
    let text = move || {
        shown.with(|shown| {
            page_of(shown.as_ref()).map_or_else(String::new, |page| summary(language, page))
        })
    };
    let previous = move || shown.with(|shown| page_of(shown.as_ref())?.previous.clone());
    let next = move || shown.with(|shown| page_of(shown.as_ref())?.next.clone());
    view! {
        <Pager
            summary=Signal::derive(text)
            first=Signal::derive(move || previous().map(|_| page_href(None)))
            previous=Signal::derive(move || previous().map(|cursor| page_href(Some(cursor))))
            next=Signal::derive(move || next().map(|cursor| page_href(Some(cursor))))
        />
    }
    .erased()
}

/// Tells screen readers how many runs there are once others were asked for; not that a run more was started.
#[component]
fn Announcer(shown: Signal<Option<Fetched>>) -> impl IntoView {
    let language = use_language();
    let text = RwSignal::new(String::new());
    Effect::new(move |before: Option<Option<RunListState>>| {
        let fetched = shown.get();
        let asked = fetched.as_ref().map(|fetched| fetched.asked.clone());
        if let (Some(before), Some(page)) = (before.flatten(), page_of(fetched.as_ref()))
            && asked.as_ref() != Some(&before)
        {
            text.set(summary(language, page));
        }
        asked
    });
    view! {
        <p class="sr" role="status">
            {move || text.get()}
        </p>
    }
    .erased()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(total: u32) -> Page<RunSummary> {
        Page {
            items: Vec::new(),
            next: None,
            previous: None,
            total,
        }
    }

    #[test]
    fn a_total_that_was_not_counted_to_its_end_says_so() {
        let english = |total| summary(Language::English, &page(total));
        assert_eq!(english(1), "0 of 1 run");
        assert_eq!(english(MOST_COUNTED), "0 of 10,000 runs");
        assert_eq!(english(MOST_COUNTED + 1), "0 of more than 10,000 runs");
    }
}
