//! Starting runs from the list, by script. Without it the pane of an export has a form for that.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::shown::{Reload, Shown};
use crate::api::{self, ApiError};
use crate::domain::{ExportId, ExportStatus, Started};
use crate::i18n::{self, exports, use_language};
use crate::shell::{problem_text, way_out};
use crate::state::pane::PANE;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// An export to start, and its name.
type Named = (ExportId, String);

/// Whether a run of the export waits for a decision.
fn is_held(error: &ApiError) -> bool {
    matches!(error, ApiError::Conflict { reason } if reason.code == "run_held")
}

/// Starts runs, and says what came of it.
#[derive(Clone, Copy)]
pub(super) struct Runner {
    start: Callback<Vec<Named>>,
    /// While the server is being asked.
    pub(super) busy: RwSignal<bool>,
    /// What did not start and why, until the next try.
    failures: RwSignal<Vec<(Named, ApiError)>>,
}

impl Runner {
    pub(super) fn new(reload: Reload) -> Self {
        let language = use_language();
        let (go, toasts, address) = (use_go(), use_toasts(), use_address());
        let busy = RwSignal::new(false);
        let failures = RwSignal::new(Vec::new());
        let start = Callback::new(move |exports: Vec<Named>| {
            if exports.is_empty() || busy.get_untracked() {
                return;
            }
            busy.set(true);
            failures.set(Vec::new());
            spawn_local(async move {
                let mut started = Vec::new();
                let mut failed = Vec::new();
                for export in exports {
                    match api::run_export(export.0).await {
                        Ok(answer) => started.push((answer, export.1)),
                        Err(error) => failed.push((export, error)),
                    }
                }
                // Whoever left the page meanwhile has no list that could say it.
                if busy.try_set(false).is_some() {
                    return;
                }
                let here = address.get_untracked();
                let is_free = here.query.get(PANE).is_none();
                match started.as_slice() {
                    [(run, name)] if is_free && failed.is_empty() => {
                        let pane = PaneRoute::of("run", run.run_id);
                        go.push(&here.with_pane(pane).to_string());
                        if run.started == Started::UnderWay {
                            toasts.success(exports::was_under_way(language, name));
                        }
                    }
                    [] => {}
                    // Nothing takes the place of a pane that was opened meanwhile.
                    _ => {
                        let count = u64::try_from(started.len()).unwrap_or_default();
                        toasts.success(exports::runs_started(language, count));
                    }
                }
                failures.set(failed);
                reload.now();
            });
        });
        Self {
            start,
            busy,
            failures,
        }
    }

    /// Starts a run of each.
    pub(super) fn start(self, exports: Vec<Named>) {
        self.start.run(exports);
    }
}

/// What did not start, above the list until the next try; for a run that waited for a decision, until somebody decided.
#[component]
pub(super) fn RunnerFailures(shown: Memo<Option<Shown>>, runner: Runner) -> impl IntoView {
    let language = use_language();
    Effect::new(move || {
        shown.with(|shown| {
            let is_decided = |(export, error): &(Named, ApiError)| {
                let row = shown.as_ref().and_then(|shown| shown.row(export.0));
                is_held(error) && row.is_some_and(|row| row.status != ExportStatus::Held)
            };
            if runner
                .failures
                .with_untracked(|failures| failures.iter().any(is_decided))
            {
                runner
                    .failures
                    .update(|failures| failures.retain(|failed| !is_decided(failed)));
            }
        });
    });
    let message = move |(export, error): (Named, ApiError)| {
        let title = exports::run_failed_for(language, &export.1);
        // A conflict does not pass by itself: another try would fail again.
        let may_pass = !matches!(error, ApiError::Conflict { .. });
        let again = move || {
            let export = export.clone();
            may_pass.then(|| {
                view! {
                    <Button busy=runner.busy on_click=move |_| runner.start(vec![export.clone()])>
                        {i18n::ui::retry(language)}
                    </Button>
                }
                .erased()
            })
        };
        let actions = way_out(&error).unwrap_or_else(|| ViewFn::from(again));
        view! {
            <MessageBar intent=Intent::Error title actions>
                {problem_text(language, &error)}
            </MessageBar>
        }
    };
    dynamic(move || {
        runner
            .failures
            .get()
            .into_iter()
            .map(message)
            .collect_view()
    })
}
