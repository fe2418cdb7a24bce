//! Says that nothing starts the exports that follow the system refresh, while it is off.

use leptos::prelude::*;

use crate::api;
use crate::api::ApiError;
use crate::i18n::{exports, use_language};
use crate::shell::routes;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// A banner while the system refresh is off and exports follow it. Administrators can change that,
/// and are led to it. What cannot be loaded is not said: the list below has its own errors.
#[component]
pub(super) fn RefreshBanner() -> impl IntoView {
    let hints = use_live(&[LiveKind::Exports, LiveKind::System]);
    let left_behind = ask_server(move || hints.get(), |_| api::exports_left_behind());
    view! {
        <Transition fallback=|| ()>
            <Banner left_behind/>
        </Transition>
    }
    .erased()
}

#[component]
fn Banner(left_behind: FromServer<Result<u32, ApiError>>) -> impl IntoView {
    let language = use_language();
    let is_administrator = use_session().is_administrator();
    let answer = answer_of(left_behind);
    let left_behind = Signal::derive(move || answer.get()?.ok().filter(|count| *count > 0));
    let lead = move || {
        view! {
            <LinkButton href=format!("{}?tab=schedule", routes::SYSTEM) icon="calendar_clock">
                {exports::refresh_off_edit(language)}
            </LinkButton>
        }
    };
    // Not `dynamic`: it stands alone under a `Transition`, and is nothing as a rule.
    move || {
        left_behind.get().map(|count| {
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
    }
}
