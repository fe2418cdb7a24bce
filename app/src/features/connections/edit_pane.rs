//! The panes that set up and edit a connection: they read what the form needs, once.

use leptos::prelude::*;

use super::form::ConnectionForm;
use crate::api::{ApiError, connection_types, get_connection};
use crate::domain::{ConnectionDetails, ConnectionId, ConnectionTypeInfo};
use crate::i18n::{connections as texts, use_language};
use crate::shell::Problem;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// Sets up a connection, or edits the one of this id.
#[component]
pub(super) fn ConnectionPane(
    id: Option<ConnectionId>,
    on_saved: Callback<ConnectionId>,
) -> impl IntoView {
    view! { <Loaded id on_saved on_close=None/> }
}

/// Sets up a connection over another form, which stays as it is. Only for administrators, and only with the script.
///
/// ```ignore
/// view! { <NewConnectionDialog on_made=move |id| chosen.set(id) on_close=move || is_open.set(false)/> }
/// ```
#[component]
pub fn NewConnectionDialog(
    /// Called with what was set up.
    #[prop(into)]
    on_made: Callback<ConnectionId>,
    /// Takes the dialog away; called after `on_made` too.
    #[prop(into)]
    on_close: Callback<()>,
) -> impl IntoView {
    view! { <Loaded id=None on_saved=on_made on_close=Some(on_close)/> }
}

/// The form once it is known what it needs.
#[component]
fn Loaded(
    id: Option<ConnectionId>,
    on_saved: Callback<ConnectionId>,
    on_close: Option<Callback<()>>,
) -> impl IntoView {
    let language = use_language();
    let close = close_href();
    let needed = Resource::new(|| (), move |()| read(id));
    view! {
        <Suspense fallback=move || {
            view! {
                <Pane title=texts::set_up(language) close_href=close on_close id="connection">
                    <TextSkeleton lines=6/>
                </Pane>
            }
        }>
            {move || Suspend::new(async move {
                match needed.await {
                    Ok((stored, types)) => {
                        view! { <ConnectionForm stored types on_saved on_close/> }.into_any()
                    }
                    Err(error) => {
                        view! {
                            <Pane
                                title=texts::set_up(language)
                                close_href=close
                                on_close
                                id="connection"
                            >
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

async fn read(
    id: Option<ConnectionId>,
) -> Result<(Option<ConnectionDetails>, Vec<ConnectionTypeInfo>), ApiError> {
    let types = connection_types().await?;
    let stored = match id {
        Some(id) => Some(get_connection(id).await?),
        None => None,
    };
    Ok((stored, types))
}
