//! One sentence for a schedule.

use super::clauses::{Days, Times, clause, every_hours};
use super::names::date;
use super::{cron, words};
use crate::domain::{Recurrence, Schedule};
use crate::i18n::Language;

/// A schedule in one sentence, with its zone wherever the zone matters:
/// `Every day at 06:00 and 18:00 (Europe/Paris)`. Whether it is on is not part of it.
pub fn sentence(language: Language, schedule: &Schedule) -> String {
    let recurrence = recurrence(language, &schedule.recurrence);
    capitalised(limited(language, schedule, recurrence))
}

/// The recurrence alone, in lower case.
pub(super) fn recurrence(language: Language, recurrence: &Recurrence) -> String {
    match recurrence {
        Recurrence::System => words::after_refresh(language).to_owned(),
        Recurrence::Hourly { every, from } => every_hours(language, *every, *from),
        Recurrence::Daily { times } => clause(language, &Days::Every, &Times::At(times.clone())),
        Recurrence::Weekly {
            every,
            from,
            days,
            times,
        } => {
            let days = Days::of_week(*every, days.clone());
            let text = clause(language, &days, &Times::At(times.clone()));
            // Every week there is nothing to count.
            match from {
                Some(from) if *every > 1 => words::from_week(language, text, date(language, *from)),
                _ => text,
            }
        }
        Recurrence::Monthly { days, times } => {
            let days = Days::Month(days.clone());
            clause(language, &days, &Times::At(times.clone()))
        }
        Recurrence::Once { at } => words::once(language, date(language, at.day), at.time),
        Recurrence::Cron(expression) => cron::words(language, expression)
            .unwrap_or_else(|| words::by_expression(language, expression.as_str())),
    }
}

/// What is said of a recurrence, then the zone, first and last day, and a pause. The zone is left
/// out where there is neither time nor day.
pub(super) fn limited(language: Language, schedule: &Schedule, text: String) -> String {
    let has_days =
        schedule.starts_on.is_some() || schedule.ends_on.is_some() || schedule.pause.is_some();
    let has_times = schedule.recurrence != Recurrence::System;
    let text = if has_times || has_days {
        format!("{text} ({})", schedule.time_zone)
    } else {
        text
    };
    let date = |day| date(language, day);
    let text = match (schedule.starts_on.map(date), schedule.ends_on.map(date)) {
        (None, None) => text,
        (Some(first), None) => words::starting(language, text, first),
        (None, Some(last)) => words::ending(language, text, last),
        (Some(first), Some(last)) => words::between(language, text, first, last),
    };
    match &schedule.pause {
        Some(pause) => words::paused(language, text, date(pause.until)),
        None => text,
    }
}

/// Clauses begin with letters of ASCII. The table of all other capitals would be loaded with every page.
fn capitalised(mut text: String) -> String {
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}
