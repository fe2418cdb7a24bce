//! A button with a panel below it: for a few choices that are sent together.

use leptos::prelude::*;

use super::{
    button::{Appearance, class_of},
    erase::Erase,
    icon::Icon,
};

/// A button with a panel, on the native popover: it opens, closes on Esc and gives the focus back without script. What
/// the panel holds is a form as a rule; a menu of commands is a [`Menu`](super::menu::Menu).
///
/// ```ignore
/// view! {
///     <DropDown id="view" label="Table view" icon="settings">
///         <form method="post" action="/view">…</form>
///     </DropDown>
/// }
/// ```
#[component]
pub fn DropDown(
    /// The id of the panel; unique in the page.
    #[prop(into)]
    id: String,
    /// The text of the button and the name of the panel.
    #[prop(into)]
    label: String,
    /// The icon of the button.
    icon: &'static str,
    /// What the panel holds.
    children: Children,
) -> impl IntoView {
    view! {
        <span class="menu-anchor">
            <button
                class=class_of(Appearance::Subtle, false)
                type="button"
                popovertarget=id.clone()
                aria-haspopup="dialog"
            >
                <Icon name=icon/>
                <span class="btn-text">{label.clone()}</span>
                <Icon name="chevron_down"/>
            </button>
            <div id=id class="menu drop-down" popover="auto" role="dialog" aria-label=label>
                {children()}
            </div>
        </span>
    }
    .erased()
}

/// What one can choose, to be sent as it stands: no script is bound to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlainChoice {
    /// What the form sends.
    pub value: &'static str,
    /// The text beside it.
    pub label: &'static str,
    /// Whether it is chosen now.
    pub chosen: bool,
}

/// Choices under one name: one of them, or with `several` any number.
#[component]
pub fn ChoiceSet(
    /// The name under which the form sends them.
    name: &'static str,
    /// The question.
    label: &'static str,
    /// What can be chosen.
    options: Vec<PlainChoice>,
    /// Any number may be chosen.
    #[prop(optional)]
    several: bool,
) -> impl IntoView {
    let kind = if several { "checkbox" } else { "radio" };
    let option = move |option: PlainChoice| {
        view! {
            <label class="check">
                <input type=kind name=name value=option.value checked=option.chosen/>
                {option.label}
            </label>
        }
        .erased()
    };
    view! {
        <fieldset class="choice-set">
            <legend class="field-label">{label}</legend>
            {options.into_iter().map(option).collect_view()}
        </fieldset>
    }
    .erased()
}
