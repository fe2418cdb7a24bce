//! Schedules in words: the sentence that a pane shows, the short text of a list, the names of what
//! can be chosen.
//!
//! A sentence is put together from clauses, in the same order in both languages: only the clauses
//! themselves (`words`) are translated. They are in lower case, so that one can stand inside
//! another; the first letter is raised at the end. The server says the same words over REST.

mod clauses;
mod cron;
pub mod form;
mod names;
mod sentence;
mod summary;
#[cfg(test)]
mod tests;
mod words;

pub use names::{date, nth_name, recurrence_name, wall_time, weekday_name};
pub use sentence::sentence;
pub use summary::summary;
