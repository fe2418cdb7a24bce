//! What the data-plane crates and the server share: secrets, time, cancelling, backoff, folder roots, and which
//! addresses may be connected to.
//!
//! Knows nothing of exports, databases or pages; depends on nothing else of the project.

mod backoff;
mod cancel;
mod cidr;
mod clock;
mod outbound;
mod roots;
mod secret;

pub use backoff::{Backoff, MAX_ATTEMPTS, random_u64};
pub use cancel::Cancel;
pub use cidr::{Cidr, CidrError};
pub use clock::{Clock, FixedClock, SystemClock};
pub use outbound::{AddressRefused, OutboundGuard};
pub use roots::{FolderRoots, RootError};
pub use secret::Secret;
