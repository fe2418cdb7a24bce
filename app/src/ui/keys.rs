//! Single keys that do something wherever the focus is, unless somebody types.

use leptos::{
    ev::{self, KeyboardEvent},
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::Element,
};

use super::focus;

/// Where a key is a letter.
const TYPED_IN: &str =
    "input:not([type=\"checkbox\"], [type=\"radio\"]), textarea, select, [contenteditable]";
/// What is open over the page.
const OPEN: &str = "dialog[open], :popover-open";

/// Calls for each key that somebody presses alone, while nothing is typed and nothing is open over the page; `act` says
/// whether the key was for it. For the life of what calls this.
pub fn on_keys(act: Callback<String, bool>) {
    Effect::new(move || {
        let listening = window_event_listener(ev::keydown, move |event| {
            if is_free(&event) && act.run(event.key()) {
                event.prevent_default();
            }
        });
        on_cleanup(move || listening.remove());
    });
}

fn is_free(event: &KeyboardEvent) -> bool {
    let is_alone = !event.ctrl_key() && !event.alt_key() && !event.meta_key() && !event.repeat();
    let target = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok());
    let is_typed_in = target.is_some_and(|target| target.matches(TYPED_IN).unwrap_or(false));
    let is_open = || matches!(document().query_selector(OPEN), Ok(Some(_)));
    is_alone && !event.default_prevented() && !is_typed_in && !is_open()
}

/// Gives the search box of the page the focus.
pub fn focus_search() {
    let page = document().document_element();
    if let Some(search) = page.and_then(|page| focus::find(&page, "input[type=\"search\"]")) {
        focus::focus(&search);
    }
}
