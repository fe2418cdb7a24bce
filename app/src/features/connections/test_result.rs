//! What a test of a connection found.

use leptos::prelude::*;

use crate::api::{ApiError, test_connection};
use crate::domain::{ConnectionId, TestOutcome};
use crate::i18n::{connections as texts, reasons, use_language};
use crate::shell::problem_text;
use crate::ui::prelude::*;

/// A test of one connection, which is named in the result.
pub(super) type TestAction =
    Action<(ConnectionId, String), (String, Result<TestOutcome, ApiError>)>;

/// Makes the action.
pub(super) fn test_action() -> TestAction {
    Action::new(|(id, name): &(ConnectionId, String)| {
        let (id, name) = (*id, name.clone());
        async move { (name, test_connection(id).await) }
    })
}

/// The result of the last test, until the next.
#[component]
pub(super) fn TestResult(action: TestAction) -> impl IntoView {
    let language = use_language();
    dynamic(move || {
        let (name, outcome) = action.value().get()?;
        let (intent, title, text) = match outcome {
            Ok(TestOutcome { ok, reason, .. }) => {
                let said = reason.map(|reason| reasons::text(language, &reason));
                if ok {
                    let said = said.unwrap_or_else(|| texts::test_passed_text(language).to_owned());
                    (Intent::Success, texts::test_passed(language, name), said)
                } else {
                    (
                        Intent::Error,
                        texts::test_failed(language, name),
                        said.unwrap_or_default(),
                    )
                }
            }
            Err(error) => {
                let said = problem_text(language, &error);
                (Intent::Error, texts::test_failed(language, name), said)
            }
        };
        Some(view! {
            <MessageBar intent title>
                {text}
            </MessageBar>
        })
    })
}
