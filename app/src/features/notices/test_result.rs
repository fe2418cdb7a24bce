//! What came of a test notice to a group.

use leptos::prelude::*;

use crate::api::{ApiError, test_channel};
use crate::domain::{ChannelId, TestOutcome};
use crate::i18n::{notices as texts, reasons, use_language};
use crate::shell::problem_text;
use crate::ui::prelude::*;

/// A test of one group, which is named in the result.
pub(super) type TestAction = Action<(ChannelId, String), (String, Result<TestOutcome, ApiError>)>;

/// Makes the action.
pub(super) fn test_action() -> TestAction {
    Action::new(|(id, name): &(ChannelId, String)| {
        let (id, name) = (*id, name.clone());
        async move { (name, test_channel(id).await) }
    })
}

/// The result of the last test, until the next. What the other side said itself is for administrators, who alone
/// see this.
#[component]
pub(super) fn TestResult(action: TestAction) -> impl IntoView {
    let language = use_language();
    dynamic(move || {
        let (name, outcome) = action.value().get()?;
        let (ok, text, detail) = match outcome {
            Ok(TestOutcome { ok, reason, .. }) => {
                let text = reason
                    .as_ref()
                    .map(|reason| reasons::text(language, reason));
                let detail = reason.and_then(|reason| reason.detail);
                (ok, text.unwrap_or_default(), detail)
            }
            Err(error) => (false, problem_text(language, &error), None),
        };
        let (intent, title) = if ok {
            (Intent::Success, texts::test_passed(language, name))
        } else {
            (Intent::Error, texts::test_failed(language, name))
        };
        Some(view! {
            <MessageBar intent title>
                <p>{text}</p>
                {detail.map(|words| view! { <p class="run-detail">{words}</p> })}
            </MessageBar>
        })
    })
}
