//! *Removed*: segments that can be restored, by whoever may change segments.

use leptos::prelude::*;

use super::page::refusal;
use crate::api::{ApiError, removed_segments, restore_segment};
use crate::domain::{RemovedSegment, SegmentDetails, SegmentId};
use crate::features::form_pane::count;
use crate::features::removed::{RemovedTable, RemovedTexts, Restorable, removed_rows};
use crate::i18n::{Language, segments as texts, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

type RestoreAction = Action<SegmentId, Result<SegmentDetails, ApiError>>;

/// The second tab.
#[component]
pub(super) fn RemovedTab(changed: RwSignal<u32>) -> impl IntoView {
    if let Some(refusal) = refusal() {
        return view! { <MessageBar>{refusal}</MessageBar> }.erased();
    }
    let language = use_language();
    let toasts = use_toasts();
    let hints = use_live(&[LiveKind::Sources]);
    let removed = ask_server(move || (hints.get(), changed.get()), |_| removed_segments());
    let restore: RestoreAction = Action::new(move |id: &SegmentId| {
        let restoring = restore_segment(*id);
        async move {
            let answer = restoring.await;
            if let Ok(details) = &answer {
                toasts.success(texts::restored(language, &details.segment.name));
                count(changed);
            }
            answer
        }
    });
    let words = removed_texts(language);
    let busy: Signal<bool> = restore.pending().into();
    let row = move |segment| as_removed(language, segment, restore);
    view! {
        <RemovedTable texts=words error=Signal::derive(move || restore.value().get()?.err())>
            {removed_rows(words, answer_of(removed), busy, row)}
        </RemovedTable>
    }
    .erased()
}

fn removed_texts(language: Language) -> RemovedTexts {
    RemovedTexts {
        caption: texts::removed_caption(language),
        name: texts::name(language),
        kind: texts::kind(language),
        removed_at: texts::removed_at(language),
        removed_by: texts::removed_by(language),
        kept_until: texts::kept_until(language),
        restore: texts::restore(language),
        not_restored: texts::not_restored(language),
        none: texts::removed_none(language),
        none_text: texts::removed_none_text(language),
    }
}

fn as_removed(language: Language, segment: RemovedSegment, restore: RestoreAction) -> Restorable {
    let id = segment.id;
    Restorable {
        restore_label: texts::restore_one(language, &segment.name),
        name: segment.name,
        icon: None,
        kind: texts::kind_name(language, segment.kind),
        removed_at: segment.removed_at,
        removed_by: segment.removed_by,
        kept_until: segment.kept_until,
        restore: Callback::new(move |()| {
            restore.dispatch(id);
        }),
    }
}
