//! The table of exports, its row menu and its pager.

use leptos::html;
use leptos::prelude::*;

use super::filters::RowsPerPage;
use super::row::ExportRow;
use super::rules::Command;
use super::runner::Runner;
use super::selection::Selection;
use super::shown::Shown;
use crate::domain::{ExportListRow, ExportSort};
use crate::features::sorting::Sorting;
use crate::i18n::{exports, format, use_language};
use crate::shell::problem_text;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// How many columns the table has, check box and menu among them.
pub(super) const COLUMNS: u32 = 12;

/// Columns of the table for this state of the list.
pub(super) fn columns() -> Signal<Vec<Column>> {
    let language = use_language();
    let address = use_address();
    Signal::derive(move || {
        let sorting = Sorting::of(address.get(), ExportSort::default().code());
        let column = |sort: ExportSort| {
            let column = sorting.column(exports::column(language, sort), sort.code());
            match sort {
                ExportSort::DataAsOf | ExportSort::UpdatedAt | ExportSort::UpdatedBy => {
                    column.shy()
                }
                _ => column,
            }
        };
        let mut columns = vec![Column::new(exports::select(language)).action()];
        columns.extend(ExportSort::ALL.map(column));
        columns.push(Column::new(exports::row_commands(language)).action());
        columns
    })
}

/// The list as it is shown now.
#[component]
pub(super) fn ExportTable(
    shown: Memo<Option<Shown>>,
    selection: Selection,
    runner: Runner,
    #[prop(into)] busy: Signal<bool>,
) -> impl IntoView {
    let language = use_language();
    let menu = RowMenuState::new();
    let rows = move || {
        shown.with(|shown| {
            shown
                .as_ref()
                .map_or_else(Vec::new, |shown| shown.rows.clone())
        })
    };
    view! {
        <Table caption=Signal::stored(exports::caption(language).to_owned()) columns=columns() busy>
            <For each=rows key=|row| row.id let:row>
                <ExportRow row shown selection menu/>
            </For>
            <NoRows shown/>
        </Table>
        <ExportRowMenu shown menu runner/>
        <div class="list-foot">
            <SelectAll shown selection/>
            <RowsPerPage/>
            <ExportPager shown/>
        </div>
    }
    .into_any()
}

/// What stands in the table when it has no rows: why, and what to do about it.
#[component]
fn NoRows(shown: Memo<Option<Shown>>) -> impl IntoView {
    let language = use_language();
    let (address, list) = (use_address(), use_list());
    let may_write = use_session().may_write();
    let new = pane_href(PaneRoute::plain("new"));
    let state = Memo::new(move |_| {
        shown.with(|shown| {
            let shown = shown.as_ref()?;
            shown.rows.is_empty().then(|| shown.error.clone())
        })
    });
    let inside = move |error| match error {
        Some(error) => {
            let retry_href = address.get().to_string();
            let detail = problem_text(language, &error);
            view! { <LoadError detail retry_href/> }.into_any()
        }
        None if list.with(ListState::is_filtered) => {
            let state = list.get().cleared();
            let clear_href = address.get().with_list(&state).to_string();
            view! { <NoMatch clear_href/> }.into_any()
        }
        None if may_write => view! {
            <EmptyState
                icon="arrow_export"
                title=exports::empty_title(language)
                text=exports::empty_text(language)
            >
                <LinkButton href=new appearance=Appearance::Primary icon="add" keep_scroll=true>
                    {exports::add_export(language)}
                </LinkButton>
            </EmptyState>
        }
        .into_any(),
        None => view! {
            <EmptyState
                icon="arrow_export"
                title=exports::empty_title(language)
                text=exports::empty_for_viewers(language)
            />
        }
        .into_any(),
    };
    move || {
        state.get().map(|error| {
            view! { <TableMessage columns=COLUMNS>{inside(error)}</TableMessage> }
        })
    }
}

/// Chooses all rows of the page.
#[component]
fn SelectAll(shown: Memo<Option<Shown>>, selection: Selection) -> impl IntoView {
    let language = use_language();
    let input = NodeRef::<html::Input>::new();
    Effect::new(move || {
        let rows = shown.with(|shown| shown.as_ref().map_or(0, |shown| shown.rows.len()));
        let chosen = selection.rows().len();
        if let Some(input) = input.get() {
            input.set_checked(rows > 0 && chosen == rows);
            input.set_indeterminate(chosen > 0 && chosen < rows);
        }
    });
    view! {
        <label class="check select-all">
            <input
                type="checkbox"
                node_ref=input
                on:change=move |event| selection.set_all(event_target_checked(&event))
            />
            {exports::select_all(language)}
        </label>
    }
}

/// The menu that all rows share: the commands of the bar, for one export.
#[component]
fn ExportRowMenu(shown: Memo<Option<Shown>>, menu: RowMenuState, runner: Runner) -> impl IntoView {
    let language = use_language();
    let role = use_session().role();
    let address = use_address();
    let item = move |command: Command, row: &ExportListRow| {
        let (label, icon) = (command.label(language, Some(row)), command.icon(Some(row)));
        let refusal = command.refusal(language, row);
        match command.pane(row).filter(|_| refusal.is_none()) {
            Some(pane) => {
                let href = address.get_untracked().with_pane(pane).to_string();
                view! {
                    <MenuLink href icon keep_scroll=true>
                        {label}
                    </MenuLink>
                }
                .into_any()
            }
            None => {
                let row = row.clone();
                let run = move |_| runner.start(vec![row.clone()]);
                match refusal {
                    Some(reason) => view! {
                        <MenuButton icon disabled_reason=reason>
                            {label}
                        </MenuButton>
                    }
                    .into_any(),
                    None => view! {
                        <MenuButton icon on_click=run>
                            {label}
                        </MenuButton>
                    }
                    .into_any(),
                }
            }
        }
    };
    let items = Callback::new(move |id: String| {
        let row = id
            .parse()
            .ok()
            .and_then(|id| shown.with_untracked(|shown| shown.as_ref()?.row(id).cloned()));
        let Some(row) = row else {
            return ().into_any();
        };
        Command::ALL
            .into_iter()
            .filter(|command| command.is_offered(role))
            .map(|command| item(command, &row))
            .collect_view()
            .into_any()
    });
    view! { <RowMenu menu label=exports::commands(language) items/> }
}

/// How many there are, and the ways to the other pages.
#[component]
fn ExportPager(shown: Memo<Option<Shown>>) -> impl IntoView {
    let language = use_language();
    let (address, list) = (use_address(), use_list());
    let page_href = move |cursor| {
        let state = list.get().at(cursor);
        address.get().with_list(&state).to_string()
    };
    let summary = move || {
        shown.with(|shown| {
            shown.as_ref().map_or_else(String::new, |shown| {
                let rows = u64::try_from(shown.rows.len()).unwrap_or_default();
                let rows = format::integer(language, rows);
                exports::shown_of(language, u64::from(shown.total), rows)
            })
        })
    };
    let previous = move || shown.with(|shown| shown.as_ref()?.previous.clone());
    let next = move || shown.with(|shown| shown.as_ref()?.next.clone());
    view! {
        <Pager
            summary=Signal::derive(summary)
            first=Signal::derive(move || previous().map(|_| page_href(None)))
            previous=Signal::derive(move || previous().map(|cursor| page_href(Some(cursor))))
            next=Signal::derive(move || next().map(|cursor| page_href(Some(cursor))))
        />
    }
}
