//! The page of the tables.

use leptos::prelude::*;

use super::schema_form::SchemaPane;
use super::state::{RefreshedAt, TableState, amount};
use super::table_pane::TablePane;
use crate::api::{ApiError, list_tables};
use crate::domain::{SourceId, TableSummary};
use crate::features::listing::list_body;
use crate::features::sorting::{SortKey, Sorting};
use crate::i18n::{data as texts, format, use_language};
use crate::shell::{NoPane, PageTitle, routes};
use crate::state::prelude::*;
use crate::ui::prelude::*;

const COLUMNS: u32 = 7;

/// To which source the question was narrowed, and what the server says of its tables.
type Tables = FromServer<(Option<SourceId>, Result<Vec<TableSummary>, ApiError>)>;

/// Every table with its source and state; `?source=` narrows to one source. Panes: `table/ID`,
/// `schema/ID`.
#[component]
pub fn TablesPage() -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let tick = use_live(&[LiveKind::Tables, LiveKind::Sources]);
    let source = Memo::new(move |_| {
        address.with(|address| address.query.get("source")?.parse::<SourceId>().ok())
    });
    let saved = RwSignal::new(0_u32);
    let tables: Tables = ask_server(
        move || (source.get(), tick.get(), saved.get()),
        |(source, ..)| async move { (source, list_tables(source).await) },
    );
    let columns = Signal::derive(move || {
        let sorting = Sorting::of(address.get().without_pane(), "name");
        vec![
            sorting.column(texts::name(language), "name"),
            sorting.column(texts::source(language), "source"),
            Column::new(texts::status(language)),
            sorting.column(texts::rows(language), "rows").numeric(),
            sorting
                .column(texts::size(language), "size")
                .numeric()
                .shy(),
            sorting
                .column(texts::columns(language), "columns")
                .numeric()
                .shy(),
            sorting.column(texts::refreshed(language), "refreshed"),
        ]
    });
    view! {
        <PageTitle text=texts::tables(language)/>
        <PageHeader
            title=texts::tables(language)
            crumbs=vec![
                Crumb::new(texts::data(language)),
                Crumb::new(texts::tables(language)),
            ]
        />
        <Transition>
            <Narrowed tables/>
        </Transition>
        <Table caption=texts::tables_caption(language) columns>
            <Transition fallback=|| view! { <TableSkeleton columns=COLUMNS/> }>
                <Rows tables/>
            </Transition>
        </Table>
        <Panes on_saved=move || saved.update(|saved| *saved += 1)/>
    }
    .erased()
}

/// The source that the list is narrowed to, as a link that takes that away.
#[component]
fn Narrowed(tables: Tables) -> impl IntoView {
    let language = use_language();
    let name = once_in_the_browser(move || {
        let (source, answer) = tables.get()?;
        source?;
        Some(answer.ok()?.first()?.source_name.clone())
    });
    // Not `dynamic`: it stands alone under a `Transition`, and is nothing as a rule.
    move || {
        name.get().map(|name| {
            let facet = Facet::new(name, routes::TABLES).current(true);
            view! { <Facets label=texts::source(language) items=Signal::stored(vec![facet])/> }
        })
    }
}

/// The rows, or what stands in their place.
#[component]
fn Rows(tables: Tables) -> impl IntoView {
    let address = use_address();
    let shown = answer_of(tables);
    // A pane that opens or closes leaves the rows alone.
    let listed = Memo::new(move |_| address.get().without_pane());
    let is_of_source =
        move || shown.with(|shown| shown.as_ref().is_some_and(|(source, _)| source.is_some()));
    list_body(
        COLUMNS,
        Signal::derive(move || shown.get().map(|(_, answer)| answer)),
        move |tables| {
            let tables = sorted(tables, &Sorting::of(listed.get(), "name")).into_iter();
            tables.map(|table| view! { <Row table/> }).collect()
        },
        move || {
            if is_of_source() {
                view! { <NoMatch clear_href=routes::TABLES/> }.erased()
            } else {
                view! { <NoTables/> }.erased()
            }
        },
    )
}

fn sorted(tables: Vec<TableSummary>, sorting: &Sorting) -> Vec<TableSummary> {
    sorting.sort(tables, |table| match sorting.column_code() {
        "source" => SortKey::text(&table.source_name),
        "rows" => SortKey::Number(table.rows),
        "size" => SortKey::Number(table.bytes),
        "columns" => SortKey::count(table.schema.len()),
        "refreshed" => SortKey::Number(table.refreshed_at),
        _ => SortKey::text(&table.name),
    })
}

#[component]
fn NoTables() -> impl IntoView {
    let language = use_language();
    if use_session().is_administrator() {
        let add = format!("{}?pane=new", routes::SOURCES);
        view! {
            <EmptyState
                icon="table"
                title=texts::no_tables(language)
                text=texts::no_tables_administrator(language)
            >
                <LinkButton href=add.clone() appearance=Appearance::Primary icon="add">
                    {texts::add_source(language)}
                </LinkButton>
            </EmptyState>
        }
        .erased()
    } else {
        view! {
            <EmptyState
                icon="table"
                title=texts::no_tables(language)
                text=texts::no_tables_other(language)
            />
        }
        .erased()
    }
}

#[component]
fn Row(table: TableSummary) -> impl IntoView {
    let language = use_language();
    let number = |value: Option<i64>| value.map(|value| format::integer(language, amount(value)));
    let size = table
        .bytes
        .map(|bytes| format::bytes(language, amount(bytes)));
    let columns = u64::try_from(table.schema.len()).unwrap_or_default();
    let source = format!("{}?source={}", routes::TABLES, table.source_id);
    let state = view! { <TableState table=table.clone()/> };
    view! {
        <tr>
            <th scope="row">
                <Link href=pane_href(PaneRoute::of("table", table.id)) keep_scroll=true>
                    {table.name}
                </Link>
            </th>
            <td>
                <Link href=source>{table.source_name}</Link>
            </td>
            <td>{state}</td>
            <td class="num">{number(table.rows)}</td>
            <td class="num shy">{size}</td>
            <td class="num shy">
                {(columns > 0).then(|| format::integer(language, columns))}
            </td>
            <td>
                <RefreshedAt at=table.refreshed_at/>
            </td>
        </tr>
    }
    .erased()
}

#[component]
fn Panes(#[prop(into)] on_saved: Callback<()>) -> impl IntoView {
    let pane = use_pane();
    dynamic(move || {
        let pane = pane.get()?;
        Some(match (pane.kind(), pane.id()) {
            ("table", Some(id)) => view! { <TablePane id/> }.erased(),
            ("schema", Some(id)) => view! { <SchemaPane id on_saved/> }.erased(),
            _ => view! { <NoPane/> }.erased(),
        })
    })
}
