//! The question before a group is removed.

use leptos::prelude::*;

use super::group_pane::get_channel;
use crate::api::{ApiError, remove_channel};
use crate::domain::{Channel, ChannelId, Version};
use crate::i18n::{notices as texts, use_language};
use crate::shell::{Problem, problem_text};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// Asks.
#[component]
pub(super) fn RemovePane(id: ChannelId, changed: RwSignal<u32>) -> impl IntoView {
    let group = Resource::new(|| (), move |()| get_channel(id));
    view! {
        <Transition fallback=|| ()>
            <Answer group changed/>
        </Transition>
    }
    .into_any()
}

#[component]
fn Answer(group: Resource<Result<Channel, ApiError>>, changed: RwSignal<u32>) -> impl IntoView {
    let language = use_language();
    let answer = answer_of(group);
    move || {
        answer.get().map(|answer| match answer {
            Ok(group) => view! { <Question group changed/> }.into_any(),
            Err(error) => view! {
                <Pane title=texts::remove(language) close_href=close_href()>
                    <Problem error/>
                </Pane>
            }
            .into_any(),
        })
    }
}

#[component]
fn Question(group: Channel, changed: RwSignal<u32>) -> impl IntoView {
    let language = use_language();
    let (go, toasts, close) = (use_go(), use_toasts(), close_href());
    let (id, version, name) = (group.id, group.version, group.name);
    let remove = Action::new(|(id, version): &(ChannelId, Version)| remove_channel(*id, *version));
    Effect::new({
        let name = name.clone();
        move || {
            if let Some(Ok(())) = remove.value().get() {
                toasts.success(texts::removed(language, &name));
                changed.update(|times| *times = times.wrapping_add(1));
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
