//! The question before a data source is removed.

use leptos::prelude::*;

use super::sources::find_source;
use crate::api::remove_source;
use crate::domain::{SourceId, SourceSummary, Version};
use crate::i18n::{data as texts, use_language};
use crate::shell::{Problem, problem_text};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// Names the source and what goes with it; exports that use its tables keep it, and are named then.
#[component]
pub(super) fn RemoveSourcePane(id: SourceId, on_saved: Callback<()>) -> impl IntoView {
    let language = use_language();
    let source = Resource::new(|| (), move |()| find_source(id));
    let close = close_href();
    view! {
        <Suspense>
            {move || Suspend::new(async move {
                match source.await {
                    Ok(source) => view! { <Question source on_saved/> }.into_any(),
                    Err(error) => {
                        view! {
                            <Pane title=texts::remove(language) close_href=close>
                                <Problem error/>
                            </Pane>
                        }
                            .into_any()
                    }
                }
            })}
        </Suspense>
    }
    .into_any()
}

#[component]
fn Question(source: SourceSummary, on_saved: Callback<()>) -> impl IntoView {
    let language = use_language();
    let (go, toasts, close) = (use_go(), use_toasts(), close_href());
    let (id, version) = (source.id, source.version);
    let remove = Action::new(|(id, version): &(SourceId, Version)| remove_source(*id, *version));
    let name = source.name.clone();
    Effect::new(move || {
        if let Some(Ok(())) = remove.value().get() {
            toasts.success(texts::source_removed(language, &name));
            on_saved.run(());
            go.push(&close.get_untracked());
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
        <ConfirmDialog
            title=texts::remove_source_title(language, source.name)
            cancel_href=close
            confirm
        >
            <p>{texts::remove_source_text(language, u64::from(source.tables))}</p>
            {problem}
        </ConfirmDialog>
    }
    .into_any()
}
