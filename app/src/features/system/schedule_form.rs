//! The form of the system refresh: on or off, daily or weekly, times, zone, and what that comes to.

use leptos::{ev::SubmitEvent, prelude::*};

use super::page::Changed;
use super::schedule_saving::{Conflict, Saving};
use super::schedule_state::ScheduleState;
use crate::domain::{RecurrenceKind, SystemSchedule};
use crate::features::account::SignInHere;
use crate::features::schedule::{NextStarts, TimeZoneField, Times, Weekdays};
use crate::i18n::{schedule as names, system as texts, use_language};
use crate::shell::{FormErrors, FormProblems};
use crate::state::prelude::*;
use crate::ui::prelude::*;

const FORM: &str = "system-schedule-form";

/// The pane with the form.
#[component]
pub(super) fn ScheduleForm(stored: SystemSchedule, changed: Changed) -> impl IntoView {
    let language = use_language();
    let close = close_href();
    let state = ScheduleState::new(stored);
    let saving = Saving::new(state, changed);
    let errors = saving.errors();
    let submitted = move |event: SubmitEvent| {
        event.prevent_default();
        saving.save();
    };
    let footer = ViewFn::from(move || {
        view! {
            <Button
                appearance=Appearance::Primary
                kind=ButtonKind::Submit
                form=FORM
                busy=saving.pending()
            >
                {while_saving(saving.pending(), texts::save(language))}
            </Button>
            <LinkButton href=close keep_scroll=true>
                {texts::cancel(language)}
            </LinkButton>
        }
    });
    view! {
        <Pane
            title=texts::edit_schedule(language)
            close_href=close
            dirty=Signal::derive(move || saving.is_dirty())
            footer
        >
            <SignInHere
                error=saving.error()
                on_signed_in=Callback::new(move |()| saving.save())
            />
            <form id=FORM class="form" novalidate=true on:submit=submitted>
                <Conflict saving/>
                <FormProblems errors title=texts::not_saved(language)/>
                <Fields state errors/>
                <FormSection title=texts::next_starts(language)>
                    <NextStarts
                        draft=Signal::derive(move || state.draft().schedule)
                        enabled=state.enabled
                    />
                </FormSection>
            </form>
        </Pane>
    }
    .erased()
}

#[component]
fn Fields(state: ScheduleState, errors: FormErrors) -> impl IntoView {
    let language = use_language();
    let choices = [RecurrenceKind::Daily, RecurrenceKind::Weekly]
        .map(|kind| Choice::new(kind.code(), names::recurrence_name(language, kind)))
        .to_vec();
    let is_weekly = Memo::new(move |_| state.is_weekly());
    let weekdays = move || {
        is_weekly.get().then(|| {
            view! { <Weekdays name="days" days=state.days error=errors.of("days")/> }
        })
    };
    view! {
        <Switch
            name="enabled"
            label=texts::refresh_schedule(language)
            checked=state.enabled
            help=texts::refresh_schedule_help(language)
        />
        <RadioGroup
            name="recurrence"
            label=texts::recurrence(language)
            value=state.recurrence
            options=Signal::stored(choices)
        />
        {dynamic(weekdays)}
        <Times
            name="times"
            times=state.times
            error=errors.of("times")
            error_of=move |place: usize| errors.of(format!("times.{place}"))
        />
        <TimeZoneField name="time_zone" zone=state.zone error=errors.of("time_zone")/>
    }
    .erased()
}
