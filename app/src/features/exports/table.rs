//! The table of exports, its row menu and its pager.

use leptos::prelude::*;

use super::adding::use_cannot_add;
use super::filters::RowsPerPage;
use super::row::{RowLook, html_rows};
use super::rules::Command;
use super::runner::Runner;
use super::selection::{Emptied, Selection};
use super::shown::Shown;
use crate::domain::{Density, ExportSort, ListedExport, OptionalColumn, Role};
use crate::features::sorting::Sorting;
use crate::i18n::{Language, export_table as texts, exports, format, use_language};
use crate::shell::{LoadProblem, table_preferences};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// The columns that are always on, between the boxes and those that the person chose.
const ALWAYS_ON: [ExportSort; 7] = [
    ExportSort::Name,
    ExportSort::Type,
    ExportSort::Status,
    ExportSort::RefreshedAt,
    ExportSort::Schedule,
    ExportSort::Connection,
    ExportSort::Permission,
];

/// How many columns the table has, check box and menu among them.
pub(super) fn column_count() -> u32 {
    let columns = 2 + ALWAYS_ON.len() + table_preferences().columns.len();
    u32::try_from(columns).unwrap_or_default()
}

/// Columns of the table for this state of the list, but that of the boxes.
fn columns() -> Signal<Vec<Column>> {
    let language = use_language();
    let address = use_address();
    let chosen = table_preferences().columns;
    Signal::derive(move || {
        let sorting = Sorting::of(address.get(), ExportSort::default().code());
        let sorted = |sort: ExportSort| {
            let label = exports::column(language, sort);
            sorting.column(label, sort.code())
        };
        let mut columns: Vec<_> = ALWAYS_ON.into_iter().map(sorted).collect();
        columns.extend(chosen.iter().map(|column| match column {
            OptionalColumn::DataAsOf => sorted(ExportSort::DataAsOf),
            OptionalColumn::UpdatedAt => sorted(ExportSort::UpdatedAt),
            OptionalColumn::UpdatedBy => sorted(ExportSort::UpdatedBy),
            OptionalColumn::Labels => sorted(ExportSort::Labels),
            OptionalColumn::Owner => sorted(ExportSort::Owner),
            OptionalColumn::Strip => Column::new(texts::column(language, *column)),
        }));
        columns.push(Column::new(exports::row_commands(language)).action());
        columns
    })
}

/// The table while the first rows are on their way, with room for the commands and filters that come with them.
#[component]
pub(super) fn ExportTableSkeleton() -> impl IntoView {
    let language = use_language();
    let columns = columns();
    let heads = Signal::derive(move || {
        let mut heads = vec![Column::new(exports::select(language)).action()];
        heads.extend(columns.get());
        heads
    });
    view! {
        <div class="exports-outline">
            <Table caption=Signal::stored(exports::caption(language).to_owned()) columns=heads>
                <TableSkeleton columns=column_count() rows=8/>
            </Table>
        </div>
    }
    .erased()
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
    let rows = html_rows(shown, RowLook::new());
    let rows = HtmlRows { rows, menu };
    let compact = table_preferences().density == Density::Compact;
    let on_page = move || {
        shown.with(|shown| {
            let rows = shown.as_ref().map_or(0, |shown| shown.rows.len());
            u64::try_from(rows).unwrap_or_default()
        })
    };
    let label = move || match selection.of_page() {
        Chosen::All => texts::deselect_all(language, on_page()),
        Chosen::None | Chosen::Some => texts::select_all(language, on_page()),
    };
    let choice = RowChoice {
        head: exports::select(language),
        label: Signal::derive(label),
        chosen: Signal::derive(move || selection.of_page()),
        on_all: Callback::new(move |is_chosen| selection.set_all(is_chosen)),
        on_row: Callback::new(move |key| selection.answer(key)),
        rows: Signal::derive(move || selection.of_rows()),
    };
    on_escape(Callback::new(move |()| selection.clear_aloud()));
    view! {
        <Table
            caption=Signal::stored(exports::caption(language).to_owned())
            columns=columns()
            busy
            choice
            compact
            rows
        >
            <NoRows shown/>
        </Table>
        <ExportRowMenu shown menu runner/>
        <BeyondThePage selection on_page=Signal::derive(on_page)/>
        <SelectionSaid selection/>
        <div class="list-foot">
            <RowsPerPage/>
            <ExportPager shown/>
        </div>
    }
    .erased()
}

/// What stands in the table when it has no rows: why, and what to do about it.
#[component]
fn NoRows(shown: Memo<Option<Shown>>) -> impl IntoView {
    let language = use_language();
    let (address, list) = (use_address(), use_list());
    let (role, cannot_add) = (use_session().role(), use_cannot_add());
    let refusal = move || {
        cannot_add.get().map(|why| match role {
            Role::Viewer => exports::empty_for_viewers(language).to_owned(),
            Role::Contributor | Role::Administrator => why,
        })
    };
    let new = pane_href(PaneRoute::plain("new"));
    let state = Memo::new(move |_| {
        shown.with(|shown| {
            let shown = shown.as_ref()?;
            shown.rows.is_empty().then(|| shown.error.clone())
        })
    });
    let inside = move |error| match error {
        Some(error) => {
            // It leads to the list as it is then.
            address.track();
            view! { <LoadProblem error/> }.erased()
        }
        None if list.with(ListState::is_filtered) => {
            let state = list.get().cleared();
            let clear_href = address.get().with_list(&state).to_string();
            view! { <NoMatch clear_href/> }.erased()
        }
        None => match refusal() {
            Some(text) => view! {
                <EmptyState icon="arrow_export" title=exports::empty_title(language) text/>
            }
            .erased(),
            None => view! {
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
            .erased(),
        },
    };
    dynamic(move || {
        state.get().map(|error| {
            let text = inside(error);
            view! { <TableMessage columns=column_count()>{text}</TableMessage> }
        })
    })
}

/// The way from the page to all that match, once every row of the page is chosen. It stands below the table, and does
/// not move it.
#[component]
fn BeyondThePage(selection: Selection, on_page: Signal<u64>) -> impl IntoView {
    let language = use_language();
    let total = move || u64::from(selection.total());
    let is_matching = Memo::new(move |_| selection.is_matching());
    let is_shown = Memo::new(move |_| {
        is_matching.get() || (selection.of_page() == Chosen::All && total() > on_page.get())
    });
    let text = move || {
        if is_matching.get() {
            matching_words(language, selection)
        } else {
            texts::page_selected(language, on_page.get())
        }
    };
    let label = move || {
        if is_matching.get() {
            exports::clear_selection(language).to_owned()
        } else {
            texts::select_matching(language, total())
        }
    };
    let pressed = move |_| {
        if is_matching.get_untracked() {
            selection.clear_aloud();
            keep_focus_soon();
        } else {
            selection.choose_matching();
        }
    };
    dynamic(move || {
        is_shown.get().then(|| {
            view! {
                <div class="beyond-page">
                    <span>{dynamic(text)}</span>
                    <Button on_click=pressed>{dynamic(label)}</Button>
                </div>
            }
        })
    })
}

/// Tells screen readers what is chosen, after every change.
#[component]
fn SelectionSaid(selection: Selection) -> impl IntoView {
    let language = use_language();
    let said = Memo::new(move |_| match (selection.emptied(), selection.count()) {
        (Some(Emptied::ByFilter), _) => texts::selection_lost(language).to_owned(),
        (Some(Emptied::ByPerson), _) => texts::selection_cleared(language).to_owned(),
        _ if selection.is_matching() => matching_words(language, selection),
        (None, 0) => String::new(),
        (None, count) => exports::selected(language, u64::from(count)),
    });
    view! {
        <p class="sr" role="status">
            {move || said.get()}
        </p>
    }
    .erased()
}

/// How many of those that match are chosen.
fn matching_words(language: Language, selection: Selection) -> String {
    let (count, total) = (u64::from(selection.count()), u64::from(selection.total()));
    if count == total {
        texts::matching_selected(language, count)
    } else {
        texts::matching_but(language, count, format::integer(language, total))
    }
}

/// The menu that all rows share: the commands of the bar, for one export.
#[component]
fn ExportRowMenu(shown: Memo<Option<Shown>>, menu: RowMenuState, runner: Runner) -> impl IntoView {
    let language = use_language();
    let role = use_session().role();
    let address = use_address();
    let item = move |command: Command, row: &ListedExport| {
        let icon = command.icon(Some(row));
        let label = view! {
            {command.label(language, Some(row))}
            <span class="sr">{texts::of_row(language, &row.name)}</span>
        }
        .erased();
        let refusal = command.refusal(language, row);
        match command.pane(row).filter(|_| refusal.is_none()) {
            Some(pane) => {
                let href = address.get_untracked().with_pane(pane).to_string();
                view! {
                    <MenuLink href icon keep_scroll=true>
                        {label}
                    </MenuLink>
                }
                .erased()
            }
            None => {
                let row = row.clone();
                let run = move |_| runner.start(vec![(row.id, row.name.clone())]);
                match refusal {
                    Some(reason) => view! {
                        <MenuButton icon disabled_reason=reason>
                            {label}
                        </MenuButton>
                    }
                    .erased(),
                    None => view! {
                        <MenuButton icon on_click=run>
                            {label}
                        </MenuButton>
                    }
                    .erased(),
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
            return ().erased();
        };
        Command::of_row(&row)
            .filter(|command| command.is_offered(role))
            .map(|command| item(command, &row))
            .collect_view()
            .erased()
    });
    view! { <RowMenu menu label=exports::commands(language) items/> }.erased()
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
            let shown = shown.as_ref()?;
            let total = shown.known_total()?;
            let rows = u64::try_from(shown.rows.len()).unwrap_or_default();
            let rows = format::integer(language, rows);
            Some(exports::shown_of(language, u64::from(total), rows))
        })
    };
    let previous = move || shown.with(|shown| shown.as_ref()?.previous.clone());
    let next = move || shown.with(|shown| shown.as_ref()?.next.clone());
    view! {
        <Pager
            summary=Signal::derive(move || summary().unwrap_or_default())
            first=Signal::derive(move || previous().map(|_| page_href(None)))
            previous=Signal::derive(move || previous().map(|cursor| page_href(Some(cursor))))
            next=Signal::derive(move || next().map(|cursor| page_href(Some(cursor))))
        />
    }
    .erased()
}
