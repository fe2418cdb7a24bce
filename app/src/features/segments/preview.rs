//! What a segment comes to, while it is being typed: how many rows, and the first of them.

use std::time::Duration;

use leptos::prelude::*;

use super::saving::Saving;
use super::state::FormState;
use crate::api::{ApiError, preview_segment};
use crate::domain::{FieldErrors, SegmentDefinition, SegmentPreview};
use crate::features::data::FirstRows;
use crate::features::runs::count;
use crate::i18n::{Language, format, segments as texts, use_language};
use crate::shell::problem_text;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// How long typing must rest before the server is asked: an answer costs it more than a glance.
const PAUSE: Duration = Duration::from_millis(600);

/// What was asked, and what the server said to it.
type Answered = (SegmentDefinition, Result<SegmentPreview, ApiError>);

/// Members and first rows of what is typed. While it is not complete it says so; what the server finds wrong lands at
/// the controls.
#[component]
pub(super) fn Preview(form: FormState, saving: Saving) -> impl IntoView {
    let language = use_language();
    let typed = Memo::new(move |_| form.definition());
    let ask = Action::new(|definition: &SegmentDefinition| {
        let definition = definition.clone();
        async move {
            let answer = preview_segment(definition.clone()).await;
            (definition, answer)
        }
    });
    ask_when_typing_rests(typed, ask, saving);
    let answered = Memo::new(move |_| ask.value().get());
    // The answer to what is typed now, once it is there.
    let current = Memo::new(move |_| {
        let definition = typed.get().ok()?;
        answered
            .get()
            .filter(|(asked, _)| *asked == definition)
            .map(|(_, answer)| answer)
    });
    Effect::new(move || {
        if let Some(answer) = current.get() {
            saving.live.set(match answer {
                Err(ApiError::Invalid { fields }) => form.named(fields),
                _ => FieldErrors::default(),
            });
        }
    });
    let is_asked = Memo::new(move |_| typed.with(Result::is_ok));
    let outdated = Signal::derive(move || current.with(Option::is_none));
    let line = move || match (is_asked.get(), current.get()) {
        (false, _) => texts::preview_waits(language).to_owned(),
        (true, None) => texts::computing(language).to_owned(),
        (true, Some(Ok(preview))) => members_text(language, &preview),
        (true, Some(Err(ApiError::Invalid { .. }))) => texts::preview_wrong(language).to_owned(),
        (true, Some(Err(_))) => texts::no_preview(language).to_owned(),
    };
    // The last rows stay until there are others.
    let shown = move || {
        if !is_asked.get() {
            return None;
        }
        let name = form.name.get_untracked();
        match answered.get().map(|(_, answer)| answer) {
            None => Some(view! { <TextSkeleton lines=5/> }.erased()),
            Some(Ok(preview)) => Some(view! { <Rows name preview outdated/> }.erased()),
            Some(Err(ApiError::Invalid { .. })) => None,
            Some(Err(error)) => Some(
                view! {
                    <MessageBar intent=Intent::Warning>{problem_text(language, &error)}</MessageBar>
                }
                .erased(),
            ),
        }
    };
    view! {
        <FormSection title=texts::preview(language)>
            <p class="preview-count" role="status">
                {dynamic(line)}
            </p>
            {dynamic(shown)}
        </FormSection>
    }
    .erased()
}

/// Asks the server a moment after the last change. A question that is no longer the one is given up, so that its
/// answer can never come after that of the next.
fn ask_when_typing_rests(
    typed: Memo<Result<SegmentDefinition, FieldErrors>>,
    ask: Action<SegmentDefinition, Answered>,
    saving: Saving,
) {
    let under_way = StoredValue::new(None::<ActionAbortHandle>);
    let give_up = move || {
        if let Some(asked) = under_way.try_update_value(Option::take).flatten() {
            asked.abort();
        }
    };
    Effect::new(move || {
        let typed = typed.get();
        let rested = move || match typed {
            Ok(definition) => under_way.set_value(Some(ask.dispatch(definition))),
            Err(fields) => saving.live.set(fields),
        };
        later(PAUSE, rested);
        on_cleanup(give_up);
    });
}

/// `12,345 of 50,000 rows`.
fn members_text(language: Language, preview: &SegmentPreview) -> String {
    let members = count(preview.members);
    match preview.of {
        Some(of) => {
            let members = format::integer(language, members);
            texts::rows_of(language, count(of), members)
        }
        None => texts::rows(language, members),
    }
}

/// The rows that the server read; dimmed while newer ones are on their way.
#[component]
fn Rows(name: String, preview: SegmentPreview, outdated: Signal<bool>) -> impl IntoView {
    let language = use_language();
    let name = Some(name.trim().to_owned()).filter(|name| !name.is_empty());
    let name = name.unwrap_or_else(|| texts::new_segment(language).to_owned());
    let rows = if preview.first.rows.is_empty() {
        view! { <p>{texts::no_row(language)}</p> }.erased()
    } else {
        view! { <FirstRows name preview=preview.first/> }.erased()
    };
    view! {
        <div class="preview-rows" aria-busy=move || outdated.get().then_some("true")>
            <p class="field-help">
                {texts::data_as_of(language)} " " <Time at=instant(preview.data_as_of) absolute=true/>
            </p>
            {rows}
        </div>
    }
    .erased()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::PreviewRows;

    #[test]
    fn members_are_counted_out_of_the_rows_of_their_table() {
        let preview = |of| SegmentPreview {
            members: 12_345,
            of,
            first: PreviewRows {
                columns: Vec::new(),
                rows: Vec::new(),
                masked: false,
            },
            data_as_of: 0,
        };
        let text = |of| members_text(Language::English, &preview(of));
        assert_eq!(text(Some(50_000)), "12,345 of 50,000 rows");
        assert_eq!(text(None), "12,345 rows");
    }
}
