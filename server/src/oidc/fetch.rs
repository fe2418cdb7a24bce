//! Asking the provider: within a time, for answers of a size, at addresses that may be connected to.

use std::time::Duration;

use base::{Cidr, GuardedHttp, OutboundGuard};
use reqwest::{Method, RequestBuilder, Response, Url};
use serde::de::DeserializeOwned;

use super::error::OidcError;

/// How long one exchange may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Most bytes of an answer: people may be in many groups, and no document is longer.
const MOST: usize = 1 << 20;

/// Asks the provider.
pub(super) struct Fetch {
    issuer: Url,
    /// To the issuer's own host, which the machine's configuration names.
    own: GuardedHttp,
    /// To wherever its document leads.
    elsewhere: GuardedHttp,
}

impl Fetch {
    pub(super) fn new(issuer: Url, guard: OutboundGuard) -> Result<Self, reqwest::Error> {
        let agent = concat!("waybill/", env!("CARGO_PKG_VERSION"));
        let everywhere: Vec<Cidr> = ["0.0.0.0/0", "::/0"]
            .iter()
            .filter_map(|range| range.parse().ok())
            .collect();
        let everywhere = OutboundGuard::new(everywhere);
        Ok(Self {
            issuer,
            own: GuardedHttp::new(everywhere, Some(PATIENCE), agent)?,
            elsewhere: GuardedHttp::new(guard, Some(PATIENCE), agent)?,
        })
    }

    /// A request to an address of the provider.
    pub(super) fn request(
        &self,
        method: Method,
        url: &Url,
        what: &'static str,
    ) -> Result<RequestBuilder, OidcError> {
        let http = if url.origin() == self.issuer.origin() {
            &self.own
        } else {
            &self.elsewhere
        };
        http.check(url)
            .map_err(|source| OidcError::Refused { what, source })?;
        Ok(http.client().request(method, url.clone()))
    }

    /// A document of the provider.
    pub(super) async fn document<T: DeserializeOwned>(
        &self,
        url: &Url,
        what: &'static str,
    ) -> Result<T, OidcError> {
        let response = send(self.request(Method::GET, url, what)?, what).await?;
        read(response, what).await
    }
}

/// Sends a request.
pub(super) async fn send(
    request: RequestBuilder,
    what: &'static str,
) -> Result<Response, OidcError> {
    let sent = request.send().await;
    sent.map_err(|error| OidcError::unreachable(what, error))
}

/// The JSON of an answer that is none but a good one. Redirects are none.
pub(super) async fn read<T: DeserializeOwned>(
    response: Response,
    what: &'static str,
) -> Result<T, OidcError> {
    let status = response.status();
    if !status.is_success() {
        return Err(OidcError::Status { what, status });
    }
    let bytes = body(response, what).await?;
    serde_json::from_slice(&bytes).map_err(|error| OidcError::malformed(what, &error))
}

/// The body of an answer, up to a size.
pub(super) async fn body(mut response: Response, what: &'static str) -> Result<Vec<u8>, OidcError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|error| OidcError::unreachable(what, error))?
    {
        if bytes.len() + chunk.len() > MOST {
            return Err(OidcError::TooLong { what, most: MOST });
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}
