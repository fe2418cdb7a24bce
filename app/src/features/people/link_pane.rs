//! The pane that makes a link to a new password.

use leptos::prelude::*;

use super::list::get_person;
use super::new_link::MadeLink;
use crate::api::{ApiError, make_password_link};
use crate::domain::{NewLink, PersonSummary, UserId};
use crate::features::form_pane::{FormPane, count};
use crate::features::question::ask_about;
use crate::i18n::{people as texts, use_language};
use crate::shell::Failure;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// The pane of somebody.
#[component]
pub(super) fn LinkPane(id: UserId, changed: RwSignal<u32>) -> impl IntoView {
    let language = use_language();
    let person = ask_server(|| (), move |()| get_person(id));
    ask_about(
        person,
        texts::password_link(language),
        move |person: PersonSummary| view! { <Asked person changed/> }.erased(),
    )
}

#[component]
fn Asked(person: PersonSummary, changed: RwSignal<u32>) -> impl IntoView {
    let language = use_language();
    let id = person.id;
    let making = Action::new(move |(): &()| {
        let answer = make_password_link(id);
        async move {
            let answer: Result<NewLink, ApiError> = answer.await;
            if answer.is_ok() {
                count(changed);
            }
            answer
        }
    });
    let made = Memo::new(move |_| making.value().get()?.ok());
    let failure = Signal::derive(move || making.value().get()?.err());
    let send = Callback::new(move |()| {
        making.dispatch(());
    });
    let text = texts::password_link_text(language, &person.name);
    let body = move || match made.get() {
        Some(made) => view! { <MadeLink made/> }.erased(),
        None => view! {
            <Failure title=texts::no_link_made(language) error=failure/>
            <p>{text.clone()}</p>
        }
        .erased(),
    };
    view! {
        <FormPane
            title=texts::password_link(language)
            save=texts::make_link(language)
            pending=making.pending()
            dirty=Signal::stored(false)
            failure
            send
            is_done=Signal::derive(move || made.with(Option::is_some))
        >
            {dynamic(body)}
        </FormPane>
    }
    .erased()
}
