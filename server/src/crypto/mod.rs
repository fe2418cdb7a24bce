//! Secrets at rest: sealed with a key that is not in the database, and opened where they are used.
//!
//! Keys come from a file or a variable ([`Keyring`]). Of several the first one seals and all of them open, so that a key is
//! replaced while servers run ([`rotate`]). What is sealed opens at its place alone: a row that is copied to another
//! owner or name does not. A secret may be a reference instead, which is followed at each use ([`References`]).

mod current;
mod error;
mod key;
mod key_file;
mod keyring;
mod mark;
mod references;
mod reset;
mod rotation;
mod sealed;
pub mod totp;
mod vault;

pub use crate::store::secrets::Place;
pub use current::{check, keep, unlock};
pub use error::{CryptoError, KeyError, UnlockError};
pub use key::Key;
pub use keyring::Keyring;
pub use references::References;
pub use reset::reset;
pub use rotation::{Rotated, rotate};
pub use sealed::Sealed;
pub use vault::StoreVault;
