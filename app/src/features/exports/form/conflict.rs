//! Somebody else saved the export while it was being edited.

use leptos::prelude::*;

use super::saving::Saving;
use crate::i18n::{exports, use_language};
use crate::ui::prelude::*;

/// Offers to start over from theirs, or to save over it.
#[component]
pub(super) fn Conflict(
    saving: Saving,
    /// Fills the form in anew.
    load_theirs: Callback<()>,
) -> impl IntoView {
    let language = use_language();
    let save_over = move |current| {
        if let Some(form) = saving.form.get_untracked() {
            saving.conflict.set(None);
            saving.save_over(form, current);
        }
    };
    move || {
        saving.conflict.get().map(|current| {
            view! {
                <MessageBar
                    intent=Intent::Warning
                    title=exports::stale_title(language)
                    actions=move || {
                        view! {
                            <Button on_click=move |_| load_theirs.run(())>
                                {exports::load_theirs(language)}
                            </Button>
                            <Button
                                appearance=Appearance::Danger
                                on_click=move |_| save_over(current)
                            >
                                {exports::save_over(language)}
                            </Button>
                        }
                    }
                >
                    <p>{exports::stale_text(language)}</p>
                </MessageBar>
            }
        })
    }
}
