//! Which days a schedule names.

use std::collections::BTreeSet;

use app::domain::{Day, MonthDay, Nth, Weekday};
use chrono::{Datelike, NaiveDate};

/// No rule is silent for longer than 52 weeks.
const MOST_DAYS: usize = 53 * 7;

/// A rule about days.
#[derive(Clone, Debug)]
pub(super) enum Days {
    Every,
    /// These days of every nth week, counted both ways from the week that begins on this Monday.
    Weeks {
        every: i64,
        monday: NaiveDate,
        on: BTreeSet<Weekday>,
    },
    /// These days of every month.
    Months(BTreeSet<MonthDay>),
}

impl Days {
    /// The days of *Weekly*.
    pub(super) fn weekly(every: u8, from: Option<Day>, on: &BTreeSet<Weekday>) -> Self {
        let from = from.map_or_else(NaiveDate::default, date);
        Self::Weeks {
            every: i64::from(every),
            monday: from.week(chrono::Weekday::Mon).first_day(),
            on: on.clone(),
        }
    }

    /// Whether the rule names this day.
    pub(super) fn include(&self, day: NaiveDate) -> bool {
        match self {
            Self::Every => true,
            Self::Weeks { every, monday, on } => {
                let week = (day - *monday).num_days().div_euclid(7);
                on.contains(&weekday(day)) && week.rem_euclid(*every) == 0
            }
            Self::Months(days) => names_of(day)
                .into_iter()
                .flatten()
                .any(|name| days.contains(&name)),
        }
    }

    /// The first day after this one that the rule names.
    pub(super) fn next_after(&self, day: NaiveDate) -> Option<NaiveDate> {
        let mut later = day.iter_days().skip(1).take(MOST_DAYS);
        later.find(|day| self.include(*day))
    }
}

/// All that a schedule may call a day of a month: the 24th, the 4th Tuesday, the last Tuesday, the last day.
fn names_of(date: NaiveDate) -> [Option<MonthDay>; 4] {
    let day = date.day0();
    let left = u32::from(date.num_days_in_month()) - 1 - day;
    let weekday = weekday(date);
    let nth = match day / 7 {
        0 => Some(Nth::First),
        1 => Some(Nth::Second),
        2 => Some(Nth::Third),
        3 => Some(Nth::Fourth),
        _ => None,
    };
    [
        u8::try_from(day + 1).ok().map(MonthDay::Day),
        nth.map(|nth| MonthDay::Nth(nth, weekday)),
        (left < 7).then_some(MonthDay::Nth(Nth::Last, weekday)),
        (left == 0).then_some(MonthDay::Last),
    ]
}

fn weekday(date: NaiveDate) -> Weekday {
    match date.weekday() {
        chrono::Weekday::Mon => Weekday::Monday,
        chrono::Weekday::Tue => Weekday::Tuesday,
        chrono::Weekday::Wed => Weekday::Wednesday,
        chrono::Weekday::Thu => Weekday::Thursday,
        chrono::Weekday::Fri => Weekday::Friday,
        chrono::Weekday::Sat => Weekday::Saturday,
        chrono::Weekday::Sun => Weekday::Sunday,
    }
}

/// The same day to `chrono`.
pub(super) fn date(day: Day) -> NaiveDate {
    let (year, month) = (i32::from(day.year()), u32::from(day.month()));
    NaiveDate::from_ymd_opt(year, month, u32::from(day.day())).expect("a `Day` exists")
}
