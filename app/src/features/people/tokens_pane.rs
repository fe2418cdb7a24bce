//! The tokens of somebody, and making one for a service account.

use leptos::prelude::*;

use super::list::get_person;
use crate::api::{ApiError, create_token_of, list_tokens_of};
use crate::domain::{PersonKind, PersonSummary, UserId};
use crate::features::question::ask_about;
use crate::features::tokens::{Make, TokenPane, TokenTable, Tokens};
use crate::i18n::{people as texts, use_language};
use crate::shell::Problem;
use crate::state::prelude::*;
use crate::ui::prelude::*;

type Somebody = FromServer<Result<PersonSummary, ApiError>>;

/// The pane of somebody.
#[component]
pub(super) fn TokensPane(id: UserId, changed: RwSignal<u32>) -> impl IntoView {
    let language = use_language();
    let is_live = use_script();
    let person: Somebody = ask_server(|| (), move |()| get_person(id));
    let tokens: Tokens = ask_server(move || changed.get(), move |_| list_tokens_of(id));
    let can_make = RwSignal::new(false);
    let make = move || {
        // The server draws the buttons before it knows whose they are: until the script runs, so does the browser.
        (is_live.get() && can_make.get()).then(|| {
            view! {
                <LinkButton
                    href=pane_href(PaneRoute::of("token", id))
                    appearance=Appearance::Primary
                    icon="add"
                    keep_scroll=true
                >
                    {texts::create_token(language)}
                </LinkButton>
            }
        })
    };
    let footer = ViewFn::from(move || {
        view! {
            {dynamic(make)}
            <LinkButton href=close_href() keep_scroll=true>
                {texts::close(language)}
            </LinkButton>
        }
    });
    view! {
        <Pane
            title=texts::tokens(language)
            close_href=close_href()
            size=PaneSize::Large
            footer
        >
            <Transition fallback=|| view! { <TextSkeleton lines=1/> }>
                <Whose person can_make/>
            </Transition>
            <TokenTable tokens/>
        </Pane>
    }
    .erased()
}

/// Whose tokens they are; only those of service accounts are made here.
#[component]
fn Whose(person: Somebody, can_make: RwSignal<bool>) -> impl IntoView {
    let language = use_language();
    let shown = answer_of(person);
    dynamic(move || {
        shown.get().map(|answer| match answer {
            Ok(person) => {
                can_make.set(person.kind == PersonKind::Service && !person.disabled);
                view! { <p>{texts::tokens_of(language, &person.name)}</p> }.erased()
            }
            Err(error) => view! { <Problem error/> }.erased(),
        })
    })
}

/// *Create token* for a service account.
#[component]
pub(super) fn NewTokenPane(id: UserId, changed: RwSignal<u32>) -> impl IntoView {
    let language = use_language();
    let person = ask_server(|| (), move |()| get_person(id));
    ask_about(
        person,
        texts::create_token(language),
        move |person: PersonSummary| {
            let make = Make::new(move |draft| create_token_of(id, draft));
            view! { <TokenPane most=person.role make changed/> }.erased()
        },
    )
}
