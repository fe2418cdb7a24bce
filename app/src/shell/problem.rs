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
    let text = problem_text(language, &error);
    let again = |href| loading_anew(Signal::stored(href), texts::reload(language));
    // Another try finds the same rights.
    if matches!(error, ApiError::Forbidden { .. }) {
        return view! { <MessageBar>{text}</MessageBar> }.erased();
    }
    match way_out(&error).or_else(|| retry_href.map(again)) {
        None => view! { <MessageBar intent=Intent::Error>{text}</MessageBar> }.erased(),
        Some(actions) => view! {
            <MessageBar intent=Intent::Error actions>
                {text}
            </MessageBar>
        }
        .erased(),
    }
}

/// The link that leads out of an error, if there is one: to sign in, and back here, or to the run that is in the way.
pub fn way_out(error: &ApiError) -> Option<ViewFn> {
    let language = use_language();
    match error {
        ApiError::NotSignedIn => {
            let address = use_address();
            let href = Signal::derive(move || sign_in_href(&address.get()));
            Some(loading_anew(href, texts::sign_in_again(language)))
        }
        ApiError::Conflict { reason } if !reason.arg("run").is_empty() => {
            let href = pane_href(PaneRoute::of("run", reason.arg("run")));
            Some(ViewFn::from(move || {
                view! {
                    <LinkButton href keep_scroll=true>
                        {texts::to_run(language)}
                    </LinkButton>
                }
            }))
        }
        _ => None,
    }
}

/// A link that the browser follows by itself: the address may be the one that is shown already.
fn loading_anew(href: Signal<String>, label: &'static str) -> ViewFn {
    ViewFn::from(move || {
        view! {
            <LinkButton href rel="external">
                {label}
            </LinkButton>
        }
    })
}

/// In place of what could not be loaded: why, and another try, or the sign-in.
#[component]
pub fn LoadProblem(
    /// What went wrong.
    error: ApiError,
) -> impl IntoView {
    let language = use_language();
    let here = use_address().get_untracked();
    let (href, label) = match error {
        ApiError::NotSignedIn => (sign_in_href(&here), Some(texts::sign_in_again(language))),
        _ => (here.to_string(), None),
    };
    view! { <LoadError detail=problem_text(language, &error) href label/> }.erased()
}

/// Why something was not done, until the next try.
#[component]
pub fn Failure(
    /// What was not done: "Not removed".
    #[prop(into)]
    title: String,
    /// Why; none while there is nothing to say.
    error: Signal<Option<ApiError>>,
    /// How bad that is.
    #[prop(default = Intent::Error)]
    intent: Intent,
) -> impl IntoView {
    let language = use_language();
    dynamic(move || {
        error.get().map(|error| {
            let (title, text) = (title.clone(), problem_text(language, &error));
            match way_out(&error) {
                None => view! {
                    <MessageBar intent title>
                        {text}
                    </MessageBar>
                }
                .erased(),
                Some(actions) => view! {
                    <MessageBar intent title actions>
                        {text}
                    </MessageBar>
                }
                .erased(),
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
