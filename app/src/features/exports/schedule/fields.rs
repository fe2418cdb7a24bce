//! The fields of a schedule: their names, here and over REST, their order and their labels.

use super::state::ScheduleState;
use crate::domain::{FieldErrors, RecurrenceKind};
use crate::i18n::schedule::form as texts;
use crate::i18n::{Language, system};

/// What stands before the names of a schedule's own fields.
const PREFIX: &str = "schedule.";

/// In the order of the form; `times` has its times behind it.
const ORDER: [&str; 14] = [
    "recurrence",
    "every",
    "from",
    "days",
    "month_days",
    "times",
    "at",
    "cron",
    "time_zone",
    "starts_on",
    "ends_on",
    "paused_until",
    "pause_reason",
    "catch_up_hours",
];

/// Whether a field of a form is one of its schedule.
pub(in crate::features::exports) fn is_field(name: &str) -> bool {
    name.starts_with(PREFIX)
}

/// The errors of a parser under the names that the fields have in a form.
pub(super) fn named(errors: FieldErrors) -> FieldErrors {
    let mut named = FieldErrors::default();
    for error in errors.0 {
        named.add(&format!("{PREFIX}{}", error.field), error.reason);
    }
    named
}

/// The part of a name that says which field it is, and for a time its place.
fn parts(name: &str) -> (&str, Option<usize>) {
    let name = name.strip_prefix(PREFIX).unwrap_or(name);
    match name.split_once('.') {
        Some((field, place)) => (field, place.parse().ok()),
        None => (name, None),
    }
}

/// Where a field stands in the form of a schedule.
pub(in crate::features::exports) fn rank(name: &str) -> usize {
    let (field, place) = parts(name);
    let line = ORDER.iter().position(|known| *known == field);
    // No list is as long as this.
    line.unwrap_or(ORDER.len()) * 1000 + place.map_or(0, |place| place + 1)
}

/// Whether a field is one of *More options*, where the zone is too while nothing has a time.
pub(super) fn is_more(name: &str, is_system: bool) -> bool {
    match parts(name).0 {
        "time_zone" => is_system,
        "starts_on" | "ends_on" | "paused_until" | "pause_reason" | "catch_up_hours" => {
            is_field(name)
        }
        _ => false,
    }
}

/// What a field is called.
pub(in crate::features::exports) fn label(
    language: Language,
    schedule: ScheduleState,
    name: &str,
) -> Option<String> {
    if !is_field(name) {
        return None;
    }
    let (field, place) = parts(name);
    let weekly = schedule.kind() == RecurrenceKind::Weekly;
    let label = match field {
        "recurrence" => system::recurrence(language),
        "every" if weekly => texts::every_weeks(language),
        "every" => texts::every(language),
        "from" if weekly => texts::from_week(language),
        "from" => texts::from_time(language),
        "days" => system::days(language),
        "month_days" => texts::month_days(language),
        "times" => match place {
            None => system::times(language),
            Some(0) => system::time(language),
            Some(place) => return Some(system::time_number(language, place + 1)),
        },
        "at" => texts::at(language),
        "cron" => texts::cron(language),
        "time_zone" => system::time_zone(language),
        "starts_on" => texts::starts_on(language),
        "ends_on" => texts::ends_on(language),
        "paused_until" => texts::paused_until(language),
        "pause_reason" => texts::pause_reason(language),
        "catch_up_hours" => texts::catch_up_hours(language),
        _ => return None,
    };
    Some(label.to_owned())
}

#[cfg(test)]
mod tests {
    use leptos::prelude::Owner;

    use super::*;
    use crate::domain::ScheduleDraft;

    #[test]
    fn every_field_has_a_label_and_a_place_of_its_own() {
        Owner::new().with(|| {
            let schedule = ScheduleState::new(true, &ScheduleDraft::system("UTC"));
            for (place, field) in ORDER.into_iter().enumerate() {
                let name = format!("{PREFIX}{field}");
                assert!(label(Language::French, schedule, &name).is_some(), "{name}");
                assert_eq!(rank(&name), place * 1000);
                assert_eq!(label(Language::French, schedule, field), None);
            }
            assert!(rank("schedule.times") < rank("schedule.times.0"));
            assert!(rank("schedule.times.9") < rank("schedule.times.10"));
            assert!(rank("schedule.times.23") < rank("schedule.at"));
        });
    }

    #[test]
    fn the_zone_is_out_of_sight_where_nothing_has_a_time() {
        assert!(is_more("schedule.time_zone", true));
        assert!(!is_more("schedule.time_zone", false));
        assert!(is_more("schedule.catch_up_hours", false));
        assert!(!is_more("schedule.times.0", false));
        assert!(!is_more("name", true));
    }
}
