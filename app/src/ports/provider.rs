//! Signing in at the identity provider.

use async_trait::async_trait;

use super::{NewSession, RequestContext, SignedIn};
use crate::domain::ProviderRefusal;

/// The way to the provider.
pub struct Departure {
    /// Where the browser goes.
    pub url: String,
    /// The value of a cookie that the browser brings back.
    pub cookie: NewSession,
}

/// What the browser came back with.
pub struct ProviderAnswer<'a> {
    /// The value of the cookie of the departure; empty, there is none.
    pub cookie: &'a str,
    pub state: &'a str,
    /// What the provider gives; none, it refused.
    pub code: Option<&'a str>,
    /// Why the provider refused, as a code of its own.
    pub error: Option<&'a str>,
    /// The issuer, as the answer names it.
    pub issuer: Option<&'a str>,
}

/// How a sign-in at the provider ended.
pub struct Arrival {
    /// The page that the person wanted.
    pub next: String,
    pub outcome: Result<SignedIn, ProviderRefusal>,
}

/// Signing in at the identity provider. Whom it knows by a name of its own is one person here, for ever; what they may
/// follows from their groups there, each time they sign in. Nobody becomes somebody else because of an address: who has
/// an account here already, or was invited, proves it by a one-time link.
#[async_trait]
pub trait ProviderService: Send + Sync {
    /// Begins. `next`: the page to go to afterwards; `invitation`: the code of a one-time link.
    async fn depart(
        &self,
        ctx: &RequestContext,
        next: &str,
        invitation: Option<&str>,
    ) -> Result<Departure, ProviderRefusal>;
    /// Ends. Throttled by network.
    async fn arrive(&self, ctx: &RequestContext, answer: ProviderAnswer<'_>) -> Arrival;
}
