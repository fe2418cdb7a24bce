//! Reading runs, their tables and their waybills. What changes them is in [`queue`](super::queue).

mod list;
mod reading;
mod statements;
mod upkeep;

pub use list::{list, unfinished_of};
pub use reading::{LastDelivery, RunItemRow, RunRow, last_delivery, run, run_items, waybill};
pub use upkeep::{Unswept, counts, held_before, next_attempt, unfinished_plans, unswept};
