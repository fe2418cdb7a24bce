//! Says that the server is a demonstration.

use leptos::prelude::*;

use super::preferences::is_demo;
use crate::i18n::{shell as texts, use_language};
use crate::ui::prelude::*;

/// The notice of a demonstration; nothing on other servers.
#[component]
pub(super) fn DemoNotice() -> impl IntoView {
    let language = use_language();
    is_demo().then(|| {
        view! { <MessageBar intent=Intent::Warning>{texts::demo_notice(language)}</MessageBar> }
            .erased()
    })
}
