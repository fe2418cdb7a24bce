//! *Removed*: connections that can be restored. They come back paused: nothing is sent before somebody has looked.

use leptos::prelude::*;

use super::page::count;
use crate::api::{ApiError, removed_connections, restore_connection};
use crate::domain::{ConnectionDetails, ConnectionId, RemovedConnection};
use crate::features::connection_types::type_icon;
use crate::features::removed::{RemovedTable, RemovedTexts, Restorable, removed_rows};
use crate::i18n::{Language, connections as texts, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

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
    let restore: RestoreAction = Action::new(move |id: &ConnectionId| {
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
    let words = removed_texts(language);
    let busy: Signal<bool> = restore.pending().into();
    let row = move |connection| as_removed(language, connection, restore);
    view! {
        <RemovedTable texts=words error=Signal::derive(move || restore.value().get()?.err())>
            {removed_rows(words, answer_of(removed), busy, row)}
        </RemovedTable>
    }
    .erased()
}

fn removed_texts(language: Language) -> RemovedTexts {
    RemovedTexts {
        caption: texts::removed_caption(language),
        name: texts::name(language),
        kind: texts::kind(language),
        removed_at: texts::removed_at(language),
        removed_by: texts::removed_by(language),
        kept_until: texts::kept_until(language),
        restore: texts::restore(language),
        not_restored: texts::not_restored(language),
        none: texts::removed_none(language),
        none_text: texts::removed_none_text(language),
    }
}

fn as_removed(
    language: Language,
    connection: RemovedConnection,
    restore: RestoreAction,
) -> Restorable {
    let id = connection.id;
    Restorable {
        restore_label: texts::restore_one(language, &connection.name),
        name: connection.name,
        icon: Some(type_icon(connection.kind)),
        kind: texts::type_name(language, connection.kind),
        removed_at: connection.removed_at,
        removed_by: connection.removed_by,
        kept_until: connection.kept_until,
        restore: Callback::new(move |()| {
            restore.dispatch(id);
        }),
    }
}
