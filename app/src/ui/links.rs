//! Rows of links of which one is current: facets of a list, tabs of a page.

use leptos::prelude::*;

use super::{
    dynamic::dynamic,
    erase::Erase,
    icon::Icon,
    menu::{Menu, MenuLink},
};
use crate::i18n::{format, use_language};

/// One value that a list can be narrowed to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facet {
    label: String,
    href: String,
    count: Option<u64>,
    current: bool,
    /// Following it while it is current takes nothing away.
    stays: bool,
}

impl Facet {
    /// A value, and the address of the list narrowed to it (or no longer, if it is current).
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            href: href.into(),
            count: None,
            current: false,
            stays: false,
        }
    }

    /// How many rows have it.
    #[must_use]
    pub fn count(mut self, count: u64) -> Self {
        self.count = Some(count);
        self
    }

    /// Whether the list is narrowed to it now; following it takes the filter away.
    #[must_use]
    pub fn current(mut self, current: bool) -> Self {
        self.current = current;
        self
    }

    /// Whether it holds now, of values one of which always does.
    #[must_use]
    pub fn chosen(mut self, chosen: bool) -> Self {
        self.current = chosen;
        self.stays = true;
        self
    }
}

/// The values of one property that a list can be narrowed to, with their counts.
///
/// ```ignore
/// view! { <Facets label="Status" items=vec![Facet::new("Failed", "?status=failed").count(21)]/> }
/// ```
#[component]
pub fn Facets(
    /// The property.
    #[prop(into)]
    label: String,
    /// The values.
    #[prop(into)]
    items: Signal<Vec<Facet>>,
) -> impl IntoView {
    let language = use_language();
    let item = move |facet: Facet| {
        view! {
            <li>
                <a
                    class="facet"
                    href=facet.href
                    data-noscroll=""
                    aria-current=facet.current.then_some("true")
                >
                    {facet.label}
                    {facet
                        .count
                        .map(|count| {
                            view! { <span class="facet-count">{format::integer(language, count)}</span> }.erased()
                        })}
                    {(facet.current && !facet.stays).then(|| view! { <Icon name="dismiss"/> }.erased())}
                </a>
            </li>
        }
    };
    view! {
        <div class="facets" role="group" aria-label=label.clone()>
            <span class="facets-label" aria-hidden="true">
                {label.clone()}
            </span>
            <ul>{dynamic(move || items.get().into_iter().map(item).collect_view())}</ul>
        </div>
    }
    .erased()
}

/// The same behind a button.
///
/// ```ignore
/// view! { <FacetMenu id="status" label="Status" items=vec![Facet::new("Failed", "?status=failed").count(21)]/> }
/// ```
#[component]
pub fn FacetMenu(
    /// The id of the menu; unique in the page.
    #[prop(into)]
    id: String,
    /// The property.
    #[prop(into)]
    label: String,
    /// The values.
    #[prop(into)]
    items: Signal<Vec<Facet>>,
) -> impl IntoView {
    let language = use_language();
    let item = move |facet: Facet| {
        let Facet {
            label,
            href,
            count,
            current,
            ..
        } = facet;
        let count = count.map(|count| format::integer(language, count));
        view! {
            <MenuLink href keep_scroll=true current>
                {label}
                " "
                {count.map(|count| view! { <span class="facet-count">{count}</span> }.erased())}
                {current.then(|| view! { <Icon name="dismiss"/> }.erased())}
            </MenuLink>
        }
    };
    view! {
        <Menu id label>
            {dynamic(move || items.get().into_iter().map(item).collect_view())}
        </Menu>
    }
    .erased()
}

/// One of the views of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab {
    label: String,
    href: String,
    current: bool,
}

impl Tab {
    /// A view and its address.
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            href: href.into(),
            current: false,
        }
    }

    /// Whether it is the one shown.
    #[must_use]
    pub fn current(mut self, current: bool) -> Self {
        self.current = current;
        self
    }
}

/// The views of a page as links: each has an address, so they are navigation, not ARIA tabs.
///
/// ```ignore
/// view! { <TabLinks label="Views" tabs=vec![Tab::new("Overview", "/x").current(true)]/> }
/// ```
#[component]
pub fn TabLinks(
    /// The name of the navigation.
    #[prop(into)]
    label: String,
    /// The views.
    #[prop(into)]
    tabs: Signal<Vec<Tab>>,
) -> impl IntoView {
    let item = |tab: Tab| {
        view! {
            <li>
                <a class="tab" href=tab.href aria-current=tab.current.then_some("page")>
                    {tab.label}
                </a>
            </li>
        }
    };
    view! {
        <nav class="tabs" aria-label=label>
            <ul>{dynamic(move || tabs.get().into_iter().map(item).collect_view())}</ul>
        </nav>
    }
    .erased()
}
