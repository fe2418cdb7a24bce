//! In place of an export that could not be loaded.

use leptos::prelude::*;

use super::remove::REMOVED;
use crate::api::ApiError;
use crate::i18n::{export_removed as texts, use_language};
use crate::shell::Problem;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// Why an export could not be loaded, and the way out. One that is not there may have been removed, and is then where it can
/// be restored.
#[component]
pub(super) fn ExportProblem(error: ApiError, retry_href: String) -> impl IntoView {
    let language = use_language();
    if error != ApiError::NotFound {
        return view! { <Problem error retry_href/> }.erased();
    }
    let text = texts::not_there(language);
    if !use_session().may_write() {
        return view! { <MessageBar>{text}</MessageBar> }.erased();
    }
    let href = pane_href(REMOVED);
    let actions = move || {
        view! {
            <LinkButton href keep_scroll=true>
                {texts::removed(language)}
            </LinkButton>
        }
    };
    view! { <MessageBar actions>{text}</MessageBar> }.erased()
}
