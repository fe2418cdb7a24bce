//! The question before a token is revoked.

use leptos::prelude::*;

use crate::api::revoke_token;
use crate::domain::TokenId;
use crate::features::form_pane::count;
use crate::features::question::{Act, Question, Words};
use crate::i18n::{people as texts, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::Erase;

/// Asks.
#[component]
pub(in crate::features) fn RevokePane(id: TokenId, changed: RwSignal<u32>) -> impl IntoView {
    let language = use_language();
    let words = Words {
        title: texts::revoke_title(language).to_owned(),
        text: texts::revoke_text(language).to_owned(),
        answer: texts::revoke(language),
        icon: "delete",
        keep: texts::cancel(language),
        failed: texts::not_revoked(language),
        done: texts::revoked(language).to_owned(),
    };
    let act = Act::new(move || revoke_token(id), move || count(changed));
    view! { <Question words back=close_href() act/> }.erased()
}
