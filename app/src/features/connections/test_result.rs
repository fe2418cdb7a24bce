//! What a test of a connection found, step by step, and what can be done about it.

use leptos::prelude::*;

use crate::api::{ApiError, test_connection};
use crate::domain::{ConnectionId, Reason, TestOutcome, TestStepResult};
use crate::i18n::{Language, connections as texts, reasons, use_language};
use crate::shell::problem_text;
use crate::ui::prelude::*;

/// The name of what was tested, empty while it has none, and what came of it.
pub(super) type Tested = (String, Result<TestOutcome, ApiError>);

/// A test of one stored connection, which is named in the result.
pub(super) type TestAction = Action<(ConnectionId, String), Tested>;

/// Makes the action; `on_end` is called after each test.
pub(super) fn test_action(on_end: impl Fn() + Copy + Send + Sync + 'static) -> TestAction {
    Action::new(move |(id, name): &(ConnectionId, String)| {
        let (id, name) = (*id, name.clone());
        async move {
            let tested = test_connection(id).await;
            on_end();
            (name, tested)
        }
    })
}

/// The result of the last test, until the next. Administrators alone see this: it may hold what the other side said.
#[component]
pub(super) fn TestResult(
    tested: Signal<Option<Tested>>,
    /// Takes the host key that was found into a form.
    #[prop(optional)]
    on_host_key: Option<Callback<String>>,
) -> impl IntoView {
    let language = use_language();
    dynamic(move || {
        let (name, outcome) = tested.get()?;
        let (ok, text, reason, steps) = match outcome {
            Ok(TestOutcome { ok, reason, steps }) => {
                (ok, said(language, ok, reason.as_ref()), reason, steps)
            }
            Err(error) => (false, problem_text(language, &error), None, Vec::new()),
        };
        let intent = if ok { Intent::Success } else { Intent::Error };
        let detail = reason.as_ref().and_then(|reason| reason.detail.clone());
        let found = argument(reason.as_ref(), "found").zip(on_host_key);
        let flag = argument(reason.as_ref(), "flag");
        Some(view! {
            <MessageBar intent title=title(language, ok, name)>
                <p>{text}</p>
                {detail.map(|words| view! { <p class="run-detail">{words}</p> })}
                {(!steps.is_empty())
                    .then(|| {
                        view! {
                            <Steps
                                label=texts::steps(language)
                                steps=steps_of(language, steps)
                            />
                        }
                    })}
                {flag
                    .map(|flag| {
                        view! {
                            <CopyField
                                id="allow-flag"
                                label=texts::allow_flag(language)
                                value=flag
                            />
                        }
                    })}
                {found.map(|(key, take)| view! { <UseHostKey key take/> })}
            </MessageBar>
        })
    })
}

/// The key that a server showed, for whoever has compared it.
#[component]
fn UseHostKey(key: String, take: Callback<String>) -> impl IntoView {
    let language = use_language();
    view! {
        <p>{texts::use_host_key_text(language)}</p>
        <Button icon="key" on_click=move |_| take.run(key.clone())>
            {texts::use_host_key(language)}
        </Button>
    }
    .erased()
}

fn title(language: Language, ok: bool, name: String) -> String {
    match (ok, name.is_empty()) {
        (true, true) => texts::draft_passed(language).to_owned(),
        (false, true) => texts::draft_failed(language).to_owned(),
        (true, false) => texts::test_passed(language, name),
        (false, false) => texts::test_failed(language, name),
    }
}

fn said(language: Language, ok: bool, reason: Option<&Reason>) -> String {
    match reason {
        Some(reason) => reasons::text(language, reason),
        None if ok => texts::test_passed_text(language).to_owned(),
        None => String::new(),
    }
}

/// An argument of the reason, if it has it.
fn argument(reason: Option<&Reason>, name: &str) -> Option<String> {
    let value = reason?.arg(name);
    (!value.is_empty()).then(|| value.to_owned())
}

fn steps_of(language: Language, steps: Vec<TestStepResult>) -> Vec<Step> {
    let step = |step: TestStepResult| {
        Step::new(texts::stage_name(language, step.stage), step.ok).took(step.millis)
    };
    steps.into_iter().map(step).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::TestStage;

    #[test]
    fn the_title_names_what_has_a_name() {
        let english = Language::English;
        assert_eq!(title(english, true, "Nightly".into()), "Nightly works");
        assert_eq!(
            title(english, false, String::new()),
            "The connection does not work"
        );
    }

    #[test]
    fn what_can_be_taken_from_a_reason_is_there_or_is_not() {
        let reason = Reason::new("destination_host_key").with("found", "SHA256:x");
        assert_eq!(
            argument(Some(&reason), "found").as_deref(),
            Some("SHA256:x")
        );
        assert_eq!(argument(Some(&reason), "flag"), None);
        assert_eq!(argument(None, "found"), None);
    }

    #[test]
    fn the_step_that_failed_is_among_those_that_were_tried() {
        let steps = [(TestStage::Name, true), (TestStage::SignIn, false)]
            .map(|(stage, ok)| TestStepResult {
                stage,
                ok,
                millis: ok.then_some(3),
            })
            .to_vec();
        assert_eq!(
            steps_of(Language::English, steps),
            [
                Step::new("Host name", true).took(Some(3)),
                Step::new("Sign-in", false)
            ]
        );
    }
}
