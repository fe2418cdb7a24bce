//! Buttons, and links that look like them.

use leptos::{ev::MouseEvent, prelude::*};

use super::{erase::Erase, icon::Icon};
use crate::i18n::{leaving, use_language};

/// How much a button asks for attention.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Appearance {
    /// The one action of the view.
    Primary,
    /// An action among others.
    #[default]
    Secondary,
    /// An action in a bar or a row: no frame until it is pointed at.
    Subtle,
    /// An action that takes something away.
    Danger,
}

impl Appearance {
    const fn class(self) -> &'static str {
        match self {
            Self::Primary => "btn btn-primary",
            Self::Secondary => "btn",
            Self::Subtle => "btn btn-subtle",
            Self::Danger => "btn btn-danger",
        }
    }
}

/// What a button does in a form.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// Nothing by itself.
    #[default]
    Button,
    /// Sends the form.
    Submit,
}

impl ButtonKind {
    /// The value of the `type` attribute.
    pub(super) const fn attribute(self) -> &'static str {
        match self {
            Self::Button => "button",
            Self::Submit => "submit",
        }
    }
}

/// A button. One that cannot be used now stays focusable and says why.
///
/// ```ignore
/// view! {
///     <Button appearance=Appearance::Primary kind=ButtonKind::Submit busy=saving>"Save"</Button>
/// }
/// ```
#[component]
pub fn Button(
    /// How much it asks for attention.
    #[prop(optional)]
    appearance: Appearance,
    /// What it does in a form.
    #[prop(optional)]
    kind: ButtonKind,
    /// The icon before the text.
    #[prop(optional)]
    icon: Option<&'static str>,
    /// Shows the icon alone; the text becomes its name and its tooltip.
    #[prop(optional)]
    icon_only: bool,
    /// While true it turns, keeps its text and cannot be pressed again.
    #[prop(optional, into)]
    busy: Signal<bool>,
    /// Why it cannot be used now.
    #[prop(optional, into)]
    disabled_reason: Signal<Option<String>>,
    /// The id of the form it belongs to, where it stands outside of it.
    #[prop(optional, into)]
    form: Option<String>,
    /// The name under which [`value`](Self) is sent with the form.
    #[prop(optional, into)]
    name: Option<String>,
    /// The value sent with the form when this button sent it.
    #[prop(optional, into)]
    value: Option<String>,
    /// Takes the focus when the dialog around it opens.
    #[prop(optional)]
    autofocus: bool,
    /// What happens when it is pressed; not called while it is busy or cannot be used.
    #[prop(optional, into)]
    on_click: Option<Callback<MouseEvent>>,
    /// The text.
    children: Children,
) -> impl IntoView {
    let unusable = move || busy.get() || disabled_reason.with(Option::is_some);
    let pressed = move |event: MouseEvent| {
        if busy.get_untracked() || disabled_reason.with_untracked(Option::is_some) {
            event.prevent_default();
        } else if let Some(on_click) = on_click {
            on_click.run(event);
        }
    };
    view! {
        <button
            class=class_of(appearance, icon_only)
            type=kind.attribute()
            form=form
            name=name
            value=value
            autofocus=autofocus
            aria-disabled=move || unusable().then_some("true")
            aria-busy=move || busy.get().then_some("true")
            title=move || disabled_reason.get()
            on:click=pressed
        >
            {content(icon, icon_only, children)}
        </button>
    }
    .erased()
}

/// The text of a button that saves a form; while it does, it says so.
///
/// ```ignore
/// view! { <Button busy=saving>{while_saving(saving, texts::save(language))}</Button> }
/// ```
pub fn while_saving(
    busy: impl Into<Signal<bool>>,
    text: &'static str,
) -> impl Fn() -> &'static str + Copy + Send + 'static {
    let (busy, language) = (busy.into(), use_language());
    move || {
        if busy.get() {
            leaving::saving(language)
        } else {
            text
        }
    }
}

/// A link that looks like a button: for whatever has an address.
///
/// ```ignore
/// view! { <LinkButton href="?pane=edit" icon="edit" keep_scroll=true>"Edit"</LinkButton> }
/// ```
#[component]
pub fn LinkButton(
    /// Where it leads.
    #[prop(into)]
    href: Signal<String>,
    /// How much it asks for attention.
    #[prop(optional)]
    appearance: Appearance,
    /// The icon before the text.
    #[prop(optional)]
    icon: Option<&'static str>,
    /// Shows the icon alone; the text becomes its name and its tooltip.
    #[prop(optional)]
    icon_only: bool,
    /// Why it cannot be followed now.
    #[prop(optional, into)]
    disabled_reason: Signal<Option<String>>,
    /// Stays where the page is scrolled to: for panes, sorting and filters.
    #[prop(optional)]
    keep_scroll: bool,
    /// Saves what is there as a file of this name (empty: the server's name) instead of going there.
    #[prop(optional, into)]
    download: Option<String>,
    /// What it is to the page: `external` leads out of the pages, and the browser goes there by itself.
    #[prop(optional)]
    rel: Option<&'static str>,
    /// Takes the focus when the dialog around it opens.
    #[prop(optional)]
    autofocus: bool,
    /// The text.
    children: Children,
) -> impl IntoView {
    let unusable = move || disabled_reason.with(Option::is_some);
    view! {
        <a
            class=class_of(appearance, icon_only)
            href=move || (!unusable()).then(|| href.get())
            role=move || unusable().then_some("link")
            tabindex=move || unusable().then_some("0")
            aria-disabled=move || unusable().then_some("true")
            title=move || disabled_reason.get()
            data-noscroll=keep_scroll.then_some("")
            download=download
            rel=rel
            autofocus=autofocus
        >
            {content(icon, icon_only, children)}
        </a>
    }
    .erased()
}

/// A link in running text or in a table.
///
/// ```ignore
/// view! { <Link href="/data/exports?pane=view/7" keep_scroll=true>"Loyalty"</Link> }
/// ```
#[component]
pub fn Link(
    /// Where it leads.
    #[prop(into)]
    href: Signal<String>,
    /// Stays where the page is scrolled to: for panes.
    #[prop(optional)]
    keep_scroll: bool,
    /// The text.
    children: Children,
) -> impl IntoView {
    view! {
        <a class="link" href=move || href.get() data-noscroll=keep_scroll.then_some("")>
            {children()}
        </a>
    }
    .erased()
}

/// The classes of a button.
pub(super) fn class_of(appearance: Appearance, icon_only: bool) -> String {
    let shape = if icon_only { " btn-icon" } else { "" };
    format!("{}{shape}", appearance.class())
}

/// Icon and text; the text of an icon button is its name and appears as a tooltip.
fn content(icon: Option<&'static str>, icon_only: bool, children: Children) -> AnyView {
    let icon = icon.map(|name| view! { <Icon name/> }.erased());
    let class = if icon_only { "tip" } else { "btn-text" };
    view! {
        {icon}
        <span class=class>{children()}</span>
    }
    .erased()
}
