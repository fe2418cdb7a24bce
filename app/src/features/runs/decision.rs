//! What may be done with a run that has not ended: stop it; deliver or discard it while it is held.
//! Every command is a form that works without script.

use leptos::prelude::*;

use super::export_link::export_pane_href;
use super::state::RunListState;
use crate::api::{ApiError, CancelRun, DiscardRun, ReleaseRun};
use crate::domain::{ExportId, Permission, Reason, RunDetails, RunId, RunStatus};
use crate::i18n::{reasons, run_list, runs, use_language};
use crate::shell::problem_text;
use crate::ui::prelude::*;

/// The commands on a run, and what came of the last of them.
#[derive(Clone, Copy)]
pub(super) struct RunActions {
    cancel: ServerAction<CancelRun>,
    release: ServerAction<ReleaseRun>,
    discard: ServerAction<DiscardRun>,
}

impl RunActions {
    /// Sets the commands up; `changed` is called after each that the server answered.
    pub(super) fn new(changed: impl Fn() + 'static) -> Self {
        let actions = Self {
            cancel: ServerAction::new(),
            release: ServerAction::new(),
            discard: ServerAction::new(),
        };
        Effect::new(move |answers: Option<usize>| {
            let now = actions.cancel.version().get()
                + actions.release.version().get()
                + actions.discard.version().get();
            if answers.is_some_and(|before| before != now) {
                changed();
            }
            now
        });
        actions
    }

    fn error(self) -> Option<ApiError> {
        let failed = |value: Option<Result<RunDetails, ApiError>>| value.and_then(Result::err);
        failed(self.cancel.value().get())
            .or_else(|| failed(self.release.value().get()))
            .or_else(|| failed(self.discard.value().get()))
    }
}

/// What the commands on a run depend on.
#[derive(Clone, PartialEq)]
pub(super) struct Commanded {
    id: RunId,
    export_id: ExportId,
    is_export_removed: bool,
    may_act: bool,
    may_cancel: bool,
    is_canceling: bool,
    is_held: bool,
    /// Why the reader may not deliver what is held.
    release_refused: Option<Reason>,
}

impl From<&RunDetails> for Commanded {
    fn from(details: &RunDetails) -> Self {
        let run = &details.run;
        let is_held = run.status == RunStatus::Held;
        Self {
            id: run.id,
            export_id: run.export_id,
            is_export_removed: run.is_export_removed,
            may_act: details.permission == Permission::Edit,
            may_cancel: !run.status.has_ended() && !details.canceling && !is_held,
            is_canceling: details.canceling,
            is_held,
            release_refused: details.release_refused.clone(),
        }
    }
}

/// The commands that apply to the run as it is now.
#[component]
pub(super) fn RunCommands(run: Commanded, actions: RunActions) -> impl IntoView {
    let language = use_language();
    let (id, may_act) = (run.id, run.may_act);
    // A command goes with the state in which it can be given.
    keep_focus_when_gone();
    let view_only = (!may_act).then(|| runs::view_only_reason(language).to_owned());
    // One that was removed has no panes: its runs are on their own page alone.
    let all_runs = if run.is_export_removed {
        let state = RunListState {
            export: run.export_id.to_string(),
            ..RunListState::default()
        };
        Signal::stored(state.href())
    } else {
        export_pane_href("runs", run.export_id)
    };
    let cancel = run.may_cancel.then(|| {
        let disabled_reason = Signal::stored(view_only.clone());
        view! {
            <ActionForm action=actions.cancel>
                <HiddenField name="id" value=id.to_string()/>
                <Button
                    kind=ButtonKind::Submit
                    icon="stop"
                    busy=actions.cancel.pending()
                    disabled_reason
                >
                    {runs::cancel_run(language)}
                </Button>
            </ActionForm>
        }
    });
    view! {
        <div class="run-commands">
            {cancel}
            <LinkButton href=all_runs icon="history" keep_scroll=true>
                {run_list::runs(language)}
            </LinkButton>
        </div>
        {run
            .is_canceling
            .then(|| view! { <MessageBar>{runs::canceling_text(language)}</MessageBar> })}
        {run
            .is_held
            .then(|| {
                let refused = run.release_refused.as_ref().map(|reason| reasons::text(language, reason));
                view! { <HeldQuestion id may_act refused actions/> }
            })}
        {move || {
            actions
                .error()
                .map(|error| {
                    view! {
                        <MessageBar intent=Intent::Error title=runs::command_failed(language)>
                            {problem_text(language, &error)}
                        </MessageBar>
                    }
                })
        }}
    }
    .erased()
}

/// The question that a held run asks. *Deliver* says why where it is `refused`.
#[component]
fn HeldQuestion(
    id: RunId,
    may_act: bool,
    refused: Option<String>,
    actions: RunActions,
) -> impl IntoView {
    let language = use_language();
    let title = if may_act {
        runs::held_title(language)
    } else {
        runs::held_title_view(language)
    };
    let answers = may_act.then(|| {
        let disabled_reason = Signal::stored(refused);
        view! {
            <div class="run-answers">
                <ActionForm action=actions.release>
                    <HiddenField name="id" value=id.to_string()/>
                    <Button
                        kind=ButtonKind::Submit
                        appearance=Appearance::Primary
                        icon="checkmark"
                        busy=actions.release.pending()
                        disabled_reason
                    >
                        {runs::deliver(language)}
                    </Button>
                </ActionForm>
                <ActionForm action=actions.discard>
                    <HiddenField name="id" value=id.to_string()/>
                    <Button
                        kind=ButtonKind::Submit
                        appearance=Appearance::Danger
                        icon="dismiss"
                        busy=actions.discard.pending()
                    >
                        {runs::discard(language)}
                    </Button>
                </ActionForm>
            </div>
        }
    });
    view! {
        <MessageBar intent=Intent::Warning title>
            <p>{runs::held_text(language)}</p>
            {answers}
        </MessageBar>
    }
    .erased()
}
