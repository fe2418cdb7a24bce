//! A schedule with its zone: when it starts.

use app::domain::{Micros, PlannedStart, Reason, Schedule};
use chrono::{NaiveDate, NaiveTime, TimeDelta};

use super::days::date;
use super::due::{self, Due};
use super::instants::{self, Passes};
use super::walls::Walls;
use super::zone::{EARLIEST, LATEST, Zone};

/// When a schedule starts. Made once, asked often: making it compiles expressions and finds the zone.
#[derive(Clone, Debug)]
pub struct Timetable {
    zone: Zone,
    walls: Walls,
    passes: Passes,
    span: Span,
    catch_up_hours: u16,
}

impl Timetable {
    /// The timetable of a schedule. The error belongs to its `time_zone`.
    pub fn new(schedule: &Schedule) -> Result<Self, Reason> {
        let name = &schedule.time_zone;
        let unknown = || Reason::new("unknown_time_zone").with("name", name);
        let zone = Zone::parse(name).ok_or_else(unknown)?;
        Ok(Self {
            zone,
            walls: Walls::of(&schedule.recurrence),
            passes: Passes::of(&schedule.recurrence),
            span: Span::of(schedule, zone),
            catch_up_hours: schedule.catch_up_hours,
        })
    }

    /// The first start after this instant. None of *System refresh*, whose starts are those of the refresh, and
    /// of a schedule that is over.
    pub fn next_after(&self, after: Micros) -> Option<Micros> {
        let mut at = after.max(self.span.opens - 1);
        while at < self.span.closes {
            at = instants::next_after(&self.walls, self.zone, self.passes, at)?;
            if self.span.contains(self.zone.wall(at).date()) {
                return Some(at);
            }
        }
        None
    }

    /// All starts after this instant, each later than the one before.
    pub fn starts_after(&self, after: Micros) -> impl Iterator<Item = Micros> {
        std::iter::successors(self.next_after(after), |at| self.next_after(*at))
    }

    /// Whether it lets anything start on the day of this instant: for what follows the system refresh, which has
    /// no starts of its own but may have its own first and last day, and be paused.
    pub fn is_open(&self, at: Micros) -> bool {
        self.span.contains(self.zone.wall(at).date())
    }

    /// What the clocks of its zone show: `2026-03-29T03:00`.
    pub fn wall(&self, at: Micros) -> String {
        self.zone.wall(at).format("%Y-%m-%dT%H:%M").to_string()
    }

    /// The first starts after this instant, `most` at most.
    pub fn preview(&self, after: Micros, most: usize) -> Vec<PlannedStart> {
        let planned = |at| PlannedStart {
            at,
            wall: self.wall(at),
        };
        self.starts_after(after).take(most).map(planned).collect()
    }

    /// What is to be done at `now` about the starts that came due after `planned_until`.
    pub fn due(&self, planned_until: Micros, now: Micros) -> Due {
        let overdue = self.starts_after(planned_until).take_while(|at| *at <= now);
        due::sort(overdue, now, self.catch_up_hours)
    }
}

/// The days on which a schedule may start. A start counts by the day that the zone's calendar shows at that
/// instant, also when it was moved there from a time that the clocks skip.
#[derive(Clone, Copy, Debug)]
struct Span {
    first: Option<NaiveDate>,
    last: Option<NaiveDate>,
    /// No instant before this one lies on a day of the span.
    opens: Micros,
    /// None from here on does. In between one may: clocks that are set back over midnight, as those of St. John's
    /// were until 2011, return to a day that had ended.
    closes: Micros,
}

impl Span {
    fn of(schedule: &Schedule, zone: Zone) -> Self {
        let paused_until = schedule.pause.as_ref().map(|pause| pause.until);
        let first = schedule.starts_on.max(paused_until).map(date);
        let last = schedule.ends_on.map(date);
        let midnight = |day: NaiveDate| zone.shown(day.and_time(NaiveTime::MIN));
        let opens = first.map_or(EARLIEST, |day| midnight(day).first);
        let closes = last.map_or(LATEST, |day| {
            let over = midnight(day + TimeDelta::days(1));
            over.again.unwrap_or(over.first)
        });
        Self {
            first,
            last,
            opens,
            closes,
        }
    }

    fn contains(self, day: NaiveDate) -> bool {
        self.first.is_none_or(|first| first <= day) && self.last.is_none_or(|last| day <= last)
    }
}
