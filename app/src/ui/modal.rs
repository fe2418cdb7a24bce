//! What panes and confirmations share: a native `<dialog>` that the server renders open, and that
//! becomes modal once the script runs.
//!
//! Being open is a matter of the address, never of the element: closing means going to the address
//! of what lies behind. A dialog over a pane, which only the script opens, has no address: whoever opened it closes it. The
//! browser traps the focus, makes the page inert and answers Esc.

use leptos::{
    ev::Event,
    html,
    prelude::*,
    wasm_bindgen::JsCast,
    web_sys::{HtmlDialogElement, HtmlElement},
};
use leptos_router::{NavigateOptions, hooks::use_navigate};
use send_wrapper::SendWrapper;

use super::focus;
use super::leaving::{Guard, Leaving};

/// The behaviour of one dialog.
#[derive(Clone, Copy)]
pub(super) struct Modal {
    /// The element, to be given as its `node_ref`.
    pub(super) node: NodeRef<html::Dialog>,
    /// What asks before changes are lost; to be drawn with [`LeaveQuestion`](super::leaving::LeaveQuestion).
    pub(super) guard: Guard,
    close: Callback<()>,
}

impl Modal {
    /// Sets up a dialog that closes to `close_href`, or by `on_close` where it has no address. While `dirty`, it asks
    /// before it is closed or left by a link or by *Back*.
    pub(super) fn new(
        close_href: Signal<String>,
        on_close: Option<Callback<()>>,
        dirty: Signal<bool>,
    ) -> Self {
        let node = NodeRef::<html::Dialog>::new();
        let navigate = use_navigate();
        let close = on_close.unwrap_or_else(|| {
            Callback::new(move |()| {
                let options = NavigateOptions {
                    scroll: false,
                    ..NavigateOptions::default()
                };
                navigate(&close_href.get_untracked(), options);
            })
        });
        open_once_there(node);
        Self {
            node,
            guard: Guard::new(dirty, close),
            close,
        }
    }

    /// Closes it, or asks first.
    pub(super) fn leave(self) {
        self.guard.go(Leaving::Close);
    }

    /// Answers Esc: the dialog stays until it is taken away.
    pub(super) fn canceled(self, event: &Event) {
        if is_from_dialog(event) {
            event.prevent_default();
            self.leave();
        }
    }

    /// Answers the browser closing the dialog by itself (a second Esc cannot be refused). One that was closed because
    /// another took its place is gone by now, or open again as that one.
    pub(super) fn closed(self, event: &Event) {
        let is_left = event
            .target()
            .and_then(|target| target.dyn_into::<HtmlDialogElement>().ok())
            .is_some_and(|dialog| dialog.is_connected() && !dialog.open());
        if is_left && is_from_dialog(event) {
            self.close.run(());
        }
    }
}

/// Makes a dialog modal once it is there.
pub(super) fn open_once_there(node: NodeRef<html::Dialog>) {
    Effect::new(move |was_open: Option<bool>| {
        let Some(dialog) = node.get() else {
            return false;
        };
        if was_open != Some(true) {
            open(&dialog);
        }
        true
    });
}

/// A file chooser inside the dialog also sends `cancel`, and it bubbles.
fn is_from_dialog(event: &Event) -> bool {
    event.target() == event.current_target()
}

/// Opens the dialog, and sees to it that the focus goes back when it is taken away. One that is made
/// while what is around it still loads comes into the document a moment later.
fn open(dialog: &HtmlDialogElement) {
    // Links of drawings take the focus too, and are no HTML elements: what is asked of them, they can do.
    let opener = document()
        .active_element()
        .map(JsCast::unchecked_into::<HtmlElement>);
    if dialog.is_connected() {
        show(dialog);
    } else {
        let dialog = dialog.clone();
        request_animation_frame(move || show(&dialog));
    }
    let elements = SendWrapper::new((dialog.clone(), opener));
    on_cleanup(move || {
        let (dialog, opener) = elements.take();
        dialog.close();
        give_focus_back(opener);
    });
}

/// Makes the dialog modal, and puts the focus where the markup asks for it.
fn show(dialog: &HtmlDialogElement) {
    if dialog.remove_attribute("open").is_err() || dialog.show_modal().is_err() {
        // It stays what the server rendered: open, not modal.
        dialog.set_open(true);
    }
    let wanted = focus::find(dialog, "[autofocus]");
    if let Some(first) = wanted.or_else(|| focus::find(dialog, "[data-autofocus]")) {
        focus::focus(&first);
    }
}

/// To what opened the dialog if it is still there, else to the title of the page.
fn give_focus_back(opener: Option<HtmlElement>) {
    let body = document().body();
    let is_usable =
        |element: &HtmlElement| element.is_connected() && Some(element) != body.as_ref();
    if let Some(opener) = opener.filter(is_usable) {
        focus::focus(&opener);
    } else {
        focus::focus_title();
    }
}
