//! The one way from `object_store` to the network: past the guard, within a time, with answers of a bounded length.

use std::io;
use std::time::Duration;

use async_trait::async_trait;
use base::{GuardedHttp, address_refused};
use bytes::{Bytes, BytesMut};
use futures::TryStreamExt;
use object_store::ClientOptions;
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpResponse,
    HttpResponseBody, HttpService,
};
use reqwest::Url;

use super::errors::{Refusal, find};

/// For an exchange without a body.
const PATIENCE: Duration = Duration::from_secs(30);

/// Bytes of a body for which a second is added: the slowest network that a delivery goes through.
const SLOWEST: usize = 32 * 1024;

/// Of an answer. What is read of a service is lists and records.
const LONGEST_ANSWER: usize = 64 * 1024 * 1024;

/// Lets a store of objects use our client and no other.
#[derive(Debug)]
pub(crate) struct GuardedConnector(GuardedHttp);

impl GuardedConnector {
    pub(crate) const fn new(http: GuardedHttp) -> Self {
        Self(http)
    }
}

impl HttpConnector for GuardedConnector {
    fn connect(&self, _options: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(GuardedService(self.0.clone())))
    }
}

#[derive(Debug)]
struct GuardedService(GuardedHttp);

#[async_trait]
impl HttpService for GuardedService {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let patience = patience(request.body().content_length());
        match tokio::time::timeout(patience, self.exchange(request)).await {
            Ok(answer) => answer,
            Err(slow) => Err(HttpError::new(HttpErrorKind::Timeout, slow)),
        }
    }
}

impl GuardedService {
    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let url = Url::parse(&request.uri().to_string())
            .map_err(|error| HttpError::new(HttpErrorKind::Unknown, error))?;
        self.0
            .check(&url)
            .map_err(|refused| HttpError::new(HttpErrorKind::Unknown, refused))?;
        let answer = self.0.client().call(request).await.map_err(told)?;
        let (parts, body) = answer.into_parts();
        let body = whole(body).await?;
        match Refusal::of(parts.status.as_u16(), &parts.headers, &body) {
            Some(refusal) => Err(HttpError::new(HttpErrorKind::Unknown, refusal)),
            None => Ok(HttpResponse::from_parts(parts, body.into())),
        }
    }
}

fn patience(body: usize) -> Duration {
    PATIENCE + Duration::from_secs(u64::try_from(body / SLOWEST).unwrap_or(u64::MAX))
}

/// A refusal of the guard is no failure to connect: it is not tried again. What the client has no word for is a connection
/// that went while a request or its answer was on its way, unless the request itself was wrong.
fn told(error: HttpError) -> HttpError {
    if let Some(refused) = address_refused(&error) {
        return HttpError::new(HttpErrorKind::Unknown, refused);
    }
    let is_vague = matches!(error.kind(), HttpErrorKind::Unknown | HttpErrorKind::Decode);
    let is_of_the_request = find::<reqwest::Error>(&error)
        .is_some_and(|error| error.is_builder() || error.is_redirect());
    if is_vague && !is_of_the_request {
        return HttpError::new(HttpErrorKind::Interrupted, error);
    }
    error
}

async fn whole(body: HttpResponseBody) -> Result<Bytes, HttpError> {
    let mut pieces = body.bytes_stream().map_err(told);
    let mut whole = BytesMut::new();
    while let Some(piece) = pieces.try_next().await? {
        if whole.len() + piece.len() > LONGEST_ANSWER {
            let error = io::Error::other("the answer is too long");
            return Err(HttpError::new(HttpErrorKind::Unknown, error));
        }
        whole.extend_from_slice(&piece);
    }
    Ok(whole.freeze())
}
