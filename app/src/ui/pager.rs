//! Going from page to page of a list.

use leptos::prelude::*;

use super::{dynamic::dynamic, erase::Erase, icon::Icon};
use crate::i18n::{self, use_language};

/// Links to the pages before and after, and what is shown now. The lists are paged by key, so there
/// are no page numbers.
///
/// ```ignore
/// view! { <Pager summary="50 of 1,234" first=None::<String> next=Some("?cursor=b".to_owned())/> }
/// ```
#[component]
pub fn Pager(
    /// What is shown now: `1–50 of 1,234`.
    #[prop(into)]
    summary: Signal<String>,
    /// The address of the first page, if another is shown.
    #[prop(optional, into)]
    first: Signal<Option<String>>,
    /// The address of the page before, if there is one and it is known.
    #[prop(optional, into)]
    previous: Signal<Option<String>>,
    /// The address of the page after, if there is one.
    #[prop(optional, into)]
    next: Signal<Option<String>>,
) -> impl IntoView {
    let language = use_language();
    let link = move |href: Option<String>, icon: &'static str, label: &'static str| {
        href.map(|href| {
            view! {
                <a class="btn btn-subtle" href=href>
                    <Icon name=icon/>
                    <span class="btn-text">{label}</span>
                </a>
            }
            .erased()
        })
    };
    view! {
        <nav class="pager" aria-label=i18n::ui::pages(language)>
            <span class="pager-summary">{move || summary.get()}</span>
            {dynamic(move || link(first.get(), "chevron_left", i18n::ui::first_page(language)))}
            {dynamic(move || link(previous.get(), "chevron_left", i18n::ui::previous_page(language)))}
            {dynamic(move || link(next.get(), "chevron_right", i18n::ui::next_page(language)))}
        </nav>
    }
    .erased()
}
