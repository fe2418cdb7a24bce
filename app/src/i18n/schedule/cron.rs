//! A cron expression in words, where few words say exactly what it does.

use std::collections::BTreeSet;

use super::clauses::{Days, Times, clause, every_hours};
use super::words;
use crate::domain::{CronExpression, CronValues, MonthDay, TimeOfDay, Weekday};
use crate::i18n::Language;

/// A list longer than this is no easier to read than the expression.
const MOST_LISTED: usize = 6;
const HOURS: u8 = 24;
const MINUTES: u8 = 60;

/// The words, or none: then the expression speaks for itself.
pub(super) fn words(language: Language, expression: &CronExpression) -> Option<String> {
    let days = days(expression)?;
    let times = times(language, expression)?;
    Some(clause(language, &days, &times))
}

/// None for what goes by months, by many days, or by both kinds of day at once.
fn days(expression: &CronExpression) -> Option<Days> {
    let (of_month, of_week) = (expression.day_of_month, expression.day_of_week);
    if count(expression.month) < 12 {
        return None;
    }
    let all_of_month = count(of_month) == 31;
    let all_of_week = count(of_week) == 7;
    // POSIX: two fields that restrict mean either, and one of them that names every day means all.
    let either = !of_month.is_starred() && !of_week.is_starred();
    match (all_of_month, all_of_week) {
        (true, true) => Some(Days::Every),
        (true, false) | (false, true) if either => Some(Days::Every),
        (true, false) => Some(Days::of_week(1, weekdays(of_week))),
        (false, true) if count(of_month) <= MOST_LISTED => {
            Some(Days::Month(set(of_month.iter().map(MonthDay::Day))))
        }
        _ => None,
    }
}

/// Of cron's numbers, 0 is Sunday.
fn weekdays(values: CronValues) -> BTreeSet<Weekday> {
    let of = |value: u8| Weekday::ALL.get(usize::from((value + 6) % 7)).copied();
    set(values.iter().filter_map(of))
}

fn times(language: Language, expression: &CronExpression) -> Option<Times> {
    let (minute, hour) = (expression.minute, expression.hour);
    let at_one_minute = count(minute) == 1;
    if count(hour) == usize::from(HOURS) {
        let often = match even(minute, MINUTES)? {
            (from, _) if at_one_minute => every_hours(language, 1, TimeOfDay::new(0, from)?),
            (0, 1) => words::every_minute(language).to_owned(),
            (0, every) => words::every_minutes(language, every),
            _ => return None,
        };
        return Some(Times::Often(often));
    }
    // As *Hourly*, and only as it, such an expression runs in both passes of a repeated hour.
    if at_one_minute
        && hour.is_starred()
        && count(hour) > 1
        && let Some((from, every)) = even(hour, HOURS)
    {
        let from = TimeOfDay::new(from, minute.iter().next()?)?;
        return Some(Times::Often(every_hours(language, every, from)));
    }
    if count(minute) * count(hour) > MOST_LISTED {
        return None;
    }
    let at = |hour| {
        minute
            .iter()
            .filter_map(move |minute| TimeOfDay::new(hour, minute))
    };
    Some(Times::At(set(hour.iter().flat_map(at))))
}

/// A set of few items, put in one by one: collecting sorts first, by a sort compiled for each kind of item.
fn set<T: Ord>(items: impl Iterator<Item = T>) -> BTreeSet<T> {
    let mut set = BTreeSet::new();
    set.extend(items);
    set
}

fn count(values: CronValues) -> usize {
    values.iter().count()
}

/// The first value and the step of values that lie evenly over a whole: 0 and 15 for 0, 15, 30, 45
/// of 60.
fn even(values: CronValues, whole: u8) -> Option<(u8, u8)> {
    let count = u8::try_from(count(values)).ok()?;
    let first = values.iter().next()?;
    let step = whole.checked_div(count)?;
    let is_even = whole.is_multiple_of(count)
        && first < step
        && values.iter().eq((first..whole).step_by(usize::from(step)));
    is_even.then_some((first, step))
}
