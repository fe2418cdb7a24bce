//! The question before a refresh is stopped.

use leptos::prelude::*;

use super::page::Changed;
use super::refusal::RefusalPane;
use crate::api::cancel_refresh;
use crate::domain::RefreshId;
use crate::i18n::{system as texts, use_language};
use crate::shell::problem_text;
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// Asks administrators; either answer leads back to the progress.
#[component]
pub(super) fn CancelDialog(id: RefreshId, changed: Changed) -> impl IntoView {
    let language = use_language();
    if use_session().is_administrator() {
        view! { <Question id changed/> }.into_any()
    } else {
        view! { <RefusalPane title=texts::cancel_refresh(language)/> }.into_any()
    }
}

#[component]
fn Question(id: RefreshId, changed: Changed) -> impl IntoView {
    let language = use_language();
    let (go, toasts) = (use_go(), use_toasts());
    let back = pane_href(PaneRoute::of("refresh", id));
    let cancel = Action::new(|id: &RefreshId| cancel_refresh(*id));
    Effect::new(move || {
        if let Some(Ok(_)) = cancel.value().get() {
            toasts.success(texts::cancel_asked(language));
            changed.now();
            go.replace(&back.get_untracked());
        }
    });
    let pending = cancel.pending();
    let confirm = ViewFn::from(move || {
        view! {
            <Button
                appearance=Appearance::Danger
                icon="stop"
                busy=pending
                on_click=move |_| {
                    cancel.dispatch(id);
                }
            >
                {texts::cancel_refresh(language)}
            </Button>
        }
    });
    let problem = move || {
        let error = cancel.value().get()?.err()?;
        Some(view! {
            <MessageBar intent=Intent::Error title=texts::command_failed(language)>
                {problem_text(language, &error)}
            </MessageBar>
        })
    };
    view! {
        <ConfirmDialog
            title=texts::cancel_title(language)
            cancel_href=back
            cancel_label=texts::keep_going(language)
            confirm
        >
            <p>{texts::cancel_text(language)}</p>
            {problem}
        </ConfirmDialog>
    }
    .into_any()
}
