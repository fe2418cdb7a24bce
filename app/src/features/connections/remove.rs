//! The question before a connection is removed; while exports use it, they go first.

use leptos::prelude::*;

use super::in_use::InUse;
use super::page::count;
use crate::api::{get_connection, remove_connection};
use crate::domain::{ConnectionDetails, ConnectionId};
use crate::features::question::{Act, Question, Words, ask_about};
use crate::i18n::{connections as texts, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::Erase;

/// Asks, or first lets the exports go that stand in the way.
#[component]
pub(super) fn RemovePane(id: ConnectionId, changed: RwSignal<u32>) -> impl IntoView {
    let language = use_language();
    let connection = ask_server(|| (), move |()| get_connection(id));
    ask_about(
        connection,
        texts::remove(language),
        move |connection: ConnectionDetails| {
            if connection.used_by.is_empty() {
                view! { <Asked connection changed/> }.erased()
            } else {
                view! { <InUse connection changed/> }.erased()
            }
        },
    )
}

#[component]
fn Asked(connection: ConnectionDetails, changed: RwSignal<u32>) -> impl IntoView {
    let language = use_language();
    let (id, version) = (connection.summary.id, connection.summary.version);
    let name = connection.summary.name;
    let words = Words {
        title: texts::remove_title(language, &name),
        text: texts::remove_text(language).to_owned(),
        answer: texts::remove(language),
        icon: "delete",
        keep: texts::cancel(language),
        failed: texts::not_removed(language),
        done: texts::removed(language, &name),
    };
    let act = Act::new(
        move || remove_connection(id, version),
        move || count(changed),
    );
    view! { <Question words back=close_href() act/> }.erased()
}
