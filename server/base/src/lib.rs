//! What the data-plane crates and the server share: secrets, time, cancelling, backoff, folder roots, which addresses
//! may be connected to, the ways there, and the steps of a test.
//!
//! Knows nothing of exports, databases or pages; depends on nothing else of the project.

mod backoff;
mod cancel;
mod cidr;
mod clock;
mod dial;
mod folder;
mod http;
mod outbound;
mod preflight;
mod roots;
mod secret;
mod steps;
mod unbroken;

pub use backoff::{Backoff, MAX_ATTEMPTS, random_u64};
pub use cancel::Cancel;
pub use cidr::{Cidr, CidrError};
pub use clock::{Clock, FixedClock, SystemClock};
pub use dial::DialError;
pub use folder::Folder;
pub use http::{GuardedHttp, address_refused, may_be_unencrypted, plain_client};
pub use outbound::{AddressRefused, OutboundGuard};
pub use preflight::{certificate_end, preflight};
pub use roots::{FolderRoots, RootError};
pub use secret::Secret;
pub use steps::{Step, Steps, TestStage};
pub use unbroken::to_its_end;
