//! The Connections page.

use leptos::prelude::*;

use super::edit_pane::ConnectionPane;
use super::remove::RemovePane;
use super::rows::{COLUMNS, Rows};
use super::test_result::{TestAction, TestResult, test_action};
use crate::api::{ApiError, list_connections};
use crate::domain::{ConnectionId, ConnectionSummary};
use crate::features::listing::AddBar;
use crate::features::sorting::Sorting;
use crate::i18n::{connections as texts, use_language};
use crate::shell::{ForbiddenState, NoPane, PageTitle};
use crate::state::prelude::*;
use crate::ui::prelude::*;

type Connections = Resource<Result<Vec<ConnectionSummary>, ApiError>>;

/// Every connection, for administrators. Panes: `new`, `edit/ID`, `remove/ID`.
#[component]
pub fn ConnectionsPage() -> impl IntoView {
    let language = use_language();
    let content = if use_session().is_administrator() {
        view! { <List/> }.into_any()
    } else {
        view! { <ForbiddenState/> }.into_any()
    };
    view! {
        <PageTitle text=texts::connections(language)/>
        <PageHeader
            title=texts::connections(language)
            crumbs=vec![
                Crumb::new(texts::administration(language)),
                Crumb::new(texts::connections(language)),
            ]
            text=Some(texts::about(language).to_owned())
        />
        {content}
    }
    .into_any()
}

#[component]
fn List() -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let tick = use_live(&[LiveKind::Connections, LiveKind::Exports]);
    let saved = RwSignal::new(0_u32);
    let connections: Connections =
        Resource::new(move || (tick.get(), saved.get()), |_| list_connections());
    let columns = Signal::derive(move || {
        let sorting = Sorting::of(address.get().without_pane(), "name");
        vec![
            sorting.column(texts::name(language), "name"),
            sorting.column(texts::kind(language), "type"),
            sorting.column(texts::shared_with(language), "audience"),
            sorting
                .column(texts::used_by(language), "exports")
                .numeric(),
            sorting.column(texts::updated(language), "updated_at").shy(),
            sorting
                .column(texts::updated_by(language), "updated_by")
                .shy(),
            Column::new(texts::actions(language)).action(),
        ]
    });
    let menu = RowMenuState::new();
    let test = test_action();
    view! {
        <AddBar label=texts::commands(language) add=texts::add(language) refusal=None/>
        <TestResult action=test/>
        <Table caption=texts::caption(language) columns>
            <Transition fallback=|| view! { <TableSkeleton columns=COLUMNS/> }>
                {move || Suspend::new(async move {
                    let connections = connections.await;
                    view! { <Rows connections menu/> }
                })}
            </Transition>
        </Table>
        <ConnectionMenu menu test connections/>
        <Panes saved/>
    }
    .into_any()
}

/// The commands of a row.
#[component]
fn ConnectionMenu(menu: RowMenuState, test: TestAction, connections: Connections) -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let items = move |row: String| {
        let pane = |kind: &str| {
            address
                .get_untracked()
                .with_pane(PaneRoute::of(kind, &row))
                .to_string()
        };
        let id = row.parse::<ConnectionId>().ok();
        let tested = move || {
            let id = id?;
            let listed = connections.get_untracked()?.ok()?;
            let name = listed.into_iter().find(|listed| listed.id == id)?.name;
            Some((id, name))
        };
        view! {
            <MenuLink href=pane("edit") icon="edit" keep_scroll=true>
                {texts::edit(language)}
            </MenuLink>
            <MenuButton
                icon="plug_connected"
                on_click=move |_| {
                    if let Some(tested) = tested() {
                        test.dispatch(tested);
                    }
                }
            >
                {texts::test(language)}
            </MenuButton>
            <MenuDivider/>
            <MenuLink href=pane("remove") icon="delete" keep_scroll=true>
                {texts::remove(language)}
            </MenuLink>
        }
        .into_any()
    };
    view! { <RowMenu menu label=texts::actions(language) items/> }
}

#[component]
fn Panes(
    /// How often something was changed here.
    saved: RwSignal<u32>,
) -> impl IntoView {
    let pane = use_pane();
    // Made here: a pane may be closed before its answer comes.
    let on_saved = Callback::new(move |_: ConnectionId| saved.update(|saved| *saved += 1));
    let on_removed = Callback::new(move |()| saved.update(|saved| *saved += 1));
    dynamic(move || {
        let pane = pane.get()?;
        Some(match (pane.kind(), pane.id::<ConnectionId>()) {
            ("new", None) => view! { <ConnectionPane id=None on_saved/> }.into_any(),
            ("edit", Some(id)) => view! { <ConnectionPane id=Some(id) on_saved/> }.into_any(),
            ("remove", Some(id)) => view! { <RemovePane id on_removed/> }.into_any(),
            _ => view! { <NoPane/> }.into_any(),
        })
    })
}
