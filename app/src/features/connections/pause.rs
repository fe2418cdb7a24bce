//! The pane that pauses a connection: it asks for a reason, which whoever waits for a run reads.

use leptos::{ev::SubmitEvent, prelude::*};

use super::page::count;
use crate::api::{ApiError, get_connection, pause_connection};
use crate::domain::{ConnectionDetails, ConnectionId};
use crate::features::account::SignInHere;
use crate::features::question::ask_about;
use crate::i18n::{connections as texts, ui, use_language};
use crate::shell::{FormErrors, FormProblems};
use crate::state::prelude::*;
use crate::ui::prelude::*;

const FORM: &str = "connection-pause-form";

/// The pane of one connection.
#[component]
pub(super) fn PausePane(id: ConnectionId, changed: RwSignal<u32>) -> impl IntoView {
    let language = use_language();
    let connection = ask_server(|| (), move |()| get_connection(id));
    ask_about(
        connection,
        texts::pause(language),
        move |connection: ConnectionDetails| view! { <PauseForm connection changed/> }.erased(),
    )
}

/// Pauses for what was typed, if that says something.
async fn pause(id: ConnectionId, reason: String) -> Result<ConnectionDetails, ApiError> {
    let reason = reason.trim();
    let reason = (!reason.is_empty()).then(|| reason.to_owned());
    pause_connection(id, reason).await
}

#[component]
fn PauseForm(connection: ConnectionDetails, changed: RwSignal<u32>) -> impl IntoView {
    let language = use_language();
    let (go, toasts, close) = (use_go(), use_toasts(), close_href());
    let (id, name) = (connection.summary.id, connection.summary.name);
    let reason = RwSignal::new(String::new());
    let save = Action::new(move |reason: &String| {
        let pausing = pause(id, reason.clone());
        async move {
            let answer = pausing.await;
            // Whoever closed the pane meanwhile is told all the same.
            if let Ok(details) = &answer {
                toasts.success(texts::is_paused(language, &details.summary.name));
                count(changed);
            }
            answer
        }
    });
    Effect::new(move || {
        if let Some(Ok(_)) = save.value().get() {
            go.push(&close.get_untracked());
        }
    });
    let error = Signal::derive(move || save.value().get()?.err());
    let errors = FormErrors::new(error, Signal::stored(vec!["reason".to_owned()]));
    let send = Callback::new(move |()| {
        if !save.pending().get_untracked() {
            save.dispatch(reason.get_untracked());
        }
    });
    let submitted = move |event: SubmitEvent| {
        event.prevent_default();
        send.run(());
    };
    let is_live = use_script();
    let waiting =
        Signal::derive(move || (!is_live.get()).then(|| ui::needs_script(language).to_owned()));
    let footer = ViewFn::from(move || {
        view! {
            <Button
                appearance=Appearance::Primary
                kind=ButtonKind::Submit
                form=FORM
                busy=save.pending()
                disabled_reason=waiting
            >
                {texts::pause(language)}
            </Button>
            <LinkButton href=close keep_scroll=true>
                {texts::cancel(language)}
            </LinkButton>
        }
    });
    view! {
        <Pane title=texts::pause_title(language, name) close_href=close footer>
            <SignInHere error on_signed_in=send/>
            <form id=FORM class="form" novalidate=true on:submit=submitted>
                <FormProblems errors title=texts::not_paused(language)/>
                <p>{texts::pause_text(language)}</p>
                <TextField
                    name="reason"
                    label=texts::pause_reason(language)
                    value=reason
                    error=errors.of("reason")
                    optional=true
                    autocomplete="off"
                />
            </form>
        </Pane>
    }
    .erased()
}
