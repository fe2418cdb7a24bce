//! What the clocks of a zone show, minute after minute. Only ever asked from UTC to local time, where no answer is in
//! doubt; the way back is what is to be checked.

use std::ops::Range;

use chrono::{DateTime, Datelike, NaiveDate, Offset};
use chrono_tz::Tz;

const HOUR: i64 = 60;
pub(crate) const DAY: i64 = 24 * HOUR;
/// A day and a little on both sides of a change.
pub(crate) const AROUND: i64 = 26 * HOUR;

/// Clocks around an instant. All is counted in minutes since 1970-01-01T00:00, in UTC or on the clock.
#[derive(Debug)]
pub(crate) struct Clock {
    /// The instant in the middle.
    pub(crate) change: i64,
    first: i64,
    walls: Vec<i64>,
}

impl Clock {
    pub(crate) fn around(zone: Tz, change: i64) -> Self {
        // Whoever begins to look in a repeated hour must have seen it before.
        let first = change - AROUND - DAY;
        let walls = (first..=change + AROUND)
            .map(|minute| wall(zone, minute))
            .collect();
        Self {
            change,
            first,
            walls,
        }
    }

    /// Each minute and what is shown.
    pub(crate) fn minutes(&self) -> impl Iterator<Item = (i64, i64)> {
        (self.first..).zip(self.walls.iter().copied())
    }

    /// The instants that are checked.
    pub(crate) fn window(&self) -> (i64, i64) {
        (self.change - AROUND, self.change + AROUND)
    }

    /// What is shown one minute before the change and at the change.
    pub(crate) fn shown(&self) -> (i64, i64) {
        let place = place(self.change - self.first);
        (self.walls[place - 1], self.walls[place])
    }

    /// How often the clocks are changed.
    pub(crate) fn jumps(&self) -> usize {
        self.walls
            .windows(2)
            .filter(|pair| pair[1] != pair[0] + 1)
            .count()
    }
}

/// The minutes at which the clocks of a zone are changed, looked for hour by hour.
pub(crate) fn changes(zone: Tz, years: Range<i32>) -> Vec<i64> {
    let start = |year| {
        let day = NaiveDate::from_yo_opt(year, 1).expect("a first of January");
        i64::from(day.to_epoch_days()) * DAY
    };
    let mut found = Vec::new();
    let mut hour = start(years.start);
    while hour < start(years.end) {
        if ahead(zone, hour) != ahead(zone, hour + HOUR) {
            let minutes = hour + 1..=hour + HOUR;
            found.extend(minutes.filter(|minute| ahead(zone, *minute) != ahead(zone, minute - 1)));
        }
        hour += HOUR;
    }
    found
}

/// A minute as clocks of the zone show it.
pub(crate) fn local(zone: Tz, minute: i64) -> DateTime<Tz> {
    let utc = DateTime::from_timestamp(minute * 60, 0).expect("an instant of these centuries");
    utc.with_timezone(&zone)
}

fn wall(zone: Tz, minute: i64) -> i64 {
    minute + ahead(zone, minute)
}

fn ahead(zone: Tz, minute: i64) -> i64 {
    let seconds = i64::from(local(zone, minute).offset().fix().local_minus_utc());
    assert_eq!(seconds % 60, 0, "{zone} is not ahead by whole minutes");
    seconds / 60
}

/// A number as a place in a list.
pub(crate) fn place(number: i64) -> usize {
    usize::try_from(number).expect("not negative")
}

/// The day of the calendar with this number.
pub(crate) fn date(day: i64) -> NaiveDate {
    i32::try_from(day)
        .ok()
        .and_then(NaiveDate::from_epoch_days)
        .expect("a day of these centuries")
}

/// 0 is Monday.
pub(crate) fn weekday(day: i64) -> i64 {
    i64::from(date(day).weekday().num_days_from_monday())
}
