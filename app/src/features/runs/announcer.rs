//! What screen readers hear of a run while its pane is open.

use leptos::prelude::*;

use super::progress::told;
use super::status::words;
use crate::api::ApiError;
use crate::domain::{RunDetails, RunStatus};
use crate::i18n::{runs, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::Erase;

/// Least time between two announcements of progress, in milliseconds.
const PAUSE: f64 = 10_000.0;

/// Tells how far the run is, every ten seconds at most, and once how it ended; nothing of a run that
/// moves no more when the pane is opened. Stands beside what is drawn anew with every answer, since
/// only what stays in the document is heard.
#[component]
pub(super) fn RunAnnouncer(run: FromServer<Result<RunDetails, ApiError>>) -> impl IntoView {
    let language = use_language();
    let said = RwSignal::new(String::new());
    let last = StoredValue::new(0.0);
    Effect::new(move |was_moving: Option<bool>| {
        let was_moving = was_moving == Some(true);
        run.with(|run| {
            let Some(Ok(details)) = run else {
                return was_moving;
            };
            let status = details.run.status;
            let word = words(language, status.as_export_status(), None, None);
            let moves = !status.has_ended() && status != RunStatus::Held;
            let now = js_sys::Date::now();
            if moves && now - last.get_value() >= PAUSE {
                last.set_value(now);
                said.set(runs::announce(language, word, told(language, details)));
            } else if !moves && was_moving {
                said.set(word);
            }
            moves
        })
    });
    view! {
        <p class="sr" role="status">
            {move || said.get()}
        </p>
    }
    .erased()
}
