//! `Idempotency-Key`: a POST that is repeated with the same key and body is answered as the first
//! time, for 24 hours, and carried out once.
//!
//! Only answers that tell of success are kept: what failed may be tried again under its key. An answer is kept after its
//! work is done; for the case that the server ends in between, the request knows the id of what it creates from
//! its key (`RequestContext::once`).

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use app::domain::{FieldErrors, Reason, UserId};
use app::ports::RequestContext;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, HeaderName};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use sha2::{Digest as _, Sha256};
use uuid::{Builder, Uuid};

use super::backstage::Remembered;
use super::problem::Fault;
use super::state::Http;

const KEY: &str = "idempotency-key";
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// Most bytes of a body, as for every request.
pub(super) const MOST_BYTES: usize = 1 << 20;

type Keys = Arc<Mutex<HashSet<(UserId, String)>>>;

/// Keys whose first request has not been answered yet.
#[derive(Default)]
pub(super) struct UnderWay(Keys);

impl UnderWay {
    fn start(&self, person: UserId, key: &str) -> Option<Claim> {
        let entry = (person, key.to_owned());
        let fresh = self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(entry.clone());
        fresh.then(|| Claim {
            keys: Arc::clone(&self.0),
            entry,
        })
    }
}

/// Frees the key however the request ends.
struct Claim {
    keys: Keys,
    entry: (UserId, String),
}

impl Drop for Claim {
    fn drop(&mut self) {
        self.keys
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&self.entry);
    }
}

/// Middleware of every POST of REST.
pub(super) async fn once(State(http): State<Http>, request: Request, next: Next) -> Response {
    let person = request
        .extensions()
        .get::<RequestContext>()
        .and_then(|context| context.actor.as_ref())
        .map(|a| a.id);
    let (Some(key), Some(person)) = (request.headers().get(KEY), person) else {
        return next.run(request).await;
    };
    let key = key.to_str().unwrap_or("").trim().to_owned();
    answer(&http, person, &key, request, next)
        .await
        .unwrap_or_else(Fault::into_response)
}

async fn answer(
    http: &Http,
    person: UserId,
    key: &str,
    request: Request,
    next: Next,
) -> Result<Response, Fault> {
    if key.is_empty() || key.len() > 200 {
        return Err(Fault::invalid(FieldErrors::one(
            "Idempotency-Key",
            Reason::new("malformed"),
        )));
    }
    let Some(_claim) = http.under_way.start(person, key) else {
        return Err(Fault::new(
            StatusCode::CONFLICT,
            Reason::new("idempotency_under_way"),
        ));
    };
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, MOST_BYTES)
        .await
        .map_err(|_| Fault::new(StatusCode::PAYLOAD_TOO_LARGE, Reason::new("too_large")))?;
    let request_hash = hash(parts.method.as_str(), parts.uri.path(), &body);
    if let Some(kept) = http
        .backstage
        .recall(person, key)
        .await
        .map_err(|error| Fault::internal(&error))?
    {
        if kept.request_hash != request_hash {
            return Err(Fault::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                Reason::new("idempotency_key_reused"),
            ));
        }
        return Ok(replay(kept));
    }
    let mut parts = parts;
    if let Some(context) = parts.extensions.get_mut::<RequestContext>() {
        context.once = Some(id_of(person, key, &request_hash));
    }
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    if !response.status().is_success() {
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, MOST_BYTES)
        .await
        .map_err(|error| Fault::internal(&error.into()))?;
    let kept = Remembered {
        request_hash,
        status: parts.status.as_u16(),
        body: String::from_utf8_lossy(&body).into_owned(),
    };
    // The work is done: that its answer could not be kept must not look like a failure.
    if let Err(error) = http.backstage.remember(person, key, kept).await {
        tracing::warn!("cannot keep the answer of an idempotent request: {error:#}");
    }
    Ok(Response::from_parts(parts, Body::from(body)))
}

fn replay(kept: Remembered) -> Response {
    let status = StatusCode::from_u16(kept.status).unwrap_or(StatusCode::OK);
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (REPLAYED, HeaderValue::from_static("true")),
    ];
    (status, headers, kept.body).into_response()
}

/// The id of what a request creates: the same for the same person, key and request.
fn id_of(person: UserId, key: &str, request_hash: &str) -> Uuid {
    let hash = Sha256::new()
        .chain_update(person.uuid())
        .chain_update(request_hash)
        .chain_update(key)
        .finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    Builder::from_custom_bytes(bytes).into_uuid()
}

fn hash(method: &str, path: &str, body: &Bytes) -> String {
    use std::fmt::Write as _;
    let mut hasher = Sha256::new();
    hasher.update(method);
    hasher.update([0]);
    hasher.update(path);
    hasher.update([0]);
    hasher.update(body);
    hasher
        .finalize()
        .iter()
        .fold(String::with_capacity(64), |mut text, byte| {
            // Writing to a text cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}
