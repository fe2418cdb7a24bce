//! Passing messages: something went well. What failed belongs into a
//! [`MessageBar`](super::message_bar::MessageBar), which does not go away.

use std::time::Duration;

use leptos::{ev::KeyboardEvent, leptos_dom::helpers::TimeoutHandle, prelude::*};

use super::icon::Icon;
use crate::i18n::{self, use_language};

/// Long enough to read one line and to reach for its action.
const SHOWN_FOR: Duration = Duration::from_secs(10);

/// What may be done about a message: its text, and what happens.
type ToastAction = (String, Callback<()>);

#[derive(Clone)]
struct Toast {
    id: u64,
    text: String,
    action: Option<ToastAction>,
}

/// The passing messages of the page.
#[derive(Clone, Copy)]
pub struct Toasts {
    shown: RwSignal<Vec<Toast>>,
    next_id: StoredValue<u64>,
}

impl Toasts {
    /// Says that something went well.
    pub fn success(self, text: impl Into<String>) {
        self.push(text.into(), None);
    }

    /// Says that something went well, and offers one action, most often to undo it.
    pub fn success_with(
        self,
        text: impl Into<String>,
        action: impl Into<String>,
        run: impl Fn() + Send + Sync + 'static,
    ) {
        self.push(
            text.into(),
            Some((action.into(), Callback::new(move |()| run()))),
        );
    }

    fn push(self, text: String, action: Option<ToastAction>) {
        let id = self.next_id.get_value();
        self.next_id.set_value(id + 1);
        self.shown
            .update(|shown| shown.push(Toast { id, text, action }));
    }

    fn dismiss(self, id: u64) {
        self.shown
            .update(|shown| shown.retain(|toast| toast.id != id));
    }
}

/// Makes the messages available below. Called once, by the root of the app.
pub fn provide_toasts() {
    provide_context(Toasts {
        shown: RwSignal::new(Vec::new()),
        next_id: StoredValue::new(0),
    });
}

/// The passing messages; their own where nobody provided any, so that nothing depends on them.
pub fn use_toasts() -> Toasts {
    use_context().unwrap_or_else(|| Toasts {
        shown: RwSignal::new(Vec::new()),
        next_id: StoredValue::new(0),
    })
}

/// Where the messages appear; once per page. It is there from the start, so that readers announce
/// what is put into it.
#[component]
pub fn ToastRegion() -> impl IntoView {
    let language = use_language();
    let toasts = use_toasts();
    view! {
        <section class="toasts" aria-label=i18n::ui::notifications(language)>
            <div role="status">
                <For each=move || toasts.shown.get() key=|toast| toast.id let:toast>
                    <ToastView toasts toast/>
                </For>
            </div>
        </section>
    }
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
    let start = move || {
        stop();
        timer.set_value(set_timeout_with_handle(move || toasts.dismiss(id), SHOWN_FOR).ok());
    };
    Effect::new(start);
    on_cleanup(stop);
    let pressed = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            toasts.dismiss(id);
        }
    };
    let action = toast.action.map(|(label, run)| {
        let act = move |_| {
            toasts.dismiss(id);
            run.run(());
        };
        view! {
            <button class="btn btn-subtle" type="button" on:click=act>
                {label}
            </button>
        }
    });
    view! {
        <div
            class="toast"
            on:mouseenter=move |_| stop()
            on:mouseleave=move |_| start()
            on:focusin=move |_| stop()
            on:focusout=move |_| start()
            on:keydown=pressed
        >
            <Icon name="checkmark_circle"/>
            <span class="toast-text">{toast.text}</span>
            {action}
            <button
                class="btn btn-subtle btn-icon"
                type="button"
                aria-label=i18n::ui::close(language)
                on:click=move |_| toasts.dismiss(id)
            >
                <Icon name="dismiss"/>
            </button>
        </div>
    }
}
