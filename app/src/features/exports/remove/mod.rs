//! Taking one export away, and bringing it back: the questions, and the pane *Removed*.

mod detach;
mod one;
mod removed_pane;

use leptos::prelude::*;

use crate::i18n::{export_removed as texts, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

pub(super) use detach::DetachDialog;
pub(super) use one::RemoveDialog;
pub(super) use removed_pane::RemovedPane;

/// The pane of what was removed.
pub(super) const REMOVED: &str = "removed";

/// The way to *Removed*, for who may restore something.
#[component]
pub(super) fn RemovedLink() -> impl IntoView {
    let language = use_language();
    use_session().may_write().then(|| {
        view! {
            <p class="removed-link">
                <LinkButton
                    href=pane_href(REMOVED)
                    appearance=Appearance::Subtle
                    icon="delete"
                    keep_scroll=true
                >
                    {texts::removed(language)}
                </LinkButton>
            </p>
        }
        .erased()
    })
}
