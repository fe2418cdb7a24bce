//! What destinations share that keep objects: a bucket or container as a [`crate::remote::RemoteStore`].
//!
//! Objects have no folders and cannot be renamed. A file becomes visible in one of two ways ([`Settling`]): as an upload in
//! parts that stays open at its final place, unseen, until the run is published; or as an object in the attempt's folder that
//! the service copies. What an attempt has begun stands in its folder either way, so that it is found after a crash.
//!
//! Every request passes the guard ([`guarded`]), which also turns what a service refuses into [`errors::Refusal`].

pub(crate) mod errors;
mod folder;
pub(crate) mod guarded;
#[cfg(test)]
pub(crate) mod seen;
pub(crate) mod settings;
mod settle;
#[cfg(test)]
mod tests;
mod upload;

pub(crate) use folder::{Beside, ObjectFolder, Remover, Settling};
