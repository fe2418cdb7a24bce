//! The page of the data sources.

use leptos::prelude::*;

use super::source_form::{EditSourcePane, NewSourcePane};
use super::source_remove::RemoveSourcePane;
use super::state::{RefreshBadge, RefreshedAt};
use crate::api::{ApiError, list_sources, refresh_source};
use crate::domain::{SourceId, SourceSummary};
use crate::features::listing::{AddBar, EmptyList, list_body};
use crate::features::sorting::{SortKey, Sorting};
use crate::i18n::{data as texts, format, reasons, use_language};
use crate::shell::{Failure, NoPane, PageTitle, routes};
use crate::state::prelude::*;
use crate::ui::prelude::*;

const COLUMNS: u32 = 6;

/// What the server says of all sources.
type Sources = FromServer<Result<Vec<SourceSummary>, ApiError>>;

/// Every source with its state. Panes: `new`, `edit/ID`, `remove/ID`.
#[component]
pub fn SourcesPage() -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let tick = use_live(&[LiveKind::Sources, LiveKind::Tables]);
    let saved = RwSignal::new(0_u32);
    let sources: Sources = ask_server(move || (tick.get(), saved.get()), |_| list_sources());
    let toasts = use_toasts();
    let refresh = Action::new(|id: &SourceId| refresh_source(*id));
    Effect::new(move || {
        if let Some(Ok(source)) = refresh.value().get() {
            toasts.success(texts::refresh_asked(language, source.name));
            saved.update(|saved| *saved += 1);
        }
    });
    let refused = Signal::derive(move || refresh.value().get()?.err());
    let columns = Signal::derive(move || {
        let sorting = Sorting::of(address.get().without_pane(), "name");
        vec![
            sorting.column(texts::name(language), "name"),
            Column::new(texts::kind(language)),
            sorting.column(texts::status(language), "status"),
            sorting.column(texts::tables(language), "tables").numeric(),
            sorting.column(texts::refreshed(language), "refreshed"),
            Column::new(texts::actions(language)).action(),
        ]
    });
    let menu = RowMenuState::new();
    view! {
        <PageTitle text=texts::sources(language)/>
        <PageHeader
            title=texts::sources(language)
            crumbs=vec![
                Crumb::new(texts::data(language)),
                Crumb::new(texts::sources(language)),
            ]
        />
        <AddBar
            label=texts::commands(language)
            add=texts::add_source(language)
            refusal=refusal()
        />
        <Failure title=texts::refresh_failed(language) error=refused/>
        <Table caption=texts::sources_caption(language) columns>
            <Transition fallback=|| view! { <TableSkeleton columns=COLUMNS/> }>
                <Rows sources menu/>
            </Transition>
        </Table>
        <SourceMenu menu refresh/>
        <Panes on_saved=move || saved.update(|saved| *saved += 1)/>
    }
    .erased()
}

/// One source; the list is short and comes whole.
pub(super) async fn find_source(id: SourceId) -> Result<SourceSummary, ApiError> {
    let sources = list_sources().await?;
    sources
        .into_iter()
        .find(|source| source.id == id)
        .ok_or(ApiError::NotFound)
}

/// Why the person may not change sources, if so.
fn refusal() -> Option<String> {
    let language = use_language();
    let refused = !use_session().is_administrator();
    refused.then(|| texts::administrators_only(language).to_owned())
}

/// The commands of a row; those that cannot be used say why.
#[component]
fn SourceMenu(
    menu: RowMenuState,
    refresh: Action<SourceId, Result<SourceSummary, ApiError>>,
) -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let refusal = refusal();
    let items = move |row: String| {
        let pane = |kind: &str| {
            address
                .get_untracked()
                .with_pane(PaneRoute::of(kind, &row))
                .to_string()
        };
        let id = row.parse::<SourceId>().ok();
        let tables = format!("{}?source={row}", routes::TABLES);
        view! {
            <MenuLink href=tables icon="table">
                {texts::tables(language)}
            </MenuLink>
            <MenuButton
                icon="arrow_sync"
                disabled_reason=refusal.clone()
                on_click=move |_| {
                    if let Some(id) = id {
                        refresh.dispatch(id);
                    }
                }
            >
                {texts::refresh(language)}
            </MenuButton>
            <MenuLink
                href=pane("edit")
                icon="edit"
                keep_scroll=true
                disabled_reason=refusal.clone()
            >
                {texts::edit(language)}
            </MenuLink>
            <MenuDivider/>
            <MenuLink
                href=pane("remove")
                icon="delete"
                keep_scroll=true
                disabled_reason=refusal.clone()
            >
                {texts::remove(language)}
            </MenuLink>
        }
        .erased()
    };
    view! { <RowMenu menu label=texts::actions(language) items/> }.erased()
}

/// The rows, or what stands in their place.
#[component]
fn Rows(sources: Sources, menu: RowMenuState) -> impl IntoView {
    let address = use_address();
    // A pane that opens or closes leaves the rows alone.
    let listed = Memo::new(move |_| address.get().without_pane());
    list_body(
        COLUMNS,
        answer_of(sources),
        move |sources| {
            let sources = sorted(sources, &Sorting::of(listed.get(), "name"));
            let sources = sources.into_iter();
            sources.map(|source| view! { <Row source menu/> }).collect()
        },
        || view! { <NoSources/> }.erased(),
    )
}

fn sorted(sources: Vec<SourceSummary>, sorting: &Sorting) -> Vec<SourceSummary> {
    sorting.sort(sources, |source| match sorting.column_code() {
        "status" => SortKey::text(source.status.code()),
        "tables" => SortKey::Number(Some(i64::from(source.tables))),
        "refreshed" => SortKey::Number(source.refreshed_at),
        _ => SortKey::text(&source.name),
    })
}

#[component]
fn NoSources() -> impl IntoView {
    let language = use_language();
    let (text, add) = if use_session().is_administrator() {
        let add = texts::add_source(language);
        (texts::no_sources_administrator(language), Some(add))
    } else {
        (texts::no_sources_other(language), None)
    };
    view! { <EmptyList icon="database" title=texts::no_sources(language) text add/> }.erased()
}

#[component]
fn Row(source: SourceSummary, menu: RowMenuState) -> impl IntoView {
    let language = use_language();
    let tables = format!("{}?source={}", routes::TABLES, source.id);
    // Without script the button leads to where the same commands are.
    let menu_href = if use_session().is_administrator() {
        pane_href(PaneRoute::of("edit", source.id)).get_untracked()
    } else {
        tables.clone()
    };
    let reason = source
        .status_reason
        .map(|reason| reasons::text(language, &reason));
    let commands = texts::commands_for(language, &source.name);
    let location = Some(source.location).filter(|location| !location.is_empty());
    view! {
        <tr>
            <th scope="row">
                <Link href=tables.clone()>{source.name}</Link>
            </th>
            <td>
                {texts::folder(language)}
                {location.map(|location| view! { <span class="sub mono">{location}</span> })}
            </td>
            <td>
                <RefreshBadge status=source.status/>
                {reason.map(|reason| view! { <span class="sub">{reason}</span> })}
            </td>
            <td class="num">{format::integer(language, u64::from(source.tables))}</td>
            <td>
                <RefreshedAt at=source.refreshed_at/>
            </td>
            <td class="act">
                <RowMenuButton
                    menu
                    row=source.id.to_string()
                    label=commands
                    href=menu_href
                />
            </td>
        </tr>
    }
    .erased()
}

#[component]
fn Panes(#[prop(into)] on_saved: Callback<()>) -> impl IntoView {
    let language = use_language();
    let pane = use_pane();
    let administrator = use_session().is_administrator();
    let close = close_href();
    dynamic(move || {
        let pane = pane.get()?;
        let id = pane.id();
        let known = matches!(
            (pane.kind(), id),
            ("new", None) | ("edit" | "remove", Some(_))
        );
        if known && !administrator {
            return Some(
                view! {
                    <Pane title=texts::sources(language) close_href=close>
                        <MessageBar>{texts::administrators_only(language)}</MessageBar>
                    </Pane>
                }
                .erased(),
            );
        }
        match (pane.kind(), id) {
            ("new", None) => Some(view! { <NewSourcePane on_saved/> }.erased()),
            ("edit", Some(id)) => Some(view! { <EditSourcePane id on_saved/> }.erased()),
            ("remove", Some(id)) => Some(view! { <RemoveSourcePane id on_saved/> }.erased()),
            _ => Some(view! { <NoPane/> }.erased()),
        }
    })
}
