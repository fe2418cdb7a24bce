//! The pane in which labels, owner and note of an export are changed.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::form::{AboutForm, Footer};
use super::saving::Saving;
use super::state::AboutState;
use crate::api::{ApiError, list_labels, list_people};
use crate::domain::{ExportAbout, ExportId, PersonRef};
use crate::features::exports::editable::{editable, refuse_viewers};
use crate::features::exports::problem::ExportProblem;
use crate::features::exports::shown::Reload;
use crate::i18n::{export_about as texts, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// Everything that is loaded at once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Loaded {
    /// Of the export.
    name: String,
    about: ExportAbout,
    /// Who may be its owner.
    pub(super) people: Vec<PersonRef>,
    /// The labels of all exports, with how many have them.
    pub(super) labels: Vec<(String, u32)>,
}

impl Loaded {
    /// The owner it has, who may have left since.
    pub(super) fn owner(&self) -> Option<&PersonRef> {
        self.about.owner.as_ref()
    }
}

async fn load(id: ExportId, may_write: bool) -> Result<Loaded, ApiError> {
    refuse_viewers(may_write)?;
    let details = editable(id).await?;
    Ok(Loaded {
        name: details.row.name,
        about: details.about,
        people: list_people().await?,
        labels: list_labels().await?,
    })
}

/// The pane of an export's labels, owner and note.
#[component]
pub(in crate::features::exports) fn AboutPane(id: ExportId, reload: Reload) -> impl IntoView {
    let language = use_language();
    let may_write = use_session().may_write();
    let saving = Saving::new(id, reload);
    let attempt = RwSignal::new(0_u32);
    let loaded = ask_server(move || attempt.get(), move |_| load(id, may_write));
    let load_theirs = Callback::new(move |()| attempt.update(|attempt| *attempt += 1));
    view! {
        <Pane
            title=Signal::stored(texts::about(language).to_owned())
            close_href=close_href()
            dirty=Signal::derive(move || saving.is_dirty())
            footer=move || view! { <Footer saving/> }
        >
            <Transition fallback=|| view! { <TextSkeleton lines=8/> }>
                <Loader loaded saving load_theirs/>
            </Transition>
        </Pane>
    }
    .erased()
}

/// The form once its parts are there. It is filled in once, and again only when asked to.
#[component]
fn Loader(
    loaded: FromServer<Result<Loaded, ApiError>>,
    saving: Saving,
    load_theirs: Callback<()>,
) -> impl IntoView {
    let address = use_address();
    let shown = answer_of(loaded);
    dynamic(move || {
        shown.get().map(|loaded| match loaded {
            Ok(loaded) => {
                let form = AboutState::new(&loaded.about);
                saving.start(form, loaded.name.clone());
                let name = loaded.name.clone();
                view! {
                    <p class="pane-about">{name}</p>
                    <AboutForm form loaded saving load_theirs/>
                }
                .erased()
            }
            Err(error) => {
                saving.unavailable.set(true);
                let retry_href = address.with_untracked(ToString::to_string);
                view! { <ExportProblem error retry_href/> }.erased()
            }
        })
    })
}
