//! *Progress details*: one refresh, live until it and its runs have ended.

use std::time::Duration;

use leptos::prelude::*;

use super::refresh_view::RefreshView;
use crate::api::{ApiError, get_refresh};
use crate::domain::{ExportStatus, RefreshDetails, RefreshId};
use crate::features::poll::{Beat, ask_again_after};
use crate::i18n::{system as texts, use_language};
use crate::shell::Problem;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// How long a refresh that goes on is left alone.
const POLL_EVERY: Duration = Duration::from_secs(1);

/// When to ask again: while the refresh or one of its runs moves. What is held waits for a person.
fn while_moving(details: &RefreshDetails) -> Option<Duration> {
    let running = details
        .runs
        .iter()
        .any(|run| run.status.is_unfinished() && run.status != ExportStatus::Held);
    (details.refresh.status.is_unfinished() || running).then_some(POLL_EVERY)
}

/// The pane of a refresh.
#[component]
pub(super) fn RefreshPane(id: RefreshId) -> impl IntoView {
    let language = use_language();
    let hints = use_live(&[LiveKind::System, LiveKind::Sources, LiveKind::Runs]);
    let beat = Beat::new();
    let details = ask_server(
        move || (hints.get(), beat.times()),
        move |_| get_refresh(id),
    );
    beat.after(move || details.with(|details| ask_again_after(details.as_ref()?, while_moving)));
    view! {
        <Pane
            title=texts::progress_details(language)
            close_href=close_href()
            size=PaneSize::Large
        >
            <Transition fallback=|| view! { <TextSkeleton lines=8/> }>
                <Body details/>
            </Transition>
        </Pane>
    }
    .erased()
}

/// What the last answer says. Redrawn only when it says something else.
#[component]
fn Body(details: FromServer<Result<RefreshDetails, ApiError>>) -> impl IntoView {
    let address = use_address();
    let shown = answer_of(details);
    let retry_href = move || address.with_untracked(ToString::to_string);
    dynamic(move || {
        shown.get().map(|details| match details {
            Ok(details) => view! { <RefreshView details/> }.erased(),
            Err(error) => view! { <Problem error retry_href=retry_href()/> }.erased(),
        })
    })
}
