//! The bar of commands above a list.

use leptos::{
    ev::{self, FocusEvent, KeyboardEvent},
    html,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{Element, HtmlElement},
};

use super::{
    button::{Appearance, class_of},
    erase::Erase,
    focus::{self, Orientation},
    icon::Icon,
};

/// The class of a toolbar.
const BAR: &str = "commands";
/// The class of what the arrow keys move among.
const COMMANDS: &str = "btn";
/// The attribute of the command that is the stop for the Tab key. Links that cannot be followed come into the tab order by
/// themselves, so that it alone does not tell.
const STOP: &str = "data-stop";

/// A toolbar: one stop for the Tab key, arrow keys inside (ARIA's toolbar pattern). Until the script
/// runs, every command is a stop of its own. Put [`Button`](super::button::Button)s and
/// [`LinkButton`](super::button::LinkButton)s of subtle appearance into it; forms around a button
/// are fine. Other controls (a search box) keep their place in the tab order.
///
/// ```ignore
/// view! {
///     <CommandBar label="Commands">
///         <LinkButton appearance=Appearance::Subtle icon="add" href="?pane=new">"Add"</LinkButton>
///     </CommandBar>
/// }
/// ```
#[component]
pub fn CommandBar(
    /// The name of the toolbar.
    #[prop(into)]
    label: String,
    /// What stands at the end, outside the toolbar: the search box.
    #[prop(optional, into)]
    end: Option<ViewFn>,
    /// The commands.
    children: Children,
) -> impl IntoView {
    let bar = NodeRef::<html::Div>::new();
    Effect::new(move || {
        if let Some(bar) = bar.get() {
            keep_one_tab_stop(&bar, None);
        }
        // A narrow window draws other commands than a wide one.
        let listening = window_event_listener(ev::resize, |_| keep_tab_stop_soon());
        on_cleanup(move || listening.remove());
    });
    let moved = move |event: KeyboardEvent| {
        if let Some(bar) = bar.get_untracked() {
            focus::move_with_key(
                &event,
                &focus::items(&bar, COMMANDS),
                Orientation::Horizontal,
            );
        }
    };
    let focused = move |event: FocusEvent| {
        let target = event
            .target()
            .and_then(|target| target.dyn_into::<Element>().ok());
        if let (Some(bar), Some(target)) = (bar.get_untracked(), target) {
            keep_one_tab_stop(&bar, Some(&target));
        }
    };
    view! {
        <div class="command-bar">
            <div
                class=BAR
                role="toolbar"
                aria-label=label
                node_ref=bar
                on:keydown=moved
                on:focusin=focused
            >
                {children()}
            </div>
            {end.map(|end| end.run())}
        </div>
    }
    .erased()
}

/// Commands that a narrow window has behind a button, so that the list begins in sight; a wide one has them all in the
/// bar. It works without script.
#[component]
pub fn MoreCommands(
    /// The text of the button.
    label: &'static str,
    /// The commands.
    children: Children,
) -> impl IntoView {
    let more = NodeRef::<html::Details>::new();
    let pressed = move |event: KeyboardEvent| {
        if event.key() == "Escape"
            && let Some(more) = more.get_untracked()
            && let Some(button) = focus::find(&more, "summary")
            && more.open()
            && is_drawn(&button)
        {
            event.prevent_default();
            more.set_open(false);
            focus::focus(&button);
        }
    };
    view! {
        <details
            class="more-commands"
            node_ref=more
            on:keydown=pressed
            on:toggle=|_| keep_tab_stop_soon()
        >
            <summary class=class_of(Appearance::Subtle, false)>
                <span class="btn-text">{label}</span>
                <Icon name="chevron_down"/>
            </summary>
            {children()}
        </details>
    }
    .erased()
}

/// A line between two groups of commands.
#[component]
pub fn CommandSeparator() -> impl IntoView {
    view! { <span class="command-separator" role="separator" aria-orientation="vertical"></span> }
        .erased()
}

/// Pushes what follows to the end of the bar.
#[component]
pub fn CommandSpacer() -> impl IntoView {
    view! { <span class="command-spacer"></span> }.erased()
}

/// Sees to it that every toolbar is one stop for the Tab key after what is being changed now is drawn: commands came or
/// went, or can be used now or no longer.
pub fn keep_tab_stop_soon() {
    request_animation_frame(|| {
        let Some(body) = document().body() else {
            return;
        };
        let active = document().active_element();
        for bar in focus::items(&body, BAR) {
            keep_one_tab_stop(&bar, active.as_ref());
        }
    });
}

/// Whether an element stands in the page: not with what a narrow window has behind a button, nor that button in a wide one.
fn is_drawn(element: &HtmlElement) -> bool {
    element.offset_parent().is_some()
}

/// Leaves one command in the tab order: the focused one, else the one that was, else the first that is drawn.
fn keep_one_tab_stop(bar: &Element, focused: Option<&Element>) {
    let commands = focus::items(bar, COMMANDS);
    let drawn = || commands.iter().filter(|command| is_drawn(command));
    let stop = drawn()
        .find(|command| focused == Some(command.as_ref()))
        .or_else(|| drawn().find(|command| command.has_attribute(STOP)))
        .or_else(|| drawn().next());
    for command in &commands {
        let is_stop = stop == Some(command);
        command.set_tab_index(if is_stop { 0 } else { -1 });
        if command.toggle_attribute_with_force(STOP, is_stop).is_err() {
            leptos::logging::debug_warn!("no stop for the Tab key can be marked");
        }
    }
}
