//! What the export would write, while it is being set up: the path, and the first rows as they will be written. The
//! server says it, by the steps that a run takes; nothing of it is guessed here.

use std::time::Duration;

use leptos::prelude::*;

use super::state::FormState;
use crate::api::{ApiError, preview_delivery};
use crate::domain::{
    Compression, DeliveryPreview, DeliveryPreviewDraft, FieldErrors, PreviewBody, TableId,
};
use crate::features::data::FirstRows;
use crate::features::runs::count;
use crate::i18n::{Language, delivery_preview as texts, exports, reasons, use_language};
use crate::shell::problem_text;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// How long typing must rest before the server is asked: it reads and writes rows for an answer.
const PAUSE: Duration = Duration::from_millis(400);

/// What was asked, and what the server said to it.
type Answered = (DeliveryPreviewDraft, Result<DeliveryPreview, ApiError>);

/// The preview, shared by the parts of the form that show it.
#[derive(Clone, Copy)]
pub(super) struct Preview {
    form: FormState,
    /// The table or segment that is looked at, where there are several.
    looked_at: RwSignal<String>,
    question: Memo<Option<DeliveryPreviewDraft>>,
    answered: Memo<Option<Answered>>,
}

impl Preview {
    /// Previews a form as long as the component stands that calls this.
    pub(super) fn new(form: FormState) -> Self {
        let looked_at = RwSignal::new(String::new());
        let question = Memo::new(move |_| looked_at.with(|id| form.preview_draft(id.parse().ok())));
        let ask = Action::new(|draft: &DeliveryPreviewDraft| {
            let draft = draft.clone();
            async move {
                let answer = preview_delivery(draft.clone()).await;
                (draft, answer)
            }
        });
        ask_when_typing_rests(question, ask);
        Self {
            form,
            looked_at,
            question,
            answered: Memo::new(move |_| ask.value().get()),
        }
    }

    /// The path of a delivery that would start now, as far as it is known.
    pub(super) fn path(self) -> Option<String> {
        self.last_good(|preview| preview.path.clone())
    }

    /// Whether each delivery writes over the one before.
    pub(super) fn replaces(self) -> bool {
        self.last_good(|preview| !preview.is_dated)
            .unwrap_or_default()
    }

    fn last_good<T>(self, part: impl Fn(&DeliveryPreview) -> T) -> Option<T> {
        self.answered.with(|answered| match answered {
            Some((_, Ok(preview))) => Some(part(preview)),
            _ => None,
        })
    }

    /// Whether an answer is on its way.
    fn is_reading(self) -> bool {
        self.question.with(Option::is_some) && self.is_outdated()
    }

    /// Whether the answer is not to what the form says now.
    fn is_outdated(self) -> bool {
        self.question.with(|question| {
            self.answered
                .with(|answered| answered.as_ref().map(|(asked, _)| asked) != question.as_ref())
        })
    }
}

/// Asks the server a moment after the last change. A question that is no longer the one is given up, so that its
/// answer can never come after that of the next.
fn ask_when_typing_rests(
    question: Memo<Option<DeliveryPreviewDraft>>,
    ask: Action<DeliveryPreviewDraft, Answered>,
) {
    let under_way = StoredValue::new(None::<ActionAbortHandle>);
    let give_up = move || {
        if let Some(asked) = under_way.try_update_value(Option::take).flatten() {
            asked.abort();
        }
    };
    Effect::new(move || {
        let Some(draft) = question.get() else {
            return;
        };
        // The pane may have been closed since, in the very moment in which something was changed.
        let rested = move || {
            if !under_way.is_disposed() {
                under_way.set_value(Some(ask.dispatch(draft)));
            }
        };
        later(PAUSE, rested);
        on_cleanup(give_up);
    });
}

/// The first rows of one of the tables, as they will be written.
#[component]
pub(super) fn PreviewSection(preview: Preview) -> impl IntoView {
    let language = use_language();
    let is_asked = Memo::new(move |_| preview.question.with(Option::is_some));
    let result = move || result(language, preview);
    // Not for readers, who would hear it after every letter.
    let reading = move || preview.is_reading().then(|| texts::reading(language));
    // The last rows stay until there are others.
    let shown = move || {
        if !is_asked.get() {
            return None;
        }
        Some(match preview.answered.get() {
            None => view! { <TextSkeleton lines=5/> }.erased(),
            Some((asked, Ok(found))) => view! { <Shown asked found preview/> }.erased(),
            Some((_, Err(ApiError::Invalid { fields }))) => view! { <Wrong fields/> }.erased(),
            Some((_, Err(error))) => view! {
                <MessageBar intent=Intent::Warning title=texts::not_made(language)>
                    {problem_text(language, &error)}
                </MessageBar>
            }
            .erased(),
        })
    };
    view! {
        <FormSection title=texts::preview(language)>
            <LookedAt preview/>
            <p class="preview-count">
                {dynamic(reading)} <span role="status">{dynamic(result)}</span>
            </p>
            {dynamic(shown)}
        </FormSection>
    }
    .erased()
}

/// What is shown, or why nothing is.
fn result(language: Language, preview: Preview) -> String {
    if preview.question.with(Option::is_none) {
        return texts::nothing_chosen(language).to_owned();
    }
    if preview.is_outdated() {
        return String::new();
    }
    match preview.last_good(|found| (found.rows, found.body == PreviewBody::NotRefreshed)) {
        None => String::new(),
        Some((Some(rows), false)) => texts::first_of(language, count(rows)),
        Some(_) => texts::not_refreshed(language).to_owned(),
    }
}

/// Which of several tables is looked at.
#[component]
fn LookedAt(preview: Preview) -> impl IntoView {
    let language = use_language();
    let chosen = Memo::new(move |_| preview.form.chosen());
    let choices = Signal::derive(move || {
        let choice = |(id, name): (TableId, String)| Choice::new(id.to_string(), name);
        chosen.get().into_iter().map(choice).collect::<Vec<_>>()
    });
    // What is no longer sent is not looked at.
    Effect::new(move || {
        let first = chosen.with(|chosen| {
            let is_sent = preview.looked_at.with(|id| {
                let mut ids = chosen.iter().map(|(table, _)| table.to_string());
                ids.any(|table| table == *id)
            });
            let first = chosen.first().filter(|_| !is_sent);
            first.map(|(table, _)| table.to_string())
        });
        if let Some(first) = first {
            preview.looked_at.set(first);
        }
    });
    let are_several = Memo::new(move |_| chosen.with(|chosen| chosen.len() > 1));
    dynamic(move || {
        are_several.get().then(|| {
            view! {
                <SelectField
                    name="preview"
                    label=texts::looked_at(language)
                    value=preview.looked_at
                    options=choices
                />
            }
        })
    })
}

/// The rows; dimmed while newer ones are on their way.
#[component]
fn Shown(asked: DeliveryPreviewDraft, found: DeliveryPreview, preview: Preview) -> impl IntoView {
    let language = use_language();
    let compressed = (asked.options.compression != Compression::None)
        .then(|| view! { <p class="field-help">{texts::compressed(language)}</p> });
    let escaped = (found.escaped_cells > 0).then(|| {
        let cells = u64::from(found.escaped_cells);
        view! { <p class="field-help">{texts::escaped(language, cells)}</p> }
    });
    let body = match found.body {
        PreviewBody::NotRefreshed => return ().erased(),
        PreviewBody::Rows(rows) => view! { <FirstRows name=found.path preview=rows/> }.erased(),
        PreviewBody::Text { text, is_cut } => {
            let cut = is_cut.then(|| view! { <p class="field-help">{texts::cut(language)}</p> });
            // It scrolls, so the keyboard must reach it.
            view! {
                <pre
                    class="preview-text"
                    role="region"
                    tabindex="0"
                    aria-label=texts::beginning_of(language, found.path)
                >
                    {text}
                </pre>
                {cut}
                {compressed}
            }
            .erased()
        }
    };
    view! {
        <div
            class="preview-rows"
            aria-busy=move || preview.is_outdated().then_some("true")
        >
            {body}
            {escaped}
        </div>
    }
    .erased()
}

/// What must be put right before there is a preview.
#[component]
fn Wrong(fields: FieldErrors) -> impl IntoView {
    let language = use_language();
    let mut sentences: Vec<String> = fields
        .0
        .iter()
        .map(|error| reasons::text(language, &error.reason))
        .collect();
    sentences.dedup();
    let sentences = sentences
        .into_iter()
        .map(|sentence| view! { <li>{sentence}</li> })
        .collect_view();
    view! {
        <MessageBar title=texts::wrong(language)>
            <ul>{sentences}</ul>
        </MessageBar>
    }
    .erased()
}

/// Under the template: the path of a delivery that would start now, and what a path without date means.
#[component]
pub(super) fn PathNow(preview: Preview) -> impl IntoView {
    let language = use_language();
    let path = Memo::new(move |_| preview.path());
    let replaces = Memo::new(move |_| preview.replaces());
    view! {
        {move || {
            path.get()
                .map(|path| {
                    view! {
                        <p class="path-example">
                            <span class="field-label">{texts::path_now(language)}</span>
                            <code>{path}</code>
                        </p>
                    }
                })
        }}
        {move || {
            replaces
                .get()
                .then(|| view! { <p class="field-help">{exports::path_replaces(language)}</p> })
        }}
    }
    .erased()
}
