//! What a schedule comes to, while it is being typed: a sentence and the next starts.

use std::time::Duration;

use leptos::prelude::*;

use super::start_table::StartTable;
use crate::api::{ApiError, preview_schedule};
use crate::domain::{RecurrenceKind, ScheduleDraft, SchedulePreview};
use crate::i18n::{schedule as sentences, system as texts, use_language};
use crate::shell::problem_text;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// How long typing must rest before the server is asked.
const PAUSE: Duration = Duration::from_millis(300);

/// What was asked, and what the server said to it.
type Preview = (ScheduleDraft, Result<SchedulePreview, ApiError>);

/// The schedule in words, and its next five starts. While it is not complete it says so; *System
/// refresh* has no starts of its own.
///
/// ```ignore
/// view! { <NextStarts draft=Signal::derive(move || form.draft()) enabled=form.enabled/> }
/// ```
#[component]
pub(in crate::features) fn NextStarts(
    /// The schedule as it is typed now.
    #[prop(into)]
    draft: Signal<ScheduleDraft>,
    /// Whether it is on.
    #[prop(into)]
    enabled: Signal<bool>,
) -> impl IntoView {
    let language = use_language();
    let sentence = Memo::new(move |_| {
        let schedule = draft.with(ScheduleDraft::parse).ok()?;
        Some(sentences::sentence(language, &schedule))
    });
    // What to ask the server; nothing while there is nothing to ask.
    let question = Memo::new(move |_| {
        let has_starts = enabled.get()
            && sentence.with(Option::is_some)
            && draft.with(|draft| draft.recurrence != RecurrenceKind::System);
        has_starts.then(|| draft.get())
    });
    let ask = Action::new(|draft: &ScheduleDraft| {
        let draft = draft.clone();
        async move {
            let answer = preview_schedule(draft.clone()).await;
            (draft, answer)
        }
    });
    Effect::new(move || {
        let Some(draft) = question.get() else {
            return;
        };
        later(PAUSE, move || {
            ask.dispatch(draft);
        });
    });
    let answer = Memo::new(move |_| ask.value().get());
    let outdated = Signal::derive(move || {
        let asked = answer.with(|answer| answer.as_ref().map(|(asked, _)| asked.clone()));
        question.with(|question| *question != asked)
    });
    let text = move || match (sentence.get(), enabled.get()) {
        (None, _) => texts::schedule_incomplete(language).to_owned(),
        (Some(sentence), true) => sentence,
        (Some(sentence), false) => texts::schedule_off(language, sentence),
    };
    let is_asked = Memo::new(move |_| question.with(Option::is_some));
    let starts = move || {
        is_asked.get().then(|| match answer.get() {
            None => view! { <TextSkeleton lines=5/> }.erased(),
            Some(preview) => view! { <Starts preview outdated/> }.erased(),
        })
    };
    view! {
        <section class="next-starts">
            <p class="schedule-sentence" role="status">
                {dynamic(text)}
            </p>
            {dynamic(starts)}
        </section>
    }
    .erased()
}

/// The starts that the server counted; dimmed while newer ones are on their way.
#[component]
fn Starts(preview: Preview, outdated: Signal<bool>) -> impl IntoView {
    let language = use_language();
    let (draft, answer) = preview;
    match answer {
        Err(error) => view! {
            <MessageBar intent=Intent::Warning title=texts::starts_not_known(language)>
                {problem_text(language, &error)}
            </MessageBar>
        }
        .erased(),
        Ok(preview) if preview.starts.is_empty() => {
            view! { <p>{texts::no_start_to_come(language)}</p> }.erased()
        }
        Ok(preview) => {
            view! { <StartTable starts=preview.starts zone=draft.time_zone busy=outdated/> }
                .erased()
        }
    }
}
