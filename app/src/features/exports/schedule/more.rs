//! What few schedules need: first and last day, a pause, how late a start may be.

use leptos::html;
use leptos::prelude::*;

use super::state::ScheduleState;
use crate::features::exports::errors::FormErrors;
use crate::features::schedule::TimeZoneField;
use crate::i18n::schedule::form as texts;
use crate::i18n::use_language;
use crate::ui::prelude::*;

/// *More options*, closed while nothing of it is set.
#[component]
pub(super) fn MoreOptions(
    schedule: ScheduleState,
    errors: FormErrors,
    /// Whether the zone is here: where nothing else has a time.
    with_zone: Memo<bool>,
) -> impl IntoView {
    let language = use_language();
    let details = NodeRef::<html::Details>::new();
    let toggled = move |_| {
        if let Some(details) = details.get_untracked() {
            schedule.more.set(details.has_attribute("open"));
        }
    };
    view! {
        <details
            class="schedule-more"
            node_ref=details
            prop:open=move || schedule.more.get()
            on:toggle=toggled
        >
            <summary>{texts::more_options(language)}</summary>
            {move || {
                schedule.more.get().then(|| view! { <MoreFields schedule errors with_zone/> })
            }}
        </details>
    }
    .erased()
}

#[component]
fn MoreFields(schedule: ScheduleState, errors: FormErrors, with_zone: Memo<bool>) -> impl IntoView {
    let language = use_language();
    let is_paused =
        Memo::new(move |_| schedule.paused_until.with(|until| !until.trim().is_empty()));
    let zone = move || {
        with_zone.get().then(|| {
            view! {
                <TimeZoneField
                    name="schedule.time_zone"
                    zone=schedule.time_zone
                    error=errors.of("schedule.time_zone")
                />
            }
        })
    };
    let reason = move || {
        is_paused.get().then(|| {
            view! {
                <TextField
                    name="schedule.pause_reason"
                    label=texts::pause_reason(language)
                    value=schedule.pause_reason
                    autocomplete="off"
                    optional=true
                    error=errors.of("schedule.pause_reason")
                />
            }
        })
    };
    view! {
        <div class="form-columns">
            {dynamic(zone)}
            <TextField
                name="schedule.starts_on"
                label=texts::starts_on(language)
                value=schedule.starts_on
                kind=InputKind::Date
                optional=true
                error=errors.of("schedule.starts_on")
            />
            <TextField
                name="schedule.ends_on"
                label=texts::ends_on(language)
                value=schedule.ends_on
                kind=InputKind::Date
                optional=true
                error=errors.of("schedule.ends_on")
            />
            <TextField
                name="schedule.paused_until"
                label=texts::paused_until(language)
                value=schedule.paused_until
                kind=InputKind::Date
                help=texts::paused_until_help(language)
                optional=true
                error=errors.of("schedule.paused_until")
            />
            {dynamic(reason)}
            <TextField
                name="schedule.catch_up_hours"
                label=texts::catch_up_hours(language)
                value=schedule.catch_up
                kind=InputKind::Number
                min="0"
                help=texts::catch_up_help(language)
                error=errors.of("schedule.catch_up_hours")
            />
        </div>
    }
    .erased()
}
