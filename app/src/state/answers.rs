//! What was asked of the server, as pages read it under a `Transition`.
//!
//! Never through a memo on the server: in the very moment in which an answer lets the page go on, a memo
//! may still hold that there is none, and the page would be sent without its rows. The browser has one
//! thread, and a memo there keeps what is drawn from being drawn again for the same answer.
//!
//! Always through one of these in the browser: who reads a resource itself, beside what it is asked by, takes the news
//! that something else is asked from it, and the question is never sent (`update_if_necessary` of `reactive_graph`).

use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};

use crate::api::JsonText;

/// What was asked of the server, with the last answer. The first comes with the page.
pub type FromServer<T> = Resource<T, JsonText>;

/// Asks the server, and anew whenever the question changes.
#[track_caller]
pub fn ask_server<T, Question, Answer>(
    question: impl Fn() -> Question + Send + Sync + 'static,
    answer: impl Fn(Question) -> Answer + Send + Sync + 'static,
) -> FromServer<T>
where
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
    Question: PartialEq + Clone + Send + Sync + 'static,
    Answer: Future<Output = T> + Send + 'static,
{
    Resource::new_with_options(question, answer, false)
}

/// The last answer.
pub fn answer_of<T>(resource: FromServer<T>) -> Signal<Option<T>>
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    once_in_the_browser(move || resource.get())
}

/// Whether there is an answer at all.
pub fn is_answered<T>(resource: FromServer<T>) -> Signal<bool>
where
    T: Send + Sync + 'static,
{
    once_in_the_browser(move || resource.with(Option::is_some))
}

/// Whether what is shown answers an earlier question than the one that is asked now; not before the first answer.
pub fn is_behind<T, Question>(
    resource: FromServer<T>,
    asked: impl Fn(&T) -> Question + Send + Sync + 'static,
    now: impl Fn() -> Question + Send + Sync + 'static,
) -> Signal<bool>
where
    T: Send + Sync + 'static,
    Question: PartialEq + Clone + Send + Sync + 'static,
{
    let answered = once_in_the_browser(move || resource.with(|answer| answer.as_ref().map(&asked)));
    Signal::derive(move || {
        answered.with(|answered| answered.as_ref().is_some_and(|asked| *asked != now()))
    })
}

/// A part of an answer, or what is made of it: in the browser, what is drawn with it is drawn again only once it differs.
#[cfg(feature = "ssr")]
pub fn once_in_the_browser<T>(read: impl Fn() -> T + Send + Sync + 'static) -> Signal<T>
where
    T: PartialEq + Send + Sync + 'static,
{
    Signal::derive(read)
}

/// A part of an answer, or what is made of it: in the browser, what is drawn with it is drawn again only once it differs.
#[cfg(not(feature = "ssr"))]
pub fn once_in_the_browser<T>(read: impl Fn() -> T + Send + Sync + 'static) -> Signal<T>
where
    T: PartialEq + Send + Sync + 'static,
{
    Memo::new(move |_| read()).into()
}
