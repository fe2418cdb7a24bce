//! What the panes of one export and of several have in common: the frame, the form and its button.

use leptos::ev::SubmitEvent;
use leptos::prelude::*;

use super::change::ChangeState;
use super::fields;
use super::outcome::Outcome;
use super::saving::Saving;
use crate::features::account::SignInHere;
use crate::i18n::schedule::form as texts;
use crate::i18n::{exports, ui, use_language};
use crate::state::prelude::*;
use crate::ui::prelude::*;

const FORM: &str = "schedule-form";
/// The id of what is said above the form.
const SAID: &str = "form-said";

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
            is_waiting.then(|| ui::needs_script(language).to_owned())
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
    /// The question which of two changes counts.
    #[prop(optional, into)]
    conflict: Option<ViewFn>,
    /// The fields.
    children: Children,
) -> impl IntoView {
    let language = use_language();
    let submitted = move |event: SubmitEvent| {
        event.prevent_default();
        saving.save();
    };
    let is_said = Signal::derive(move || {
        let is_failed = saving.failure.with(Option::is_some);
        let is_part = saving.refused.with(|refused| !refused.is_empty());
        saving.conflict.with(Option::is_some) || is_failed || is_part
    });
    // The button is below the form: what came of saving is not in sight there.
    Effect::new(move || {
        if is_said.get() {
            show_soon(SAID);
        }
    });
    let errors = saving.errors.summary(rank, move |name| {
        let label = match name {
            "mode" => texts::keep_or_override(language),
            "enabled" => texts::schedule_run(language),
            name => return fields::label(language, form.schedule, name),
        };
        Some(label.to_owned())
    });
    view! {
        <div id=SAID tabindex="-1" hidden=move || !is_said.get()>
            {conflict.map(|conflict| conflict.run())}
            <Outcome saving/>
        </div>
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
