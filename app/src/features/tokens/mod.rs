//! Access tokens, wherever they are shown: one's own, and those of service accounts.

mod form;
mod list;
mod revoke;

pub(super) use form::{Make, TokenPane};
pub(super) use list::{TokenTable, Tokens};
pub(super) use revoke::RevokePane;
