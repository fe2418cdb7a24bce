//! Questions before something is taken away or stopped: asked once it is known what they are about, answered
//! by doing it, or by going back.

use std::pin::Pin;
use std::sync::Arc;

use leptos::prelude::*;

use crate::api::ApiError;
use crate::shell::{Failure, Problem};
use crate::state::prelude::*;
use crate::ui::prelude::*;

/// What a question says.
pub(super) struct Words {
    pub(super) title: String,
    /// What will happen, and what stays.
    pub(super) text: String,
    /// The answer that does it.
    pub(super) answer: &'static str,
    /// The picture of that answer.
    pub(super) icon: &'static str,
    /// The answer that changes nothing.
    pub(super) keep: &'static str,
    /// Over the error, if it was not done.
    pub(super) failed: &'static str,
    /// Passing message, once it is done.
    pub(super) done: String,
}

/// On its way to an answer of the server.
type Doing = Pin<Box<dyn Future<Output = Result<(), ApiError>> + Send>>;

/// Does what a question is about.
pub(super) struct Act(Arc<dyn Fn() -> Doing + Send + Sync>);

impl Act {
    /// Asks the server; once that is done, `on_done` is called, also if the question is gone by then.
    pub(super) fn new<F>(
        ask: impl Fn() -> F + Send + Sync + 'static,
        on_done: impl Fn() + Copy + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<(), ApiError>> + Send + 'static,
    {
        Self(Arc::new(move || -> Doing {
            let answer = ask();
            Box::pin(async move {
                let answer = answer.await;
                if answer.is_ok() {
                    on_done();
                }
                answer
            })
        }))
    }
}

/// The question. Once it is done, the page goes on at the address without the question.
#[component]
pub(super) fn Question(
    words: Words,
    /// The address without the question.
    back: Signal<String>,
    act: Act,
) -> impl IntoView {
    let (go, toasts) = (use_go(), use_toasts());
    let Words {
        title,
        text,
        answer,
        icon,
        keep,
        failed,
        done,
    } = words;
    let act = Action::new(move |(): &()| {
        let (answer, done) = ((act.0)(), done.clone());
        async move {
            let answer = answer.await;
            // Whoever closed the question meanwhile is told all the same.
            if answer.is_ok() {
                toasts.success(done);
            }
            answer
        }
    });
    Effect::new(move || {
        if let Some(Ok(())) = act.value().get() {
            // Nobody comes back to a question that is answered.
            go.replace(&back.get_untracked());
        }
    });
    let pending = act.pending();
    let confirm = ViewFn::from(move || {
        view! {
            <Button
                appearance=Appearance::Danger
                icon
                busy=pending
                on_click=move |_| {
                    act.dispatch(());
                }
            >
                {answer}
            </Button>
        }
    });
    view! {
        <ConfirmDialog title cancel_href=back cancel_label=keep confirm>
            <p>{text}</p>
            <Failure title=failed error=Signal::derive(move || act.value().get()?.err())/>
        </ConfirmDialog>
    }
    .erased()
}

/// Asks about something once it is known, or says in a pane of this title why it is not.
pub(super) fn ask_about<T>(
    about: FromServer<Result<T, ApiError>>,
    title: &'static str,
    ask: impl Fn(T) -> AnyView + Send + Sync + 'static,
) -> AnyView
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    view! { <Transition fallback=|| ()>{asked(about, title, ask)}</Transition> }.erased()
}

fn asked<T>(
    about: FromServer<Result<T, ApiError>>,
    title: &'static str,
    ask: impl Fn(T) -> AnyView + Send + Sync + 'static,
) -> impl IntoView
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let answer = answer_of(about);
    dynamic(move || {
        answer.get().map(|answer| match answer {
            Ok(known) => ask(known),
            Err(error) => view! {
                <Pane title close_href=close_href()>
                    <Problem error/>
                </Pane>
            }
            .erased(),
        })
    })
}
