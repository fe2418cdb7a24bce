//! Choosing rows of a table: with the mouse, with Shift for several at once, and with the keyboard.
//!
//! The table listens, not its rows: fifty rows need no listener each, and what the server wrote answers as soon as the
//! table does. Rows are told by their places among those shown, from 0.

use leptos::{
    ev::{self, Event, KeyboardEvent, MouseEvent},
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlElement, HtmlInputElement, HtmlTableRowElement},
};

use super::focus;

pub(super) const BOX: &str = "[type=\"checkbox\"]";
/// What answers Esc by itself: what is open over the page, and what is being typed in.
const OPEN: &str = "dialog[open], :popover-open";
const TYPED_IN: &str = "input:not([type=\"checkbox\"]), textarea, select";

/// What somebody does to rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowKey {
    /// Chooses this row, or no longer.
    Toggle(usize),
    /// Does the same to all rows from the one toggled last to this.
    ExtendTo(usize),
    /// Goes on choosing, from this row to the next.
    Step(usize, usize),
    /// Chooses all rows.
    All,
}

/// Answers a click on the box of a row. Keys click too, and may hold Shift: that is no range.
pub(super) fn clicked(event: &MouseEvent) -> Option<RowKey> {
    let input: HtmlInputElement = event.target()?.dyn_into().ok()?;
    if input.type_() != "checkbox" {
        return None;
    }
    let place = place_of(&row_of(&input)?)?;
    let is_range = event.shift_key() && event.detail() > 0;
    Some(if is_range {
        RowKey::ExtendTo(place)
    } else {
        RowKey::Toggle(place)
    })
}

/// Answers Ctrl+A, and in a row Shift+Space and the arrows up and down: these go from box to box, and with Shift choose
/// on the way.
pub(super) fn pressed(event: &KeyboardEvent) -> Option<RowKey> {
    let target = target_of(event)?;
    let key = event.key();
    if (event.ctrl_key() || event.meta_key()) && key.eq_ignore_ascii_case("a") {
        event.prevent_default();
        return Some(RowKey::All);
    }
    let row = row_of(&target)?;
    let place = place_of(&row)?;
    let (is_box, shift) = (target.matches(BOX).unwrap_or(false), event.shift_key());
    let beside = match key.as_str() {
        // A box answers the space bar by itself.
        " " if shift && !is_box => {
            event.prevent_default();
            return Some(RowKey::Toggle(place));
        }
        "ArrowDown" if shift || is_box => row.next_element_sibling(),
        "ArrowUp" if shift || is_box => row.previous_element_sibling(),
        _ => return None,
    };
    event.prevent_default();
    let beside = beside?;
    focus::focus(&focus::find(&beside, BOX)?);
    let to = place_of(&beside)?;
    shift.then_some(RowKey::Step(place, to))
}

/// Keeps the page where it is when a link of a row opens something over it: what says so for all rows at once.
pub(super) fn keep_scroll(event: &MouseEvent) {
    let link = target_of(event).and_then(|target| target.closest("tbody a[href^=\"?\"]").ok()?);
    if let Some(link) = link
        && link.set_attribute("data-noscroll", "").is_err()
    {
        leptos::logging::debug_warn!("the page scrolls to its top");
    }
}

/// Calls when somebody presses Esc and nothing else answers it. For the life of what calls this.
pub fn on_escape(act: Callback<()>) {
    Effect::new(move || {
        let listening = window_event_listener(ev::keydown, move |event| {
            if is_free_escape(&event) {
                act.run(());
            }
        });
        on_cleanup(move || listening.remove());
    });
}

fn is_free_escape(event: &KeyboardEvent) -> bool {
    let is_typed_in =
        || target_of(event).is_some_and(|target| target.matches(TYPED_IN).unwrap_or(false));
    let is_open = || matches!(document().query_selector(OPEN), Ok(Some(_)));
    event.key() == "Escape" && !event.default_prevented() && !is_typed_in() && !is_open()
}

fn target_of(event: &Event) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

/// The button of a row's menu that was clicked, and the row's place.
pub(super) fn menu_clicked(event: &MouseEvent) -> Option<(HtmlElement, usize)> {
    let button = target_of(event)?.closest("tbody .row-menu").ok()??;
    let place = place_of(&row_of(&button)?)?;
    Some((button.dyn_into().ok()?, place))
}

fn row_of(element: &Element) -> Option<Element> {
    element.closest("tbody > tr").ok()?
}

fn place_of(row: &Element) -> Option<usize> {
    let row = row.dyn_ref::<HtmlTableRowElement>()?;
    usize::try_from(row.section_row_index()).ok()
}
