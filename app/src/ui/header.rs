//! The head of a page: where it is, and its title.

use leptos::prelude::*;

use super::{dynamic::dynamic, erase::Erase};
use crate::i18n::{self, use_language};

/// One step of the way to a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crumb {
    label: String,
    href: Option<String>,
}

impl Crumb {
    /// A step that has no page of its own, or is the page itself.
    pub fn new(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            href: None,
        }
    }

    /// A step that has a page.
    pub fn link(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            href: Some(href.into()),
        }
    }
}

/// The one `h1` of a page under its line of crumbs (`Data > Exports`). The last crumb is the page.
///
/// ```ignore
/// view! { <PageHeader title="Exports" crumbs=vec![Crumb::new("Data"), Crumb::new("Exports")]/> }
/// ```
#[component]
pub fn PageHeader(
    /// The title.
    #[prop(into)]
    title: Signal<String>,
    /// The way to the page.
    #[prop(optional)]
    crumbs: Vec<Crumb>,
    /// A line under the title.
    #[prop(optional, into)]
    text: Signal<Option<String>>,
) -> impl IntoView {
    let language = use_language();
    let last = crumbs.len().saturating_sub(1);
    let step = move |(index, crumb): (usize, Crumb)| {
        let current = (index == last).then_some("page");
        let inside = match crumb.href {
            Some(href) => view! { <a href=href aria-current=current>{crumb.label}</a> }.erased(),
            None => view! { <span aria-current=current>{crumb.label}</span> }.erased(),
        };
        view! { <li>{inside}</li> }.erased()
    };
    let way = (!crumbs.is_empty()).then(|| {
        view! {
            <nav class="crumbs" aria-label=i18n::ui::breadcrumb(language)>
                <ol>{crumbs.into_iter().enumerate().map(step).collect_view()}</ol>
            </nav>
        }
        .erased()
    });
    view! {
        <header class="page-header">
            {way}
            <h1 tabindex="-1">{move || title.get()}</h1>
            {dynamic(move || text.get().map(|text| view! { <p class="page-text">{text}</p> }))}
        </header>
    }
    .erased()
}
