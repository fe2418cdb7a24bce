//! The question before a segment is removed; while exports use it, there is none.

use leptos::prelude::*;

use super::page::refusal;
use crate::api::{ApiError, get_segment, remove_segment};
use crate::domain::{SegmentDetails, SegmentId, SegmentUse, Version};
use crate::i18n::{segments as texts, use_language};
use crate::shell::{Problem, problem_text, routes};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// Asks, or says which exports stand in the way.
#[component]
pub(super) fn RemovePane(id: SegmentId, on_saved: Callback<()>) -> impl IntoView {
    let language = use_language();
    if let Some(refusal) = refusal() {
        return view! {
            <Pane title=texts::remove_segment(language) close_href=close_href()>
                <MessageBar>{refusal}</MessageBar>
            </Pane>
        }
        .into_any();
    }
    let segment = Resource::new(|| (), move |()| get_segment(id));
    view! {
        <Transition fallback=|| ()>
            <Answer segment on_saved/>
        </Transition>
    }
    .into_any()
}

#[component]
fn Answer(
    segment: Resource<Result<SegmentDetails, ApiError>>,
    on_saved: Callback<()>,
) -> impl IntoView {
    let language = use_language();
    let answer = answer_of(segment);
    move || {
        answer.get().map(|answer| match answer {
            Ok(details) if details.used_by.is_empty() => {
                view! { <Question details on_saved/> }.into_any()
            }
            Ok(details) => view! { <InUse details/> }.into_any(),
            Err(error) => view! {
                <Pane title=texts::remove_segment(language) close_href=close_href()>
                    <Problem error/>
                </Pane>
            }
            .into_any(),
        })
    }
}

#[component]
fn Question(details: SegmentDetails, on_saved: Callback<()>) -> impl IntoView {
    let language = use_language();
    let (go, toasts, close) = (use_go(), use_toasts(), close_href());
    let (id, version) = (details.segment.id, details.segment.version);
    let name = details.segment.name;
    let remove = Action::new(|(id, version): &(SegmentId, Version)| remove_segment(*id, *version));
    Effect::new({
        let name = name.clone();
        move || {
            if let Some(Ok(())) = remove.value().get() {
                toasts.success(texts::removed(language, &name));
                on_saved.run(());
                go.push(&close.get_untracked());
            }
        }
    });
    let pending = remove.pending();
    let confirm = ViewFn::from(move || {
        view! {
            <Button
                appearance=Appearance::Danger
                busy=pending
                on_click=move |_| {
                    remove.dispatch((id, version));
                }
            >
                {texts::remove(language)}
            </Button>
        }
    });
    let problem = move || {
        let error = remove.value().get()?.err()?;
        Some(view! {
            <MessageBar intent=Intent::Error title=texts::not_removed(language)>
                {problem_text(language, &error)}
            </MessageBar>
        })
    };
    view! {
        <ConfirmDialog title=texts::remove_title(language, name) cancel_href=close confirm>
            <p>{texts::remove_text(language)}</p>
            {problem}
        </ConfirmDialog>
    }
    .into_any()
}

#[component]
fn InUse(details: SegmentDetails) -> impl IntoView {
    let language = use_language();
    let close = close_href();
    let count = u64::try_from(details.used_by.len()).unwrap_or(u64::MAX);
    let confirm = ViewFn::from(move || {
        view! {
            <LinkButton href=routes::EXPORTS appearance=Appearance::Primary>
                {texts::see_exports(language)}
            </LinkButton>
        }
    });
    view! {
        <ConfirmDialog
            title=texts::in_use_title(language, details.segment.name)
            cancel_href=close
            cancel_label=texts::close(language)
            confirm
        >
            <p>{texts::in_use_text(language, count)}</p>
            <ExportLinks exports=details.used_by/>
        </ConfirmDialog>
    }
    .into_any()
}

/// Exports by name, each leading to its details.
#[component]
pub(super) fn ExportLinks(exports: Vec<SegmentUse>) -> impl IntoView {
    let item = |export: SegmentUse| {
        let href = format!("{}?pane=view/{}", routes::EXPORTS, export.id);
        view! { <li><Link href>{export.name}</Link></li> }
    };
    view! { <ul class="used-by">{exports.into_iter().map(item).collect_view()}</ul> }
}
