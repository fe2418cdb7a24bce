//! Signing in at an identity provider (OpenID Connect), as the pages know it.

use serde::{Deserialize, Serialize};

use super::codes::codes;

/// The identity provider of a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdentityProvider {
    /// What people call it.
    pub name: String,
    /// There is no other way in: passwords are refused.
    pub only: bool,
}

codes! {
    /// Why somebody who came from the identity provider was not let in.
    ProviderRefusal {
        /// A fault of ours, which is in the log.
        #[default] Failed = "failed",
        /// The provider does not answer, or not as it should.
        Unavailable = "unavailable",
        /// They gave up there, or were refused there.
        Denied = "denied",
        /// It took too long, or was begun in another browser.
        Expired = "expired",
        /// What came back is not proved to be of the provider.
        Unverified = "unverified",
        /// Too many tries of this network.
        Throttled = "throttled",
        /// None of their groups may come in.
        NoRole = "no_role",
        /// The provider knows no address of theirs that it vouches for.
        NoAddress = "no_address",
        /// Somebody here has their address, and is not known to be the same.
        AddressTaken = "address_taken",
        /// The one-time link they came with is for another address …
        OtherAddress = "other_address",
        /// … or can no longer be used.
        LinkClosed = "link_closed",
        /// The first one here has to be an administrator.
        NoAdministrator = "no_administrator",
        /// They were disabled here.
        Disabled = "disabled",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_round_trip_and_others_are_none() {
        for refusal in ProviderRefusal::ALL {
            assert_eq!(ProviderRefusal::from_code(refusal.code()), Some(*refusal));
        }
        assert_eq!(ProviderRefusal::from_code("<script>"), None);
    }
}
