//! A command on many exports, from the question to what came of it.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::question::Planned;
use crate::api;
use crate::api::ApiError;
use crate::domain::{BulkAction, BulkReport, BulkRequest, Role, RunId, Target};
use crate::features::exports::editable::{for_administrators, refuse_viewers};
use crate::features::exports::selection::Selection;
use crate::features::exports::shown::Reload;
use crate::features::exports::undo::{Undo, offer_undo};
use crate::i18n::{Language, export_bulk as texts, use_language};
use crate::shell::problem_text;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// Values of what becomes of runs under way.
pub(super) const FINISH: &str = "finish";
pub(super) const STOP: &str = "stop";

/// What is done to many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::features::exports) enum Task {
    /// Runs all active exports.
    RunAll,
    /// Runs all that the list shows, on every page of it.
    RunShown,
    /// Runs what is selected.
    Run,
    Remove,
    Detach,
}

impl Task {
    /// The answer that does it, and what the pane is called that refuses it.
    pub(super) fn label(self, language: Language) -> &'static str {
        match self {
            Self::RunAll => texts::run_all(language),
            Self::RunShown | Self::Run => texts::run(language),
            Self::Remove => texts::remove_them(language),
            Self::Detach => texts::detach_them(language),
        }
    }

    /// Refuses it to those who may do it with no export at all.
    pub(super) fn check_role(self, role: Role) -> Result<(), ApiError> {
        match self {
            Self::Detach => for_administrators(role),
            Self::RunAll | Self::RunShown | Self::Run | Self::Remove => {
                refuse_viewers(role >= Role::Contributor)
            }
        }
    }

    /// Whether it takes something away.
    pub(super) const fn takes_away(self) -> bool {
        matches!(self, Self::Remove | Self::Detach)
    }

    /// What that is, to those who may want it back.
    pub(super) const fn undo(self) -> Option<Undo> {
        match self {
            Self::Remove => Some(Undo::Removal),
            Self::Detach => Some(Undo::Detachment),
            Self::RunAll | Self::RunShown | Self::Run => None,
        }
    }

    /// The command, for the server.
    pub(super) const fn action(self, cancel_runs: bool) -> BulkAction {
        match self {
            Self::RunAll | Self::RunShown | Self::Run => BulkAction::Run,
            Self::Remove => BulkAction::Remove { cancel_runs },
            Self::Detach => BulkAction::Detach,
        }
    }

    /// What was done, in words.
    pub(super) fn done(self, language: Language, report: &BulkReport) -> String {
        let done = u64::from(report.done);
        if done == 0 {
            return texts::nothing_to_do(language).to_owned();
        }
        match self {
            Self::Remove => texts::removed(language, done),
            Self::Detach => texts::detached(language, done),
            Self::RunAll | Self::RunShown | Self::Run => {
                let before = u64::from(report.under_way_before);
                let started = texts::started(language, done.saturating_sub(before));
                if before == 0 {
                    started
                } else {
                    texts::started_before(language, before, started)
                }
            }
        }
    }
}

/// The state of a command, shared by question and report.
#[derive(Clone, Copy)]
pub(super) struct Doing {
    pub(super) task: Task,
    pub(super) busy: RwSignal<bool>,
    /// What becomes of runs under way: [`FINISH`] or [`STOP`].
    pub(super) runs: RwSignal<String>,
    /// The number that was typed to confirm.
    pub(super) typed: RwSignal<String>,
    /// Why nothing was done.
    pub(super) failure: RwSignal<Option<ApiError>>,
    /// What came of it, where that was not all.
    pub(super) report: RwSignal<Option<BulkReport>>,
    language: Language,
    selection: Option<Selection>,
    toasts: Toasts,
    pub(super) reload: Reload,
    leave: Callback<Option<RunId>>,
}

impl Doing {
    pub(super) fn new(task: Task, selection: Option<Selection>, reload: Reload) -> Self {
        let (go, address) = (use_go(), use_address());
        let leave = Callback::new(move |run: Option<RunId>| {
            let address = address.get_untracked();
            let to = match run {
                Some(run) => address.with_pane(PaneRoute::of("run", run)),
                None => address.without_pane(),
            };
            go.replace(&to.to_string());
        });
        Self {
            task,
            busy: RwSignal::new(false),
            runs: RwSignal::new(FINISH.to_owned()),
            typed: RwSignal::new(String::new()),
            failure: RwSignal::new(None),
            report: RwSignal::new(None),
            language: use_language(),
            selection,
            toasts: use_toasts(),
            reload,
            leave,
        }
    }

    /// What the server is asked for these exports.
    pub(super) fn request(self, target: Target) -> BulkRequest {
        let cancel_runs = self.runs.with_untracked(|runs| runs == STOP);
        BulkRequest {
            target,
            action: self.task.action(cancel_runs),
            seal: None,
        }
    }

    /// Does it to these exports.
    pub(super) fn act(self, target: Target) {
        self.send(self.request(target), None);
    }

    /// Does to these exports what was planned. If others are meant by now, nothing is done: the new plan asks again.
    pub(super) fn act_as_planned(self, target: Target, plan: RwSignal<Planned>) {
        let seal = plan.with_untracked(|plan| match plan {
            Some(Ok(plan)) => Some(plan.seal.clone()),
            _ => None,
        });
        let request = BulkRequest {
            seal,
            ..self.request(target)
        };
        self.send(request, Some(plan));
    }

    fn send(self, request: BulkRequest, plan: Option<RwSignal<Planned>>) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        spawn_local(async move {
            let answer = api::do_bulk(request.clone()).await;
            if let Some(plan) = plan
                && answer.as_ref().is_err_and(ApiError::means_others_by_now)
            {
                let planned = api::plan_bulk(request).await;
                // The question may be gone by now. What was typed was about the plan before.
                let _gone = self.typed.try_set(String::new());
                let _gone = plan.try_set(Some(planned));
            }
            // Whoever closed the question meanwhile is told all the same.
            let is_open = self.busy.try_set(false).is_none();
            self.answered(answer, is_open);
        });
    }

    /// Says what came of it; stays open where that was not all.
    pub(super) fn answered(self, answer: Result<BulkReport, ApiError>, is_open: bool) {
        match answer {
            Ok(report) if report.failed.is_empty() || !is_open => {
                self.reload.now();
                let run = report.only_run;
                let failed = u64::try_from(report.failed.len()).unwrap_or_default();
                if failed > 0 {
                    self.toasts.failure(texts::failed(self.language, failed));
                }
                if failed == 0 || report.done > 0 {
                    self.tell(&report, is_open && run.is_some());
                }
                if is_open {
                    self.leave.run(run);
                }
            }
            Ok(report) => {
                self.reload.now();
                self.failure.set(None);
                self.report.set(Some(report));
            }
            Err(error) if is_open => self.failure.set(Some(error)),
            Err(error) => self.toasts.failure(problem_text(self.language, &error)),
        }
    }

    /// Says it in passing. The pane of the only run says more than a message.
    fn tell(self, report: &BulkReport, is_shown: bool) {
        let text = self.task.done(self.language, report);
        match (report.change, self.task.undo()) {
            (Some(change), Some(undo)) => {
                let undo = (undo, self.language);
                offer_undo(self.toasts, self.reload, change, text, undo);
            }
            _ if is_shown => {}
            _ => self.toasts.success(text),
        }
        if self.task == Task::Remove
            && report.done > 0
            && let Some(selection) = self.selection
        {
            selection.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(done: u32, under_way_before: u32) -> BulkReport {
        BulkReport {
            done,
            under_way_before,
            ..BulkReport::default()
        }
    }

    #[test]
    fn what_was_under_way_before_is_not_told_as_started() {
        let told = |report| Task::Run.done(Language::English, &report);
        assert_eq!(told(report(3, 0)), "3 runs started");
        assert_eq!(
            told(report(3, 1)),
            "2 runs started; 1 was under way already"
        );
        assert_eq!(told(report(0, 0)), "There is nothing to do.");
    }

    #[test]
    fn who_may_do_it_with_no_export_is_refused_before_any_question() {
        use Role::{Administrator, Contributor, Viewer};
        let refused = |task: Task| {
            let roles = [Viewer, Contributor, Administrator];
            roles.map(|role| task.check_role(role).is_err())
        };
        for task in [Task::RunAll, Task::RunShown, Task::Run, Task::Remove] {
            assert_eq!(refused(task), [true, false, false], "{task:?}");
        }
        assert_eq!(refused(Task::Detach), [true, true, false]);
    }

    #[test]
    fn only_what_takes_something_away_can_be_undone() {
        for task in [
            Task::RunAll,
            Task::RunShown,
            Task::Run,
            Task::Remove,
            Task::Detach,
        ] {
            assert_eq!(task.undo().is_some(), task.takes_away());
            assert_eq!(task.action(false) == BulkAction::Run, !task.takes_away());
        }
    }
}
