//! `Idempotency-Key`: a POST that is repeated with the same key and body is answered as the first
//! time, for 24 hours, and carried out once.
//!
//! Only answers that tell of success are kept: what failed may be tried again under its key. An answer is kept after its
//! work is done; for the case that the server ends in between, the request knows the id of what it creates from
//! its key (`RequestContext::once`). One that is too long to be kept is given all the same.
//!
//! Whoever may less than when they were answered is not given that answer again: the services are asked anew, with the
//! same id. Of requests, which may hold secrets, no more is kept than what they are known again by (`Backstage::mark`).

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use app::domain::{FieldErrors, Reason, Role, UserId};
use app::ports::RequestContext;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, HeaderName};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use base::to_its_end;
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

/// Who asks.
#[derive(Clone, Copy)]
struct Person {
    id: UserId,
    /// Through a token, no more than that may.
    role: Role,
}

/// Middleware of every POST of REST.
pub(super) async fn once(State(http): State<Http>, request: Request, next: Next) -> Response {
    let person = request
        .extensions()
        .get::<RequestContext>()
        .and_then(|context| context.actor.as_ref())
        .map(|actor| Person {
            id: actor.id,
            role: actor.role,
        });
    let (Some(key), Some(person)) = (request.headers().get(KEY), person) else {
        return next.run(request).await;
    };
    let key = key.to_str().unwrap_or("").trim().to_owned();
    // The key is not free, and the answer kept, as long as the work goes on.
    to_its_end(async move {
        let answer = answer(&http, person, &key, request, next).await;
        answer.unwrap_or_else(Fault::into_response)
    })
    .await
}

async fn answer(
    http: &Http,
    person: Person,
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
    let Some(_claim) = http.under_way.start(person.id, key) else {
        return Err(Fault::new(
            StatusCode::CONFLICT,
            Reason::new("idempotency_under_way"),
        ));
    };
    let (mut parts, body) = request.into_parts();
    let body = to_bytes(body, MOST_BYTES)
        .await
        .map_err(|_| Fault::new(StatusCode::PAYLOAD_TOO_LARGE, Reason::new("too_large")))?;
    let asked: [&[u8]; 3] = [
        parts.method.as_str().as_bytes(),
        parts.uri.path().as_bytes(),
        &body,
    ];
    let kept = http.backstage.recall(person.id, key).await;
    let kept = kept.map_err(|error| Fault::internal(&error))?;
    let mark = match &kept {
        Some(kept) if !http.backstage.has_mark(&asked, &kept.mark) => {
            return Err(Fault::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                Reason::new("idempotency_key_reused"),
            ));
        }
        Some(kept) if kept.role <= person.role => return Ok(replay(kept)),
        Some(kept) => kept.mark.clone(),
        None => {
            let mark = http.backstage.mark(&asked);
            mark.map_err(|error| Fault::internal(&error))?
        }
    };
    if let Some(context) = parts.extensions.get_mut::<RequestContext>() {
        context.once = Some(id_of(person.id, key, &mark));
    }
    let response = next.run(Request::from_parts(parts, Body::from(body))).await;
    if kept.is_some() || !response.status().is_success() {
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    // However long: the work is done, and it is in memory already.
    let body = to_bytes(body, usize::MAX)
        .await
        .map_err(|error| Fault::internal(&error.into()))?;
    if let Some(answer) = kept_of(parts.status, &body, person.role, mark)
        // That it could not be kept must not look like a failure either.
        && let Err(error) = http.backstage.remember(person.id, key, answer).await
    {
        tracing::warn!("cannot keep the answer of an idempotent request: {error:#}");
    }
    Ok(Response::from_parts(parts, Body::from(body)))
}

/// What is kept of an answer; nothing of one that is too long.
fn kept_of(status: StatusCode, body: &Bytes, role: Role, mark: String) -> Option<Remembered> {
    (body.len() <= MOST_BYTES).then(|| Remembered {
        mark,
        role,
        status: status.as_u16(),
        body: String::from_utf8_lossy(body).into_owned(),
    })
}

fn replay(kept: &Remembered) -> Response {
    let status = StatusCode::from_u16(kept.status).unwrap_or(StatusCode::OK);
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (REPLAYED, HeaderValue::from_static("true")),
    ];
    (status, headers, kept.body.clone()).into_response()
}

/// The id of what a request creates: the same for the same person, key and request.
fn id_of(person: UserId, key: &str, mark: &str) -> Uuid {
    let hash = Sha256::new()
        .chain_update(person.uuid())
        .chain_update(mark)
        .chain_update(key)
        .finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    Builder::from_custom_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_that_is_too_long_is_not_kept() {
        let kept = |length: usize| {
            let body = Bytes::from(vec![b'x'; length]);
            let kept = kept_of(StatusCode::CREATED, &body, Role::Viewer, "mark".to_owned());
            kept.map(|kept| (kept.status, kept.body.len()))
        };
        assert_eq!(kept(MOST_BYTES), Some((201, MOST_BYTES)));
        assert_eq!(kept(MOST_BYTES + 1), None);
    }
}
