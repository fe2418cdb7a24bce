//! Brings notices to people and groups: claims what the store has to send, writes it in the reader's language, and
//! hands it to a mail server or a webhook.
//!
//! At least once, always under the same id, for 24 hours at most; to each person and group one at a time, so that an
//! address that is slow holds up no other. Never carries row data, nor where exports go: what may be told of a reason is
//! `app::domain::tellable`. Webhooks reach public addresses alone, encrypted, and those that the machine's configuration
//! allows; the mail server is the machine's own configuration.

mod addresses;
mod failure;
mod mail;
mod message;
mod outlets;
mod webhook;
mod worker;

pub use addresses::{keep_address, seal_addresses};
pub use failure::Failure;
pub use outlets::Outlets;
pub use webhook::check_address;
pub use worker::{Deps, Handle, start};
