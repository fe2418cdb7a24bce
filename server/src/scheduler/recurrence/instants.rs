//! From times on a clock to instants, by the rules of product page §4: a time that the clocks skip starts
//! at the first instant after the gap; one that they show twice starts the first time, or both times.
//!
//! Why one walk over the walls is enough: the instants at which walls are *first* shown never decrease
//! from wall to wall, so the first of them that is late enough ends the search. Instants at which walls
//! are shown *again* are found on the way, if the walk begins early enough.

use app::domain::{Micros, Recurrence};
use chrono::{DurationRound, NaiveDateTime, TimeDelta};

use super::walls::Walls;
use super::zone::Zone;

/// What a time that the clocks show twice comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Passes {
    /// One start, the first time.
    First,
    /// Two starts: what repeats by the hour does not pause for an hour.
    Both,
}

impl Passes {
    pub(super) const fn of(recurrence: &Recurrence) -> Self {
        match recurrence {
            Recurrence::Hourly { .. } => Self::Both,
            Recurrence::Cron(expression) if expression.hour.is_starred() => Self::Both,
            _ => Self::First,
        }
    }
}

/// The earliest instant after `after` at which one of the walls starts.
pub(super) fn next_after(
    walls: &Walls,
    zone: Zone,
    passes: Passes,
    after: Micros,
) -> Option<Micros> {
    let mut wall = wall_before(zone, passes, after);
    let mut again = None;
    while let Some(next) = walls.next_after(wall) {
        let shown = zone.shown(next);
        if shown.first > after {
            return Some(again.map_or(shown.first, |again: Micros| again.min(shown.first)));
        }
        if passes == Passes::Both {
            again = again.or(shown.again.filter(|again| *again > after));
        }
        wall = next;
    }
    again
}

/// The wall after which to look: what the clocks show, in whole minutes. During the first pass of a
/// repeated hour the second is to come, so the walk begins before it.
fn wall_before(zone: Zone, passes: Passes, after: Micros) -> NaiveDateTime {
    let exact = zone.wall(after);
    let wall = exact.duration_trunc(TimeDelta::minutes(1)).unwrap_or(exact);
    if passes == Passes::First {
        return wall;
    }
    let shown = zone.shown(wall);
    match shown.again {
        Some(again) if after < again => wall - TimeDelta::microseconds(again - shown.first),
        _ => wall,
    }
}
