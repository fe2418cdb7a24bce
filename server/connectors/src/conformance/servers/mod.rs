//! The servers that destination types are tested against.

mod asyncssh;
mod canned;
mod cutter;
mod door;
mod process;
mod sshd;

pub(crate) use asyncssh::{Asyncssh, Failing};
pub(crate) use canned::Canned;
pub(crate) use cutter::Cutter;
pub(crate) use door::Door;
pub(crate) use process::{Server, python};
pub(crate) use sshd::{Sshd, new_key, text};
