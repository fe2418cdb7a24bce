//! Identifiers of what only the server knows of.

use std::fmt;
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

use app::domain::IdError;
pub use app::domain::TaskId;
use serde::{Deserialize, Serialize};
use uuid::{ContextV7, Timestamp, Uuid};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID (version 7, so that ids sort by creation).
            pub const fn new(id: Uuid) -> Self {
                Self(id)
            }

            /// The UUID itself.
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Uuid::parse_str(text).map(Self).map_err(|_| IdError)
            }
        }
    )+};
}

ids! {
    /// A snapshot of a table in the lake.
    SnapshotId,
    /// A notice on its way to a person or group.
    SendingId,
}

/// A new `UUIDv7` of an instant. Those made by one process sort as they were made, even within an
/// instant: what is ordered by id last is ordered by time.
pub fn fresh(now_us: i64) -> Uuid {
    static COUNTER: Mutex<ContextV7> = Mutex::new(ContextV7::new());
    let counter = COUNTER.lock().unwrap_or_else(PoisonError::into_inner);
    let micros = u64::try_from(now_us).unwrap_or_default();
    let nanos = u32::try_from(micros % 1_000_000 * 1_000).unwrap_or_default();
    Uuid::new_v7(Timestamp::from_unix(&*counter, micros / 1_000_000, nanos))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_instant_sort_as_they_were_made() {
        let made: Vec<Uuid> = (0..1_000).map(|_| fresh(1_795_435_200_000_000)).collect();
        assert!(made.is_sorted_by(|one, next| one < next));
    }
}
