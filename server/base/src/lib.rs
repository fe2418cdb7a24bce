//! What the data-plane crates and the server share: secrets, time, cancelling, backoff and folder
//! roots.
//!
//! Knows nothing of exports, databases or pages; depends on nothing else of the project.

mod backoff;
mod cancel;
mod clock;
mod roots;
mod secret;

pub use backoff::{Backoff, MAX_ATTEMPTS, random_u64};
pub use cancel::Cancel;
pub use clock::{Clock, FixedClock, SystemClock};
pub use roots::{FolderRoots, RootError};
pub use secret::Secret;
