//! What came of a command on many exports, where that was not all.

use leptos::prelude::*;

use super::doing::Doing;
use crate::domain::{BulkOutcome, BulkReport, Target};
use crate::features::exports::undo::{Undo, offer_undo, take_back};
use crate::i18n::{self, Language, export_bulk as texts, export_removed, reasons, use_language};
use crate::shell::problem_text;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// So many failures are listed; the others are counted.
const MOST_LISTED: usize = 200;

/// What was done, each export to which it was not, and why; and another try for these.
#[component]
pub(super) fn Report(doing: Doing, report: BulkReport) -> impl IntoView {
    let language = use_language();
    let (toasts, go, address) = (use_toasts(), use_go(), use_address());
    let said = StoredValue::new(doing.task.done(language, &report));
    let done = (report.done > 0).then(|| {
        let text = said.get_value();
        view! { <MessageBar intent=Intent::Success>{text}</MessageBar> }
    });
    let failed = u64::try_from(report.failed.len()).unwrap_or_default();
    let lines = report
        .failed
        .iter()
        .take(MOST_LISTED)
        .map(|outcome| view! { <li>{line(language, outcome)}</li> })
        .collect_view();
    let others = report.failed.len().saturating_sub(MOST_LISTED);
    let others = (others > 0).then(|| {
        let count = u64::try_from(others).unwrap_or_default();
        view! { <li>{texts::and_more(language, count)}</li> }
    });
    let ids: Vec<_> = report.failed.iter().map(|outcome| outcome.id).collect();
    let ids = StoredValue::new(ids);
    let step = report.change.zip(doing.task.undo());
    let undo = move || {
        step.map(|(change, undo)| {
            let label = match undo {
                Undo::Removal => export_removed::undo_removal(language),
                Undo::Detachment => export_removed::undo_detachment(language),
            };
            let pressed = move |_| {
                take_back(toasts, doing.reload, change, language);
                go.replace(&address.get_untracked().without_pane().to_string());
            };
            view! { <Button on_click=pressed>{label}</Button> }
        })
    };
    let again = move |_| {
        // What comes of it takes the place of this, and of its way back.
        if let Some((change, undo)) = step
            && !doing.busy.get_untracked()
        {
            let text = said.get_value();
            offer_undo(toasts, doing.reload, change, text, (undo, language));
        }
        doing.act(Target::Ids(ids.get_value()));
    };
    let confirm = move || {
        view! {
            {undo()}
            <Button
                appearance=Appearance::Primary
                icon="arrow_clockwise"
                busy=doing.busy
                on_click=again
            >
                {i18n::ui::retry(language)}
            </Button>
        }
    };
    let failure = move || {
        let error = doing.failure.get()?;
        Some(view! {
            <MessageBar intent=Intent::Error>{problem_text(language, &error)}</MessageBar>
        })
    };
    let title = Signal::stored(texts::report(language).to_owned());
    view! {
        <ConfirmDialog
            title
            cancel_href=close_href()
            cancel_label=i18n::ui::close(language)
            confirm
        >
            {done}
            <section>
                <h3>{texts::failed(language, failed)}</h3>
                <ul>{lines} {others}</ul>
            </section>
            {dynamic(failure)}
        </ConfirmDialog>
    }
    .erased()
}

fn line(language: Language, outcome: &BulkOutcome) -> String {
    let name = outcome.name.as_deref();
    let name = name.unwrap_or_else(|| texts::an_export(language));
    let why = outcome
        .error
        .as_ref()
        .map(|reason| reasons::text(language, reason));
    texts::failed_one(language, name, why.unwrap_or_default())
}
