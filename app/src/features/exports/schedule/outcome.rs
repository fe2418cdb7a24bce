//! What was not saved, and why: above the form until the next try.

use leptos::prelude::*;

use super::saving::Saving;
use crate::domain::ScheduleOutcome;
use crate::i18n::schedule::form as texts;
use crate::i18n::{self, Language, exports, reasons, use_language};
use crate::shell::problem_text;
use crate::ui::prelude::*;

/// Why nothing was saved, or which exports were left out, each with its reason.
#[component]
pub(super) fn Outcome(saving: Saving) -> impl IntoView {
    let language = use_language();
    let failure = move || {
        saving.failure.get().map(|error| {
            view! {
                <MessageBar intent=Intent::Error title=exports::command_failed(language)>
                    {problem_text(language, &error)}
                </MessageBar>
            }
        })
    };
    let again = move || {
        view! {
            <Button busy=saving.busy on_click=move |_| saving.save_again()>
                {i18n::ui::retry(language)}
            </Button>
        }
    };
    let refused = move || {
        let refused = saving.refused.get();
        let count = u64::try_from(refused.len()).unwrap_or_default();
        (count > 0).then(|| {
            let lines = refused
                .iter()
                .map(|outcome| view! { <li>{line(language, outcome)}</li> })
                .collect_view();
            let title = texts::not_changed(language, count);
            view! {
                <MessageBar intent=Intent::Error title actions=again>
                    <ul>{lines}</ul>
                </MessageBar>
            }
        })
    };
    view! {
        {dynamic(failure)}
        {refused}
    }
    .erased()
}

fn line(language: Language, outcome: &ScheduleOutcome) -> String {
    let name = outcome.name.as_deref();
    let name = name.unwrap_or_else(|| texts::an_export(language));
    let why = outcome
        .error
        .as_ref()
        .map(|reason| reasons::text(language, reason));
    texts::not_changed_one(language, name, why.unwrap_or_default())
}
