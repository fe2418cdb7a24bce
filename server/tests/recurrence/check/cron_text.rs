//! Random cron expressions, each field as text and as the values that POSIX, or Vixie cron for steps, gives it.

use chrono::Datelike;

use super::clock::{date, place, weekday};
use super::dice::Dice;
use super::rule::{DayRule, Minutes};

const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];
const WEEKDAYS: [&str; 7] = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

pub(crate) struct Cron {
    pub(crate) text: String,
    pub(crate) days: DayRule,
    pub(crate) minutes: Minutes,
    pub(crate) hour_is_starred: bool,
}

struct Field {
    text: String,
    values: Vec<i64>,
}

impl Field {
    fn is_any(&self) -> bool {
        self.text == "*"
    }

    fn unless_any(self) -> Option<Vec<i64>> {
        (!self.is_any()).then_some(self.values)
    }
}

/// An expression that may well match at this minute of this day.
pub(crate) fn random(day: i64, minute_of_day: i64, dice: &mut Dice) -> Cron {
    let minute = field(0..=59, minute_of_day % 60, 16, dice);
    let hour = field(0..=23, minute_of_day / 60, 4, dice);
    let of_month = field(1..=31, i64::from(date(day).day()), 2, dice);
    let month = month(i64::from(date(day).month()), dice);
    let of_week = of_week((weekday(day) + 1) % 7, dice);
    let texts = [&minute, &hour, &of_month, &month, &of_week].map(|field| field.text.as_str());
    let text = texts.join(" ");
    let hour_is_starred = hour.text.starts_with('*');
    let minutes = hour
        .values
        .iter()
        .flat_map(|hour| minute.values.iter().map(move |minute| hour * 60 + minute));
    Cron {
        text,
        minutes: Minutes::new(minutes),
        hour_is_starred,
        days: DayRule::Cron {
            months: month.values,
            of_month: of_month.unless_any(),
            of_week: of_week.unless_any(),
        },
    }
}

/// A field of numbers, `*` once in so many.
fn field(
    range: std::ops::RangeInclusive<i64>,
    likely: i64,
    any_once_in: i64,
    dice: &mut Dice,
) -> Field {
    let (least, most) = (*range.start(), *range.end());
    if dice.once_in(any_once_in) {
        return any(range);
    }
    match dice.from(1, 8) {
        1 => {
            let step = dice.from(2, (most / 2).min(30));
            Field {
                text: format!("*/{step}"),
                values: (least..=most)
                    .filter(|value| (value - least) % step == 0)
                    .collect(),
            }
        }
        2 => {
            let (from, to) = ends(range, likely, dice);
            Field {
                text: format!("{from}-{to}"),
                values: (from..=to).collect(),
            }
        }
        3 => {
            let (from, to) = ends(range, likely, dice);
            let step = dice.from(1, 9);
            Field {
                text: format!("{from}-{to}/{step}"),
                values: (from..=to)
                    .filter(|value| (value - from) % step == 0)
                    .collect(),
            }
        }
        4 | 5 => {
            let others = (0..dice.from(1, 3)).map(|_| dice.from(least, most));
            list(others.chain([likely]).collect(), |value| value.to_string())
        }
        _ => list(vec![likely], |value| value.to_string()),
    }
}

fn month(likely: i64, dice: &mut Dice) -> Field {
    let name = |month: i64| MONTHS[place(month - 1)].to_owned();
    match dice.from(1, 6) {
        1 => list(vec![likely, dice.from(1, 12)], name),
        2 => field(1..=12, likely, 4, dice),
        _ => any(1..=12),
    }
}

fn of_week(likely: i64, dice: &mut Dice) -> Field {
    let name = |day: i64| WEEKDAYS[place(day)].to_owned();
    match dice.from(1, 8) {
        1 => list(vec![likely], name),
        2 => list(vec![likely, dice.from(0, 6)], |day| day.to_string()),
        3 => {
            let mut field = field(0..=6, likely, 9, dice);
            if let Some(rest) = field.text.strip_prefix("0,") {
                field.text = format!("7,{rest}");
            }
            field
        }
        4 => Field {
            text: "5-7".into(),
            values: vec![5, 6, 0],
        },
        _ => any(0..=6),
    }
}

fn any(range: std::ops::RangeInclusive<i64>) -> Field {
    Field {
        text: "*".into(),
        values: range.collect(),
    }
}

fn list(values: Vec<i64>, written: impl Fn(i64) -> String) -> Field {
    let texts: Vec<_> = values.iter().copied().map(written).collect();
    Field {
        text: texts.join(","),
        values,
    }
}

/// The ends of a range, often around the likely value.
fn ends(range: std::ops::RangeInclusive<i64>, likely: i64, dice: &mut Dice) -> (i64, i64) {
    let (least, most) = range.into_inner();
    let one = dice.from(least, most);
    (one.min(likely), one.max(likely))
}
