//! *Status*: the tasks in groups, and the last refreshes. Live.

use std::time::Duration;

use leptos::prelude::*;

use super::groups::{ExportGroup, SegmentGroup, SourceGroup};
use super::page::Changed;
use super::refreshes::RefreshGroup;
use super::refusal::refusal;
use super::status_shown::Shown;
use crate::api::{ApiError, system_status};
use crate::domain::{ExportStatus, SystemStatus};
use crate::features::poll::{Beat, ask_again_after};
use crate::i18n::{operation, system as texts, use_language};
use crate::shell::{LoadProblem, ResumeButton, problem_text, use_paused};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// How long a moving system is left alone.
const POLL_EVERY: Duration = Duration::from_secs(2);

/// When to ask again: while something moves. What is held waits for a person.
fn while_moving(status: &SystemStatus) -> Option<Duration> {
    let refreshing = status
        .refreshes
        .iter()
        .any(|one| one.status.is_unfinished());
    let renewing = status.sources.iter().any(|one| one.status.is_unfinished());
    let evaluating = status.segments.iter().any(|one| one.status.is_unfinished());
    let running = status
        .exports
        .iter()
        .any(|one| one.status.is_unfinished() && one.status != ExportStatus::Held);
    (refreshing || renewing || evaluating || running).then_some(POLL_EVERY)
}

/// The first tab.
#[component]
pub(super) fn StatusTab(changed: Changed) -> impl IntoView {
    let hints = use_live(&[
        LiveKind::System,
        LiveKind::Exports,
        LiveKind::Runs,
        LiveKind::Sources,
    ]);
    let beat = Beat::new();
    let status = ask_server(
        move || (hints.get(), beat.times(), changed.times()),
        |_| system_status(),
    );
    beat.after(move || status.with(|status| ask_again_after(status.as_ref()?, while_moving)));
    view! {
        <Commands/>
        <Transition fallback=|| view! { <TextSkeleton lines=12/> }>
            <Groups status/>
        </Transition>
    }
    .erased()
}

#[component]
fn Commands() -> impl IntoView {
    let language = use_language();
    view! {
        <CommandBar label=texts::commands(language)>
            <LinkButton
                href=pane_href("refresh-all")
                appearance=Appearance::Subtle
                icon="arrow_sync"
                disabled_reason=Signal::stored(refusal())
                keep_scroll=true
            >
                {texts::refresh_all(language)}
            </LinkButton>
            <PauseOrResume/>
        </CommandBar>
    }
    .erased()
}

/// Pauses everything, or ends that.
#[component]
fn PauseOrResume() -> impl IntoView {
    let language = use_language();
    let paused = use_paused();
    let is_administrator = use_session().is_administrator();
    let resumes = Memo::new(move |_| is_administrator && paused.with(Option::is_some));
    dynamic(move || {
        if resumes.get() {
            view! { <ResumeButton appearance=Appearance::Subtle/> }.erased()
        } else {
            view! {
                <LinkButton
                    href=pane_href("pause")
                    appearance=Appearance::Subtle
                    icon="pause"
                    disabled_reason=Signal::stored(refusal())
                    keep_scroll=true
                >
                    {operation::pause_everything(language)}
                </LinkButton>
            }
            .erased()
        }
    })
}

/// What the last answer says. Redrawn only when it says something else.
#[component]
fn Groups(status: FromServer<Result<SystemStatus, ApiError>>) -> impl IntoView {
    let answered = is_answered(status);
    dynamic(move || answered.get().then(|| view! { <Answers status/> }))
}

/// One answer after the other; rows keep their places.
#[component]
fn Answers(status: FromServer<Result<SystemStatus, ApiError>>) -> impl IntoView {
    let language = use_language();
    let shown = Memo::new(move |before: Option<&Option<Shown>>| {
        let before = before.and_then(Option::as_ref);
        match status.get() {
            Some(answer) => Some(Shown::after(before, answer)),
            None => before.cloned(),
        }
    });
    let outdated = move |error: ApiError| {
        view! {
            <MessageBar intent=Intent::Warning title=texts::not_current(language)>
                {problem_text(language, &error)}
            </MessageBar>
        }
    };
    dynamic(move || {
        let Shown { status, error } = shown.get()?;
        Some(match (status, error) {
            (Some(status), error) => view! {
                {error.map(outdated)}
                <SourceGroup tasks=status.sources counts=status.source_counts/>
                <SegmentGroup tasks=status.segments counts=status.segment_counts/>
                <ExportGroup tasks=status.exports counts=status.export_counts/>
                <RefreshGroup refreshes=status.refreshes/>
            }
            .erased(),
            (None, error) => {
                let error = error.unwrap_or(ApiError::Unreachable);
                view! { <LoadProblem error/> }.erased()
            }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ExportId, SystemTask};

    fn with_export(status: ExportStatus) -> SystemStatus {
        SystemStatus {
            sources: Vec::new(),
            source_counts: Vec::new(),
            segments: Vec::new(),
            segment_counts: Vec::new(),
            exports: vec![SystemTask {
                id: ExportId::new(uuid::Uuid::nil()),
                name: String::new(),
                status,
                reason: None,
                duration_us: None,
                updated_at: None,
            }],
            export_counts: Vec::new(),
            refreshes: Vec::new(),
        }
    }

    #[test]
    fn only_what_moves_is_asked_for_again() {
        for (status, is_moving) in [
            (ExportStatus::Queued, true),
            (ExportStatus::Processing, true),
            (ExportStatus::Held, false),
            (ExportStatus::Failed, false),
        ] {
            let pause = while_moving(&with_export(status));
            assert_eq!(pause.is_some(), is_moving, "{status:?}");
        }
    }
}
