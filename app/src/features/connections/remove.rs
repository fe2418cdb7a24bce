//! The question before a connection is removed; while exports use it, there is none.

use leptos::prelude::*;

use crate::api::{get_connection, remove_connection};
use crate::domain::{ConnectionDetails, ConnectionId};
use crate::features::listing::ExportLinks;
use crate::features::question::{Act, Question, Words, ask_about};
use crate::i18n::{connections as texts, use_language};
use crate::shell::routes;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// Asks, or says which exports stand in the way.
#[component]
pub(super) fn RemovePane(id: ConnectionId, on_removed: Callback<()>) -> impl IntoView {
    let language = use_language();
    let connection = Resource::new(|| (), move |()| get_connection(id));
    ask_about(
        connection,
        texts::remove(language),
        move |connection: ConnectionDetails| {
            if connection.used_by.is_empty() {
                view! { <Asked connection on_removed/> }.into_any()
            } else {
                view! { <InUse connection/> }.into_any()
            }
        },
    )
}

#[component]
fn Asked(connection: ConnectionDetails, on_removed: Callback<()>) -> impl IntoView {
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
        move || _ = on_removed.try_run(()),
    );
    view! { <Question words back=close_href() act/> }
}

#[component]
fn InUse(connection: ConnectionDetails) -> impl IntoView {
    let language = use_language();
    let close = close_href();
    let name = connection.summary.name;
    let count = u64::try_from(connection.used_by.len()).unwrap_or(u64::MAX);
    // The search of the exports page looks at the names of connections too.
    let search = Address {
        path: routes::EXPORTS.to_owned(),
        query: Query::default(),
    }
    .with_list(&ListState::default().search(name.clone()))
    .to_string();
    let confirm = ViewFn::from(move || {
        view! {
            <LinkButton href=search.clone() appearance=Appearance::Primary>
                {texts::see_exports(language)}
            </LinkButton>
        }
    });
    view! {
        <ConfirmDialog
            title=texts::in_use_title(language, name)
            cancel_href=close
            cancel_label=texts::close(language)
            confirm
        >
            <p>{texts::in_use_text(language, count)}</p>
            <ExportLinks exports=connection.used_by/>
        </ConfirmDialog>
    }
    .into_any()
}
