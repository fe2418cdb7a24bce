//! The pane in which somebody is edited: name, role, and whether they may sign in.

use leptos::prelude::*;

use super::list::get_person;
use super::role_field::{ChosenRole, RoleField};
use crate::api::{ApiError, update_person};
use crate::domain::{PersonSummary, PersonUpdate, UserId};
use crate::features::form_pane::{FormPane, count};
use crate::features::question::ask_about;
use crate::i18n::{people as texts, use_language};
use crate::shell::{FormErrors, FormProblems};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// The pane of somebody.
#[component]
pub(super) fn EditPane(id: UserId, changed: RwSignal<u32>) -> impl IntoView {
    let language = use_language();
    let person = ask_server(|| (), move |()| get_person(id));
    ask_about(
        person,
        texts::edit(language),
        move |person: PersonSummary| view! { <EditForm person changed/> }.erased(),
    )
}

#[component]
fn EditForm(person: PersonSummary, changed: RwSignal<u32>) -> impl IntoView {
    let language = use_language();
    let (go, toasts, close) = (use_go(), use_toasts(), close_href());
    let (id, version) = (person.id, person.version);
    let title = texts::edit_title(language, &person.name);
    let original = PersonUpdate {
        name: person.name,
        role: person.role,
        disabled: person.disabled,
    };
    let name = RwSignal::new(original.name.clone());
    let role = ChosenRole::new(original.role);
    let disabled = RwSignal::new(original.disabled);
    let typed = move || PersonUpdate {
        name: name.get(),
        role: role.get(),
        disabled: disabled.get(),
    };
    let save = Action::new(move |update: &PersonUpdate| {
        let saving = update_person(id, version, update.clone());
        async move {
            let answer: Result<PersonSummary, ApiError> = saving.await;
            // Whoever closed the pane meanwhile is told all the same.
            if let Ok(person) = &answer {
                toasts.success(texts::saved(language, &person.name));
                count(changed);
            }
            answer
        }
    });
    Effect::new(move || {
        if let Some(Ok(_)) = save.value().get() {
            go.push(&close.get_untracked());
        }
    });
    let failure = Signal::derive(move || save.value().get()?.err());
    let shown = ["name", "role", "disabled"].map(str::to_owned).to_vec();
    let errors = FormErrors::new(failure, Signal::stored(shown));
    let dirty = Signal::derive(move || {
        let is_saved = matches!(save.value().get(), Some(Ok(_)));
        !is_saved && typed() != original
    });
    let send = Callback::new(move |()| {
        save.dispatch(untrack(typed));
    });
    view! {
        <FormPane
            title=title
            save=texts::save(language)
            pending=save.pending()
            dirty
            failure
            send
        >
            <FormProblems errors title=texts::not_saved(language)/>
            <TextField
                name="name"
                label=texts::name(language)
                value=name
                autocomplete="off"
                required=true
                error=errors.of("name")
            />
            <RoleField role errors/>
            <Switch
                name="disabled"
                label=texts::disabled_switch(language)
                checked=disabled
                help=texts::disabled_help(language)
                error=errors.of("disabled")
            />
        </FormPane>
    }
    .erased()
}
