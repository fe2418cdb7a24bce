//! Somebody else saved the segment while it was being edited.

use leptos::prelude::*;

use super::saving::Saving;
use crate::i18n::{segments as texts, use_language};
use crate::ui::prelude::*;

/// Offers to start over from theirs, or to save over it.
#[component]
pub(super) fn Conflict(
    saving: Saving,
    /// Fills the form in anew.
    load_theirs: Callback<()>,
) -> impl IntoView {
    let language = use_language();
    dynamic(move || {
        saving.conflict.get().map(|current| {
            view! {
                <MessageBar
                    intent=Intent::Warning
                    title=texts::stale_title(language)
                    actions=move || {
                        view! {
                            <Button busy=saving.busy on_click=move |_| load_theirs.run(())>
                                {texts::load_theirs(language)}
                            </Button>
                            <Button
                                appearance=Appearance::Danger
                                busy=saving.busy
                                on_click=move |_| saving.save_over(language, current)
                            >
                                {texts::save_over(language)}
                            </Button>
                        }
                    }
                >
                    <p>{texts::stale_text(language)}</p>
                </MessageBar>
            }
        })
    })
}
