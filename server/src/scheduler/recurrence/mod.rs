//! From what a schedule says to the instants at which it starts (product page §4). The only user of
//! `cron` and `chrono-tz`; pure, without a clock of its own.
//!
//! Two steps. **Walls**: a recurrence is a set of times on a clock that never changes, found by `cron` and
//! by counting days. **Instants**: the zone says when its clocks show such a time. `cron` could do both,
//! but loses what falls into a spring night, repeats an autumn one, and goes backwards there; so it only
//! ever sees clocks without seasons.
//!
//! Everything is computed anew from the instant after which to look: a planner that was stopped in the
//! middle of a repeated hour finds what one that ran through finds.

mod cron_match;
mod days;
mod due;
mod instants;
mod timetable;
mod walls;
mod zone;

pub use due::{Due, Missed};
pub use timetable::Timetable;
pub use zone::{Zone, zone_data_version, zone_names};

#[cfg(test)]
mod tests;
