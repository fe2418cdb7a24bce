//! Menus that open from a button.

use leptos::{
    ev::{KeyboardEvent, MouseEvent},
    html,
    prelude::*,
};

use super::{
    button::{Appearance, ButtonKind, class_of},
    erase::Erase,
    focus::{self, Orientation},
    icon::Icon,
};

/// The class of what the arrow keys move among.
pub(super) const ITEMS: &str = "menu-item";

/// A button with a menu, on the native popover: it opens, closes on Esc and gives the focus back
/// without script. Arrow keys move inside it.
///
/// ```ignore
/// view! {
///     <Menu id="account" label="Account" icon="person">
///         <MenuLink href="/account" icon="settings">"Your account"</MenuLink>
///         <MenuButton kind=ButtonKind::Submit form="sign-out" icon="sign_out">"Sign out"</MenuButton>
///     </Menu>
/// }
/// ```
#[component]
pub fn Menu(
    /// The id of the menu; unique in the page.
    #[prop(into)]
    id: String,
    /// The text of the button and the name of the menu.
    #[prop(into)]
    label: String,
    /// The icon of the button.
    #[prop(optional)]
    icon: Option<&'static str>,
    /// Shows the icon alone on the button.
    #[prop(optional)]
    icon_only: bool,
    /// How much the button asks for attention.
    #[prop(default = Appearance::Subtle)]
    appearance: Appearance,
    /// [`MenuLink`]s, [`MenuButton`]s and [`MenuDivider`]s.
    children: Children,
) -> impl IntoView {
    let text_class = if icon_only { "tip" } else { "btn-text" };
    view! {
        <span class="menu-anchor">
            <button
                class=class_of(appearance, icon_only)
                type="button"
                popovertarget=id.clone()
                aria-haspopup="menu"
            >
                {icon.map(|name| view! { <Icon name/> }.erased())}
                <span class=text_class>{label.clone()}</span>
                {(!icon_only).then(|| view! { <Icon name="chevron_down"/> }.erased())}
            </button>
            <MenuList id label>{children()}</MenuList>
        </span>
    }
    .erased()
}

/// The list of a menu, closed at first.
#[component]
pub(super) fn MenuList(
    /// The id that a button names as its `popovertarget`.
    id: String,
    /// The name of the menu.
    label: String,
    /// The element, for whoever opens it by script.
    #[prop(optional)]
    node_ref: NodeRef<html::Div>,
    /// The items.
    children: Children,
) -> impl IntoView {
    let moved = move |event: KeyboardEvent| {
        if let Some(list) = node_ref.get_untracked() {
            focus::move_with_key(&event, &focus::items(&list, ITEMS), Orientation::Vertical);
        }
    };
    let chosen = move |_: MouseEvent| {
        if let Some(list) = node_ref.get_untracked()
            && list.hide_popover().is_err()
        {
            leptos::logging::debug_warn!("a menu was closed before its item was pressed");
        }
    };
    view! {
        <div
            id=id
            class="menu"
            popover="auto"
            role="menu"
            aria-label=label
            node_ref=node_ref
            on:keydown=moved
            on:click=chosen
        >
            {children()}
        </div>
    }
    .erased()
}

/// An item of a menu that leads somewhere. One that cannot be followed now can still be reached, and says why.
#[component]
pub fn MenuLink(
    /// Where it leads.
    #[prop(into)]
    href: String,
    /// The icon before the text.
    #[prop(optional)]
    icon: Option<&'static str>,
    /// Stays where the page is scrolled to: for panes.
    #[prop(optional)]
    keep_scroll: bool,
    /// The browser goes there, not the router: for addresses outside of the pages.
    #[prop(optional)]
    external: bool,
    /// Marks what is chosen now.
    #[prop(optional)]
    current: bool,
    /// Why it cannot be followed now.
    #[prop(optional, into)]
    disabled_reason: Signal<Option<String>>,
    /// The text.
    children: Children,
) -> impl IntoView {
    let unusable = move || disabled_reason.with(Option::is_some);
    // The menu stays open, so that the reason can be read.
    let pressed = move |event: MouseEvent| {
        if disabled_reason.with_untracked(Option::is_some) {
            event.stop_propagation();
        }
    };
    view! {
        <a
            class="menu-item"
            role="menuitem"
            href=move || (!unusable()).then(|| href.clone())
            tabindex="0"
            data-noscroll=keep_scroll.then_some("")
            rel=external.then_some("external")
            aria-current=current.then_some("true")
            aria-disabled=move || unusable().then_some("true")
            title=move || disabled_reason.get()
            on:click=pressed
        >
            {icon.map(|name| view! { <Icon name/> }.erased())}
            <span>{children()}</span>
        </a>
    }
    .erased()
}

/// An item of a menu that does something.
#[component]
pub fn MenuButton(
    /// The icon before the text.
    #[prop(optional)]
    icon: Option<&'static str>,
    /// What it does in a form.
    #[prop(optional)]
    kind: ButtonKind,
    /// The id of the form it sends.
    #[prop(optional, into)]
    form: Option<String>,
    /// The name under which its value is sent.
    #[prop(optional, into)]
    name: Option<String>,
    /// The value sent with the form.
    #[prop(optional, into)]
    value: Option<String>,
    /// Whether it takes something away.
    #[prop(optional)]
    danger: bool,
    /// Why it cannot be used now.
    #[prop(optional, into)]
    disabled_reason: Signal<Option<String>>,
    /// What happens when it is pressed.
    #[prop(optional, into)]
    on_click: Option<Callback<MouseEvent>>,
    /// The text.
    children: Children,
) -> impl IntoView {
    let pressed = move |event: MouseEvent| {
        if disabled_reason.with_untracked(Option::is_some) {
            event.prevent_default();
            event.stop_propagation();
        } else if let Some(on_click) = on_click {
            on_click.run(event);
        }
    };
    let class = if danger {
        "menu-item menu-danger"
    } else {
        "menu-item"
    };
    view! {
        <button
            class=class
            role="menuitem"
            type=kind.attribute()
            form=form
            name=name
            value=value
            aria-disabled=move || disabled_reason.with(Option::is_some).then_some("true")
            title=move || disabled_reason.get()
            on:click=pressed
        >
            {icon.map(|name| view! { <Icon name/> }.erased())}
            <span>{children()}</span>
        </button>
    }
    .erased()
}

/// A line between two groups of items.
#[component]
pub fn MenuDivider() -> impl IntoView {
    view! { <hr class="menu-divider"/> }.erased()
}
