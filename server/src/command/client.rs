//! Asks a server over REST, as whoever the token belongs to.
//!
//! A server that has answered once may be started anew meanwhile: it is tried for a minute. What could be done twice by
//! that is sent once: only questions, and orders that carry a key.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use base::{Secret, plain_client};
use reqwest::header::{ACCEPT_LANGUAGE, ETAG, HeaderMap, IF_MATCH, RETRY_AFTER};
use reqwest::{Client, Method, RequestBuilder, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::trouble::{ApiError, Refusal};
use crate::config::ApiConfig;

/// For one exchange.
const EXCHANGE: Duration = Duration::from_mins(1);
/// How long a server is tried that has answered before.
const PATIENCE: Duration = Duration::from_mins(1);
/// Between two tries: from, to.
const PAUSES: (Duration, Duration) = (Duration::from_millis(500), Duration::from_secs(5));
const ROOT: &str = "/api/v1";

/// A server, and who asks it.
#[derive(Debug)]
pub struct Api {
    http: Client,
    server: String,
    token: Secret<String>,
    has_answered: AtomicBool,
}

/// What a server answers.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    /// Of what the body shows.
    pub version: Option<i64>,
    pub body: Value,
}

impl Answer {
    /// The body as what it is expected to be.
    pub fn read<T: DeserializeOwned>(self) -> anyhow::Result<T> {
        read(self.body)
    }
}

fn read<T: DeserializeOwned>(body: Value) -> anyhow::Result<T> {
    serde_json::from_value(body).context("the server says something else than this program expects")
}

impl Api {
    pub fn new(config: &ApiConfig) -> anyhow::Result<Self> {
        let authorities = match &config.ca_file {
            Some(path) => {
                let read = std::fs::read(path);
                let pem = read.with_context(|| format!("cannot read `{}`", path.display()))?;
                if !String::from_utf8_lossy(&pem).contains("BEGIN CERTIFICATE") {
                    bail!("`{}` has no certificate", path.display());
                }
                Some(pem)
            }
            None => None,
        };
        let name = concat!("waybill/", env!("CARGO_PKG_VERSION"));
        let http = plain_client(EXCHANGE, name, authorities.as_deref());
        Ok(Self {
            http: http.context("cannot use the certificates of `--ca-file`")?,
            server: config.server.origin(),
            token: config.token.clone(),
            has_answered: AtomicBool::new(false),
        })
    }

    /// Address of the server.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// Asks.
    pub async fn get(&self, path: &str) -> Result<Answer, ApiError> {
        let request = self.request(Method::GET, path);
        self.answer(request, true).await
    }

    /// Everything of a list.
    pub async fn list<T: DeserializeOwned>(&self, path: &str) -> anyhow::Result<Vec<T>> {
        self.filtered(path, &[]).await
    }

    /// What of a list these parameters let through.
    pub async fn filtered<T: DeserializeOwned>(
        &self,
        path: &str,
        parameters: &[(&str, &str)],
    ) -> anyhow::Result<Vec<T>> {
        let mut found = Vec::new();
        let mut cursor: Option<String> = None;
        loop {
            let mut asked = vec![("limit", "200")];
            asked.extend_from_slice(parameters);
            asked.extend(cursor.as_deref().map(|cursor| ("cursor", cursor)));
            let request = self.request(Method::GET, path).query(&asked);
            let mut body = self.answer(request, true).await?.body;
            let items = body.get_mut("items").map(Value::take);
            found.extend(read::<Vec<T>>(items.unwrap_or_default())?);
            let next = body.get("next_cursor").and_then(Value::as_str);
            cursor = next.map(str::to_owned);
            if cursor.is_none() {
                return Ok(found);
            }
        }
    }

    /// Orders something, once however often it is sent.
    pub async fn post(
        &self,
        path: &str,
        key: &str,
        body: Option<&Value>,
    ) -> Result<Answer, ApiError> {
        let mut request = self.request(Method::POST, path);
        request = request.header("idempotency-key", key);
        if let Some(body) = body {
            request = request.json(body);
        }
        self.answer(request, true).await
    }

    /// Replaces this version of something.
    pub async fn put(&self, path: &str, version: i64, body: &Value) -> Result<Answer, ApiError> {
        let request = self.request(Method::PUT, path).json(body);
        let request = request.header(IF_MATCH, format!("\"{version}\""));
        self.answer(request, false).await
    }

    /// Removes this version of something.
    pub async fn delete(&self, path: &str, version: i64) -> Result<Answer, ApiError> {
        let request = self.request(Method::DELETE, path);
        let request = request.header(IF_MATCH, format!("\"{version}\""));
        self.answer(request, false).await
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{ROOT}{path}", self.server);
        let request = self.http.request(method, url);
        let request = request.bearer_auth(self.token.expose());
        request.header(ACCEPT_LANGUAGE, "en")
    }

    /// Sends a request until it is answered. `again`: it may be sent twice.
    async fn answer(&self, request: RequestBuilder, again: bool) -> Result<Answer, ApiError> {
        let start = Instant::now();
        let mut pause = PAUSES.0;
        loop {
            // Bodies are JSON in memory: they can be sent any number of times.
            let Some(sent) = request.try_clone() else {
                return Err(self.strange(StatusCode::BAD_REQUEST));
            };
            let tried = self.attempt(sent).await;
            if tried.is_ok() {
                self.has_answered.store(true, Ordering::Relaxed);
            }
            let (error, wait) = match tried {
                Ok(Tried::Answered(answer)) => return Ok(answer),
                Ok(Tried::Later(status, wait)) => (self.unable(status), wait),
                Err(error) => (error, None),
            };
            let is_lost = match &error {
                ApiError::Unreachable { source, .. } => again || source.is_connect(),
                // It has not begun.
                ApiError::Unable { status, .. } => {
                    again || *status == StatusCode::TOO_MANY_REQUESTS
                }
                _ => false,
            };
            let wait = wait.unwrap_or(pause);
            let patience = if self.has_answered.load(Ordering::Relaxed) {
                PATIENCE
            } else {
                Duration::ZERO
            };
            if !is_lost || start.elapsed() + wait > patience {
                return Err(error);
            }
            tokio::time::sleep(wait).await;
            pause = (pause * 2).min(PAUSES.1);
        }
    }

    async fn attempt(&self, request: RequestBuilder) -> Result<Tried, ApiError> {
        let lost = |source: reqwest::Error| {
            if source.is_builder() {
                return ApiError::Request(source.without_url());
            }
            ApiError::Unreachable {
                server: self.server.clone(),
                source: source.without_url(),
            }
        };
        let response = request.send().await.map_err(lost)?;
        let status = response.status();
        let version = number(response.headers(), ETAG.as_str());
        let wait = number(response.headers(), RETRY_AFTER.as_str());
        if matches!(
            status,
            StatusCode::TOO_MANY_REQUESTS
                | StatusCode::BAD_GATEWAY
                | StatusCode::SERVICE_UNAVAILABLE
                | StatusCode::GATEWAY_TIMEOUT
        ) {
            let wait = wait.and_then(|seconds| u64::try_from(seconds).ok());
            return Ok(Tried::Later(status, wait.map(Duration::from_secs)));
        }
        let bytes = response.bytes().await.map_err(lost)?;
        if status == StatusCode::NO_CONTENT {
            return Ok(Tried::Answered(Answer {
                status,
                version,
                body: Value::Null,
            }));
        }
        let Ok(body) = serde_json::from_slice::<Value>(&bytes) else {
            return Err(self.strange(status));
        };
        if status.is_success() {
            return Ok(Tried::Answered(Answer {
                status,
                version,
                body,
            }));
        }
        let Ok(refusal) = serde_json::from_value::<Refusal>(body) else {
            return Err(self.strange(status));
        };
        // Ours, whose answer was lost, is still under way.
        if refusal.code == "idempotency_under_way" {
            return Ok(Tried::Later(status, None));
        }
        Err(ApiError::Refused(refusal))
    }

    fn strange(&self, status: StatusCode) -> ApiError {
        ApiError::Strange {
            server: self.server.clone(),
            status,
        }
    }

    fn unable(&self, status: StatusCode) -> ApiError {
        ApiError::Unable {
            server: self.server.clone(),
            status,
        }
    }
}

/// What came of sending a request once.
enum Tried {
    Answered(Answer),
    /// The server cannot at present; how long it wants to be left alone.
    Later(StatusCode, Option<Duration>),
}

/// A number of a header, with quotes around it or without.
fn number(headers: &HeaderMap, name: &str) -> Option<i64> {
    let text = headers.get(name)?.to_str().ok()?;
    text.trim_matches('"').parse().ok()
}
