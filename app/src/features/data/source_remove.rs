//! The question before a data source is removed.

use leptos::prelude::*;

use super::sources::find_source;
use crate::api::remove_source;
use crate::domain::{SourceId, SourceSummary};
use crate::features::question::{Act, Question, Words, ask_about};
use crate::i18n::{data as texts, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::Erase;

/// Names the source and what goes with it; exports that use its tables keep it, and are named then.
#[component]
pub(super) fn RemoveSourcePane(id: SourceId, on_saved: Callback<()>) -> impl IntoView {
    let language = use_language();
    let source = ask_server(|| (), move |()| find_source(id));
    ask_about(
        source,
        texts::remove(language),
        move |source: SourceSummary| view! { <Asked source on_saved/> }.erased(),
    )
}

#[component]
fn Asked(source: SourceSummary, on_saved: Callback<()>) -> impl IntoView {
    let language = use_language();
    let (id, version) = (source.id, source.version);
    let words = Words {
        title: texts::remove_source_title(language, &source.name),
        text: texts::remove_source_text(language, u64::from(source.tables)),
        answer: texts::remove(language),
        icon: "delete",
        keep: texts::cancel(language),
        failed: texts::not_removed(language),
        done: texts::source_removed(language, &source.name),
    };
    let act = Act::new(
        move || remove_source(id, version),
        move || _ = on_saved.try_run(()),
    );
    view! { <Question words back=close_href() act/> }.erased()
}
