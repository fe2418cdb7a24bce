//! Messages that stay in the page until they are no longer true.

use leptos::prelude::*;

use super::{erase::Erase, icon::Icon};

/// What a message is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Intent {
    /// Something to know.
    #[default]
    Info,
    /// Something was done.
    Success,
    /// Something to look at.
    Warning,
    /// Something failed.
    Error,
}

impl Intent {
    const fn look(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Info => ("message message-info", "info", "status"),
            Self::Success => ("message message-success", "checkmark_circle", "status"),
            Self::Warning => ("message message-warning", "warning", "status"),
            Self::Error => ("message message-error", "error_circle", "alert"),
        }
    }
}

/// A message in the page. Errors are announced at once, others when the reader pauses.
///
/// ```ignore
/// view! { <MessageBar intent=Intent::Error title="Not saved">{detail}</MessageBar> }
/// ```
#[component]
pub fn MessageBar(
    /// What it is about.
    #[prop(optional)]
    intent: Intent,
    /// The gist, in bold before the text.
    #[prop(optional, into)]
    title: Option<String>,
    /// What can be done: buttons or links.
    #[prop(optional, into)]
    actions: Option<ViewFn>,
    /// The text.
    children: Children,
) -> impl IntoView {
    let (class, icon, role) = intent.look();
    view! {
        <div class=class role=role>
            <Icon name=icon/>
            <div class="message-text">
                {title.map(|title| view! { <strong>{title}</strong> }.erased())} {children()}
            </div>
            {actions.map(|actions| view! { <div class="message-actions">{actions.run()}</div> }.erased())}
        </div>
    }
    .erased()
}
