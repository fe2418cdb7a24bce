//! Passing messages: something went well. What failed belongs into a
//! [`MessageBar`](super::message_bar::MessageBar), which does not go away; where the failure is that of a message's
//! own action, there is no other place than a message, and that one stays until it is closed.

use std::sync::Arc;
use std::time::Duration;

use leptos::{ev::KeyboardEvent, leptos_dom::helpers::TimeoutHandle, prelude::*};

use super::{each::Each, erase::Erase, focus::keep_focus_soon, icon::Icon};
use crate::i18n::{self, use_language};

/// Long enough to read one line and to reach for its action.
const SHOWN_FOR: Duration = Duration::from_secs(10);

/// What may be done about a message: its text, and what happens. Held by the message itself: a callback would go with
/// what made it, most often a pane that is closed by then.
type ToastAction = (String, Arc<dyn Fn() + Send + Sync>);

#[derive(Clone)]
struct Toast {
    id: u64,
    text: String,
    action: Option<ToastAction>,
    stays: bool,
}

/// The passing messages of the page.
#[derive(Clone, Copy)]
pub struct Toasts {
    shown: RwSignal<Vec<Toast>>,
    /// The places for them, those of dialogs last: under a dialog nobody reaches the others.
    places: RwSignal<Vec<u64>>,
    next_id: StoredValue<u64>,
}

impl Toasts {
    fn new() -> Self {
        Self {
            shown: RwSignal::new(Vec::new()),
            places: RwSignal::new(Vec::new()),
            next_id: StoredValue::new(0),
        }
    }

    fn take_id(self) -> u64 {
        let id = self.next_id.get_value();
        self.next_id.set_value(id + 1);
        id
    }

    /// Says that something went well.
    pub fn success(self, text: impl Into<String>) {
        self.push(text.into(), None, false);
    }

    /// Says that the action of a message failed. It stays until it is closed.
    pub fn failure(self, text: impl Into<String>) {
        self.push(text.into(), None, true);
    }

    /// Says that something went well, and offers one action, most often to undo it.
    pub fn success_with(
        self,
        text: impl Into<String>,
        action: impl Into<String>,
        run: impl Fn() + Send + Sync + 'static,
    ) {
        let run: Arc<dyn Fn() + Send + Sync> = Arc::new(run);
        self.push(text.into(), Some((action.into(), run)), false);
    }

    fn push(self, text: String, action: Option<ToastAction>, stays: bool) {
        let id = self.take_id();
        self.shown.update(|shown| {
            shown.push(Toast {
                id,
                text,
                action,
                stays,
            });
        });
    }

    fn dismiss(self, id: u64) {
        self.shown
            .update(|shown| shown.retain(|toast| toast.id != id));
    }
}

/// Makes the messages available below. Called once, by the root of the app.
pub fn provide_toasts() {
    provide_context(Toasts::new());
}

/// The passing messages; their own where nobody provided any, so that nothing depends on them.
pub fn use_toasts() -> Toasts {
    use_context().unwrap_or_else(Toasts::new)
}

/// Where the messages appear; once per page, and in dialogs, which have them while they are open. It is there from the
/// start, so that readers announce what is put into it.
#[component]
pub fn ToastRegion() -> impl IntoView {
    let language = use_language();
    let toasts = use_toasts();
    let place = toasts.take_id();
    Effect::new(move || {
        toasts.places.update(|places| places.push(place));
        on_cleanup(move || {
            toasts
                .places
                .update(|places| places.retain(|other| *other != place));
        });
    });
    let is_here = Memo::new(move |_| {
        toasts
            .places
            .with(|places| places.last().is_none_or(|last| *last == place))
    });
    let shown = move || {
        if is_here.get() {
            toasts.shown.get()
        } else {
            Vec::new()
        }
    };
    view! {
        <section
            class="toasts"
            aria-label=move || is_here.get().then(|| i18n::ui::notifications(language))
        >
            <div role="status">
                <Each each=shown key=|toast| toast.id let:toast>
                    <ToastView toasts toast/>
                </Each>
            </div>
        </section>
    }
    .erased()
}

/// One message, which leaves by itself unless somebody points at it or works in it.
#[component]
fn ToastView(toasts: Toasts, toast: Toast) -> impl IntoView {
    let language = use_language();
    let id = toast.id;
    let timer = StoredValue::new(None::<TimeoutHandle>);
    let stop = move || {
        if let Some(timer) = timer.try_update_value(Option::take).flatten() {
            timer.clear();
        }
    };
    let stays = toast.stays;
    let start = move || {
        stop();
        if stays {
            return;
        }
        // A message that is drawn elsewhere by now has its timer there.
        let over = move || {
            if timer.try_update_value(Option::take).flatten().is_some() {
                toasts.dismiss(id);
            }
        };
        timer.set_value(set_timeout_with_handle(over, SHOWN_FOR).ok());
    };
    Effect::new(start);
    on_cleanup(stop);
    let close = move || {
        toasts.dismiss(id);
        keep_focus_soon();
    };
    let pressed = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            // It does not close what lies around it.
            event.prevent_default();
            close();
        }
    };
    let action = toast.action.map(|(label, run)| {
        let act = move |_| {
            close();
            run();
        };
        view! {
            <button class="btn btn-subtle" type="button" on:click=act>
                {label}
            </button>
        }
        .erased()
    });
    let (class, icon) = if stays {
        ("toast toast-failure", "error_circle")
    } else {
        ("toast", "checkmark_circle")
    };
    view! {
        <div
            class=class
            on:mouseenter=move |_| stop()
            on:mouseleave=move |_| start()
            on:focusin=move |_| stop()
            on:focusout=move |_| start()
            on:keydown=pressed
        >
            <Icon name=icon/>
            <span class="toast-text">{toast.text}</span>
            {action}
            <button
                class="btn btn-subtle btn-icon"
                type="button"
                aria-label=i18n::ui::close(language)
                on:click=move |_| close()
            >
                <Icon name="dismiss"/>
            </button>
        </div>
    }
    .erased()
}
