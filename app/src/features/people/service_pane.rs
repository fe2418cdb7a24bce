//! The pane in which a service account is added.

use leptos::prelude::*;

use super::role_field::{ChosenRole, RoleField};
use crate::api::{ApiError, add_service};
use crate::domain::{PersonSummary, Role, ServiceDraft};
use crate::features::form_pane::{FormPane, count};
use crate::i18n::{people as texts, use_language};
use crate::shell::{FormErrors, FormProblems};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// *Add service account*. Once it is there, its tokens are shown: it is of no use without one.
#[component]
pub(super) fn ServicePane(changed: RwSignal<u32>) -> impl IntoView {
    let language = use_language();
    let (go, address) = (use_go(), use_address());
    let name = RwSignal::new(String::new());
    let role = ChosenRole::new(Role::Contributor);
    let adding = Action::new(move |draft: &ServiceDraft| {
        let answer = add_service(draft.clone());
        async move {
            let answer: Result<PersonSummary, ApiError> = answer.await;
            if answer.is_ok() {
                count(changed);
            }
            answer
        }
    });
    Effect::new(move || {
        if let Some(Ok(service)) = adding.value().get() {
            let tokens = PaneRoute::of("tokens", service.id);
            let there = address.get_untracked().with_pane(tokens);
            go.replace(&there.to_string());
        }
    });
    let failure = Signal::derive(move || adding.value().get()?.err());
    let shown = ["name", "role"].map(str::to_owned).to_vec();
    let errors = FormErrors::new(failure, Signal::stored(shown));
    let dirty = Signal::derive(move || {
        let is_added = matches!(adding.value().get(), Some(Ok(_)));
        !is_added && name.with(|name| !name.trim().is_empty())
    });
    let send = Callback::new(move |()| {
        adding.dispatch(ServiceDraft {
            name: name.get_untracked(),
            role: untrack(|| role.get()),
        });
    });
    view! {
        <FormPane
            title=texts::service_title(language)
            save=texts::add(language)
            pending=adding.pending()
            dirty
            failure
            send
        >
            <FormProblems errors title=texts::not_added(language)/>
            <p>{texts::service_text(language)}</p>
            <TextField
                name="name"
                label=texts::name(language)
                value=name
                autocomplete="off"
                required=true
                error=errors.of("name")
            />
            <RoleField role errors/>
        </FormPane>
    }
    .erased()
}
