//! The search of a list.

use std::time::Duration;

use leptos::{
    ev::{KeyboardEvent, MouseEvent, SubmitEvent},
    html,
    prelude::*,
};
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{dynamic::dynamic, erase::Erase, field::follow_value, focus, icon::Icon};
use crate::i18n::{self, use_language};

/// Long enough not to ask at every letter of who types fast, short enough that the answer feels immediate.
const PAUSE: Duration = Duration::from_millis(60);

/// A search that is a form like any other until the script runs; then it goes to the address of the
/// result while one types, replacing the address of the search before it.
///
/// ```ignore
/// view! {
///     <SearchBox action="/data/exports" value=q href=move |q: String| state.with_query(q).href()/>
/// }
/// ```
#[component]
pub fn SearchBox(
    /// The path of the list, where the form goes.
    #[prop(into)]
    action: String,
    /// What is searched now, from the address.
    #[prop(into)]
    value: Signal<String>,
    /// Makes the address of the list searched for a text (empty: not searched).
    #[prop(into)]
    href: Callback<String, String>,
    /// The label; "Search" if not given.
    #[prop(optional, into)]
    label: Option<String>,
    /// What else the address holds and the form must send again: names and values.
    #[prop(optional, into)]
    hidden: Signal<Vec<(String, String)>>,
) -> impl IntoView {
    let language = use_language();
    let label = label.unwrap_or_else(|| i18n::ui::search(language).to_owned());
    let input = NodeRef::<html::Input>::new();
    let text = RwSignal::new(value.get_untracked());
    follow_value(input, text);
    let navigate = use_navigate();
    let search = Callback::new(move |query: String| {
        if query.trim() == value.get_untracked().trim() {
            return;
        }
        let options = NavigateOptions {
            replace: true,
            scroll: false,
            ..NavigateOptions::default()
        };
        navigate(&href.run(query), options);
    });
    let mut search_soon = debounce(PAUSE, move |()| search.run(text.get_untracked()));
    // Typed before the script ran, or still being typed when an older result arrives: the text wins.
    // Else the address does: the reader went back, or cleared the filters.
    Effect::new(move |before: Option<String>| {
        let searched = value.get();
        let typed = text.get_untracked();
        let followed = before
            .as_ref()
            .is_some_and(|before| before.trim() == typed.trim());
        if followed && typed.trim() != searched.trim() {
            text.set(searched.clone());
        } else if before.is_none() && typed.trim() != searched.trim() {
            search.run(typed);
        }
        searched
    });
    let submitted = move |event: SubmitEvent| {
        event.prevent_default();
        search.run(text.get_untracked());
    };
    let clear = move |_: MouseEvent| {
        text.set(String::new());
        search.run(String::new());
        if let Some(input) = input.get_untracked() {
            focus::focus(&input);
        }
    };
    let pressed = move |event: KeyboardEvent| {
        if event.key() == "Escape" && !text.with_untracked(String::is_empty) {
            event.prevent_default();
            text.set(String::new());
            search.run(String::new());
        }
    };
    // Typed, but not searched yet.
    let waits = move || {
        let searched = value.get();
        text.with(|text| text.trim() != searched.trim())
    };
    let others = move || {
        let field = |(name, value): (String, String)| {
            view! { <input type="hidden" name=name value=value/> }
        };
        hidden.get().into_iter().map(field).collect_view()
    };
    view! {
        <form class="search" role="search" method="get" action=action on:submit=submitted>
            <Icon name="search"/>
            <input
                class="input"
                type="search"
                name="q"
                value=value.get_untracked()
                placeholder=label.clone()
                aria-label=label
                autocomplete="off"
                spellcheck="false"
                aria-busy=move || waits().then_some("true")
                node_ref=input
                on:input=move |event| {
                    text.set(event_target_value(&event));
                    search_soon(());
                }
                on:keydown=pressed
            />
            {dynamic(others)}
            {dynamic(move || {
                (!text.with(String::is_empty))
                    .then(|| {
                        view! {
                            <button
                                class="btn btn-subtle btn-icon search-clear"
                                type="button"
                                aria-label=i18n::ui::clear_search(language)
                                on:click=clear
                            >
                                <Icon name="dismiss"/>
                            </button>
                        }
                    })
            })}
        </form>
    }
    .erased()
}
