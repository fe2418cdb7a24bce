//! The frame of pages outside of the layout: signing in, setting up, errors.

use leptos::prelude::*;

use super::{demo::DemoNotice, routes, top_bar::Preferences};
use crate::i18n::{shell as texts, use_language};
use crate::ui::prelude::Erase;

/// A page with one card in the middle, and the bar's preferences above it.
#[component]
pub fn PlainPage(
    /// What is in the card.
    children: Children,
) -> impl IntoView {
    let language = use_language();
    view! {
        <a class="skip-link" href="#main" rel="external">
            {texts::skip_to_content(language)}
        </a>
        <div class="plain">
            <header class="top-bar">
                <a class="brand" href=routes::START>
                    "Waybill"
                </a>
                <div class="top-bar-end">
                    <Preferences/>
                </div>
            </header>
            <main id="main" class="plain-main" tabindex="-1">
                <DemoNotice/>
                <div class="card">{children()}</div>
            </main>
        </div>
    }
    .erased()
}
