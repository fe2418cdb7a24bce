//! The rules of product page §4 once more, as slow and plain as they are written: walk through the minutes and ask of
//! each whether something starts. Shares neither parser nor search with the server.

use chrono::{Datelike, Days};

use super::clock::{Clock, DAY, date, place, weekday};

/// Which days, at which minutes of the day, in which span of days.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) days: DayRule,
    pub(crate) minutes: Minutes,
    /// Whether a time that is shown twice starts twice.
    pub(crate) twice: bool,
    pub(crate) first_day: Option<i64>,
    pub(crate) last_day: Option<i64>,
}

#[derive(Clone, Debug)]
pub(crate) enum DayRule {
    Every,
    One(i64),
    Weekly {
        every: i64,
        /// A day of the first week.
        from: i64,
        /// 0 is Monday.
        on: Vec<i64>,
    },
    Monthly(Vec<DayOfMonth>),
    Cron {
        months: Vec<i64>,
        /// None: `*`.
        of_month: Option<Vec<i64>>,
        /// None: `*`. 0 is Sunday.
        of_week: Option<Vec<i64>>,
    },
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum DayOfMonth {
    Number(i64),
    Last,
    /// The nth of a weekday, 0 being Monday.
    Nth(usize, i64),
    LastOf(i64),
}

/// A set of minutes of the day.
#[derive(Clone, Debug)]
pub(crate) struct Minutes(Vec<bool>);

impl Minutes {
    pub(crate) fn new(minutes: impl IntoIterator<Item = i64>) -> Self {
        let mut set = vec![false; place(DAY)];
        for minute in minutes {
            set[place(minute)] = true;
        }
        Self(set)
    }

    fn contains(&self, minute: i64) -> bool {
        self.0[place(minute)]
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = i64> {
        (0..DAY).filter(|minute| self.contains(*minute))
    }
}

impl Rule {
    /// The minutes of the clock's window at which something starts.
    pub(crate) fn starts(&self, clock: &Clock) -> Vec<i64> {
        let (from, until) = clock.window();
        let mut days = Memory::default();
        let mut starts = Vec::new();
        let mut minutes = clock.minutes();
        let Some((_, mut furthest)) = minutes.next() else {
            return starts;
        };
        for (minute, wall) in minutes {
            // Usually one minute is new; at the end of a gap all that were skipped are, too; and in a second
            // pass none is.
            let mut new = furthest + 1..=wall;
            let is_start = if wall > furthest {
                new.any(|wall| self.names(wall, &mut days))
            } else {
                self.twice && self.names(wall, &mut days)
            };
            if is_start && (from..=until).contains(&minute) && self.spans(wall.div_euclid(DAY)) {
                starts.push(minute);
            }
            furthest = furthest.max(wall);
        }
        starts
    }

    /// The first start after a minute on clocks that are never changed, if there is one within that many days.
    pub(crate) fn next_after(&self, after: i64, within_days: i64) -> Option<i64> {
        let today = after.div_euclid(DAY);
        let mut days =
            (today..today + within_days).filter(|day| self.spans(*day) && self.days.name(*day));
        days.find_map(|day| {
            let mut walls = self.minutes.iter().map(|minute| day * DAY + minute);
            walls.find(|wall| *wall > after)
        })
    }

    fn names(&self, wall: i64, days: &mut Memory) -> bool {
        self.minutes.contains(wall.rem_euclid(DAY)) && days.name(&self.days, wall.div_euclid(DAY))
    }

    pub(crate) fn spans(&self, day: i64) -> bool {
        self.first_day.is_none_or(|first| day >= first)
            && self.last_day.is_none_or(|last| day <= last)
    }
}

/// The answer about the day that was asked about last.
#[derive(Default)]
struct Memory(Option<(i64, bool)>);

impl Memory {
    fn name(&mut self, rule: &DayRule, day: i64) -> bool {
        match self.0 {
            Some((known, answer)) if known == day => answer,
            _ => {
                let answer = rule.name(day);
                self.0 = Some((day, answer));
                answer
            }
        }
    }
}

impl DayRule {
    fn name(&self, day: i64) -> bool {
        match self {
            Self::Every => true,
            Self::One(only) => day == *only,
            Self::Weekly { every, from, on } => {
                let monday = |day| day - weekday(day);
                on.contains(&weekday(day)) && (monday(day) - monday(*from)) % (7 * every) == 0
            }
            Self::Monthly(names) => names.iter().any(|name| name.is(day)),
            Self::Cron {
                months,
                of_month,
                of_week,
            } => {
                let by_number = |days: &Vec<i64>| days.contains(&i64::from(date(day).day()));
                let by_weekday = |days: &Vec<i64>| days.contains(&((weekday(day) + 1) % 7));
                months.contains(&i64::from(date(day).month()))
                    && match (of_month, of_week) {
                        (None, None) => true,
                        (Some(days), None) => by_number(days),
                        (None, Some(days)) => by_weekday(days),
                        (Some(one), Some(other)) => by_number(one) || by_weekday(other),
                    }
            }
        }
    }
}

impl DayOfMonth {
    fn is(self, day: i64) -> bool {
        let in_month = |other: i64| date(other).month() == date(day).month();
        match self {
            Self::Number(number) => i64::from(date(day).day()) == number,
            Self::Last => date(day)
                .checked_add_days(Days::new(1))
                .is_some_and(|next| next.day() == 1),
            Self::Nth(nth, on) => {
                let same_weekday = (0..5).map(|weeks| day - 7 * weeks);
                weekday(day) == on && same_weekday.take_while(|day| in_month(*day)).count() == nth
            }
            Self::LastOf(on) => weekday(day) == on && !in_month(day + 7),
        }
    }
}
