//! What a sign-in at the provider began with, sealed in a cookie of the browser that began it: no other can end it, and
//! the server has nothing to keep.

use app::domain::Micros;
use app::ports::Answer;
use serde::{Deserialize, Serialize};

use crate::crypto::{Keyring, Place};
use crate::services::errors::{hashed, internal};
use crate::services::passwords::random_code;

/// Longest address to go to afterwards: a cookie holds 4 KiB.
const MOST_NEXT: usize = 1_500;

/// A sign-in that was begun. Its texts are secrets: neither `Debug` nor shown.
#[derive(Serialize, Deserialize)]
pub(super) struct Flow {
    /// What the provider sends back with its answer.
    pub(super) state: String,
    /// What the provider puts into the token.
    pub(super) nonce: String,
    /// What proves that whoever has the code is who asked for it (PKCE).
    pub(super) verifier: String,
    /// The page that the person wanted.
    pub(super) next: String,
    /// The code of the one-time link that they came with.
    pub(super) invitation: Option<String>,
    pub(super) begun_at: Micros,
}

impl Flow {
    /// How long somebody may take.
    pub(super) const LASTS: Micros = 10 * 60 * 1_000_000;

    pub(super) fn begin(next: &str, invitation: Option<&str>, now: Micros) -> Answer<Self> {
        let code = || random_code().map_err(hashed);
        let next = if next.len() > MOST_NEXT { "" } else { next };
        // No code of ours is longer.
        let invitation = invitation.filter(|code| code.len() <= 64);
        Ok(Self {
            state: code()?,
            nonce: code()?,
            verifier: code()?,
            next: next.to_owned(),
            invitation: invitation.map(str::to_owned),
            begun_at: now,
        })
    }

    /// As the cookie holds it.
    pub(super) fn seal(&self, keyring: &Keyring, issuer: &str) -> Answer<String> {
        let plain = serde_json::to_string(self).map_err(|error| internal(&error))?;
        let sealed = keyring.seal(&place(issuer), &plain);
        Ok(sealed.map_err(|error| internal(&error))?.text)
    }

    /// Out of the cookie; none if it is not of this server and provider, or of long ago.
    pub(super) fn open(keyring: &Keyring, issuer: &str, cookie: &str, now: Micros) -> Option<Self> {
        let plain = keyring.open(&place(issuer), cookie).ok()?;
        let flow: Self = serde_json::from_str(plain.expose()).ok()?;
        let age = now.saturating_sub(flow.begun_at);
        (0..Self::LASTS).contains(&age).then_some(flow)
    }
}

fn place(issuer: &str) -> Place<'_> {
    Place {
        owner_kind: "identity_provider",
        owner_id: issuer,
        name: "sign_in",
    }
}

#[cfg(test)]
mod tests {
    use base::Secret;

    use super::*;
    use crate::config::KeySource;
    use crate::crypto::Key;

    const ISSUER: &str = "https://login.example.org";

    fn keyring() -> Keyring {
        let key = Key::fresh().expect("random").text();
        let source = KeySource::Variables {
            key,
            others: Secret::new(String::new()),
        };
        Keyring::load(&source).expect("loads").expect("a key")
    }

    #[test]
    fn a_sign_in_is_ended_by_the_browser_that_began_it_within_ten_minutes() {
        let keyring = keyring();
        let flow = Flow::begin("/data/runs", Some("abc"), 5).expect("random");
        let cookie = flow.seal(&keyring, ISSUER).expect("sealed");
        let is_cookie = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
        assert!(cookie.bytes().all(is_cookie), "{cookie}");
        let opened = Flow::open(&keyring, ISSUER, &cookie, 5).expect("opens");
        assert_eq!(opened.state, flow.state);
        assert_eq!(
            (opened.next.as_str(), opened.invitation.as_deref()),
            ("/data/runs", Some("abc"))
        );
        let last = 5 + Flow::LASTS - 1;
        assert!(Flow::open(&keyring, ISSUER, &cookie, last).is_some());
        assert!(Flow::open(&keyring, ISSUER, &cookie, last + 1).is_none());
        assert!(Flow::open(&keyring, ISSUER, &cookie, 4).is_none());
    }

    #[test]
    fn a_cookie_of_another_server_or_provider_is_none() {
        let (one, other) = (keyring(), keyring());
        let flow = Flow::begin("/", None, 0).expect("random");
        let cookie = flow.seal(&one, ISSUER).expect("sealed");
        assert!(Flow::open(&other, ISSUER, &cookie, 0).is_none());
        assert!(Flow::open(&one, "https://evil.example", &cookie, 0).is_none());
        for text in ["", "wb1.", "{}"] {
            assert!(Flow::open(&one, ISSUER, text, 0).is_none(), "{text}");
        }
    }

    #[test]
    fn what_it_begins_with_is_made_anew_each_time_and_fits_a_cookie() {
        let long = format!("/data/exports?q={}", "a".repeat(MOST_NEXT));
        let (one, other) = (
            Flow::begin(&long, None, 0).expect("random"),
            Flow::begin(&long[..MOST_NEXT], None, 0).expect("random"),
        );
        for (one, other) in [
            (&one.state, &other.state),
            (&one.nonce, &other.nonce),
            (&one.verifier, &other.verifier),
        ] {
            assert_ne!(one, other);
            assert!((43..=128).contains(&one.len()), "as PKCE asks");
        }
        assert_eq!(one.next, "");
        let cookie = other.seal(&keyring(), ISSUER).expect("sealed");
        assert!(cookie.len() < 3_500, "{}", cookie.len());
    }
}
