//! Says that the page that is open is no longer what the server would send.

use leptos::prelude::*;

use crate::i18n::{live, shell as texts, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// An offer to load the page anew, since the server has newer pages or the person another role; nothing while neither is
/// so. The page goes on working until then: its person may be in the middle of something.
#[component]
pub(super) fn NewVersion() -> impl IntoView {
    let language = use_language();
    let (newer, address) = (use_newer_version(), use_address());
    let (role, me) = (use_session().role(), use_me());
    let text = Memo::new(move |_| {
        if me.with(|me| me.role != role) {
            Some(live::other_role(language))
        } else {
            newer.get().then(|| live::newer_version(language))
        }
    });
    let bar = move || {
        text.get().map(|text| {
            let actions = move || {
                view! {
                    <a class="btn" href=move || address.get().to_string() rel="external">
                        {texts::reload(language)}
                    </a>
                }
            };
            view! { <MessageBar actions>{text}</MessageBar> }
        })
    };
    view! { <div role="status">{dynamic(bar)}</div> }.erased()
}
