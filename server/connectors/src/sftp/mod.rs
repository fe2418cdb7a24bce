//! `sftp`: deliveries into a folder of a server that speaks SFTP 3 over SSH.
//!
//! The server is known by its host key, which the connection names: without the right one nobody signs in and nothing
//! is sent. Publishing is that of every remote file store; here is what it stands on. A file is created once by the
//! rename of version 3, which refuses to replace; it replaces by `posix-rename@openssh.com`, and where the server does
//! not have that, by removing and renaming, so that a reader may find an undated file missing for a moment. Symbolic
//! links below the connection's folder are not followed.

mod description;
mod errors;
mod files;
mod host_key;
mod session;
mod settings;
mod sign_in;
mod store;
#[cfg(test)]
mod tests;
mod upload;

pub(crate) use description::{DESCRIPTION, KEY};
pub(crate) use store::SftpStore;
