//! What drawings share.

use leptos::{ev::MouseEvent, wasm_bindgen::JsCast, web_sys::Element};

use crate::state::prelude::*;

/// A length of a drawing for an attribute, from sixteenths: it grows with the reader's letters.
pub(super) fn rem(sixteenths: u32) -> String {
    format!("{}rem", f64::from(sixteenths) / 16.0)
}

/// Answers a click inside a drawing: goes where the link under it leads, without loading the page anew. The
/// router knows the links of HTML alone. A click that asks for another tab or window is the browser's.
pub(super) fn follow_link(event: &MouseEvent, go: Go) {
    let is_plain = event.button() == 0
        && !(event.meta_key() || event.alt_key() || event.ctrl_key() || event.shift_key());
    let link = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .and_then(|element| element.closest("a").ok().flatten());
    let href = link.and_then(|link| link.get_attribute("href"));
    if let Some(href) = href.filter(|_| is_plain) {
        event.prevent_default();
        go.push(&href);
    }
}

#[cfg(test)]
mod tests {
    use super::rem;

    #[test]
    fn lengths_are_written_without_loss() {
        assert_eq!(rem(880), "55rem");
        assert_eq!(rem(104), "6.5rem");
    }
}
