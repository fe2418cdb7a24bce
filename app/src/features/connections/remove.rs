//! The question before a connection is removed; while exports use it, there is none.

use leptos::prelude::*;

use crate::api::{get_connection, remove_connection};
use crate::domain::{ConnectionDetails, ConnectionId, ExportId, Version};
use crate::i18n::{connections as texts, use_language};
use crate::shell::{Problem, problem_text, routes};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// Asks, or says which exports stand in the way.
#[component]
pub(super) fn RemovePane(id: ConnectionId, on_saved: Callback<()>) -> impl IntoView {
    let language = use_language();
    let connection = Resource::new(|| (), move |()| get_connection(id));
    let close = close_href();
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                match connection.await {
                    Ok(connection) if connection.used_by.is_empty() => {
                        view! { <Question connection on_saved/> }.into_any()
                    }
                    Ok(connection) => view! { <InUse connection/> }.into_any(),
                    Err(error) => {
                        view! {
                            <Pane title=texts::remove(language) close_href=close>
                                <Problem error/>
                            </Pane>
                        }
                            .into_any()
                    }
                }
            })}
        </Suspense>
    }
    .into_any()
}

#[component]
fn Question(connection: ConnectionDetails, on_saved: Callback<()>) -> impl IntoView {
    let language = use_language();
    let (go, toasts, close) = (use_go(), use_toasts(), close_href());
    let (id, version) = (connection.summary.id, connection.summary.version);
    let name = connection.summary.name;
    let remove =
        Action::new(|(id, version): &(ConnectionId, Version)| remove_connection(*id, *version));
    Effect::new({
        let name = name.clone();
        move || {
            if let Some(Ok(())) = remove.value().get() {
                toasts.success(texts::removed(language, &name));
                on_saved.run(());
                go.push(&close.get_untracked());
            }
        }
    });
    let pending = remove.pending();
    let confirm = ViewFn::from(move || {
        view! {
            <Button
                appearance=Appearance::Danger
                busy=pending
                on_click=move |_| {
                    remove.dispatch((id, version));
                }
            >
                {texts::remove(language)}
            </Button>
        }
    });
    let problem = move || {
        let error = remove.value().get()?.err()?;
        Some(view! {
            <MessageBar intent=Intent::Error title=texts::not_removed(language)>
                {problem_text(language, &error)}
            </MessageBar>
        })
    };
    view! {
        <ConfirmDialog title=texts::remove_title(language, name) cancel_href=close confirm>
            <p>{texts::remove_text(language)}</p>
            {problem}
        </ConfirmDialog>
    }
    .into_any()
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
    let item = |(id, name): (ExportId, String)| {
        let href = format!("{}?pane=view/{id}", routes::EXPORTS);
        view! { <li><Link href>{name}</Link></li> }
    };
    view! {
        <ConfirmDialog
            title=texts::in_use_title(language, name)
            cancel_href=close
            cancel_label=texts::close(language)
            confirm
        >
            <p>{texts::in_use_text(language, count)}</p>
            <ul class="used-by">{connection.used_by.into_iter().map(item).collect_view()}</ul>
        </ConfirmDialog>
    }
    .into_any()
}
