//! One's own access tokens.

use leptos::prelude::*;

use crate::api::list_tokens;
use crate::features::listing::AddBar;
use crate::features::tokens::{TokenTable, Tokens};
use crate::i18n::{people, profile as texts, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::Erase;

/// The third tab.
#[component]
pub(super) fn TokensTab(changed: RwSignal<u32>) -> impl IntoView {
    let language = use_language();
    let hints = use_live(&[LiveKind::People]);
    let tokens: Tokens = ask_server(move || (hints.get(), changed.get()), |_| list_tokens());
    view! {
        <p class="page-text">{texts::tokens_text(language)}</p>
        <AddBar
            label=texts::token_commands(language)
            add=people::create_token(language)
            refusal=None
        />
        <TokenTable tokens/>
    }
    .erased()
}
