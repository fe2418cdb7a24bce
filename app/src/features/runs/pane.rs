//! The pane of one run: live until it has ended, then its receipt.

use std::time::Duration;

use leptos::prelude::*;

use super::decision::{RunActions, RunCommands};
use super::progress::RunProgress;
use super::receipt::Receipt;
use super::summary::RunFacts;
use crate::api;
use crate::api::ApiError;
use crate::domain::{RunDetails, RunId, RunStatus};
use crate::i18n::{runs, use_language};
use crate::shell::Problem;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// How long an unfinished run is left alone. Live hints come in between.
const POLL_EVERY: Duration = Duration::from_secs(1);
/// The same while the server does not answer.
const RETRY_EVERY: Duration = Duration::from_secs(5);

/// When to ask again for a run, if ever.
fn ask_again_after(run: &Result<RunDetails, ApiError>) -> Option<Duration> {
    match run {
        Ok(details) if details.run.status.has_ended() => None,
        Ok(_) => Some(POLL_EVERY),
        Err(ApiError::Unreachable | ApiError::Throttled { .. }) => Some(RETRY_EVERY),
        Err(_) => None,
    }
}

/// The pane of a run.
#[component]
pub fn RunPane(
    /// The run.
    id: RunId,
) -> impl IntoView {
    let language = use_language();
    let hints = use_live(&[LiveKind::Runs]);
    let beat = RwSignal::new(0_u32);
    let run = Resource::new(move || (hints.get(), beat.get()), move |_| api::get_run(id));
    let ask_again = move || {
        if beat
            .try_update(|beat| *beat = beat.wrapping_add(1))
            .is_none()
        {
            leptos::logging::debug_warn!("the pane was closed meanwhile");
        }
    };
    // Each answer plans the next question, so that questions never overtake one another.
    Effect::new(move || {
        let Some(pause) = run.with(|run| run.as_ref().and_then(ask_again_after)) else {
            return;
        };
        let timer = set_timeout_with_handle(ask_again, pause);
        on_cleanup(move || {
            if let Ok(timer) = timer {
                timer.clear();
            }
        });
    });
    let actions = RunActions::new(ask_again);
    view! {
        <Pane title=runs::run_details(language) close_href=close_href() size=PaneSize::Large>
            <Transition fallback=|| view! { <TextSkeleton lines=6/> }>
                <RunBody run actions/>
            </Transition>
        </Pane>
    }
    .into_any()
}

/// What the last answer says. Redrawn only when it says something else.
#[component]
fn RunBody(run: Resource<Result<RunDetails, ApiError>>, actions: RunActions) -> impl IntoView {
    let shown = answer_of(run);
    let again = use_address();
    let retry_href = move || again.with_untracked(ToString::to_string);
    move || {
        shown.get().map(|run| match run {
            Ok(details) => view! { <RunView details actions/> }.into_any(),
            Err(error) => view! { <Problem error retry_href=retry_href()/> }.into_any(),
        })
    }
}

#[component]
fn RunView(details: RunDetails, actions: RunActions) -> impl IntoView {
    let status = details.run.status;
    let is_moving = !status.has_ended() && status != RunStatus::Held;
    let waybill = details
        .waybill
        .clone()
        .map(|waybill| view! { <Receipt waybill/> });
    view! {
        <RunCommands details=details.clone() actions/>
        <RunFacts details=details.clone()/>
        {is_moving.then(|| view! { <RunProgress details/> })}
        {waybill}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_is_away_is_asked_again_and_a_refusal_is_not() {
        assert_eq!(
            ask_again_after(&Err(ApiError::Unreachable)),
            Some(RETRY_EVERY)
        );
        assert_eq!(ask_again_after(&Err(ApiError::NotFound)), None);
        assert_eq!(ask_again_after(&Err(ApiError::NotSignedIn)), None);
    }
}
