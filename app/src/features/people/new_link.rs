//! A link that was just made: sent, or to be handed over.

use leptos::prelude::*;

use crate::domain::NewLink;
use crate::i18n::{people as texts, reasons, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// What came of it.
#[component]
pub(super) fn MadeLink(made: NewLink) -> impl IntoView {
    let language = use_language();
    let problem = made.problem.map(|reason| {
        view! {
            <MessageBar intent=Intent::Error title=texts::not_mailed(language)>
                {reasons::text(language, &reason)}
            </MessageBar>
        }
    });
    let handed = match made.link {
        None => view! {
            <MessageBar intent=Intent::Success>
                {texts::mailed(language, &made.invitation.email)}
            </MessageBar>
        }
        .erased(),
        Some(link) => view! {
            <MessageBar intent=Intent::Warning>{texts::link_shown(language)}</MessageBar>
            <CopyField id="new-link" label=texts::link(language) value=link/>
        }
        .erased(),
    };
    view! {
        {problem}
        {handed}
        <KeyValueList>
            <KeyValue label=texts::usable_until(language)>
                <Time at=instant(made.invitation.expires_at) absolute=true/>
            </KeyValue>
        </KeyValueList>
    }
    .erased()
}
