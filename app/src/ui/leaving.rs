//! Leaving a form that was changed: asked first, whichever way somebody leaves. By closing it, by a link, by *Back*; of
//! leaving the site the browser itself asks.

use leptos::{
    ev::{self, Event, MouseEvent},
    html,
    prelude::*,
    wasm_bindgen::{JsCast, JsValue, closure::Closure},
    web_sys::{Element, HtmlAnchorElement},
};
use leptos_router::{
    NavigateOptions,
    hooks::{use_location, use_navigate},
};
use send_wrapper::SendWrapper;

use super::{
    button::{Appearance, Button},
    dynamic::dynamic,
    erase::Erase,
    modal::open_once_there,
};
use crate::i18n::{leaving as texts, use_language};

/// A way to leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Leaving {
    /// To what lies behind the dialog.
    Close,
    /// By a link of this site; whether the page stays where it is scrolled to.
    Link(String, bool),
    /// To where the browser was before.
    Back,
}

/// What keeps a form from being left unasked while there are changes in it.
#[derive(Clone, Copy)]
pub(super) struct Guard {
    dirty: Signal<bool>,
    /// What waits for an answer.
    asked: RwSignal<Option<Leaving>>,
    leave: Callback<Leaving>,
    /// The address of the form.
    here: Callback<(), String>,
}

/// The guards of the forms that are open.
#[derive(Clone, Copy)]
struct Guards {
    open: StoredValue<Vec<Guard>>,
    /// The browser goes back because somebody agreed to it.
    is_agreed: StoredValue<bool>,
}

impl Guards {
    fn new() -> Self {
        Self {
            open: StoredValue::new(Vec::new()),
            is_agreed: StoredValue::new(false),
        }
    }

    /// The browser has gone back, or forward, already: where it was is put on top of where it went.
    fn moved(self, event: &Event) {
        if self.is_agreed.get_value() {
            self.is_agreed.set_value(false);
            return;
        }
        let dirty = self.open.with_value(|open| {
            let mut open = open.iter();
            open.find(|guard| guard.dirty.get_untracked()).copied()
        });
        if let Some(guard) = dirty {
            event.stop_immediate_propagation();
            guard.go_on_here();
        }
    }
}

/// Lets forms that were changed ask before the browser goes back. Called once, by the root of the app, before there is a
/// router: browsers tell a window that they went back in the order in which that was asked for, and what the router hears
/// first is gone.
pub fn provide_guards() {
    let guards = Guards::new();
    provide_context(guards);
    if cfg!(target_family = "wasm") {
        let moves = window_event_listener(ev::popstate, move |event| guards.moved(&event));
        on_cleanup(move || moves.remove());
    }
}

impl Guard {
    /// Guards as long as the component stands that calls this. `close` closes the form.
    pub(super) fn new(dirty: Signal<bool>, close: Callback<()>) -> Self {
        let navigate = use_navigate();
        let location = use_location();
        // Their own where nobody provided any, so that nothing depends on them.
        let guards = use_context().unwrap_or_else(Guards::new);
        let leave = Callback::new(move |way: Leaving| match way {
            Leaving::Close => close.run(()),
            Leaving::Link(href, keeps_scroll) => {
                let options = NavigateOptions {
                    scroll: !keeps_scroll,
                    ..NavigateOptions::default()
                };
                navigate(&href, options);
            }
            Leaving::Back => {
                guards.is_agreed.set_value(true);
                if let Ok(history) = window().history() {
                    let _gone = history.back();
                }
            }
        });
        let (path, search) = (location.pathname, location.search);
        let here = Callback::new(move |()| {
            let search = search.with_untracked(|search| match search.as_str() {
                "" => String::new(),
                search => format!("?{search}"),
            });
            format!("{}{search}", path.get_untracked())
        });
        let guard = Self {
            dirty,
            asked: RwSignal::new(None),
            leave,
            here,
        };
        Effect::new(move || guard.listen(guards));
        guard
    }

    /// Leaves, or asks first.
    pub(super) fn go(self, way: Leaving) {
        if self.dirty.get_untracked() {
            self.asked.set(Some(way));
        } else {
            self.leave.run(way);
        }
    }

    fn listen(self, guards: Guards) {
        let unload = window_event_listener(ev::beforeunload, move |event| {
            if self.dirty.get_untracked() {
                event.prevent_default();
            }
        });
        let clicks = SendWrapper::new(Clicks::new(move |event| self.clicked(event)));
        guards.open.update_value(|open| open.push(self));
        on_cleanup(move || {
            unload.remove();
            clicks.take().remove();
            let _gone = guards
                .open
                .try_update_value(|open| open.retain(|guard| guard.asked != self.asked));
        });
    }

    fn clicked(self, event: &Event) {
        if !self.dirty.get_untracked() {
            return;
        }
        if let Some(way) = followed_link(event) {
            event.prevent_default();
            event.stop_immediate_propagation();
            self.asked.set(Some(way));
        }
    }

    /// Puts the address of the form back, and asks.
    fn go_on_here(self) {
        let here = self.here.run(());
        let is_back = window()
            .history()
            .and_then(|history| history.push_state_with_url(&JsValue::NULL, "", Some(&here)))
            .is_ok();
        if is_back {
            self.asked.set(Some(Leaving::Back));
        }
    }
}

/// What hears of clicks before the page and the router do.
struct Clicks {
    listener: Closure<dyn FnMut(Event)>,
}

impl Clicks {
    fn new(heard: impl Fn(&Event) + 'static) -> Self {
        let listener = Closure::<dyn FnMut(Event)>::new(move |event: Event| heard(&event));
        let called = listener.as_ref().unchecked_ref();
        let added = document().add_event_listener_with_callback_and_bool("click", called, true);
        debug_assert!(added.is_ok(), "every target takes listeners");
        Self { listener }
    }

    fn remove(self) {
        let called = self.listener.as_ref().unchecked_ref();
        let _gone = document().remove_event_listener_with_callback_and_bool("click", called, true);
    }
}

/// The link of this site that a click follows in this window.
fn followed_link(event: &Event) -> Option<Leaving> {
    let click = event.dyn_ref::<MouseEvent>()?;
    let is_plain = click.button() == 0
        && !(click.meta_key() || click.ctrl_key() || click.shift_key() || click.alt_key());
    if !is_plain {
        return None;
    }
    let clicked = event.target()?.dyn_into::<Element>().ok()?;
    let link = clicked.closest("a[href]").ok()??;
    let link = link.dyn_into::<HtmlAnchorElement>().ok()?;
    let stays = link.has_attribute("download")
        || link.get_attribute("href")?.starts_with('#')
        // Of what the browser loads anew it asks itself.
        || link.get_attribute("rel").is_some_and(|rel| rel.contains("external"))
        || !matches!(link.target().as_str(), "" | "_self")
        || Ok(link.origin()) != window().location().origin();
    if stays {
        return None;
    }
    let href = format!("{}{}{}", link.pathname(), link.search(), link.hash());
    Some(Leaving::Link(href, link.has_attribute("data-noscroll")))
}

/// The question, while there is one. The focus is on the answer that loses nothing; Esc gives that answer too.
#[component]
pub(super) fn LeaveQuestion(guard: Guard) -> impl IntoView {
    dynamic(move || {
        let way = guard.asked.get()?;
        Some(view! { <Asked guard way/> })
    })
}

#[component]
fn Asked(guard: Guard, way: Leaving) -> impl IntoView {
    let language = use_language();
    let node = NodeRef::<html::Dialog>::new();
    open_once_there(node);
    let stay = move || guard.asked.set(None);
    let canceled = move |event: Event| {
        event.prevent_default();
        stay();
    };
    let left = move |_: MouseEvent| {
        stay();
        guard.leave.run(way.clone());
    };
    view! {
        <dialog
            class="dialog"
            role="alertdialog"
            aria-labelledby="leave-title"
            aria-describedby="leave-text"
            node_ref=node
            on:cancel=canceled
        >
            <h2 id="leave-title">{texts::leave_title(language)}</h2>
            <div id="leave-text" class="dialog-text">
                <p>{texts::changes_are_lost(language)}</p>
            </div>
            <div class="dialog-actions">
                <Button appearance=Appearance::Danger on_click=left>
                    {texts::leave(language)}
                </Button>
                <Button autofocus=true on_click=move |_| stay()>
                    {texts::keep_editing(language)}
                </Button>
            </div>
        </dialog>
    }
    .erased()
}
