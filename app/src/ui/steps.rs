//! What was tried, step by step, and how far it came.

use leptos::prelude::*;

use super::{
    badge::{Badge, Tone},
    erase::Erase,
};
use crate::i18n::{self, format, use_language};

/// One step that was tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    label: String,
    ok: bool,
    millis: Option<u64>,
}

impl Step {
    /// A step, and whether it went well.
    pub fn new(label: impl Into<String>, ok: bool) -> Self {
        Self {
            label: label.into(),
            ok,
            millis: None,
        }
    }

    /// How long it took, in milliseconds.
    #[must_use]
    pub const fn took(mut self, millis: Option<u64>) -> Self {
        self.millis = millis;
        self
    }
}

/// Steps in their order, each with its state and how long it took. After one that failed there are none.
///
/// ```ignore
/// view! { <Steps label="What was tried" steps=vec![Step::new("Sign-in", true).took(Some(12))]/> }
/// ```
#[component]
pub fn Steps(
    /// The name of the list.
    #[prop(into)]
    label: String,
    /// The steps.
    steps: Vec<Step>,
) -> impl IntoView {
    let language = use_language();
    let item = |step: Step| {
        let (tone, icon, state) = if step.ok {
            (
                Tone::Success,
                "checkmark_circle",
                i18n::ui::step_done(language),
            )
        } else {
            (
                Tone::Danger,
                "error_circle",
                i18n::ui::step_failed(language),
            )
        };
        let took = step.millis.map(|millis| {
            view! { <span class="step-time">{format::duration(language, millis)}</span> }
        });
        view! {
            <li class="step">
                <Badge tone icon>
                    {step.label} <span class="sr">{format!(", {state}")}</span>
                </Badge>
                {took}
            </li>
        }
    };
    view! {
        <ol class="steps" aria-label=label>
            {steps.into_iter().map(item).collect_view()}
        </ol>
    }
    .erased()
}
