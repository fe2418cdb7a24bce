//! Signing in at an identity provider (OpenID Connect Core 1.0): the code flow with PKCE, as the provider sees it.
//!
//! Knows the protocol alone: where the browser is sent ([`Provider::departure`]), and who came back
//! ([`Provider::identify`]). Who that is here, and what they may, the services decide. What the provider says counts once
//! its signature was checked, with keys of its own and by algorithms of ours; its documents are read anew from time to
//! time, never more often than they may change.
//!
//! The issuer's host is named by the machine's configuration, and may be anywhere. Where else its document leads to is
//! judged as every address is.

mod claims;
mod discovery;
mod error;
mod exchange;
mod fetch;
mod keys;
mod provider;
mod token;

pub use claims::Identity;
pub use error::{OidcError, TokenError};
pub use provider::{Asked, Given, Provider};
