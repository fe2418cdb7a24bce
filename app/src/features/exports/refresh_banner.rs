//! Says that nothing starts the exports that follow the system refresh, while it is off.

use leptos::prelude::*;

use super::filters::FetchedFacets;
use crate::i18n::{exports, use_language};
use crate::shell::routes;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// A banner while the system refresh is off and exports follow it. Administrators can change that,
/// and are led to it. What cannot be loaded is not said: the list below has its own errors.
#[component]
pub(super) fn RefreshBanner(facets: FetchedFacets) -> impl IntoView {
    let language = use_language();
    let is_administrator = use_session().is_administrator();
    let answer = answer_of(facets);
    let left_behind = once_in_the_browser(move || {
        answer.with(|answer| match answer {
            Some(Ok(counted)) => counted.left_behind,
            _ => 0,
        })
    });
    let lead = move || {
        view! {
            <LinkButton href=format!("{}?tab=schedule", routes::SYSTEM) icon="calendar_clock">
                {exports::refresh_off_edit(language)}
            </LinkButton>
        }
    };
    dynamic(move || {
        let count = left_behind.get();
        (count > 0).then(|| {
            let title = exports::refresh_off(language);
            let text = exports::refresh_off_text(language, u64::from(count));
            if is_administrator {
                view! {
                    <MessageBar intent=Intent::Warning title actions=lead>
                        {text}
                    </MessageBar>
                }
                .erased()
            } else {
                view! {
                    <MessageBar intent=Intent::Warning title>
                        {text}
                    </MessageBar>
                }
                .erased()
            }
        })
    })
}
