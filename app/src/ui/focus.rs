//! Moving the focus: with the arrow keys, as toolbars and menus do, and to where nobody loses it.

use leptos::{
    ev::KeyboardEvent,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlElement},
};

/// What a dialog over the page begins with.
const IN_DIALOG: &str = "dialog:modal [data-autofocus]";

/// In which direction the items of a group follow one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Orientation {
    /// Left and right, mirrored where text runs from right to left.
    Horizontal,
    /// Up and down.
    Vertical,
}

/// The elements of this class in a group, in order.
pub(super) fn items(group: &Element, class: &str) -> Vec<HtmlElement> {
    let found = group.get_elements_by_class_name(class);
    (0..found.length())
        .filter_map(|index| found.item(index)?.dyn_into().ok())
        .collect()
}

/// The first element in `group` that matches a selector.
pub(super) fn find(group: &Element, selector: &str) -> Option<HtmlElement> {
    group.query_selector(selector).ok()??.dyn_into().ok()
}

/// Answers an arrow key, Home or End by moving the focus among `items`, from the last to the first
/// and back. Returns where the focus went.
pub(super) fn move_with_key(
    event: &KeyboardEvent,
    items: &[HtmlElement],
    orientation: Orientation,
) -> Option<usize> {
    let last = items.len().checked_sub(1)?;
    let active = document().active_element();
    let current = items
        .iter()
        .position(|item| active.as_ref() == Some(item.as_ref()));
    let backwards = document().dir() == "rtl";
    let is_forward = match (event.key().as_str(), orientation) {
        ("Home", _) | ("ArrowDown", Orientation::Vertical) => true,
        ("End", _) | ("ArrowUp", Orientation::Vertical) => false,
        ("ArrowRight", Orientation::Horizontal) => !backwards,
        ("ArrowLeft", Orientation::Horizontal) => backwards,
        _ => return None,
    };
    let is_edge = matches!(event.key().as_str(), "Home" | "End");
    event.prevent_default();
    let next = if is_forward { after } else { before };
    let mut target = next(current.filter(|_| !is_edge), last);
    for _ in 0..=last {
        focus(&items[target]);
        // What is not drawn does not take it.
        if document().active_element().as_ref() == Some(items[target].as_ref()) {
            break;
        }
        target = next(Some(target), last);
    }
    Some(target)
}

/// Gives an element the focus. An element that cannot take it is left alone: nothing is lost.
pub(super) fn focus(element: &HtmlElement) {
    if element.focus().is_err() {
        leptos::logging::debug_warn!("an element did not take the focus");
    }
}

/// Gives the title of the page the focus.
pub(super) fn focus_title() {
    if let Ok(Some(title)) = document().query_selector("h1")
        && let Ok(title) = title.dyn_into::<HtmlElement>()
    {
        focus(&title);
    }
}

/// Scrolls an element into sight, once what is being changed now is drawn.
pub fn show_soon(id: &'static str) {
    request_animation_frame(move || {
        if let Some(element) = document().get_element_by_id(id) {
            element.scroll_into_view();
        }
    });
}

/// Sees to it that the focus is not lost with what goes away as what is being changed now is drawn: then the title of
/// the page gets it, or under a dialog what that began with. Dialogs that close see to it themselves.
pub fn keep_focus_soon() {
    request_animation_frame(|| {
        if is_lost() {
            let start = document().body().and_then(|body| find(&body, IN_DIALOG));
            match start {
                Some(start) => focus(&start),
                None => focus_title(),
            }
        }
    });
}

/// [`keep_focus_soon`] for what is drawn now, once it goes. A page on which nothing has the focus stays as it is.
pub fn keep_focus_when_gone() {
    // It runs in browsers alone, and ends with what is drawn: before that is taken out of the page.
    Effect::new(|| {
        on_cleanup(|| {
            if !is_lost() {
                keep_focus_soon();
            }
        });
    });
}

/// Whether nothing has the focus.
pub(super) fn is_lost() -> bool {
    let active = document().active_element();
    active.is_none_or(|active| active.tag_name() == "BODY")
}

fn after(current: Option<usize>, last: usize) -> usize {
    current
        .filter(|&index| index < last)
        .map_or(0, |index| index + 1)
}

fn before(current: Option<usize>, last: usize) -> usize {
    current
        .and_then(|index| index.checked_sub(1))
        .unwrap_or(last)
}

#[cfg(test)]
mod tests {
    use super::{after, before};

    #[test]
    fn arrows_go_round() {
        assert_eq!(after(None, 2), 0);
        assert_eq!(after(Some(0), 2), 1);
        assert_eq!(after(Some(2), 2), 0);
        assert_eq!(before(None, 2), 2);
        assert_eq!(before(Some(2), 2), 1);
        assert_eq!(before(Some(0), 2), 2);
    }
}
