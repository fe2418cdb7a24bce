//! The title of the browser's tab.

use leptos::prelude::*;
use leptos_meta::Title;

use crate::i18n::{shell as texts, use_language};

/// Names the page, and what it shows now, before the product: "Exports: Failed – Waybill".
#[component]
pub fn PageTitle(
    /// The page and its context.
    #[prop(into)]
    text: Signal<String>,
) -> impl IntoView {
    let language = use_language();
    view! { <Title text=move || texts::page_title(language, text.get())/> }
}
