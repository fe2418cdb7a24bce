//! The pause of everything: said on every page, ended by administrators.

use leptos::prelude::*;

use super::problem::problem_text;
use super::warnings::{StorageLink, restored_title, what_is_unknown};
use crate::api::{ApiError, resume_system};
use crate::domain::{Me, Restored, SystemPause};
use crate::i18n::{operation as texts, storage, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// Ending the pause: the same for every button that does.
#[derive(Clone, Copy)]
struct Resuming(Action<(), Result<(), ApiError>>);

/// Makes ending the pause available below. Called by the layout.
pub(super) fn provide_resuming() {
    let language = use_language();
    let (me, toasts) = (use_me(), use_toasts());
    let resume = Action::new(|(): &()| resume_system());
    Effect::new(move || {
        if let Some(Ok(())) = resume.value().get() {
            toasts.success(texts::resumed(language));
            me.update(|me| me.paused = None);
            // The button that was pressed goes away.
            keep_focus_soon();
        }
    });
    provide_context(Resuming(resume));
}

/// The pause of everything, while there is one.
pub fn use_paused() -> Memo<Option<SystemPause>> {
    let me = use_me();
    Memo::new(move |_| me.with(|me| me.paused.clone()))
}

/// Ends the pause. Only for administrators; what goes wrong is said in the banner.
#[component]
pub fn ResumeButton(
    /// How much it asks for attention.
    #[prop(optional)]
    appearance: Appearance,
) -> impl IntoView {
    let language = use_language();
    let Resuming(resume) = expect_context();
    view! {
        <Button
            appearance
            icon="play"
            busy=resume.pending()
            on_click=move |_| {
                resume.dispatch(());
            }
        >
            {texts::resume(language)}
        </Button>
    }
    .erased()
}

/// Says on every page that everything is paused, why, by whom and since when; nothing while it is not.
#[component]
pub(super) fn PauseBanner() -> impl IntoView {
    let me = use_me();
    let paused = Memo::new(move |_| me.with(paused_of));
    dynamic(move || {
        let (pause, restored) = paused.get()?;
        Some(view! { <Banner pause restored/> })
    })
}

/// The pause, and that the server was restored where the pause is there for that.
fn paused_of(me: &Me) -> Option<(SystemPause, Option<Restored>)> {
    let restored = me.restored().filter(|restored| restored.is_waiting());
    Some((me.paused.clone()?, restored.cloned()))
}

#[component]
fn Banner(
    pause: SystemPause,
    /// What administrators read in place of the reason.
    restored: Option<Restored>,
) -> impl IntoView {
    let language = use_language();
    let Resuming(resume) = expect_context();
    let is_restored = restored.is_some();
    let (title, why) = match restored {
        Some(restored) => {
            let unknown = what_is_unknown(language, &restored);
            let advice = storage::restored_advice(language);
            let title = restored_title(language, &restored);
            (title, format!("{unknown} {advice}"))
        }
        None => (texts::paused_title(language).to_owned(), pause.reason),
    };
    let failure = move || {
        let error = resume.value().get()?.err()?;
        let why = problem_text(language, &error);
        Some(view! { <p>{texts::not_resumed(language, why)}</p> })
    };
    let text = view! {
        <p>{why}</p>
        <p>
            {texts::paused_by(language, &pause.by)} " " <Time at=instant(pause.since) absolute=true/> ". "
            {texts::paused_text(language)}
        </p>
        {dynamic(failure)}
    }
    .erased();
    if use_session().is_administrator() {
        let actions = move || {
            view! {
                <ResumeButton/>
                {is_restored.then(|| view! { <StorageLink/> }.erased())}
            }
        };
        view! {
            <MessageBar intent=Intent::Warning title actions>
                {text}
            </MessageBar>
        }
        .erased()
    } else {
        view! {
            <MessageBar intent=Intent::Warning title>
                {text}
            </MessageBar>
        }
        .erased()
    }
}
