//! Late and missed starts (product page §4).

use app::domain::Micros;

const MINUTE: Micros = 60_000_000;
/// The planner looks every half minute and may be busy. So much lateness is no outage, even to a schedule
/// that catches nothing up.
const NEVER_LATE: Micros = 5 * MINUTE;

/// What is to be done about overdue starts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Due {
    /// The newest, unless it is too late for it.
    pub run: Option<Micros>,
    /// All others, as one entry.
    pub missed: Option<Missed>,
}

/// Starts that will not run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Missed {
    pub count: u64,
    pub first: Micros,
    pub last: Micros,
}

impl Due {
    /// All of them as ones that will not run.
    pub fn none_runs(self) -> Option<Missed> {
        match self.run {
            Some(newest) => Some(Missed::and(self.missed, newest)),
            None => self.missed,
        }
    }
}

impl Missed {
    /// The same and one more, which is later.
    fn and(missed: Option<Self>, at: Micros) -> Self {
        let (count, first) = missed.map_or((0, at), |missed| (missed.count, missed.first));
        Self {
            count: count + 1,
            first,
            last: at,
        }
    }

    /// The same and some that are later.
    #[must_use]
    pub fn and_later(self, later: Option<Self>) -> Self {
        let Some(later) = later else { return self };
        Self {
            count: self.count + later.count,
            first: self.first,
            last: later.last,
        }
    }
}

/// Sorts starts that are in order and not after `now`.
pub(super) fn sort(overdue: impl Iterator<Item = Micros>, now: Micros, catch_up_hours: u16) -> Due {
    let window = (Micros::from(catch_up_hours) * 60 * MINUTE).max(NEVER_LATE);
    let mut due = Due::default();
    for at in overdue {
        if let Some(older) = due.run.replace(at) {
            due.missed = Some(Missed::and(due.missed, older));
        }
    }
    if let Some(newest) = due.run.filter(|at| now - at >= window) {
        due.run = None;
        due.missed = Some(Missed::and(due.missed, newest));
    }
    due
}
