//! The browser's side of the stream: one `EventSource`, shared by the tabs.
//!
//! Web Locks are not in `web-sys`' stable part, so the three classes used here are reached through
//! `Reflect`. Where locks or channels are missing, each tab holds a stream of its own.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

use js_sys::{Array, Function, Promise, Reflect};
use leptos::{
    prelude::*,
    wasm_bindgen::{JsCast, JsValue, closure::Closure},
    web_sys::{Event, EventTarget, MessageEvent},
};
use send_wrapper::SendWrapper;

use super::{Hint, Live, LiveKind};
use crate::api::read;

const STREAM: &str = "/events";
/// Called with the lock once this tab has it.
type Granted = Closure<dyn FnMut(JsValue) -> JsValue>;

/// Name of the lock and of the channel.
const SHARED: &str = "waybill-live";
const DEBOUNCE: Duration = Duration::from_millis(150);
/// How long the stream may take to open before the page catches up without it.
const CATCH_UP: Duration = Duration::from_millis(500);
/// How long to wait once the browser itself no longer tries.
const RETRY: Duration = Duration::from_secs(5);
/// What the tab with the stream tells the others beside the hints.
const OPENED: &str = "opened";
const LOST: &str = "lost";
/// Before the build of the server's pages.
const BUILD: &str = "build ";
/// `EventSource.CLOSED`: the browser has given up.
const CLOSED: f64 = 2.0;
const EVERYTHING: u16 = u16::MAX >> (16 - LiveKind::COUNT);

/// Connects this tab, until the owner around the caller is cleaned up.
pub(super) fn connect(live: Live) {
    let tab = Rc::new(Tab::new(live));
    tab.listen_to_other_tabs();
    tab.ask_for_the_stream();
    tab.catch_up_without_stream();
    let shown = window_event_listener_untyped("visibilitychange", {
        let tab = Rc::clone(&tab);
        move |_| tab.flush_when_shown()
    });
    let tab = SendWrapper::new(tab);
    on_cleanup(move || {
        shown.remove();
        tab.take().stop();
    });
}

/// A callback that lives as long as the tab is connected.
type Listener = Closure<dyn FnMut(Event)>;

/// One tab's part in the sharing.
struct Tab {
    live: Live,
    /// The channel to the other tabs.
    channel: RefCell<Option<EventTarget>>,
    /// The stream, in the tab that holds it.
    source: RefCell<Option<EventTarget>>,
    /// Ends the hold of the lock.
    release: RefCell<Option<Function>>,
    channel_listener: RefCell<Option<Listener>>,
    stream_listeners: RefCell<Vec<Listener>>,
    granted: RefCell<Option<Granted>>,
    /// Kinds that changed and have not ticked yet, as bits.
    pending: Cell<u16>,
    /// A tick is on its way.
    waiting: Cell<bool>,
    /// The stream was opened since the page is there.
    caught_up: Cell<bool>,
    stopped: Cell<bool>,
}

impl Tab {
    fn new(live: Live) -> Self {
        Self {
            live,
            channel: RefCell::default(),
            source: RefCell::default(),
            release: RefCell::default(),
            channel_listener: RefCell::default(),
            stream_listeners: RefCell::default(),
            granted: RefCell::default(),
            pending: Cell::default(),
            waiting: Cell::default(),
            caught_up: Cell::default(),
            stopped: Cell::default(),
        }
    }

    fn listen_to_other_tabs(self: &Rc<Self>) {
        let Some(channel) = construct("BroadcastChannel", SHARED) else {
            return;
        };
        let tab = Rc::clone(self);
        let listener = Listener::new(move |event: Event| tab.hear(&event));
        listen(&channel, "message", &listener);
        *self.channel_listener.borrow_mut() = Some(listener);
        *self.channel.borrow_mut() = Some(channel);
    }

    /// Waits for the lock, and opens the stream once this tab has it; at once where there are no
    /// locks or nobody to share with.
    fn ask_for_the_stream(self: &Rc<Self>) {
        let locks = Reflect::get(&window(), &"navigator".into())
            .and_then(|navigator| Reflect::get(&navigator, &"locks".into()))
            .unwrap_or(JsValue::UNDEFINED);
        if self.channel.borrow().is_none() || !locks.is_object() {
            self.open();
            return;
        }
        let tab = Rc::clone(self);
        let granted = Closure::<dyn FnMut(JsValue) -> JsValue>::new(move |_| {
            if tab.stopped.get() {
                return JsValue::UNDEFINED;
            }
            tab.open();
            // The lock is held until this promise resolves: when the tab closes or stops.
            Promise::new(&mut |resolve, _| *tab.release.borrow_mut() = Some(resolve)).into()
        });
        let asked = call(
            &locks,
            "request",
            &Array::of2(&SHARED.into(), granted.as_ref()),
        );
        *self.granted.borrow_mut() = Some(granted);
        if asked.is_none() {
            self.open();
        }
    }

    fn open(self: &Rc<Self>) {
        if self.stopped.get() {
            return;
        }
        let Some(source) = construct("EventSource", STREAM) else {
            return;
        };
        let on = |name: &str, act: fn(&Rc<Self>, &Event)| {
            let tab = Rc::clone(self);
            let listener = Listener::new(move |event: Event| act(&tab, &event));
            listen(&source, name, &listener);
            listener
        };
        let listeners = vec![
            on("open", |tab, _| tab.tell(OPENED)),
            // The server could not keep up with this stream: what it left out is not known.
            on("resync", |tab, _| tab.tell(OPENED)),
            on("build", |tab, event| {
                if let Some(build) = text_of(event) {
                    tab.tell(&format!("{BUILD}{build}"));
                }
            }),
            on("message", |tab, event| {
                if let Some(text) = text_of(event) {
                    tab.tell(&text);
                }
            }),
            on("error", |tab, _| tab.failed()),
        ];
        *self.stream_listeners.borrow_mut() = listeners;
        *self.source.borrow_mut() = Some(source);
    }

    /// The stream broke. The browser reconnects by itself, unless the server refused it.
    fn failed(self: &Rc<Self>) {
        self.tell(LOST);
        let given_up = self.source.borrow().as_ref().is_some_and(|source| {
            Reflect::get(source, &"readyState".into())
                .ok()
                .and_then(|state| state.as_f64())
                == Some(CLOSED)
        });
        if given_up {
            let tab = Rc::clone(self);
            set_timeout(move || tab.open(), RETRY);
        }
    }

    /// Something may have changed between the server's rendering and now: the opening of the stream counts for that, but
    /// where another tab holds the stream it was opened long ago.
    fn catch_up_without_stream(self: &Rc<Self>) {
        let tab = Rc::clone(self);
        set_timeout(
            move || {
                if !tab.caught_up.get() {
                    tab.note(EVERYTHING);
                }
            },
            CATCH_UP,
        );
    }

    /// Passes a message on to the other tabs, and takes it itself.
    fn tell(self: &Rc<Self>, text: &str) {
        if let Some(channel) = &*self.channel.borrow() {
            call(channel, "postMessage", &Array::of1(&text.into()));
        }
        self.take(text);
    }

    fn hear(self: &Rc<Self>, event: &Event) {
        if let Some(text) = text_of(event) {
            self.take(&text);
        }
    }

    fn take(self: &Rc<Self>, text: &str) {
        if self.stopped.get() {
            return;
        }
        match text {
            LOST => self.live.lost.set(true),
            OPENED => {
                self.live.lost.set(false);
                self.caught_up.set(true);
                self.note(EVERYTHING);
            }
            said => {
                if let Some(build) = said.strip_prefix(BUILD) {
                    self.live.newer.set(is_another(build));
                } else if let Ok(hint) = read::<Hint>(said) {
                    // What a newer server says and this page does not know is nothing to it.
                    self.note(1 << hint.kind as u8);
                }
            }
        }
    }

    /// Notes changed kinds, to tick soon.
    fn note(self: &Rc<Self>, kinds: u16) {
        self.pending.set(self.pending.get() | kinds);
        if self.waiting.replace(true) {
            return;
        }
        let tab = Rc::clone(self);
        set_timeout(
            move || {
                tab.waiting.set(false);
                tab.flush_when_shown();
            },
            DEBOUNCE,
        );
    }

    /// Ticks what is pending, unless nobody would see it.
    fn flush_when_shown(&self) {
        if self.stopped.get() || document().hidden() {
            return;
        }
        let pending = self.pending.take();
        for (kind, tick) in self.live.ticks.iter().enumerate() {
            if pending & (1 << kind) != 0 {
                tick.update(|tick| *tick = tick.wrapping_add(1));
            }
        }
    }

    /// Leaves: closes the stream and lets another tab have it.
    fn stop(&self) {
        self.stopped.set(true);
        for target in [self.source.take(), self.channel.take()]
            .into_iter()
            .flatten()
        {
            call(&target, "close", &Array::new());
        }
        if let Some(release) = self.release.take()
            && release.call0(&JsValue::UNDEFINED).is_err()
        {
            leptos::logging::debug_warn!("the lock of the live stream was not released");
        }
        self.stream_listeners.take();
        self.channel_listener.take();
    }
}

fn listen(target: &EventTarget, name: &str, listener: &Listener) {
    let function = listener.as_ref().unchecked_ref();
    if target
        .add_event_listener_with_callback(name, function)
        .is_err()
    {
        leptos::logging::debug_warn!("cannot listen to {name}");
    }
}

/// Whether the page of this tab is of another build than this one.
fn is_another(build: &str) -> bool {
    let own = document()
        .document_element()
        .and_then(|root| root.get_attribute("data-build"));
    own.is_some_and(|own| own != build)
}

fn text_of(event: &Event) -> Option<String> {
    event.dyn_ref::<MessageEvent>()?.data().as_string()
}

/// Makes an object of a class that may be missing.
fn construct(class: &str, argument: &str) -> Option<EventTarget> {
    let class = Reflect::get(&window(), &class.into())
        .ok()?
        .dyn_into::<Function>()
        .ok()?;
    let made = Reflect::construct(&class, &Array::of1(&argument.into())).ok()?;
    Some(made.unchecked_into())
}

/// Calls a method that may be missing.
fn call(target: &JsValue, method: &str, arguments: &Array) -> Option<JsValue> {
    let method = Reflect::get(target, &method.into())
        .ok()?
        .dyn_into::<Function>()
        .ok()?;
    Reflect::apply(&method, target, arguments).ok()
}
