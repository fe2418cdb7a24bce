//! Whether the script runs already.

use leptos::prelude::*;

/// False on the server and while the browser takes its page over, so that both draw the same; true from
/// then on.
pub fn use_script() -> ReadSignal<bool> {
    let runs = RwSignal::new(false);
    Effect::new(move || runs.set(true));
    runs.read_only()
}
