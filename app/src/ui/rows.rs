//! The rows of a long table, each as HTML in one piece.
//!
//! The server writes them as they are, and the browser takes them over without a look at what is in them; the table
//! listens for all of them. A change is made where it is: an element that is still there stays, with its focus and the
//! pointer over it.

use std::iter::successors;

use leptos::{
    html,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlInputElement, Node},
};
use maud::Markup;

use super::{
    erase::Erase,
    focus,
    row_keys::{BOX, RowKey},
    row_menu::RowMenuState,
    table::RowChoice,
};

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HtmlRow {
    key: String,
    html: String,
}

impl HtmlRow {
    /// A row that is known by `key`; `cells` are its `<td>`s, and the `<th scope="row">` among them. They need no end tags.
    pub fn new(key: impl ToString, cells: Markup) -> Self {
        Self {
            key: key.to_string(),
            html: maud::html! { tr; (cells) }.into_string(),
        }
    }
}

/// All rows of a table, and the menu that they share.
#[derive(Clone, Copy)]
pub struct HtmlRows {
    /// The rows, in order.
    pub rows: Memo<Vec<HtmlRow>>,
    /// What the [`menu_button`](super::markup::menu_button)s open, with the key of their row.
    pub menu: RowMenuState,
}

impl HtmlRows {
    /// What the row at a place is known by.
    pub(super) fn key(self, place: usize) -> Option<String> {
        self.rows
            .with_untracked(|rows| Some(rows.get(place)?.key.clone()))
    }
}

/// The body of the table. Boxes in it follow `choice`; one that was ticked before the script ran counts.
#[component]
pub(super) fn HtmlBody(rows: Memo<Vec<HtmlRow>>, choice: Option<RowChoice>) -> impl IntoView {
    let body = NodeRef::<html::Tbody>::new();
    let first = rows.get_untracked();
    let inside: String = first.iter().map(|row| row.html.as_str()).collect();
    let drawn = StoredValue::new(first);
    Effect::new(move |was_there: Option<bool>| {
        let (fresh, chosen) = (rows.get(), choice.map(|choice| choice.rows.get()));
        let Some(body) = body.get() else {
            return false;
        };
        let is_other = drawn.with_value(|drawn| *drawn != fresh);
        if is_other {
            let was_lost = focus::is_lost();
            drawn.with_value(|drawn| redraw(&body, drawn, &fresh));
            drawn.set_value(fresh);
            if !was_lost {
                focus::keep_focus_soon();
            }
        }
        if let Some((choice, chosen)) = choice.zip(chosen) {
            for place in tick(&body, &chosen, was_there != Some(true)) {
                choice.on_row.run(RowKey::Toggle(place));
            }
        }
        true
    });
    view! { <tbody node_ref=body inner_html=inside></tbody> }.erased()
}

/// Ticks the boxes of rows that are chosen, and no others. At first those ticked already stay so: returns their places.
fn tick(body: &Element, chosen: &[bool], is_first: bool) -> Vec<usize> {
    let mut ticked = Vec::new();
    for (place, (row, wanted)) in elements(body).zip(chosen).enumerate() {
        let input = focus::find(&row, BOX).and_then(|input| input.dyn_into().ok());
        let Some::<HtmlInputElement>(input) = input else {
            continue;
        };
        if is_first && input.checked() && !wanted {
            ticked.push(place);
        } else if input.checked() != *wanted {
            input.set_checked(*wanted);
        }
    }
    ticked
}

/// From the rows `drawn` to those that are `fresh`.
fn redraw(body: &Element, drawn: &[HtmlRow], fresh: &[HtmlRow]) {
    let Ok(scratch) = document().create_element("tbody") else {
        return;
    };
    let place_of = |rows: &[HtmlRow], key: &str| rows.iter().position(|row| row.key == key);
    let mut standing: Vec<Option<Element>> = elements(body).map(Some).collect();
    for (row, element) in drawn.iter().zip(&standing) {
        if let Some(element) = element.as_ref()
            && place_of(fresh, &row.key).is_none()
        {
            element.remove();
        }
    }
    let before: Vec<Option<usize>> = fresh.iter().map(|row| place_of(drawn, &row.key)).collect();
    let is_same = |row: &HtmlRow, place: &Option<usize>| {
        place.and_then(|place| drawn.get(place)) == Some(row)
    };
    let changed = fresh.iter().zip(&before);
    let changed = changed.filter(|(row, place)| !is_same(row, place));
    let html: String = changed.map(|(row, _)| row.html.as_str()).collect();
    scratch.set_inner_html(&html);
    let mut made = elements(&scratch).collect::<Vec<_>>().into_iter();
    // The row that stands where the next belongs.
    let mut here = body.first_element_child();
    for (row, place) in fresh.iter().zip(&before) {
        let known = place.and_then(|place| standing.get_mut(place)?.take());
        let element = match (known, is_same(row, place)) {
            (Some(known), true) => Some(known),
            (Some(known), false) => {
                if let Some(made) = made.next() {
                    become_like(&known, &made);
                }
                Some(known)
            }
            (None, _) => made.next(),
        };
        let Some(element) = element else {
            continue;
        };
        if here.as_ref() == Some(&element) {
            here = element.next_element_sibling();
        } else if body.insert_before(&element, here.as_deref()).is_err() {
            leptos::logging::debug_warn!("a row is not where it belongs");
        }
    }
}

/// Makes a node like another, which is used up.
fn become_like(node: &Node, other: &Node) {
    if node.is_equal_node(Some(other)) {
        return;
    }
    match (node.dyn_ref::<Element>(), other.dyn_ref::<Element>()) {
        (Some(element), Some(like)) if element.tag_name() == like.tag_name() => {
            copy_attributes(element, like);
            copy_nodes(element, like);
        }
        _ => {
            let parent = node.parent_node();
            let is_done = parent.is_some_and(|parent| parent.replace_child(other, node).is_ok());
            if !is_done {
                leptos::logging::debug_warn!("a part of a row is not what it should be");
            }
        }
    }
}

/// What script has set for itself stays: styles, and data.
fn copy_attributes(element: &Element, like: &Element) {
    let names = |element: &Element| -> Vec<String> {
        let names = element.get_attribute_names();
        names.iter().filter_map(|name| name.as_string()).collect()
    };
    for name in names(like) {
        let value = like.get_attribute(&name);
        if element.get_attribute(&name) != value {
            let _refused = element.set_attribute(&name, value.as_deref().unwrap_or_default());
        }
    }
    for name in names(element) {
        if !like.has_attribute(&name) && name != "style" && !name.starts_with("data-") {
            let _refused = element.remove_attribute(&name);
        }
    }
}

fn copy_nodes(element: &Element, like: &Element) {
    let (nodes, others) = (nodes(element), nodes(like));
    if nodes.len() == others.len() {
        for (node, other) in nodes.iter().zip(&others) {
            become_like(node, other);
        }
        return;
    }
    for node in &nodes {
        let _gone = element.remove_child(node);
    }
    for other in &others {
        let _refused = element.append_child(other);
    }
}

fn nodes(element: &Element) -> Vec<Node> {
    successors(element.first_child(), Node::next_sibling).collect()
}

fn elements(element: &Element) -> impl Iterator<Item = Element> + use<> {
    successors(element.first_element_child(), Element::next_element_sibling)
}
