//! The form that pauses everything: it asks for a reason, which everybody reads on every page.

use leptos::{ev::SubmitEvent, prelude::*};

use super::refusal::RefusalPane;
use crate::api::{ApiError, pause_system};
use crate::domain::{FieldErrors, SystemPause};
use crate::features::account::SignInHere;
use crate::i18n::{operation as texts, use_language};
use crate::shell::{FormErrors, FormProblems};
use crate::state::prelude::*;
use crate::ui::prelude::*;

const FORM: &str = "system-pause-form";

/// The pane, for administrators.
#[component]
pub(super) fn PausePane() -> impl IntoView {
    let language = use_language();
    if use_session().is_administrator() {
        view! { <PauseForm/> }.erased()
    } else {
        view! { <RefusalPane title=texts::pause_everything(language)/> }.erased()
    }
}

/// Pauses with what was typed; the server checks it again, with the same parser.
async fn pause(reason: String) -> Result<SystemPause, ApiError> {
    let reason = SystemPause::reason(&reason).map_err(|error| ApiError::Invalid {
        fields: FieldErrors::one("reason", error.into()),
    })?;
    pause_system(reason).await
}

#[component]
fn PauseForm() -> impl IntoView {
    let language = use_language();
    let close = close_href();
    let (go, toasts, me) = (use_go(), use_toasts(), use_me());
    let reason = RwSignal::new(String::new());
    let save = Action::new(move |reason: &String| {
        let pausing = pause(reason.clone());
        async move {
            let answer = pausing.await;
            // Whoever closed the pane meanwhile is told all the same.
            if let Ok(paused) = &answer {
                toasts.success(texts::paused(language));
                me.update(|me| me.paused = Some(paused.clone()));
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
    let footer = ViewFn::from(move || {
        view! {
            <Button
                appearance=Appearance::Primary
                kind=ButtonKind::Submit
                form=FORM
                busy=save.pending()
            >
                {texts::pause_everything(language)}
            </Button>
            <LinkButton href=close keep_scroll=true>
                {texts::cancel(language)}
            </LinkButton>
        }
    });
    view! {
        <Pane title=texts::pause_everything(language) close_href=close footer>
            <SignInHere error on_signed_in=send/>
            <form id=FORM class="form" novalidate=true on:submit=submitted>
                <FormProblems errors title=texts::not_paused(language)/>
                <p>{texts::pause_text(language)}</p>
                <TextField
                    name="reason"
                    label=texts::reason(language)
                    value=reason
                    help=texts::reason_help(language)
                    error=errors.of("reason")
                    required=true
                    autocomplete="off"
                    autofocus=true
                />
            </form>
        </Pane>
    }
    .erased()
}
