//! Questions before something is taken away: removing an export, detaching its connection.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::shown::Reload;
use crate::api;
use crate::api::{ApiError, RemoveExport};
use crate::domain::{ExportDetails, ExportId};
use crate::i18n::{exports, use_language};
use crate::shell::{Problem, problem_text};
use crate::state::prelude::*;
use crate::ui::prelude::*;

type Details = Resource<Result<ExportDetails, ApiError>>;

/// Name of the export once it is known.
fn name_of(answer: Option<&Result<ExportDetails, ApiError>>) -> Option<String> {
    answer
        .and_then(|answer| answer.as_ref().ok())
        .map(|details| details.row.name.clone())
}

/// Asks before removing. The form works without script.
#[component]
pub(super) fn RemoveDialog(id: ExportId, reload: Reload) -> impl IntoView {
    let details = Resource::new(|| (), move |()| api::get_export(id));
    view! {
        <Transition fallback=|| ()>
            <RemoveQuestion id details reload/>
        </Transition>
    }
    .into_any()
}

#[component]
fn RemoveQuestion(id: ExportId, details: Details, reload: Reload) -> impl IntoView {
    let language = use_language();
    let answer = answer_of(details);
    let name = move || {
        answer
            .with(|answer| name_of(answer.as_ref()))
            .unwrap_or_default()
    };
    let remove = ServerAction::<RemoveExport>::new();
    let (go, toasts, address) = (use_go(), use_toasts(), use_address());
    Effect::new(move || {
        if let Some(Ok(())) = remove.value().get() {
            toasts.success(exports::removed(language, name()));
            reload.now();
            go.replace(&address.get_untracked().without_pane().to_string());
        }
    });
    let confirm = move || {
        view! {
            <ActionForm action=remove>
                <HiddenField name="id" value=id.to_string()/>
                <Button
                    kind=ButtonKind::Submit
                    appearance=Appearance::Danger
                    icon="delete"
                    busy=remove.pending()
                >
                    {exports::remove(language)}
                </Button>
            </ActionForm>
        }
    };
    let failure = move || remove.value().get().and_then(Result::err);
    move || match answer.get()? {
        Ok(_) => Some(
            view! {
                <ConfirmDialog
                    title=Signal::derive(move || exports::remove_question(language, name()))
                    cancel_href=close_href()
                    cancel_label=exports::keep(language)
                    confirm=confirm
                >
                    <p>{exports::remove_text(language)}</p>
                    {move || failure().map(|error| view! { <Failure error/> })}
                </ConfirmDialog>
            }
            .into_any(),
        ),
        Err(error) => Some(view! { <ProblemPane error/> }.into_any()),
    }
}

/// Asks before detaching.
#[component]
pub(super) fn DetachDialog(id: ExportId, reload: Reload) -> impl IntoView {
    let details = Resource::new(|| (), move |()| api::get_export(id));
    view! {
        <Transition fallback=|| ()>
            <DetachQuestion id details reload/>
        </Transition>
    }
    .into_any()
}

#[component]
fn DetachQuestion(id: ExportId, details: Details, reload: Reload) -> impl IntoView {
    let language = use_language();
    let answer = answer_of(details);
    let name = move || {
        answer
            .with(|answer| name_of(answer.as_ref()))
            .unwrap_or_default()
    };
    let (go, toasts, address) = (use_go(), use_toasts(), use_address());
    let busy = RwSignal::new(false);
    let refused = RwSignal::new(None::<ApiError>);
    let detach = move |_| {
        busy.set(true);
        spawn_local(async move {
            let detached = api::detach_export(id).await;
            busy.set(false);
            match detached {
                Ok(details) => {
                    toasts.success(exports::detached(language, details.row.name));
                    reload.now();
                    go.replace(&address.get_untracked().without_pane().to_string());
                }
                Err(error) => refused.set(Some(error)),
            }
        });
    };
    let confirm = move || {
        view! {
            <Button appearance=Appearance::Danger icon="link_dismiss" busy on_click=detach>
                {exports::detach_connection(language)}
            </Button>
        }
    };
    move || match answer.get()? {
        Ok(_) => Some(
            view! {
                <ConfirmDialog
                    title=Signal::derive(move || exports::detach_question(language, name()))
                    cancel_href=close_href()
                    cancel_label=exports::keep_connection(language)
                    confirm=confirm
                >
                    <p>{exports::detach_text(language)}</p>
                    {move || refused.get().map(|error| view! { <Failure error/> })}
                </ConfirmDialog>
            }
            .into_any(),
        ),
        Err(error) => Some(view! { <ProblemPane error/> }.into_any()),
    }
}

/// Why it was not done.
#[component]
fn Failure(error: ApiError) -> impl IntoView {
    let language = use_language();
    view! {
        <MessageBar intent=Intent::Error title=exports::command_failed(language)>
            {problem_text(language, &error)}
        </MessageBar>
    }
}

/// In place of a question about something that cannot be had.
#[component]
fn ProblemPane(error: ApiError) -> impl IntoView {
    let language = use_language();
    let address = use_address();
    let retry_href = move || address.with_untracked(ToString::to_string);
    let title = Signal::stored(exports::pane_failed(language).to_owned());
    view! {
        <Pane title close_href=close_href() size=PaneSize::Small>
            <Problem error retry_href=retry_href()/>
        </Pane>
    }
}
