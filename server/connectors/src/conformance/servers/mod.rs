//! The servers that destination types are tested against.

mod asyncssh;
mod canned;
mod cutter;
mod process;
mod sshd;

pub(crate) use asyncssh::Asyncssh;
pub(crate) use canned::Canned;
pub(crate) use cutter::Cutter;
pub(crate) use process::{Server, python};
pub(crate) use sshd::{Sshd, new_key, text};
