//! The fields of a schedule, and what it comes to as it is typed.

use leptos::prelude::*;

use super::month_days::MonthDays;
use super::more::MoreOptions;
use super::state::ScheduleState;
use crate::domain::{HOUR_STEPS, MOST_WEEKS, RecurrenceKind, SystemSchedule};
use crate::features::exports::errors::FormErrors;
use crate::features::schedule::{NextStarts, TimeZoneField, Times, Weekdays};
use crate::i18n::schedule::{form as texts, recurrence_name, sentence};
use crate::i18n::{exports, system as system_texts, use_language};
use crate::ui::prelude::*;

/// The part of an export's form.
#[component]
pub(in crate::features::exports) fn ScheduleSection(
    schedule: ScheduleState,
    errors: FormErrors,
    /// The system refresh.
    system: SystemSchedule,
) -> impl IntoView {
    let language = use_language();
    view! {
        <FormSection title=exports::schedule(language)>
            <ScheduleRun schedule errors/>
            <ScheduleEditor schedule errors system/>
        </FormSection>
    }
    .erased()
}

/// *Schedule run*: on or off.
#[component]
pub(super) fn ScheduleRun(schedule: ScheduleState, errors: FormErrors) -> impl IntoView {
    let language = use_language();
    view! {
        <Switch
            name="enabled"
            label=texts::schedule_run(language)
            checked=schedule.enabled
            help=texts::schedule_run_help(language)
            error=errors.of("enabled")
        />
    }
    .erased()
}

/// Everything but the switch.
#[component]
pub(super) fn ScheduleEditor(
    schedule: ScheduleState,
    errors: FormErrors,
    system: SystemSchedule,
) -> impl IntoView {
    let language = use_language();
    let kinds = RecurrenceKind::ALL
        .into_iter()
        .map(|kind| Choice::new(kind.code(), recurrence_name(language, kind)))
        .collect::<Vec<_>>();
    let kind = Memo::new(move |_| schedule.kind());
    let is_system = Memo::new(move |_| kind.get() == RecurrenceKind::System);
    let zone = move || {
        (!is_system.get()).then(|| {
            view! {
                <TimeZoneField
                    name="schedule.time_zone"
                    zone=schedule.time_zone
                    error=errors.of("schedule.time_zone")
                />
            }
        })
    };
    let system = StoredValue::new(system);
    let refresh = move || {
        (is_system.get() && schedule.enabled.get())
            .then(|| view! { <RefreshNote system=system.get_value()/> })
    };
    view! {
        <SelectField
            name="schedule.recurrence"
            label=system_texts::recurrence(language)
            value=schedule.recurrence
            options=Signal::stored(kinds)
            error=errors.of("schedule.recurrence")
        />
        {move || view! { <RecurrenceFields kind=kind.get() schedule errors/> }}
        {dynamic(zone)}
        <NextStarts draft=Signal::derive(move || schedule.draft()) enabled=schedule.enabled/>
        {dynamic(refresh)}
        <MoreOptions schedule errors with_zone=is_system/>
    }
    .erased()
}

/// When the refresh is that the export follows.
#[component]
fn RefreshNote(system: SystemSchedule) -> impl IntoView {
    let language = use_language();
    if !system.enabled {
        return view! {
            <MessageBar intent=Intent::Warning>{texts::refresh_is_off(language)}</MessageBar>
        }
        .erased();
    }
    system
        .schedule
        .parse()
        .ok()
        .map(|schedule| {
            let starts = sentence(language, &schedule);
            view! { <p class="field-help">{texts::refresh_is_on(language, starts)}</p> }
        })
        .erased()
}

/// The fields of one recurrence.
#[component]
fn RecurrenceFields(
    kind: RecurrenceKind,
    schedule: ScheduleState,
    errors: FormErrors,
) -> impl IntoView {
    match kind {
        RecurrenceKind::System => ().erased(),
        RecurrenceKind::Hourly => view! { <HourlyFields schedule errors/> }.erased(),
        RecurrenceKind::Daily => view! { <TimesFields schedule errors/> }.erased(),
        RecurrenceKind::Weekly => view! { <WeeklyFields schedule errors/> }.erased(),
        RecurrenceKind::Monthly => view! {
            <MonthDays days=schedule.month_days error=errors.of("schedule.month_days")/>
            <TimesFields schedule errors/>
        }
        .erased(),
        RecurrenceKind::Once => view! { <OnceFields schedule errors/> }.erased(),
        RecurrenceKind::Cron => view! { <CronFields schedule errors/> }.erased(),
    }
}

#[component]
fn HourlyFields(schedule: ScheduleState, errors: FormErrors) -> impl IntoView {
    let language = use_language();
    let steps = HOUR_STEPS
        .into_iter()
        .map(|hours| Choice::new(hours.to_string(), texts::hours(language, u64::from(hours))))
        .collect::<Vec<_>>();
    view! {
        <div class="form-columns">
            <SelectField
                name="schedule.every"
                label=texts::every(language)
                value=schedule.every_hours
                options=Signal::stored(steps)
                error=errors.of("schedule.every")
            />
            <TextField
                name="schedule.from"
                label=texts::from_time(language)
                value=schedule.from_time
                kind=InputKind::Time
                help=texts::from_time_help(language)
                required=true
                error=errors.of("schedule.from")
            />
        </div>
    }
    .erased()
}

#[component]
fn WeeklyFields(schedule: ScheduleState, errors: FormErrors) -> impl IntoView {
    let language = use_language();
    // Every week there is nothing to count from.
    let counts = Memo::new(move |_| schedule.every_weeks.with(|weeks| weeks.trim() != "1"));
    let from = move || {
        counts.get().then(|| {
            view! {
                <TextField
                    name="schedule.from"
                    label=texts::from_week(language)
                    value=schedule.from_week
                    kind=InputKind::Date
                    help=texts::from_week_help(language)
                    required=true
                    error=errors.of("schedule.from")
                />
            }
        })
    };
    view! {
        <div class="form-columns">
            <TextField
                name="schedule.every"
                label=texts::every_weeks(language)
                value=schedule.every_weeks
                kind=InputKind::Number
                min="1"
                max=MOST_WEEKS.to_string()
                required=true
                error=errors.of("schedule.every")
            />
            {dynamic(from)}
        </div>
        <Weekdays name="schedule.days" days=schedule.days error=errors.of("schedule.days")/>
        <TimesFields schedule errors/>
    }
    .erased()
}

#[component]
fn TimesFields(schedule: ScheduleState, errors: FormErrors) -> impl IntoView {
    view! {
        <Times
            name="schedule.times"
            times=schedule.times
            error=errors.of("schedule.times")
            error_of=move |place: usize| errors.of(format!("schedule.times.{place}"))
        />
    }
    .erased()
}

#[component]
fn OnceFields(schedule: ScheduleState, errors: FormErrors) -> impl IntoView {
    let language = use_language();
    view! {
        <TextField
            name="schedule.at"
            label=texts::at(language)
            value=schedule.at
            kind=InputKind::DateTime
            required=true
            error=errors.of("schedule.at")
        />
    }
    .erased()
}

#[component]
fn CronFields(schedule: ScheduleState, errors: FormErrors) -> impl IntoView {
    let language = use_language();
    view! {
        <TextField
            name="schedule.cron"
            label=texts::cron(language)
            value=schedule.cron
            mono=true
            help=texts::cron_help(language)
            autocomplete="off"
            required=true
            error=errors.of("schedule.cron")
        />
    }
    .erased()
}
