//! Days and times as clauses, shared by plain recurrences and by cron expressions.

use std::collections::BTreeSet;

use super::names::{nth_name, numbered_day, weekday_name};
use super::words;
use crate::domain::{MonthDay, TimeOfDay, Weekday};
use crate::i18n::{Language, format};

/// So many days of a week, in a row, are said by the first and the last of them.
const FEWEST_IN_A_ROW: usize = 3;

/// On which days something starts.
pub(super) enum Days {
    Every,
    /// Days of every nth week.
    Week {
        every: u8,
        days: BTreeSet<Weekday>,
    },
    Month(BTreeSet<MonthDay>),
}

impl Days {
    /// Days of every nth week; all seven of every week are simply every day.
    pub(super) fn of_week(every: u8, days: BTreeSet<Weekday>) -> Self {
        if every == 1 && days.len() == Weekday::ALL.len() {
            Self::Every
        } else {
            Self::Week { every, days }
        }
    }
}

/// When something starts on such a day.
pub(super) enum Times {
    At(BTreeSet<TimeOfDay>),
    /// A clause that says how often.
    Often(String),
}

/// Days and times together.
pub(super) fn clause(language: Language, days: &Days, times: &Times) -> String {
    let when = match days {
        Days::Every => words::every_day(language).to_owned(),
        Days::Week { every: 1, days } => words::every_week(language, weekdays(language, days)),
        Days::Week { every, days } => words::every_weeks(language, every, weekdays(language, days)),
        Days::Month(days) => words::of_month(language, month_days(language, days)),
    };
    match (days, times) {
        (_, Times::At(times)) => words::at(language, when, times_of_day(language, times)),
        (Days::Every, Times::Often(often)) => often.clone(),
        (_, Times::Often(often)) => words::and_often(language, when, often),
    }
}

/// `06:00, 12:00 and 18:00`.
pub(super) fn times_of_day(language: Language, times: &BTreeSet<TimeOfDay>) -> String {
    let times: Vec<String> = times.iter().map(ToString::to_string).collect();
    format::list(language, &times)
}

/// Every so many hours. Each day is alike, so of a single hour only the minute matters.
pub(super) fn every_hours(language: Language, every: u8, from: TimeOfDay) -> String {
    match (every, from.minute()) {
        (1, 0) => words::on_the_hour(language).to_owned(),
        (1, minute) => words::past_the_hour(language, u64::from(minute)),
        _ => words::every_hours(language, every, from),
    }
}

/// `on Monday and Thursday`, `from Monday to Friday`.
fn weekdays(language: Language, days: &BTreeSet<Weekday>) -> String {
    if let (Some(first), Some(last)) = (days.first(), days.last()) {
        let span = usize::from(*last as u8 - *first as u8) + 1;
        if days.len() == span && span >= FEWEST_IN_A_ROW {
            let (first, last) = (
                weekday_name(language, *first),
                weekday_name(language, *last),
            );
            return words::from_weekday_to(language, first, last);
        }
    }
    let names: Vec<String> = days
        .iter()
        .map(|day| words::one_weekday(language, weekday_name(language, *day)))
        .collect();
    words::on_weekdays(language, format::list(language, &names))
}

/// `the 1st, the 15th and the last day`.
fn month_days(language: Language, days: &BTreeSet<MonthDay>) -> String {
    let days: Vec<String> = days
        .iter()
        .map(|day| match day {
            MonthDay::Day(number) => numbered_day(language, *number),
            MonthDay::Last => words::last_day(language).to_owned(),
            MonthDay::Nth(nth, weekday) => words::nth_weekday(
                language,
                nth_name(language, *nth),
                weekday_name(language, *weekday),
            ),
        })
        .collect();
    format::list(language, &days)
}
