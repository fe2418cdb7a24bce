//! Says that the server has newer pages than the one that is open.

use leptos::prelude::*;

use crate::i18n::{live, shell as texts, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// An offer to load the page anew; nothing while it is that of the server. The page goes on working
/// until then: its person may be in the middle of something.
#[component]
pub(super) fn NewVersion() -> impl IntoView {
    let language = use_language();
    let (newer, address) = (use_newer_version(), use_address());
    let bar = move || {
        newer.get().then(|| {
            let actions = move || {
                view! {
                    <a class="btn" href=move || address.get().to_string() rel="external">
                        {texts::reload(language)}
                    </a>
                }
            };
            view! { <MessageBar actions>{live::newer_version(language)}</MessageBar> }
        })
    };
    view! { <div role="status">{dynamic(bar)}</div> }.erased()
}
