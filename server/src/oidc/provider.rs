//! The provider as the services use it, and what is remembered of it.

use std::time::{Duration, Instant};

use base::OutboundGuard;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Url;
use ring::digest::{SHA256, digest};
use tokio::sync::Mutex;

use super::claims::{self, Identity};
use super::discovery::{Endpoints, discover};
use super::error::{OidcError, TokenError};
use super::exchange;
use super::fetch::Fetch;
use super::keys::{KeyList, Keys};
use super::token::{Claims, Expected, Unchecked};
use crate::config::OidcConfig;

/// Description and keys are read anew after this long …
const FRESH: Duration = Duration::from_hours(1);
/// … keys before that for a key that is not known, but not more often than this …
const KEYS_APART: Duration = Duration::from_mins(1);
/// … and a provider that failed is left alone for this long.
const RESTS: Duration = Duration::from_secs(5);

const KEYS: &str = "list of keys";

/// What a sign-in at the provider begins with.
pub struct Asked<'a> {
    /// Where the provider sends the browser back.
    pub redirect_uri: &'a str,
    pub state: &'a str,
    pub nonce: &'a str,
    /// Of PKCE: its digest goes to the provider, it itself comes with the code.
    pub verifier: &'a str,
}

/// What the browser came back with, and what the sign-in began with.
pub struct Given<'a> {
    pub code: &'a str,
    /// The issuer that the answer names (RFC 9207).
    pub issuer: Option<&'a str>,
    pub redirect_uri: &'a str,
    pub nonce: &'a str,
    pub verifier: &'a str,
    /// When the sign-in began, in seconds since 1970 …
    pub begun_at: i64,
    /// … and the time now.
    pub now: i64,
}

/// An identity provider.
pub struct Provider {
    config: OidcConfig,
    fetch: Fetch,
    known: Mutex<Known>,
}

/// What was read of the provider.
#[derive(Default)]
struct Known {
    endpoints: Option<(Endpoints, Instant)>,
    keys: Option<(Keys, Instant)>,
    failed_at: Option<Instant>,
}

impl Provider {
    /// Knows where the provider is; asks it nothing yet. `guard` judges where its description leads to.
    pub fn new(config: &OidcConfig, guard: OutboundGuard) -> anyhow::Result<Self> {
        let issuer = Url::parse(&config.issuer)?;
        Ok(Self {
            config: config.clone(),
            fetch: Fetch::new(issuer, guard)?,
            known: Mutex::default(),
        })
    }

    /// As it names itself.
    pub fn issuer(&self) -> &str {
        &self.config.issuer
    }

    /// Whether passwords are refused.
    pub const fn is_only_way(&self) -> bool {
        self.config.only
    }

    /// Whether it can be used: it describes itself, and has keys that count.
    pub async fn look(&self) -> Result<(), OidcError> {
        let mut known = self.known.lock().await;
        let endpoints = self.endpoints(&mut known).await?;
        if self.keys(&mut known, &endpoints).await?.is_empty() {
            return Err(OidcError::Unsupported("RS256 or ES256"));
        }
        Ok(())
    }

    /// Where the browser goes to sign in.
    pub async fn departure(&self, asked: &Asked<'_>) -> Result<String, OidcError> {
        let endpoints = {
            let mut known = self.known.lock().await;
            self.endpoints(&mut known).await?
        };
        let scopes = self.config.scopes.join(" ");
        let mut url = endpoints.authorization;
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &self.config.client_id)
            .append_pair("redirect_uri", asked.redirect_uri)
            .append_pair("scope", format!("openid {scopes}").trim_end())
            .append_pair("state", asked.state)
            .append_pair("nonce", asked.nonce)
            .append_pair("code_challenge", &challenge(asked.verifier))
            .append_pair("code_challenge_method", "S256");
        Ok(url.into())
    }

    /// Who came back.
    pub async fn identify(&self, given: &Given<'_>) -> Result<Identity, OidcError> {
        let endpoints = {
            let mut known = self.known.lock().await;
            self.endpoints(&mut known).await?
        };
        // An answer that is not from here must not take its code there.
        match given.issuer {
            Some(issuer) if issuer != self.config.issuer => return Err(OidcError::AnswerOfOther),
            None if endpoints.answers_name_issuer => return Err(OidcError::AnswerOfOther),
            _ => {}
        }
        let tokens = exchange::exchange(&self.fetch, &endpoints, &self.config, given).await?;
        let mut claims = self.checked(&endpoints, &tokens.id_token).await?;
        let expected = Expected {
            issuer: &self.config.issuer,
            client_id: &self.config.client_id,
            nonce: given.nonce,
            begun_at: given.begun_at,
            now: given.now,
            access_token: tokens.access_token.as_deref(),
        };
        let subject = expected.subject(&claims)?;
        if claims::is_incomplete(&claims, &self.config)
            && let (Some(url), Some(token)) = (&endpoints.person, &tokens.access_token)
        {
            let more = exchange::person(&self.fetch, url, token, &subject).await?;
            // What is signed comes first.
            for (name, value) in more {
                claims.entry(name).or_insert(value);
            }
        }
        Ok(Identity::of(subject, &claims, &self.config))
    }

    /// What a token says, if the provider signed it. For a key that is not known the list is read again.
    async fn checked(&self, endpoints: &Endpoints, token: &str) -> Result<Claims, OidcError> {
        let token = Unchecked::read(token)?;
        let mut known = self.known.lock().await;
        let keys = self.keys(&mut known, endpoints).await?;
        match token.checked(&keys) {
            Err(TokenError::UnknownKey) if known.may_read_keys(Instant::now()) => {
                known.keys = None;
                let keys = self.keys(&mut known, endpoints).await?;
                Ok(token.checked(&keys)?)
            }
            other => Ok(other?),
        }
    }

    /// The provider's addresses, as they were read lately.
    async fn endpoints(&self, known: &mut Known) -> Result<Endpoints, OidcError> {
        let now = Instant::now();
        if let Some((endpoints, at)) = &known.endpoints
            && now.saturating_duration_since(*at) < FRESH
        {
            return Ok(endpoints.clone());
        }
        known.check_rested(now)?;
        let found = discover(&self.fetch, &self.config.issuer).await;
        let endpoints = known.noted(found)?;
        known.endpoints = Some((endpoints.clone(), Instant::now()));
        Ok(endpoints)
    }

    /// The provider's keys, as they were read lately.
    async fn keys(&self, known: &mut Known, endpoints: &Endpoints) -> Result<Keys, OidcError> {
        let now = Instant::now();
        if let Some((keys, at)) = &known.keys
            && now.saturating_duration_since(*at) < FRESH
        {
            return Ok(keys.clone());
        }
        known.check_rested(now)?;
        let found = self.fetch.document::<KeyList>(&endpoints.keys, KEYS).await;
        let keys = Keys::from(known.noted(found)?);
        known.keys = Some((keys.clone(), Instant::now()));
        Ok(keys)
    }
}

impl Known {
    /// Whether the list of keys may be read again for a key that it lacks: anybody may make one up.
    fn may_read_keys(&self, now: Instant) -> bool {
        self.keys
            .as_ref()
            .is_none_or(|(_, at)| now.saturating_duration_since(*at) >= KEYS_APART)
    }

    /// Refuses to ask a provider that failed a moment ago.
    fn check_rested(&self, now: Instant) -> Result<(), OidcError> {
        let rests = |at: Instant| now.saturating_duration_since(at) < RESTS;
        if self.failed_at.is_some_and(rests) {
            return Err(OidcError::Resting);
        }
        Ok(())
    }

    /// Notes whether the provider failed.
    fn noted<T>(&mut self, found: Result<T, OidcError>) -> Result<T, OidcError> {
        self.failed_at = found.is_err().then(Instant::now);
        found
    }
}

/// What PKCE shows of a verifier (RFC 7636, S256).
fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_challenge_is_that_of_the_standard() {
        // RFC 7636, appendix B.
        assert_eq!(
            challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }

    #[test]
    fn keys_are_read_again_once_a_minute_at_most() {
        let start = Instant::now();
        let mut known = Known::default();
        assert!(known.may_read_keys(start));
        known.keys = Some((Keys::default(), start));
        assert!(!known.may_read_keys(start));
        assert!(!known.may_read_keys(start + Duration::from_secs(59)));
        assert!(known.may_read_keys(start + KEYS_APART));
    }

    #[test]
    fn a_provider_that_failed_is_left_alone_for_a_moment() {
        let start = Instant::now();
        let mut known = Known::default();
        assert!(known.check_rested(start).is_ok());
        let failed: Result<(), _> = known.noted(Err(OidcError::Resting));
        assert!(failed.is_err());
        let failed_at = known.failed_at.expect("it failed");
        assert!(known.check_rested(failed_at).is_err());
        assert!(known.check_rested(failed_at + RESTS).is_ok());
        assert!(known.noted(Ok(())).is_ok() && known.failed_at.is_none());
    }
}
