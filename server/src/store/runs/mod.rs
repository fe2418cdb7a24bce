//! Reading runs, their tables and their waybills, and forgetting those that are old. What else changes them is in
//! [`queue`](super::queue).

mod forget;
mod list;
mod reading;
mod statements;
mod upkeep;

pub use forget::{AT_ONCE, forget};
pub use list::{list, unfinished_of};
pub use reading::{LastDelivery, RunItemRow, RunRow, last_delivery, run, run_items, waybill};
pub use upkeep::{Unswept, counts, held_before, next_attempt, unfinished_plans, unswept};
