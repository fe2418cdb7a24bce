//! Labels, owner and note, to read.

use leptos::prelude::*;

use crate::domain::{ExportAbout, ExportId};
use crate::i18n::{export_about as texts, use_language};
use crate::shell::routes;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// Part of the details of an export, with the way to the pane that changes it.
#[component]
pub(in crate::features::exports) fn AboutFacts(
    id: ExportId,
    about: ExportAbout,
    /// Why the person may not change it, if so.
    refusal: Option<&'static str>,
) -> impl IntoView {
    let language = use_language();
    let ExportAbout {
        labels,
        owner,
        note,
        ..
    } = about;
    let owner = owner.map_or_else(|| texts::nobody(language).to_owned(), |owner| owner.name);
    let labels = if labels.is_empty() {
        texts::no_labels(language).erased()
    } else {
        let items = labels.into_iter().map(label).collect_view();
        view! { <ul class="plain-list">{items}</ul> }.erased()
    };
    let note = if note.is_empty() {
        texts::no_note(language).erased()
    } else {
        view! { <p class="note">{note}</p> }.erased()
    };
    view! {
        <h3>{texts::about(language)}</h3>
        <KeyValueList>
            <KeyValue label=texts::labels(language)>{labels}</KeyValue>
            <KeyValue label=texts::owner(language)>{owner}</KeyValue>
            <KeyValue label=texts::note(language)>{note}</KeyValue>
        </KeyValueList>
        <div class="run-commands">
            <LinkButton
                href=pane_href(PaneRoute::of("about", id))
                icon="edit"
                keep_scroll=true
                disabled_reason=Signal::stored(refusal.map(str::to_owned))
            >
                {texts::edit_about(language)}
            </LinkButton>
        </div>
    }
    .erased()
}

/// A label leads to the exports that have it.
fn label(label: String) -> impl IntoView {
    let list = Address {
        path: routes::EXPORTS.to_owned(),
        query: Query::default(),
    };
    let href = list.with("label", Some(label.clone())).to_string();
    view! {
        <li>
            <Link href>{label}</Link>
        </li>
    }
    .erased()
}
