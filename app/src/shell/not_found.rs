//! Pages for addresses that lead nowhere, or not for this person.

use leptos::prelude::*;

use super::{plain::PlainPage, routes, title::PageTitle};
use crate::i18n::{shell as texts, use_language};
use crate::ui::prelude::*;

/// There is no page of this address.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    #[cfg(feature = "ssr")]
    answer_with(axum::http::StatusCode::NOT_FOUND);
    let language = use_language();
    view! {
        <PageTitle text=texts::not_found_title(language)/>
        <PlainPage>
            <h1 tabindex="-1">{texts::not_found_title(language)}</h1>
            <p>{texts::not_found_text(language)}</p>
            <LinkButton href=routes::START appearance=Appearance::Primary>
                {texts::to_start(language)}
            </LinkButton>
        </PlainPage>
    }
    .erased()
}

/// In place of a page that is for administrators.
#[component]
pub fn ForbiddenState() -> impl IntoView {
    #[cfg(feature = "ssr")]
    answer_with(axum::http::StatusCode::FORBIDDEN);
    let language = use_language();
    view! {
        <EmptyState
            icon="info"
            title=texts::forbidden_title(language)
            text=texts::forbidden_text(language)
        >
            <LinkButton href=routes::START>{texts::to_start(language)}</LinkButton>
        </EmptyState>
    }
    .erased()
}

/// Gives the server's answer the status that goes with the page.
#[cfg(feature = "ssr")]
fn answer_with(status: axum::http::StatusCode) {
    if let Some(response) = use_context::<leptos_axum::ResponseOptions>() {
        response.set_status(status);
    }
}
