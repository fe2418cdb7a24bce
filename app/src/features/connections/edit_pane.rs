//! The panes that set up and edit a connection: they read what the form needs, once.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::draft::Edited;
use super::form::{ConnectionForm, Footer};
use super::saving::Saving;
use crate::api::{ApiError, connection_types, get_connection, list_people};
use crate::domain::{
    ConnectionDetails, ConnectionId, ConnectionType, ConnectionTypeInfo, PersonRef,
};
use crate::i18n::{connections as texts, use_language};
use crate::shell::Problem;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// What a pane is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// *Set up connection*, of this type if one is wanted.
    New(Option<ConnectionType>),
    /// *Edit connection*.
    Edit(ConnectionId),
}

impl Purpose {
    const fn id(self) -> Option<ConnectionId> {
        match self {
            Self::New(_) => None,
            Self::Edit(id) => Some(id),
        }
    }
}

/// Everything that is loaded at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Loaded {
    stored: Option<ConnectionDetails>,
    types: Vec<ConnectionTypeInfo>,
    /// With whom it can be shared.
    people: Vec<PersonRef>,
}

async fn load(id: Option<ConnectionId>) -> Result<Loaded, ApiError> {
    let types = connection_types().await?;
    let stored = match id {
        Some(id) => Some(get_connection(id).await?),
        None => None,
    };
    Ok(Loaded {
        stored,
        types,
        people: list_people().await?,
    })
}

/// Sets up a connection, or edits one.
#[component]
pub(super) fn ConnectionPane(purpose: Purpose, on_saved: Callback<ConnectionId>) -> impl IntoView {
    view! { <FormPane purpose on_saved on_close=None/> }.erased()
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
    view! { <FormPane purpose=Purpose::New(None) on_saved=on_made on_close=Some(on_close)/> }
        .erased()
}

#[component]
fn FormPane(
    purpose: Purpose,
    on_saved: Callback<ConnectionId>,
    on_close: Option<Callback<()>>,
) -> impl IntoView {
    let language = use_language();
    let id = purpose.id();
    let saving = Saving::new(on_saved, on_close);
    let loaded = ask_server(|| (), move |()| load(id));
    let is_live = use_script();
    // The server and the browser begin with the same title: neither knows the name then.
    let title = Signal::derive(move || match purpose {
        Purpose::New(_) => texts::set_up(language).to_owned(),
        Purpose::Edit(_) => is_live
            .get()
            .then(|| saving.form.get()?.stored_name())
            .flatten()
            .map_or_else(
                || texts::edit_connection(language).to_owned(),
                |name| texts::edit_title(language, name),
            ),
    });
    view! {
        <Pane
            title
            close_href=close_href()
            on_close
            id="connection"
            dirty=Signal::derive(move || saving.is_dirty())
            footer=move || view! { <Footer saving id is_nested=on_close.is_some()/> }
        >
            <Transition fallback=|| view! { <TextSkeleton lines=8/> }>
                <Loader loaded purpose saving/>
            </Transition>
        </Pane>
    }
    .erased()
}

/// The form once its parts are there, filled in once.
#[component]
fn Loader(
    loaded: FromServer<Result<Loaded, ApiError>>,
    purpose: Purpose,
    saving: Saving,
) -> impl IntoView {
    let address = use_address();
    let shown = answer_of(loaded);
    let wanted = match purpose {
        Purpose::New(wanted) => wanted,
        Purpose::Edit(_) => None,
    };
    dynamic(move || {
        shown.get().map(|loaded| match loaded {
            Ok(Loaded {
                stored,
                types,
                people,
            }) => {
                let edited = Edited::new(stored, wanted, types, people);
                saving.form.set(Some(edited));
                view! { <ConnectionForm edited saving/> }.erased()
            }
            Err(error) => {
                saving.unavailable.set(true);
                let retry_href = address.with_untracked(ToString::to_string);
                view! { <Problem error retry_href/> }.erased()
            }
        })
    })
}
