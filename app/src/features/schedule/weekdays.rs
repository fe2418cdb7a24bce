//! Days of the week to tick.

use std::collections::BTreeSet;

use leptos::prelude::*;

use super::part::part_of;
use crate::domain::Weekday;
use crate::i18n::{schedule as names, system as texts, use_language};
use crate::ui::prelude::*;

/// The days of the week, Monday first, those of the schedule ticked.
///
/// ```ignore
/// let days = RwSignal::new(BTreeSet::from([Weekday::Monday]));
/// view! { <Weekdays name="days" days error=errors.of("days")/> }
/// ```
#[component]
pub(in crate::features) fn Weekdays(
    /// The name of the set, as the server calls it.
    #[prop(into)]
    name: String,
    /// The days ticked, both ways.
    days: RwSignal<BTreeSet<Weekday>>,
    /// What is wrong with the choice.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let language = use_language();
    let day_box = |day: Weekday| {
        let checked = part_of(
            days,
            move |days: &BTreeSet<Weekday>| days.contains(&day),
            move |days, is_ticked| {
                if is_ticked {
                    days.insert(day);
                } else {
                    days.remove(&day);
                }
            },
        );
        view! {
            <Checkbox
                name=name.clone()
                id=format!("field-{name}-{}", day.code())
                label=names::weekday_name(language, day)
                value=day.code()
                checked
            />
        }
    };
    let boxes = Weekday::ALL.into_iter().map(day_box).collect_view();
    view! {
        <FieldGroup name=name.clone() label=texts::days(language) error>
            <div class="weekdays">{boxes}</div>
        </FieldGroup>
    }
    .erased()
}
