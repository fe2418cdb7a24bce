//! The questions before a refresh, or one task of it, is stopped.

use leptos::prelude::*;

use super::page::Changed;
use super::refusal::{RefusalPane, refusal};
use crate::api::{cancel_refresh, cancel_task};
use crate::domain::{RefreshId, TaskId};
use crate::features::question::{Act, Question, Words};
use crate::i18n::{operation, system as texts, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// The parameter that holds the pane from which a task is stopped.
const FROM: &str = "from";

/// Asks before a refresh is stopped; either answer leads back to the progress.
#[component]
pub(super) fn CancelRefreshDialog(id: RefreshId, changed: Changed) -> impl IntoView {
    let language = use_language();
    let words = Words {
        title: texts::cancel_title(language).to_owned(),
        text: texts::cancel_text(language).to_owned(),
        answer: texts::cancel_refresh(language),
        icon: "stop",
        keep: texts::keep_going(language),
        failed: texts::command_failed(language),
        done: texts::cancel_asked(language).to_owned(),
    };
    let back = pane_href(PaneRoute::of("refresh", id));
    let act = Act::new(
        move || async move { cancel_refresh(id).await.map(drop) },
        move || changed.now(),
    );
    view! { <Asked words back act/> }.erased()
}

/// Asks before one task is stopped; either answer leads back to the pane that asked.
#[component]
pub(super) fn CancelTaskDialog(id: TaskId, changed: Changed) -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let words = Words {
        title: operation::cancel_job_title(language).to_owned(),
        text: operation::cancel_job_text(language).to_owned(),
        answer: operation::cancel_job(language),
        icon: "stop",
        keep: texts::keep_going(language),
        failed: texts::command_failed(language),
        done: operation::job_canceled(language).to_owned(),
    };
    let back = Signal::derive(move || back_of(address.get()).to_string());
    let act = Act::new(
        move || async move { cancel_task(id).await.map(drop) },
        move || changed.now(),
    );
    view! { <Asked words back act/> }.erased()
}

/// The address of the pane that asked; of none, if none did.
fn back_of(address: Address) -> Address {
    let asker = address
        .query
        .get(FROM)
        .and_then(PaneRoute::parse)
        .filter(|pane| matches!(pane.kind(), "refresh" | "task"));
    let page = address.without_pane().with(FROM, None::<&str>);
    match asker {
        Some(asker) => page.with_pane(asker),
        None => page,
    }
}

/// In the row of a task: leads to the question before it is stopped.
#[component]
pub(super) fn CancelTaskLink(id: TaskId, name: String) -> impl IntoView {
    let language = use_language();
    let (address, pane) = (use_address(), use_pane());
    let href = Signal::derive(move || {
        let asker = pane.get().map(|pane| pane.to_string());
        let question = PaneRoute::of("cancel-task", id);
        address
            .get()
            .with_pane(question)
            .with(FROM, asker)
            .to_string()
    });
    view! {
        <LinkButton
            href
            appearance=Appearance::Subtle
            icon="stop"
            icon_only=true
            disabled_reason=Signal::stored(refusal())
            keep_scroll=true
        >
            {operation::cancel_job_of(language, name)}
        </LinkButton>
    }
    .erased()
}

/// The question for administrators; others are told that it is not for them.
#[component]
fn Asked(words: Words, back: Signal<String>, act: Act) -> impl IntoView {
    if use_session().is_administrator() {
        view! { <Question words back act/> }.erased()
    } else {
        view! { <RefusalPane title=words.answer/> }.erased()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn back(query: &str) -> String {
        let address = Address {
            path: "/administration/system".to_owned(),
            query: Query::parse(query),
        };
        back_of(address).to_string()
    }

    #[test]
    fn the_question_leads_back_to_the_pane_that_asked() {
        assert_eq!(
            back("tab=pipeline&pane=cancel-task/7&from=task/8"),
            "/administration/system?tab=pipeline&pane=task/8"
        );
        for strange in [
            "pane=cancel-task/7",
            "pane=cancel-task/7&from=cancel-task/7",
        ] {
            assert_eq!(back(strange), "/administration/system", "{strange}");
        }
    }
}
