//! *Removed*: connections that can be restored. They come back paused: nothing is sent before somebody has looked.

use leptos::prelude::*;

use super::page::count;
use crate::api::{ApiError, removed_connections, restore_connection};
use crate::domain::{ConnectionDetails, ConnectionId, RemovedConnection};
use crate::features::connection_types::type_icon;
use crate::features::listing::{EmptyList, list_body};
use crate::i18n::{connections as texts, ui, use_language};
use crate::shell::Failure;
use crate::state::prelude::*;
use crate::ui::prelude::*;

const COLUMNS: u32 = 6;

type RestoreAction = Action<ConnectionId, Result<ConnectionDetails, ApiError>>;

/// The third tab.
#[component]
pub(super) fn RemovedTab(changed: RwSignal<u32>) -> impl IntoView {
    let language = use_language();
    let toasts = use_toasts();
    let hints = use_live(&[LiveKind::Connections]);
    let removed = ask_server(
        move || (hints.get(), changed.get()),
        |_| removed_connections(),
    );
    let restore = Action::new(move |id: &ConnectionId| {
        let restoring = restore_connection(*id);
        async move {
            let answer = restoring.await;
            if let Ok(details) = &answer {
                toasts.success(texts::restored(language, &details.summary.name));
                count(changed);
            }
            answer
        }
    });
    // The row goes, and its button had the focus. News of it may come before the answer, or after it.
    let shown = answer_of(removed);
    Effect::new(move || {
        shown.track();
        if matches!(restore.value().get(), Some(Ok(_))) {
            keep_focus_soon();
        }
    });
    let columns = vec![
        Column::new(texts::name(language)),
        Column::new(texts::kind(language)),
        Column::new(texts::removed_at(language)),
        Column::new(texts::removed_by(language)),
        Column::new(texts::kept_until(language)),
        Column::new(texts::restore(language)).action(),
    ];
    view! {
        <Failure
            title=texts::not_restored(language)
            error=Signal::derive(move || restore.value().get()?.err())
        />
        <Table caption=texts::removed_caption(language) columns>
            <Transition fallback=|| view! { <TableSkeleton columns=COLUMNS/> }>
                <Rows removed restore/>
            </Transition>
        </Table>
    }
    .erased()
}

#[component]
fn Rows(
    removed: FromServer<Result<Vec<RemovedConnection>, ApiError>>,
    restore: RestoreAction,
) -> impl IntoView {
    let language = use_language();
    list_body(
        COLUMNS,
        answer_of(removed),
        move |removed| {
            let removed = removed.into_iter();
            removed
                .map(|connection| view! { <Row connection restore/> })
                .collect()
        },
        move || {
            view! {
                <EmptyList
                    icon="delete"
                    title=texts::removed_none(language)
                    text=texts::removed_none_text(language)
                    add=None
                />
            }
            .erased()
        },
    )
}

#[component]
fn Row(connection: RemovedConnection, restore: RestoreAction) -> impl IntoView {
    let language = use_language();
    let id = connection.id;
    let label = texts::restore_one(language, &connection.name);
    let restored = move |_| {
        restore.dispatch(id);
    };
    let is_live = use_script();
    let disabled_reason =
        Signal::derive(move || (!is_live.get()).then(|| ui::needs_script(language).to_owned()));
    view! {
        <tr>
            <th scope="row">{connection.name}</th>
            <td>
                <span class="with-icon">
                    <Icon name=type_icon(connection.kind)/>
                    {texts::type_name(language, connection.kind)}
                </span>
            </td>
            <td>
                <Time at=instant(connection.removed_at)/>
            </td>
            <td>{connection.removed_by}</td>
            <td>
                <Time at=instant(connection.kept_until) absolute=true/>
            </td>
            <td class="act">
                <Button busy=restore.pending() disabled_reason on_click=restored>
                    <span aria-hidden="true">{texts::restore(language)}</span>
                    <span class="sr">{label}</span>
                </Button>
            </td>
        </tr>
    }
    .erased()
}
