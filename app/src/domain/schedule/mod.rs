//! When an export starts by itself (product page §4): what a schedule may say, and its one parser.
//!
//! A [`ScheduleDraft`] is the body of REST and what a form sends; [`Schedule`] cannot be wrong, but for its
//! time zone, which the server alone can look up. Turning it into instants is the server's too
//! (`server::scheduler::recurrence`).

mod calendar;
mod draft;
mod recurrence;

pub(in crate::domain) use calendar::one_or_two_digits;
pub use calendar::{Day, MonthDay, Nth, TimeOfDay, WallTime, Weekday};
pub use draft::{
    DEFAULT_CATCH_UP_HOURS, HOUR_STEPS, MOST_CATCH_UP_HOURS, MOST_TIMES, MOST_WEEKS, MonthDayDraft,
    ScheduleDraft,
};
pub use recurrence::{Pause, Recurrence, RecurrenceKind, Schedule};

#[cfg(test)]
mod tests;
