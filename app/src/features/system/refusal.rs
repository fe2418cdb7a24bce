//! What people hear who may look but not change.

use leptos::prelude::*;

use crate::i18n::{system as texts, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// Why the person may not change the system, if so.
pub(super) fn refusal() -> Option<String> {
    let refused = !use_session().is_administrator();
    refused.then(|| texts::administrators_only(use_language()).to_owned())
}

/// In place of a pane in which something would be changed.
#[component]
pub(super) fn RefusalPane(
    /// The title of that pane.
    title: &'static str,
) -> impl IntoView {
    let language = use_language();
    view! {
        <Pane title=Signal::stored(title.to_owned()) close_href=close_href()>
            <MessageBar>{texts::administrators_only(language)}</MessageBar>
        </Pane>
    }
    .erased()
}
