//! The days of *Monthly*, one line for each.

use leptos::prelude::*;

use super::state::first_of_month;
use crate::domain::{MonthDay, Nth, Weekday};
use crate::i18n::schedule::{form as texts, nth_name, weekday_name};
use crate::i18n::{Language, use_language};
use crate::ui::prelude::*;

/// The name of the whole, as the server calls it.
const NAME: &str = "schedule.month_days";

/// A list of days that grows and shrinks. Its lines are drawn anew when it does, so that they are
/// always counted from 1.
#[component]
pub(super) fn MonthDays(
    /// What is chosen in each line.
    days: RwSignal<Vec<ArcRwSignal<String>>>,
    /// What is wrong with them.
    error: Signal<Option<String>>,
) -> impl IntoView {
    let language = use_language();
    let add = move |_| {
        days.update(|days| days.push(first_of_month()));
        let last = days.with_untracked(Vec::len).saturating_sub(1);
        focus_field_soon(&line_name(last));
    };
    let lines = move || {
        let days_now = days.get();
        let is_only = days_now.len() == 1;
        days_now
            .into_iter()
            .enumerate()
            .map(|(place, day)| view! { <Line days place day is_only/> })
            .collect_view()
    };
    view! {
        <FieldGroup
            name=NAME
            label=texts::month_days(language)
            help=texts::month_days_help(language)
            error
        >
            <ul class="times month-days">{dynamic(lines)}</ul>
            <Button appearance=Appearance::Subtle icon="add" on_click=add>
                {texts::add_month_day(language)}
            </Button>
        </FieldGroup>
    }
    .erased()
}

/// One day. The only one cannot be taken away.
#[component]
fn Line(
    days: RwSignal<Vec<ArcRwSignal<String>>>,
    place: usize,
    day: ArcRwSignal<String>,
    is_only: bool,
) -> impl IntoView {
    let language = use_language();
    let number = place + 1;
    let remove = move |_| {
        days.update(|days| {
            if place < days.len() {
                days.remove(place);
            }
        });
        let last = days.with_untracked(Vec::len).saturating_sub(1);
        focus_field_soon(&line_name(place.min(last)));
    };
    let remove = (!is_only).then(|| {
        view! {
            <Button appearance=Appearance::Subtle icon="delete" icon_only=true on_click=remove>
                {texts::remove_month_day(language, number)}
            </Button>
        }
    });
    view! {
        <li class="time-row">
            <SelectField
                name=line_name(place)
                label=texts::month_day_number(language, number)
                value=RwSignal::from(day)
                options=Signal::stored(choices(language))
            />
            {remove}
        </li>
    }
    .erased()
}

fn line_name(place: usize) -> String {
    format!("{NAME}.{place}")
}

/// Every day that a month can be asked for: by its number, the last one, by weekday.
fn choices(language: Language) -> Vec<Choice> {
    let by_number = (1..=31).map(|number| {
        let number = MonthDay::Day(number).to_string();
        Choice::new(number.clone(), number).group(texts::by_number(language))
    });
    let last = Choice::new(MonthDay::Last.to_string(), texts::last_day(language))
        .group(texts::by_number(language));
    let by_weekday = Nth::ALL.into_iter().flat_map(move |nth| {
        Weekday::ALL.into_iter().map(move |weekday| {
            let name = texts::nth_weekday(
                language,
                nth_name(language, nth),
                weekday_name(language, weekday),
            );
            Choice::new(MonthDay::Nth(nth, weekday).to_string(), name)
                .group(texts::by_weekday(language))
        })
    });
    by_number
        .chain(std::iter::once(last))
        .chain(by_weekday)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_that_a_schedule_may_have_can_be_chosen() {
        let choices = choices(Language::French);
        assert_eq!(choices.len(), 31 + 1 + 5 * 7);
        let expected = Choice::new("2nd tue", "deuxième mardi").group("Par jour de la semaine");
        assert!(choices.contains(&expected));
    }
}
