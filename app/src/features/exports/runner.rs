//! Starting runs from the list, by script. Without it the pane of an export has a form for that.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::shown::Reload;
use crate::api;
use crate::domain::ExportListRow;
use crate::i18n::{exports, use_language};
use crate::shell::problem_text;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// Starts runs, and says what came of it.
#[derive(Clone, Copy)]
pub(super) struct Runner {
    start: Callback<Vec<ExportListRow>>,
    /// While the server is being asked.
    pub(super) busy: RwSignal<bool>,
    /// What did not start and why, until the next try.
    failures: RwSignal<Vec<(String, String)>>,
}

impl Runner {
    pub(super) fn new(reload: Reload) -> Self {
        let language = use_language();
        let (go, toasts, address) = (use_go(), use_toasts(), use_address());
        let busy = RwSignal::new(false);
        let failures = RwSignal::new(Vec::new());
        let start = Callback::new(move |rows: Vec<ExportListRow>| {
            if rows.is_empty() || busy.get_untracked() {
                return;
            }
            busy.set(true);
            failures.set(Vec::new());
            spawn_local(async move {
                let mut started = Vec::new();
                let mut failed = Vec::new();
                for row in rows {
                    match api::run_export(row.id).await {
                        Ok(answer) => started.push(answer.run_id),
                        Err(error) => failed.push((row.name, problem_text(language, &error))),
                    }
                }
                busy.set(false);
                if let ([run], []) = (started.as_slice(), failed.as_slice()) {
                    let pane = PaneRoute::of("run", run);
                    go.push(&address.get_untracked().with_pane(pane).to_string());
                } else if !started.is_empty() {
                    let count = u64::try_from(started.len()).unwrap_or_default();
                    toasts.success(exports::runs_started(language, count));
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
    pub(super) fn start(self, rows: Vec<ExportListRow>) {
        self.start.run(rows);
    }
}

/// What did not start, above the list until the next try.
#[component]
pub(super) fn RunnerFailures(runner: Runner) -> impl IntoView {
    let language = use_language();
    let message = move |(name, why): (String, String)| {
        view! {
            <MessageBar intent=Intent::Error title=exports::run_failed_for(language, name)>
                {why}
            </MessageBar>
        }
    };
    move || {
        runner
            .failures
            .get()
            .into_iter()
            .map(message)
            .collect_view()
    }
}
