//! One menu that all rows of a table share, so that fifty rows do not carry fifty menus.

use leptos::{ev::MouseEvent, html, prelude::*, wasm_bindgen::JsCast, web_sys::HtmlElement};
use send_wrapper::SendWrapper;

use super::{
    dynamic::dynamic,
    erase::Erase,
    focus,
    menu::{ITEMS, MenuList},
};

/// Which row the menu is open for. Make one per table.
#[derive(Clone, Copy)]
pub struct RowMenuState {
    row: RwSignal<Option<String>>,
    list: NodeRef<html::Div>,
    /// Wrapped only when there is one: on the server, which drops this on any of its threads, there
    /// never is.
    button: StoredValue<Option<SendWrapper<HtmlElement>>>,
}

impl RowMenuState {
    /// A menu that is closed.
    #[expect(
        clippy::new_without_default,
        reason = "it allocates in the reactive owner around it"
    )]
    pub fn new() -> Self {
        Self {
            row: RwSignal::new(None),
            list: NodeRef::new(),
            button: StoredValue::new(None),
        }
    }

    /// Opens the menu for a row, below the button that was pressed.
    pub(super) fn open(self, row: String, button: HtmlElement) {
        self.row.set(Some(row));
        let Some(list) = self.list.get_untracked() else {
            return;
        };
        anchor(&list, &button);
        if let Some(before) = self
            .button
            .try_update_value(|shown| shown.replace(SendWrapper::new(button.clone())))
            && let Some(before) = before.filter(|before| **before != button)
        {
            release(&before);
        }
        if list.show_popover().is_err() {
            return;
        }
        // The commands of this row are drawn a moment later.
        request_animation_frame(move || {
            if let Some(first) = focus::items(&list, ITEMS).first() {
                focus::focus(first);
            }
        });
    }
}

/// The button of one row; the style sheet draws it, since there are many. Until the script runs it is a link to `href`,
/// a page that offers the same commands.
///
/// ```ignore
/// view! { <RowMenuButton menu row="7" label="Commands for Loyalty" href="?pane=view/7"/> }
/// ```
#[component]
pub fn RowMenuButton(
    /// The menu of the table.
    menu: RowMenuState,
    /// The id of the row, given to the items.
    #[prop(into)]
    row: String,
    /// The name of the button: names the row too.
    #[prop(into)]
    label: String,
    /// Where the same commands are without script.
    #[prop(into)]
    href: String,
    /// Whether the script runs: before, it opens no menu.
    #[prop(default = true)]
    opens: bool,
) -> impl IntoView {
    let pressed = move |event: MouseEvent| {
        let button = event
            .current_target()
            .and_then(|target| target.dyn_into().ok());
        if let Some(button) = button {
            event.prevent_default();
            menu.open(row.clone(), button);
        }
    };
    view! {
        <a
            class="row-menu"
            href=href
            aria-label=label
            aria-haspopup=opens.then_some("menu")
            on:click=pressed
        ></a>
    }
    .erased()
}

/// The menu itself; once per table, after it.
///
/// ```ignore
/// view! {
///     <RowMenu menu label="Commands" items=move |row: String| view! {
///         <MenuLink href=format!("?pane=edit/{row}") icon="edit">"Edit"</MenuLink>
///     }.erased()/>
/// }
/// ```
#[component]
pub fn RowMenu(
    /// The menu of the table.
    menu: RowMenuState,
    /// The name of the menu.
    #[prop(into)]
    label: String,
    /// Makes the items for a row.
    #[prop(into)]
    items: Callback<String, AnyView>,
) -> impl IntoView {
    view! {
        <MenuList id="row-menu".to_owned() label node_ref=menu.list>
            {dynamic(move || menu.row.get().map(|row| items.run(row)))}
        </MenuList>
    }
    .erased()
}

/// Makes a button the anchor that the style sheet places the menu at. Styles set through the object
/// model are not inline styles to a content security policy.
fn anchor(list: &HtmlElement, button: &HtmlElement) {
    let name = "--row-menu";
    let anchored = button.style().set_property("anchor-name", name);
    if anchored.is_err() || list.style().set_property("position-anchor", name).is_err() {
        leptos::logging::debug_warn!("the menu opens in the middle of the page");
    }
}

/// The button is no longer the anchor of the menu.
fn release(button: &HtmlElement) {
    if button.style().remove_property("anchor-name").is_err() {
        leptos::logging::debug_warn!("a button of another row stays an anchor");
    }
}
