//! The pane in which somebody is invited.

use leptos::prelude::*;

use super::new_link::MadeLink;
use super::role_field::{ChosenRole, RoleField};
use crate::api::{ApiError, invite};
use crate::domain::{InvitationDraft, NewLink, Role};
use crate::features::form_pane::{FormPane, count};
use crate::i18n::{Language, people as texts, use_language};
use crate::shell::{FormErrors, FormProblems};
use crate::ui::prelude::*;

/// An invitation that is being filled in.
#[derive(Clone, Copy)]
struct Fields {
    email: RwSignal<String>,
    name: RwSignal<String>,
    role: ChosenRole,
    language: RwSignal<String>,
}

impl Fields {
    fn draft(self) -> InvitationDraft {
        InvitationDraft {
            email: self.email.get(),
            name: self.name.get(),
            role: self.role.get(),
            language: self.language.get(),
        }
    }
}

/// *Invite*.
#[component]
pub(super) fn InvitePane(changed: RwSignal<u32>) -> impl IntoView {
    let language = use_language();
    let fields = Fields {
        email: RwSignal::new(String::new()),
        name: RwSignal::new(String::new()),
        role: ChosenRole::new(Role::Viewer),
        language: RwSignal::new(language.code().to_owned()),
    };
    let inviting = Action::new(move |draft: &InvitationDraft| {
        let answer = invite(draft.clone());
        async move {
            let answer: Result<NewLink, ApiError> = answer.await;
            if answer.is_ok() {
                count(changed);
            }
            answer
        }
    });
    let made = Memo::new(move |_| inviting.value().get()?.ok());
    let failure = Signal::derive(move || inviting.value().get()?.err());
    let is_done = Signal::derive(move || made.with(Option::is_some));
    let dirty = Signal::derive(move || {
        let is_typed = |field: RwSignal<String>| field.with(|text| !text.trim().is_empty());
        !is_done.get() && (is_typed(fields.email) || is_typed(fields.name))
    });
    let send = Callback::new(move |()| {
        inviting.dispatch(untrack(|| fields.draft()));
    });
    let body = move || match made.get() {
        Some(made) => view! { <MadeLink made/> }.erased(),
        None => view! { <Asked fields failure/> }.erased(),
    };
    view! {
        <FormPane
            title=texts::invite_title(language)
            save=texts::send_invitation(language)
            pending=inviting.pending()
            dirty
            failure
            send
            is_done
        >
            {dynamic(body)}
        </FormPane>
    }
    .erased()
}

#[component]
fn Asked(fields: Fields, failure: Signal<Option<ApiError>>) -> impl IntoView {
    let language = use_language();
    let shown = ["email", "name", "role", "language"]
        .map(str::to_owned)
        .to_vec();
    let errors = FormErrors::new(failure, Signal::stored(shown));
    let languages: Vec<_> = Language::ALL
        .into_iter()
        .map(|language| Choice::new(language.code(), language.name()))
        .collect();
    view! {
        <FormProblems errors title=texts::not_invited(language)/>
        <TextField
            name="email"
            label=texts::email(language)
            value=fields.email
            kind=InputKind::Email
            autocomplete="off"
            required=true
            error=errors.of("email")
        />
        <TextField
            name="name"
            label=texts::name(language)
            value=fields.name
            autocomplete="off"
            required=true
            error=errors.of("name")
        />
        <RoleField role=fields.role errors/>
        <SelectField
            name="language"
            label=texts::mail_language(language)
            value=fields.language
            options=Signal::stored(languages)
            error=errors.of("language")
        />
    }
    .erased()
}
