//! POSIX expressions in the language of the `cron` crate, which has seconds, counts the days of the week
//! from 1, and wants both day fields to match.

use std::fmt::Write;

use app::domain::{CronExpression, CronValues};
use chrono::NaiveDateTime;
use cron::Schedule;

/// A value of every field matches.
const ANY: &str = "*";

/// An expression that was compiled. It matches up to the year 2100, the last that `cron` knows.
#[derive(Clone, Debug)]
pub(super) struct CronMatch {
    schedule: Schedule,
    /// What it matches besides, when a day matches by either of its fields.
    or: Option<Schedule>,
}

impl CronMatch {
    pub(super) fn new(expression: &CronExpression) -> Self {
        let day_of_month = values(expression.day_of_month, 0);
        let day_of_week = values(expression.day_of_week, 1);
        if expression.matches_either_day() {
            Self {
                schedule: compile(expression, &day_of_month, ANY),
                or: Some(compile(expression, ANY, &day_of_week)),
            }
        } else {
            Self {
                schedule: compile(expression, &day_of_month, &day_of_week),
                or: None,
            }
        }
    }

    /// The first match after `wall`. `cron` is told that clocks show UTC, where nothing is skipped.
    pub(super) fn next_after(&self, wall: NaiveDateTime) -> Option<NaiveDateTime> {
        let wall = wall.and_utc();
        let next = |schedule: &Schedule| schedule.after(&wall).next();
        let (one, other) = (next(&self.schedule), self.or.as_ref().and_then(next));
        let earliest = one.into_iter().chain(other).min();
        earliest.map(|at| at.naive_utc())
    }
}

fn compile(expression: &CronExpression, day_of_month: &str, day_of_week: &str) -> Schedule {
    let minute = values(expression.minute, 0);
    let hour = values(expression.hour, 0);
    let month = values(expression.month, 0);
    format!("0 {minute} {hour} {day_of_month} {month} {day_of_week}")
        .parse()
        .expect("values in their ranges are what `cron` takes")
}

/// The values as a list, each higher by `shift`.
fn values(values: CronValues, shift: u8) -> String {
    if values.is_any() {
        return ANY.to_owned();
    }
    let mut list = String::new();
    for value in values.iter() {
        let comma = if list.is_empty() { "" } else { "," };
        // Writing to a `String` cannot fail.
        let _ = write!(list, "{comma}{}", value + shift);
    }
    list
}
