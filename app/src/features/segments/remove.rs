//! The question before a segment is removed; while exports use it, there is none.

use leptos::prelude::*;

use super::details_pane::named;
use super::page::refusal;
use crate::api::{get_segment, remove_segment};
use crate::domain::{SegmentDetails, SegmentId};
use crate::features::listing::ExportLinks;
use crate::features::question::{Act, Question, Words, ask_about};
use crate::i18n::{segments as texts, use_language};
use crate::shell::routes;
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
        .erased();
    }
    let segment = ask_server(|| (), move |()| get_segment(id));
    ask_about(
        segment,
        texts::remove_segment(language),
        move |details: SegmentDetails| {
            if details.used_by.is_empty() {
                view! { <Asked details on_saved/> }.erased()
            } else {
                view! { <InUse details/> }.erased()
            }
        },
    )
}

#[component]
fn Asked(details: SegmentDetails, on_saved: Callback<()>) -> impl IntoView {
    let language = use_language();
    let (id, version) = (details.segment.id, details.segment.version);
    let name = details.segment.name;
    let words = Words {
        title: texts::remove_title(language, &name),
        text: texts::remove_text(language).to_owned(),
        answer: texts::remove(language),
        icon: "delete",
        keep: texts::cancel(language),
        failed: texts::not_removed(language),
        done: texts::removed(language, &name),
    };
    let act = Act::new(
        move || remove_segment(id, version),
        move || _ = on_saved.try_run(()),
    );
    view! { <Question words back=close_href() act/> }.erased()
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
            <ExportLinks exports=named(details.used_by)/>
        </ConfirmDialog>
    }
    .erased()
}
