//! State that pages share: the address is the state of lists and panes; the session and the live
//! connection are the only things beside it.

pub mod address;
pub mod answers;
pub mod list;
pub mod live;
pub mod pane;
pub mod parts;
pub mod prelude;
pub mod query;
pub mod script;
pub mod session;
mod time;

pub use time::{browser_time_zone, instant};
