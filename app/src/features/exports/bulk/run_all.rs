//! *Run all*: every active export that the person may edit, whatever the list shows. Works without script.

use leptos::prelude::*;

use super::doing::{Doing, Task};
use super::question::{Refused, Stages, refusal};
use crate::api;
use crate::api::{ApiError, RunAll};
use crate::domain::BulkPlan;
use crate::features::exports::shown::Reload;
use crate::i18n::{export_bulk as texts, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// Asks before all active exports are run.
#[component]
pub(in crate::features::exports) fn RunAllDialog(reload: Reload) -> impl IntoView {
    let task = Task::RunAll;
    if let Err(error) = task.check_role(use_session().role()) {
        return view! { <Refused task error/> }.erased();
    }
    let attempt = RwSignal::new(0_u32);
    let plan = ask_server(move || attempt.get(), |_| api::plan_run_all());
    let doing = Doing::new(task, None, reload);
    let run = ServerAction::<RunAll>::new();
    // Without script the form leads to the runs, or back here with why not.
    if let Some(Err(error)) = run.value().get_untracked() {
        doing.failure.set(Some(error));
    }
    Effect::new(move || {
        if let Some(answer) = run.value().get() {
            // If others are meant by now, nothing was done: the new plan asks again.
            if answer.as_ref().is_err_and(ApiError::means_others_by_now) {
                attempt.update(|attempt| *attempt += 1);
            }
            doing.answered(answer, true);
        }
    });
    view! {
        <Transition fallback=|| ()>
            <RunAllQuestion plan doing run/>
        </Transition>
    }
    .erased()
}

#[component]
fn RunAllQuestion(
    plan: FromServer<Result<BulkPlan, ApiError>>,
    doing: Doing,
    run: ServerAction<RunAll>,
) -> impl IntoView {
    let language = use_language();
    let (answer, is_there) = (answer_of(plan), is_answered(plan));
    let disabled_reason = refusal(language, doing, answer);
    let seal = move || match answer.get() {
        Some(Ok(plan)) => plan.seal,
        _ => String::new(),
    };
    let confirm = move || {
        view! {
            <ActionForm action=run>
                <HiddenField name="seal" value=Signal::derive(seal)/>
                <Button
                    kind=ButtonKind::Submit
                    appearance=Appearance::Primary
                    icon="play"
                    busy=run.pending()
                    disabled_reason
                >
                    {texts::run_all(language)}
                </Button>
            </ActionForm>
        }
    };
    dynamic(move || {
        is_there
            .get()
            .then(|| view! { <Stages doing plan=answer confirm/> })
    })
}
