//! Whether the script runs already, and what it leaves for later.

use std::time::Duration;

use leptos::prelude::*;

/// False on the server and while the browser takes its page over, so that both draw the same; true from
/// then on.
pub fn use_script() -> ReadSignal<bool> {
    let runs = RwSignal::new(false);
    Effect::new(move || runs.set(true));
    runs.read_only()
}

/// Whether the browser takes its page over at this moment: what is drawn now stands already. Never on the server. The
/// script of the page marks the end; what Leptos has of it goes on for ever.
pub fn is_taken_over() -> bool {
    if cfg!(feature = "ssr") {
        return false;
    }
    let root = document().document_element();
    root.is_some_and(|root| !root.has_attribute("data-hydrated"))
}

/// Whether what is drawn now is a page's beginning, with all its answers: on the server, and while the browser takes the
/// page over.
pub fn is_page_begun() -> bool {
    cfg!(feature = "ssr") || is_taken_over()
}

/// Works once the pause is over, in a task of its own, unless the effect that calls this runs anew or is gone before.
pub fn later(pause: Duration, work: impl FnOnce() + 'static) {
    let timer = set_timeout_with_handle(work, pause);
    on_cleanup(move || {
        if let Ok(timer) = timer {
            timer.clear();
        }
    });
}
