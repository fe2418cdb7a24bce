//! Notices: what is told about exports, to whom, and what of it is still to be sent.
//!
//! A change of state makes one notice, in the transaction of its cause; a constraint keeps a second one out. What
//! leaves the server is an outbox: a row for each notice and person or group, claimed with a lease and a fence like
//! runs, sent at least once, always under the same id. Nobody is sent two at a time.

mod addresses;
mod audience;
mod changes;
mod channels;
mod claim;
mod connections;
mod follows;
mod limits;
mod reading;
mod sendings;
mod silence;
mod telling;
mod upkeep;

pub use addresses::{
    address_place, forget_address, sealed_address, show_place, unsealed_addresses,
};
pub use channels::{ChannelChange, add, change, channel, channels, exports_there, remove};
pub use claim::{Claimed, Damaged, Way, claim};
pub use connections::{ConnectionTold, of_connections, read_of_connections, tell_of_connection};
pub use follows::{NewFollow, follow, following, unfollow};
pub use reading::{of, read_all};
pub use sendings::{Sending, Target, give_up, retry_at, sent};
pub use silence::tell_silent;
pub use upkeep::upkeep;

pub(super) use changes::{run_ended, run_held, starts_missed};
pub(super) use connections::unread_of_connections;
pub(super) use reading::unread;
