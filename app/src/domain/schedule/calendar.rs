//! Days and times as calendars and clocks show them, without a zone.

use std::fmt;
use std::str::FromStr;

use crate::domain::Reason;

/// A time of day, to the minute: `06:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeOfDay {
    hour: u8,
    minute: u8,
}

impl TimeOfDay {
    /// When a day begins.
    pub const MIDNIGHT: Self = Self { hour: 0, minute: 0 };

    /// A time that exists on a clock.
    pub const fn new(hour: u8, minute: u8) -> Option<Self> {
        if hour < 24 && minute < 60 {
            Some(Self { hour, minute })
        } else {
            None
        }
    }

    /// 0 to 23.
    pub const fn hour(self) -> u8 {
        self.hour
    }

    /// 0 to 59.
    pub const fn minute(self) -> u8 {
        self.minute
    }
}

impl FromStr for TimeOfDay {
    type Err = Reason;

    /// `HH:MM`, as HTML's `<input type=time>` writes it.
    fn from_str(text: &str) -> Result<Self, Reason> {
        let parsed = || {
            let (hour, minute) = text.trim().split_once(':')?;
            Self::new(two_digits(hour)?, two_digits(minute)?)
        };
        parsed().ok_or_else(|| Reason::new("not_a_time"))
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.hour, self.minute)
    }
}

/// A day of the Gregorian calendar, years 1970 to 9999: `2026-11-25`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day {
    year: u16,
    month: u8,
    of_month: u8,
}

impl Day {
    /// A day that exists.
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let exists = (1970..=9999).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_of_month(year, month)).contains(&day);
        exists.then_some(Self {
            year,
            month,
            of_month: day,
        })
    }

    /// 1970 to 9999.
    pub const fn year(self) -> u16 {
        self.year
    }

    /// 1 to 12.
    pub const fn month(self) -> u8 {
        self.month
    }

    /// 1 to 31.
    pub const fn day(self) -> u8 {
        self.of_month
    }
}

impl FromStr for Day {
    type Err = Reason;

    /// `YYYY-MM-DD`, as HTML's `<input type=date>` writes it.
    fn from_str(text: &str) -> Result<Self, Reason> {
        let parsed = || {
            let mut parts = text.trim().splitn(3, '-');
            let year = parts.next().filter(|year| year.len() == 4)?;
            let year = year.bytes().all(|b| b.is_ascii_digit()).then_some(year)?;
            let month = two_digits(parts.next()?)?;
            Self::new(year.parse().ok()?, month, two_digits(parts.next()?)?)
        };
        parsed().ok_or_else(|| Reason::new("not_a_day"))
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.of_month)
    }
}

const fn days_of_month(year: u16, month: u8) -> u8 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn two_digits(text: &str) -> Option<u8> {
    (text.len() == 2).then(|| one_or_two_digits(text)).flatten()
}

/// Digits alone: `u8::from_str` would take `+7` too.
pub(in crate::domain) fn one_or_two_digits(text: &str) -> Option<u8> {
    let is_number = (1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

/// A day and a time on the clocks of the schedule's zone: `2026-12-24T06:00`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WallTime {
    pub day: Day,
    pub time: TimeOfDay,
}

impl FromStr for WallTime {
    type Err = Reason;

    /// `YYYY-MM-DDTHH:MM`, as HTML's `<input type=datetime-local>` writes it.
    fn from_str(text: &str) -> Result<Self, Reason> {
        let malformed = || Reason::new("not_a_wall_time");
        let (day, time) = text.trim().split_once('T').ok_or_else(malformed)?;
        Ok(Self {
            day: day.parse().map_err(|_| malformed())?,
            time: time.parse().map_err(|_| malformed())?,
        })
    }
}

impl fmt::Display for WallTime {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}T{}", self.day, self.time)
    }
}

/// A day of the week; the week starts on Monday (ISO 8601).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Weekday {
    /// Monday to Sunday.
    pub const ALL: [Self; 7] = [
        Self::Monday,
        Self::Tuesday,
        Self::Wednesday,
        Self::Thursday,
        Self::Friday,
        Self::Saturday,
        Self::Sunday,
    ];

    /// As REST writes it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Monday => "mon",
            Self::Tuesday => "tue",
            Self::Wednesday => "wed",
            Self::Thursday => "thu",
            Self::Friday => "fri",
            Self::Saturday => "sat",
            Self::Sunday => "sun",
        }
    }

    /// The day of a code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|day| day.code() == code)
    }
}

/// Which of its weekdays in a month: the first to the fourth, or the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Nth {
    First,
    Second,
    Third,
    Fourth,
    Last,
}

impl Nth {
    /// Every place.
    pub const ALL: [Self; 5] = [
        Self::First,
        Self::Second,
        Self::Third,
        Self::Fourth,
        Self::Last,
    ];

    /// As REST writes it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::First => "1st",
            Self::Second => "2nd",
            Self::Third => "3rd",
            Self::Fourth => "4th",
            Self::Last => "last",
        }
    }
}

/// A day of *Monthly*: `15`, `last`, `2nd tue`, `last fri`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MonthDay {
    /// The nth day, 1 to 31. A month that lacks it is left out.
    Day(u8),
    /// The last day of the month.
    Last,
    /// The nth of a weekday.
    Nth(Nth, Weekday),
}

impl FromStr for MonthDay {
    type Err = Reason;

    fn from_str(text: &str) -> Result<Self, Reason> {
        let malformed = || Reason::new("not_a_month_day").with("value", text);
        let text = text.trim();
        if text == "last" {
            return Ok(Self::Last);
        }
        if let Some((nth, weekday)) = text.split_once(' ') {
            let nth = Nth::ALL.into_iter().find(|place| place.code() == nth);
            let weekday = Weekday::from_code(weekday.trim());
            let (nth, weekday) = nth.zip(weekday).ok_or_else(malformed)?;
            return Ok(Self::Nth(nth, weekday));
        }
        match one_or_two_digits(text) {
            Some(day @ 1..=31) => Ok(Self::Day(day)),
            _ => Err(malformed()),
        }
    }
}

impl fmt::Display for MonthDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Day(day) => day.fmt(f),
            Self::Last => f.write_str("last"),
            Self::Nth(nth, weekday) => write!(f, "{} {}", nth.code(), weekday.code()),
        }
    }
}
