//! The title of the browser's tab.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::i18n::{shell as texts, use_language};
use crate::ui::prelude::Erase;

/// Names the page, and what it shows now, before the product: "Exports: Failed – Waybill".
#[component]
pub fn PageTitle(
    /// The page and its context.
    #[prop(into)]
    text: Signal<String>,
) -> impl IntoView {
    let language = use_language();
    let title = move || texts::page_title(language, text.get());
    // The server writes it after all else, when what it is made of may be gone with the page; and it writes it as it
    // is: what somebody searched for must not become part of the page.
    #[cfg(feature = "ssr")]
    let title = untrack(title).replace('&', "&amp;").replace('<', "&lt;");
    view! { <Title text=title/> }.erased()
}
