//! What may be done with a run that has not ended: stop it; deliver or discard it while it is held.
//! Every command is a form that works without script.

use leptos::prelude::*;

use super::export_link::export_pane_href;
use super::state::RunListState;
use crate::api::{ApiError, CancelRun, DiscardRun, ReleaseRun};
use crate::domain::{Permission, RunDetails, RunId, RunStatus};
use crate::i18n::{run_list, runs, use_language};
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

/// The commands that apply to the run as it is now.
#[component]
pub(super) fn RunCommands(details: RunDetails, actions: RunActions) -> impl IntoView {
    let language = use_language();
    let id = details.run.id;
    let status = details.run.status;
    // A command goes with the state in which it can be given.
    keep_focus_when_gone();
    let may_act = details.permission == Permission::Edit;
    let view_only = (!may_act).then(|| runs::view_only_reason(language).to_owned());
    // One that was removed has no panes: its runs are on their own page alone.
    let all_runs = if details.run.is_export_removed {
        let state = RunListState {
            export: details.run.export_id.to_string(),
            ..RunListState::default()
        };
        Signal::stored(state.href())
    } else {
        export_pane_href("runs", details.run.export_id)
    };
    let waiting = details.canceling || status == RunStatus::Held;
    let cancel = (!status.has_ended() && !waiting).then(|| {
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
        {details
            .canceling
            .then(|| view! { <MessageBar>{runs::canceling_text(language)}</MessageBar> })}
        {(status == RunStatus::Held).then(|| view! { <HeldQuestion id may_act actions/> })}
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

/// The question that a held run asks.
#[component]
fn HeldQuestion(id: RunId, may_act: bool, actions: RunActions) -> impl IntoView {
    let language = use_language();
    let title = if may_act {
        runs::held_title(language)
    } else {
        runs::held_title_view(language)
    };
    let answers = may_act.then(|| {
        view! {
            <div class="run-answers">
                <ActionForm action=actions.release>
                    <HiddenField name="id" value=id.to_string()/>
                    <Button
                        kind=ButtonKind::Submit
                        appearance=Appearance::Primary
                        icon="checkmark"
                        busy=actions.release.pending()
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
