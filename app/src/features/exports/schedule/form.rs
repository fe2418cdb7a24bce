//! What the panes of one export and of several have in common: the frame, the form and its button.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::change::ChangeState;
use super::fields;
use super::outcome::Outcome;
use super::saving::Saving;
use crate::features::account::SignInHere;
use crate::i18n::schedule::form as texts;
use crate::i18n::{exports, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

const FORM: &str = "schedule-form";

/// The pane around the form.
#[component]
pub(super) fn Frame(
    title: &'static str,
    saving: Saving,
    /// Why it cannot be saved.
    #[prop(optional, into)]
    refusal: Signal<Option<String>>,
    /// The form, or why there is none.
    children: Children,
) -> impl IntoView {
    view! {
        <Pane
            title=Signal::stored(title.to_owned())
            close_href=close_href()
            dirty=Signal::derive(move || saving.is_dirty())
            footer=move || view! { <Footer saving refusal/> }
        >
            <Transition fallback=|| view! { <TextSkeleton lines=8/> }>{children()}</Transition>
        </Pane>
    }
    .erased()
}

/// The button. It is not there where there is nothing to save.
#[component]
fn Footer(saving: Saving, refusal: Signal<Option<String>>) -> impl IntoView {
    let language = use_language();
    let is_live = use_script();
    let disabled_reason = Signal::derive(move || {
        refusal.get().or_else(|| {
            let is_waiting = !is_live.get() || saving.form.with(Option::is_none);
            is_waiting.then(|| exports::saving_needs_script(language).to_owned())
        })
    });
    dynamic(move || {
        (!(is_live.get() && saving.unavailable.get())).then(|| {
            view! {
                <Button
                    kind=ButtonKind::Submit
                    form=FORM
                    appearance=Appearance::Primary
                    busy=saving.busy
                    disabled_reason
                >
                    {while_saving(saving.busy, exports::save(language))}
                </Button>
            }
        })
    })
}

/// The form, under what is wrong with it.
#[component]
pub(super) fn ScheduleForm(
    form: ChangeState,
    saving: Saving,
    /// The fields.
    children: Children,
) -> impl IntoView {
    let language = use_language();
    let submitted = move |event: SubmitEvent| {
        event.prevent_default();
        saving.save();
    };
    let errors = saving.errors.summary(rank, move |name| {
        let label = match name {
            "mode" => texts::keep_or_override(language),
            "enabled" => texts::schedule_run(language),
            name => return fields::label(language, form.schedule, name),
        };
        Some(label.to_owned())
    });
    view! {
        <Outcome saving/>
        <SignInHere error=saving.failure on_signed_in=Callback::new(move |()| saving.save())/>
        <form id=FORM class="export-form" novalidate=true on:submit=submitted>
            <ErrorSummary errors failed=saving.errors.are_some()/>
            {children()}
        </form>
    }
    .erased()
}

/// Where a field stands in the form.
fn rank(name: &str) -> (u8, usize) {
    match name {
        "mode" => (0, 0),
        "enabled" => (1, 0),
        name => (2, fields::rank(name)),
    }
}
