//! Parts of the forms that say when something starts: those of exports and of the system refresh.
//!
//! Each part is bound to a signal of the form around it, which stays the one truth: what the form
//! sends is what its signals hold. Controls carry the names under which the server reports errors
//! (`times.0`, `days`, `time_zone`), with whatever the form puts before them. What a schedule comes
//! to is asked of the server, the only one to know time zones.

mod next_starts;
mod part;
mod start_table;
mod time_zone;
mod times;
mod weekdays;

pub(in crate::features) use next_starts::NextStarts;
pub(in crate::features) use start_table::{StartTable, wall_text};
pub(in crate::features) use time_zone::TimeZoneField;
pub(in crate::features) use times::Times;
pub(in crate::features) use weekdays::Weekdays;
