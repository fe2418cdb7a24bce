//! The questions before somebody is signed out everywhere, and before their second factor is removed.

use leptos::prelude::*;

use super::list::get_person;
use crate::api::{remove_factor_of, sign_out_person};
use crate::domain::{PersonSummary, UserId};
use crate::features::form_pane::count;
use crate::features::question::{Act, Question, Words, ask_about};
use crate::i18n::{people as texts, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::Erase;

/// Asks before all sessions of somebody end.
#[component]
pub(super) fn SignOutPane(id: UserId, changed: RwSignal<u32>) -> impl IntoView {
    let language = use_language();
    let person = ask_server(|| (), move |()| get_person(id));
    ask_about(
        person,
        texts::sign_out(language),
        move |person: PersonSummary| {
            let words = Words {
                title: texts::sign_out_title(language, &person.name),
                text: texts::sign_out_text(language).to_owned(),
                answer: texts::sign_out(language),
                icon: "sign_out",
                keep: texts::cancel(language),
                failed: texts::not_signed_out(language),
                done: texts::signed_out(language, &person.name),
            };
            let ask = move || async move { sign_out_person(id).await.map(|_| ()) };
            let act = Act::new(ask, move || count(changed));
            view! { <Question words back=close_href() act/> }.erased()
        },
    )
}

/// Asks before the second factor of somebody is removed.
#[component]
pub(super) fn FactorPane(id: UserId, changed: RwSignal<u32>) -> impl IntoView {
    let language = use_language();
    let person = ask_server(|| (), move |()| get_person(id));
    ask_about(
        person,
        texts::remove_factor(language),
        move |person: PersonSummary| {
            let words = Words {
                title: texts::remove_factor_title(language, &person.name),
                text: texts::remove_factor_text(language).to_owned(),
                answer: texts::remove_factor(language),
                icon: "delete",
                keep: texts::cancel(language),
                failed: texts::factor_not_removed(language),
                done: texts::factor_removed(language, &person.name),
            };
            let ask = move || async move { remove_factor_of(id).await.map(|_| ()) };
            let act = Act::new(ask, move || count(changed));
            view! { <Question words back=close_href() act/> }.erased()
        },
    )
}
