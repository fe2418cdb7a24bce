//! The list of connections and the commands of its rows.

use leptos::prelude::*;

use super::page::count;
use super::rows::{COLUMNS, Rows};
use super::test_result::{TestAction, TestResult, test_action};
use crate::api::{ApiError, list_connections, resume_connection};
use crate::domain::{ConnectionDetails, ConnectionId, ConnectionSummary};
use crate::features::listing::AddBar;
use crate::features::sorting::Sorting;
use crate::i18n::{connections as texts, use_language};
use crate::shell::Failure;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// What the server says of all connections.
pub(super) type Connections = FromServer<Result<Vec<ConnectionSummary>, ApiError>>;

/// Ends the pause of a connection.
type ResumeAction = Action<ConnectionId, Result<ConnectionDetails, ApiError>>;

/// The first tab.
#[component]
pub(super) fn ListTab(changed: RwSignal<u32>) -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let hints = use_live(&[LiveKind::Connections, LiveKind::Exports]);
    let connections: Connections =
        ask_server(move || (hints.get(), changed.get()), |_| list_connections());
    let columns = Signal::derive(move || {
        let sorting = Sorting::of(address.get().without_pane(), "name");
        vec![
            sorting.column(texts::name(language), "name"),
            sorting.column(texts::kind(language), "type"),
            sorting.column(texts::last_test(language), "test"),
            sorting.column(texts::shared_with(language), "audience"),
            sorting
                .column(texts::used_by(language), "exports")
                .numeric(),
            sorting.column(texts::created(language), "created_at").shy(),
            sorting
                .column(texts::updated_by(language), "updated_by")
                .shy(),
            Column::new(texts::actions(language)).action(),
        ]
    });
    let menu = RowMenuState::new();
    let test = test_action(move || count(changed));
    let resume = resume_action(changed);
    view! {
        <AddBar label=texts::commands(language) add=texts::add(language) refusal=None/>
        <TestResult tested=Signal::derive(move || test.value().get())/>
        <Failure
            title=texts::not_resumed(language)
            error=Signal::derive(move || resume.value().get()?.err())
        />
        <Table caption=texts::caption(language) columns>
            <Transition fallback=|| view! { <TableSkeleton columns=COLUMNS/> }>
                <Rows connections menu/>
            </Transition>
        </Table>
        <ConnectionMenu menu test resume connections/>
    }
    .erased()
}

fn resume_action(changed: RwSignal<u32>) -> ResumeAction {
    let (language, toasts) = (use_language(), use_toasts());
    Action::new(move |id: &ConnectionId| {
        let resuming = resume_connection(*id);
        async move {
            let answer = resuming.await;
            if let Ok(details) = &answer {
                toasts.success(texts::is_resumed(language, &details.summary.name));
                count(changed);
            }
            answer
        }
    })
}

/// The commands of a row.
#[component]
fn ConnectionMenu(
    menu: RowMenuState,
    test: TestAction,
    resume: ResumeAction,
    connections: Connections,
) -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let items = move |row: String| {
        let pane = |kind: &str| {
            address
                .get_untracked()
                .with_pane(PaneRoute::of(kind, &row))
                .to_string()
        };
        let listed = listed(connections, &row);
        let is_paused = listed.as_ref().is_some_and(|one| one.pause.is_some());
        let tested = listed.map(|one| (one.id, one.name));
        let id = tested.as_ref().map(|(id, _)| *id);
        let halt = if is_paused {
            view! {
                <MenuButton
                    icon="play"
                    on_click=move |_| {
                        if let Some(id) = id {
                            resume.dispatch(id);
                        }
                    }
                >
                    {texts::resume(language)}
                </MenuButton>
            }
            .erased()
        } else {
            view! {
                <MenuLink href=pane("pause") icon="pause" keep_scroll=true>
                    {texts::pause(language)}
                </MenuLink>
            }
            .erased()
        };
        view! {
            <MenuLink href=pane("edit") icon="edit" keep_scroll=true>
                {texts::edit(language)}
            </MenuLink>
            <MenuButton
                icon="plug_connected"
                on_click=move |_| {
                    if let Some(tested) = tested.clone() {
                        test.dispatch(tested);
                    }
                }
            >
                {texts::test(language)}
            </MenuButton>
            {halt}
            <MenuDivider/>
            <MenuLink href=pane("remove") icon="delete" keep_scroll=true>
                {texts::remove(language)}
            </MenuLink>
        }
        .erased()
    };
    view! { <RowMenu menu label=texts::actions(language) items/> }.erased()
}

/// The connection of a row, as it is listed now.
fn listed(connections: Connections, row: &str) -> Option<ConnectionSummary> {
    let id = row.parse::<ConnectionId>().ok()?;
    let listed = connections.get_untracked()?.ok()?;
    listed.into_iter().find(|listed| listed.id == id)
}
