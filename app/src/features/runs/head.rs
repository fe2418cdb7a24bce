//! What begins a row about a run.

use leptos::prelude::*;

use super::status::RunBadge;
use crate::domain::RunSummary;
use crate::i18n::{reasons, use_language};
use crate::ui::prelude::*;

/// The status of a run, which leads to its pane; under it why the run is as it is.
#[component]
pub(super) fn RunHead(
    /// The run.
    run: RunSummary,
    /// The address of its pane.
    #[prop(into)]
    href: Signal<String>,
) -> impl IntoView {
    let language = use_language();
    let why = run.status_reason.as_ref().map(|reason| {
        let text = reasons::text(language, reason);
        view! { <span class="sub">{text}</span> }
    });
    view! {
        <th scope="row">
            <Link href keep_scroll=true>
                <RunBadge run/>
            </Link>
            {why}
        </th>
    }
    .erased()
}
