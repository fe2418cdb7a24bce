//! Connections: address and terms of one destination, and with whom it is shared.

mod expiring;
mod locking;
mod pausing;
mod reading;
mod removed;
mod sign_in;
mod standing;
mod testing;
mod writing;

use app::domain::{Audience, ConnectionId, ConnectionType, Micros, Version};
use serde_json::{Map, Value};

pub(super) use reading::{audience, is_shared};
pub(super) use sign_in::run_ends;

pub use expiring::{mark_told, untold};
pub use locking::lock_all;
pub use pausing::{begin_anew, end_pause, set_pause};
pub use reading::{exports_using, get, list, people, usable};
pub use removed::{Restored, forget_removed, free_name, get_removed, removed, restore};
pub use sign_in::daily_test_ends;
pub use standing::{Standing, standing};
pub use testing::{TestRecord, claim_tests, next_test_at, record_test};
pub(super) use writing::make_places;
pub use writing::{insert, remove, update};

/// How many runs of one connection work at once.
pub(super) const SLOTS: i64 = 2;

/// A connection. Secrets are never part of it.
#[derive(Clone, Debug, PartialEq)]
pub struct ConnectionRow {
    pub id: ConnectionId,
    pub version: Version,
    pub name: String,
    pub kind: ConnectionType,
    pub config: Map<String, Value>,
    pub audience: Audience,
    pub created_at: Micros,
    pub created_by: String,
    pub updated_at: Micros,
    pub updated_by: String,
}

/// What a save changes. The type stays.
#[derive(Debug)]
pub struct ConnectionChange<'a> {
    pub name: &'a str,
    pub config: &'a Map<String, Value>,
    pub audience: &'a Audience,
    pub at: Micros,
    pub by: &'a str,
}
