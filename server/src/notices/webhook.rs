//! Webhooks: a POST of JSON, signed as Standard Webhooks says.
//!
//! The address is a person's, so that what it leads to is judged: names when they are resolved, addresses before. No
//! redirect is followed, no answer is read.

use std::error::Error;
use std::time::Duration;

use anyhow::Context as _;
use app::domain::{Reason, TextError};
use base::{
    AddressRefused, GuardedHttp, OutboundGuard, Secret, address_refused, may_be_unencrypted,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Response, StatusCode, Url};
use ring::hmac;

use super::Failure;

/// How long the whole exchange may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// The longest wait that the other side may ask for.
const MOST_PATIENCE: Duration = Duration::from_hours(1);

/// A message to one URL.
pub(super) struct Post<'a> {
    pub(super) url: &'a str,
    /// Stays the same when it is sent again.
    pub(super) id: &'a str,
    /// Of this attempt, in seconds since 1970.
    pub(super) timestamp: i64,
    /// JSON.
    pub(super) body: String,
}

/// Sends messages to webhooks.
pub(super) struct Webhooks {
    http: GuardedHttp,
    key: Option<hmac::Key>,
}

impl Webhooks {
    pub(super) fn new(
        guard: OutboundGuard,
        secret: Option<&Secret<Vec<u8>>>,
    ) -> anyhow::Result<Self> {
        let agent = concat!("waybill/", env!("CARGO_PKG_VERSION"));
        let http = GuardedHttp::new(guard, Some(PATIENCE), agent)
            .context("cannot start the client of webhooks")?;
        let key = secret.map(|secret| hmac::Key::new(hmac::HMAC_SHA256, secret.expose()));
        Ok(Self { http, key })
    }

    pub(super) async fn send(&self, post: Post<'_>) -> Result<(), Failure> {
        let url = Url::parse(post.url).map_err(|error| unreachable(error.to_string()))?;
        encrypted(&url).map_err(Failure::lasting)?;
        self.http.check(&url).map_err(refused)?;
        let mut request = self
            .http
            .client()
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", post.id)
            .header("webhook-timestamp", post.timestamp);
        if let Some(key) = &self.key {
            request = request.header("webhook-signature", signature(key, &post));
        }
        match request.body(post.body).send().await {
            Ok(response) => judge(&response),
            Err(error) => Err(failure(error)),
        }
    }
}

/// Holds that messages may be sent to an address: it is one, and encrypted unless it is within a private network.
pub fn check_address(address: &str) -> Result<(), Reason> {
    let url = Url::parse(address).map_err(|_| Reason::from(TextError::Malformed))?;
    encrypted(&url)
}

fn encrypted(url: &Url) -> Result<(), Reason> {
    if url.scheme() == "https" || may_be_unencrypted(url) {
        Ok(())
    } else {
        Err(Reason::new("https_needed"))
    }
}

/// `v1,` and the HMAC of id, instant and body.
fn signature(key: &hmac::Key, post: &Post<'_>) -> String {
    let signed = format!("{}.{}.{}", post.id, post.timestamp, post.body);
    format!("v1,{}", STANDARD.encode(hmac::sign(key, signed.as_bytes())))
}

fn judge(response: &Response) -> Result<(), Failure> {
    let status = response.status();
    if status.is_success() {
        return Ok(());
    }
    if status.is_redirection() {
        return Err(Failure::lasting(Reason::new("webhook_redirected")));
    }
    let reason = Reason::new("webhook_refused").with("status", status.as_u16());
    let is_passing = status.is_server_error()
        || matches!(
            status,
            StatusCode::REQUEST_TIMEOUT
                | StatusCode::CONFLICT
                | StatusCode::TOO_EARLY
                | StatusCode::TOO_MANY_REQUESTS
        );
    if !is_passing {
        return Err(Failure::lasting(reason));
    }
    let seconds: Option<u64> = response
        .headers()
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.parse().ok());
    Err(Failure {
        retry_after: seconds.map(|seconds| Duration::from_secs(seconds).min(MOST_PATIENCE)),
        ..Failure::passing(reason)
    })
}

fn refused(refused: AddressRefused) -> Failure {
    Failure::lasting(Reason::new("address_refused").with("flag", refused.flag()))
}

fn unreachable(words: String) -> Failure {
    Failure::passing(Reason::new("webhook_unreachable").detail(words))
}

/// What the client met. The URL is left out: it may hold a token.
fn failure(error: reqwest::Error) -> Failure {
    let error = error.without_url();
    if let Some(error) = address_refused(&error) {
        return refused(error);
    }
    let mut cause: Option<&(dyn Error + 'static)> = Some(&error);
    let mut words = String::new();
    while let Some(error) = cause {
        // The innermost says most.
        words = error.to_string();
        cause = error.source();
    }
    unreachable(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_the_one_of_standard_webhooks() {
        // The example of the specification's libraries.
        let secret = STANDARD
            .decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
            .expect("base64");
        let key = hmac::Key::new(hmac::HMAC_SHA256, &secret);
        let post = Post {
            url: "",
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
            timestamp: 1_614_265_330,
            body: r#"{"test": 2432232314}"#.to_owned(),
        };
        assert_eq!(
            signature(&key, &post),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }

    #[test]
    fn only_private_addresses_may_go_unencrypted() {
        let code = |address: &str| check_address(address).map_err(|reason| reason.code);
        for good in [
            "https://chat.example/hook?id=1",
            "http://127.0.0.1:9000/",
            "http://chat.internal/",
        ] {
            assert_eq!(code(good), Ok(()), "{good}");
        }
        for public in ["http://chat.example/hook", "http://8.8.8.8/"] {
            assert_eq!(code(public), Err("https_needed".to_owned()), "{public}");
        }
        assert!(code("https://[::1/").is_err());
    }

    #[tokio::test]
    async fn private_addresses_are_refused_by_number_and_by_name() {
        let webhooks = Webhooks::new(OutboundGuard::default(), None).expect("a client");
        for url in [
            "http://127.0.0.1:9/",
            "http://[::1]:9/",
            "http://169.254.169.254/latest",
            "http://localhost:9/",
        ] {
            let post = Post {
                url,
                id: "1",
                timestamp: 0,
                body: String::new(),
            };
            let failure = webhooks.send(post).await.expect_err("refused");
            assert_eq!(failure.reason.code, "address_refused", "{url}");
            assert!(!failure.is_passing);
            assert!(
                failure.reason.arg("flag").starts_with("--allow-address "),
                "{:?}",
                failure.reason
            );
        }
    }
}
