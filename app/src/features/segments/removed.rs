//! *Removed*: segments that can be restored, by whoever may change segments.

use leptos::prelude::*;

use super::page::refusal;
use crate::api::{ApiError, removed_segments, restore_segment};
use crate::domain::{RemovedSegment, SegmentDetails, SegmentId};
use crate::features::form_pane::count;
use crate::features::listing::{EmptyList, list_body};
use crate::i18n::{segments as texts, ui, use_language};
use crate::shell::Failure;
use crate::state::prelude::*;
use crate::ui::prelude::*;

const COLUMNS: u32 = 6;

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
    let restore = Action::new(move |id: &SegmentId| {
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
    // The row goes, and its button had the focus. News of it may come before the answer, or after it.
    let shown = answer_of(removed);
    Effect::new(move || {
        shown.track();
        if matches!(restore.value().get(), Some(Ok(_))) {
            keep_focus_soon();
        }
    });
    let columns = vec![
        Column::new(texts::name(language)),
        Column::new(texts::kind(language)),
        Column::new(texts::removed_at(language)),
        Column::new(texts::removed_by(language)),
        Column::new(texts::kept_until(language)),
        Column::new(texts::restore(language)).action(),
    ];
    view! {
        <Failure
            title=texts::not_restored(language)
            error=Signal::derive(move || restore.value().get()?.err())
        />
        <Table caption=texts::removed_caption(language) columns>
            <Transition fallback=|| view! { <TableSkeleton columns=COLUMNS/> }>
                <Rows removed restore/>
            </Transition>
        </Table>
    }
    .erased()
}

#[component]
fn Rows(
    removed: FromServer<Result<Vec<RemovedSegment>, ApiError>>,
    restore: RestoreAction,
) -> impl IntoView {
    let language = use_language();
    list_body(
        COLUMNS,
        answer_of(removed),
        move |removed| {
            let removed = removed.into_iter();
            removed
                .map(|segment| view! { <Row segment restore/> })
                .collect()
        },
        move || {
            view! {
                <EmptyList
                    icon="delete"
                    title=texts::removed_none(language)
                    text=texts::removed_none_text(language)
                    add=None
                />
            }
            .erased()
        },
    )
}

#[component]
fn Row(segment: RemovedSegment, restore: RestoreAction) -> impl IntoView {
    let language = use_language();
    let id = segment.id;
    let label = texts::restore_one(language, &segment.name);
    let restored = move |_| {
        restore.dispatch(id);
    };
    let is_live = use_script();
    let disabled_reason =
        Signal::derive(move || (!is_live.get()).then(|| ui::needs_script(language).to_owned()));
    view! {
        <tr>
            <th scope="row">{segment.name}</th>
            <td>{texts::kind_name(language, segment.kind)}</td>
            <td>
                <Time at=instant(segment.removed_at)/>
            </td>
            <td>{segment.removed_by}</td>
            <td>
                <Time at=instant(segment.kept_until) absolute=true/>
            </td>
            <td class="act">
                <Button busy=restore.pending() disabled_reason on_click=restored>
                    <span aria-hidden="true">{texts::restore(language)}</span>
                    <span class="sr">{label}</span>
                </Button>
            </td>
        </tr>
    }
    .erased()
}
