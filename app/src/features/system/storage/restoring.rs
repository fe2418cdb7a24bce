//! What came of restoring: what this server does not know.

use leptos::prelude::*;

use crate::domain::Restored;
use crate::i18n::{format, storage as texts, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// The facts, for administrators and as long as they are told of it on every page.
#[component]
pub(super) fn Restoring() -> impl IntoView {
    let me = use_me();
    let restored = Memo::new(move |_| me.with(|me| me.restored().cloned()));
    dynamic(move || restored.get().map(|restored| view! { <Facts restored/> }))
}

#[component]
fn Facts(restored: Restored) -> impl IntoView {
    let language = use_language();
    let number = move |number: u32| format::integer(language, u64::from(number));
    let at = |at| view! { <Time at=instant(at) absolute=true/> }.erased();
    let resumed = match restored.resumed_at {
        Some(resumed) => at(resumed),
        None => texts::not_resumed(language).erased(),
    };
    view! {
        <section class="system-group">
            <h2>{texts::restoring(language)}</h2>
            <KeyValueList>
                <KeyValue label=texts::taken_at(language)>{at(restored.taken_at)}</KeyValue>
                <KeyValue label=texts::taken_by(language)>
                    {texts::program(language, restored.by_version)}
                </KeyValue>
                <KeyValue label=texts::restored_at(language)>{at(restored.at)}</KeyValue>
                <KeyValue label=texts::resumed_at(language)>{resumed}</KeyValue>
                <KeyValue label=texts::unknown_runs(language)>
                    {number(restored.runs_unknown)}
                </KeyValue>
                <KeyValue label=texts::dropped_runs(language)>
                    {number(restored.runs_dropped)}
                </KeyValue>
                <KeyValue label=texts::missing_snapshots(language)>
                    {number(restored.snapshots_missing)}
                </KeyValue>
            </KeyValueList>
        </section>
    }
    .erased()
}
