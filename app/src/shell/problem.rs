//! What pages say when a server function fails.

use leptos::prelude::*;

use super::layout::sign_in_href;
use crate::api::ApiError;
use crate::domain::FieldErrors;
use crate::i18n::{Language, reasons, shell as texts, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// An error in the page, and the way out of it.
#[component]
pub fn Problem(
    /// What went wrong.
    error: ApiError,
    /// Where to try again, if that makes sense.
    #[prop(optional, into)]
    retry_href: Option<String>,
) -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let way_out = match &error {
        ApiError::NotSignedIn => {
            let back = sign_in_href(&address.get_untracked());
            Some((back, texts::sign_in_again(language)))
        }
        _ => retry_href.map(|href| (href, texts::reload(language))),
    };
    let text = problem_text(language, &error);
    match way_out {
        None => view! { <MessageBar intent=Intent::Error>{text}</MessageBar> }.erased(),
        Some((href, label)) => {
            let actions = ViewFn::from(move || {
                // Loaded anew by the browser: the address may be the one that is shown already.
                view! { <a class="btn" href=href.clone() rel="external">{label}</a> }
            });
            view! {
                <MessageBar intent=Intent::Error actions>
                    {text}
                </MessageBar>
            }
            .erased()
        }
    }
}

/// In place of what could not be loaded: why, and another try.
#[component]
pub fn LoadProblem(
    /// What went wrong.
    error: ApiError,
) -> impl IntoView {
    let language = use_language();
    let retry_href = use_address().get_untracked().to_string();
    view! { <LoadError detail=problem_text(language, &error) retry_href/> }.erased()
}

/// Why something was not done, until the next try.
#[component]
pub fn Failure(
    /// What was not done: "Not removed".
    #[prop(into)]
    title: String,
    /// Why; none while there is nothing to say.
    error: Signal<Option<ApiError>>,
) -> impl IntoView {
    let language = use_language();
    dynamic(move || {
        error.get().map(|error| {
            view! {
                <MessageBar intent=Intent::Error title=title.clone()>
                    {problem_text(language, &error)}
                </MessageBar>
            }
        })
    })
}

/// For an address that names no pane of its page.
#[component]
pub fn NoPane() -> impl IntoView {
    let language = use_language();
    view! {
        <Pane title=texts::no_pane(language) close_href=close_href()>
            <Problem error=ApiError::NotFound/>
        </Pane>
    }
    .erased()
}

/// One sentence for an error.
pub fn problem_text(language: Language, error: &ApiError) -> String {
    match error {
        ApiError::Invalid { fields } => field_message(language, fields, "")
            .unwrap_or_else(|| texts::invalid(language).to_owned()),
        ApiError::NotSignedIn => texts::not_signed_in(language).to_owned(),
        ApiError::Forbidden { reason } | ApiError::Conflict { reason } => {
            reasons::text(language, reason)
        }
        ApiError::NotFound => texts::not_found(language).to_owned(),
        ApiError::Stale { .. } => texts::stale(language).to_owned(),
        ApiError::Throttled {
            retry_after_seconds,
        } => texts::throttled(language, u64::from(*retry_after_seconds)),
        ApiError::Internal { number } => texts::internal(language, number),
        ApiError::Unreachable => texts::unreachable(language).to_owned(),
    }
}

/// What is wrong with one field, in a sentence.
pub fn field_message(language: Language, errors: &FieldErrors, field: &str) -> Option<String> {
    errors
        .of(field)
        .map(|reason| reasons::text(language, reason))
}
