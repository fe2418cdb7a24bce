//! The times on a clock that a recurrence names, as if clocks were never changed.

use std::collections::BTreeSet;

use app::domain::{Recurrence, TimeOfDay};
use chrono::{NaiveDateTime, NaiveTime};

use super::cron_match::CronMatch;
use super::days::{self, Days};

/// A recurrence that was made ready to be asked.
#[derive(Clone, Debug)]
pub(super) enum Walls {
    /// It has no times of its own.
    None,
    Once(NaiveDateTime),
    /// On these days at these times, which are in order.
    Days(Days, Vec<NaiveTime>),
    Cron(Box<CronMatch>),
}

impl Walls {
    pub(super) fn of(recurrence: &Recurrence) -> Self {
        match recurrence {
            Recurrence::System => Self::None,
            Recurrence::Hourly { every, from } => {
                let hours = (from.hour() % every..24).step_by(usize::from(*every));
                let times = hours.filter_map(|hour| TimeOfDay::new(hour, from.minute()));
                Self::Days(Days::Every, times.map(time).collect())
            }
            Recurrence::Daily { times } => Self::Days(Days::Every, in_order(times)),
            Recurrence::Weekly {
                every,
                from,
                days,
                times,
            } => Self::Days(Days::weekly(*every, *from, days), in_order(times)),
            Recurrence::Monthly { days, times } => {
                Self::Days(Days::Months(days.clone()), in_order(times))
            }
            Recurrence::Once { at } => Self::Once(days::date(at.day).and_time(time(at.time))),
            Recurrence::Cron(expression) => Self::Cron(Box::new(CronMatch::new(expression))),
        }
    }

    /// The first of them after `wall`.
    pub(super) fn next_after(&self, wall: NaiveDateTime) -> Option<NaiveDateTime> {
        match self {
            Self::None => None,
            Self::Once(at) => Some(*at).filter(|at| *at > wall),
            Self::Days(days, times) => {
                let (day, now) = (wall.date(), wall.time());
                let later = times.iter().find(|time| **time > now);
                if let Some(time) = later.filter(|_| days.include(day)) {
                    return Some(day.and_time(*time));
                }
                Some(days.next_after(day)?.and_time(*times.first()?))
            }
            Self::Cron(cron) => cron.next_after(wall),
        }
    }
}

fn in_order(times: &BTreeSet<TimeOfDay>) -> Vec<NaiveTime> {
    times.iter().copied().map(time).collect()
}

fn time(time: TimeOfDay) -> NaiveTime {
    let (hour, minute) = (u32::from(time.hour()), u32::from(time.minute()));
    NaiveTime::from_hms_opt(hour, minute, 0).expect("a `TimeOfDay` exists")
}
