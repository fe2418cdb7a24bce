//! What comes after signing in by script.

use leptos::prelude::*;

/// Once somebody has signed in by script: loads the page that they are led to, as a form does without one. Language, theme
/// and times are theirs from then on, not those that the browser asked for.
pub(super) fn load_once(path: impl Fn() -> Option<String> + Send + Sync + 'static) {
    Effect::new(move || {
        let Some(path) = path() else { return };
        if window().location().set_href(&path).is_err() {
            leptos::logging::debug_warn!("the page behind the sign-in cannot be loaded");
        }
    });
}
