//! The pane of one run: live until it has ended, then its receipt.

use std::time::Duration;

use leptos::prelude::*;

use super::announcer::RunAnnouncer;
use super::decision::{Commanded, RunActions, RunCommands};
use super::progress::RunProgress;
use super::receipt::Receipt;
use super::summary::RunFacts;
use crate::api;
use crate::api::ApiError;
use crate::domain::{RunDetails, RunId, RunStatus};
use crate::features::poll::{Beat, ask_again_after};
use crate::i18n::{runs, use_language};
use crate::shell::Problem;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// How long an unfinished run is left alone. Live hints come in between.
const POLL_EVERY: Duration = Duration::from_secs(1);

/// How long to leave this run alone, if it is to be asked for again.
fn while_moving(details: &RunDetails) -> Option<Duration> {
    (!details.run.status.has_ended()).then_some(POLL_EVERY)
}

/// The pane of a run.
#[component]
pub fn RunPane(
    /// The run.
    id: RunId,
) -> impl IntoView {
    let language = use_language();
    let hints = use_live(&[LiveKind::Runs]);
    let beat = Beat::new();
    let run = ask_server(
        move || (hints.get(), beat.times()),
        move |_| api::get_run(id),
    );
    beat.after(move || run.with(|run| ask_again_after(run.as_ref()?, while_moving)));
    let actions = RunActions::new(move || beat.next());
    view! {
        <Pane title=runs::run_details(language) close_href=close_href() size=PaneSize::Large>
            <Transition fallback=|| view! { <TextSkeleton lines=6/> }>
                <RunBody run actions/>
            </Transition>
            <RunAnnouncer run/>
        </Pane>
    }
    .erased()
}

/// What the last answer says: a run, or why there is none.
#[component]
fn RunBody(run: FromServer<Result<RunDetails, ApiError>>, actions: RunActions) -> impl IntoView {
    let language = use_language();
    let shown = answer_of(run);
    let failed = once_in_the_browser(move || {
        shown.with(|run| run.as_ref().map(|run| run.as_ref().err().cloned()))
    });
    let again = use_address();
    let retry_href = move || again.with_untracked(ToString::to_string);
    dynamic(move || {
        failed.get().map(|failed| match failed {
            None => view! { <RunView shown actions/> }.erased(),
            // No fault, and nothing that another try would find.
            Some(ApiError::NotFound) => {
                view! { <MessageBar>{runs::not_kept(language)}</MessageBar> }.erased()
            }
            Some(error) => view! { <Problem error retry_href=retry_href()/> }.erased(),
        })
    })
}

/// The run, drawn anew with each answer that says something else. The commands are drawn anew only when they are others: what
/// is pressed stays where it is.
#[component]
fn RunView(
    shown: Signal<Option<Result<RunDetails, ApiError>>>,
    actions: RunActions,
) -> impl IntoView {
    let details = move || shown.get().and_then(Result::ok);
    let commanded = once_in_the_browser(move || details().as_ref().map(Commanded::from));
    view! {
        {dynamic(move || {
            commanded.get().map(|run| view! { <RunCommands run actions/> })
        })}
        {dynamic(move || {
            details().map(|details| view! { <RunState details/> })
        })}
    }
    .erased()
}

#[component]
fn RunState(details: RunDetails) -> impl IntoView {
    let status = details.run.status;
    let is_moving = !status.has_ended() && status != RunStatus::Held;
    let waybill = details
        .waybill
        .clone()
        .map(|waybill| view! { <Receipt waybill/> });
    view! {
        <RunFacts details=details.clone()/>
        {is_moving.then(|| view! { <RunProgress details/> })}
        {waybill}
    }
    .erased()
}
