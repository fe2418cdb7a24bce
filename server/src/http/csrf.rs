//! Refuses what another site makes a browser send.
//!
//! Browsers say where a request was made: `Sec-Fetch-Site`, else `Origin`. A request that changes
//! something and has neither is from no browser and needs a credential of its own. Requests with a
//! bearer token are exempt: no site can make a browser add one. (The scheme of Go 1.25's
//! `http.CrossOriginProtection`; ASVS 5.0, 3.5.1.)

use app::domain::Reason;
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, HeaderName, ORIGIN};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use super::client::{Client, host};
use super::problem::Fault;
use super::state::Http;

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Middleware: lets through what reads, what our pages send, and what no browser sent.
pub(super) async fn guard(State(http): State<Http>, request: Request, next: Next) -> Response {
    let public = http
        .config
        .public_url
        .as_ref()
        .map(crate::config::PublicUrl::origin);
    if is_foreign(&request, public.as_deref()) {
        return Fault::new(StatusCode::FORBIDDEN, Reason::new("cross_site")).into_response();
    }
    next.run(request).await
}

fn is_foreign(request: &Request, public_origin: Option<&str>) -> bool {
    let headers = request.headers();
    let reads = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    if reads || headers.contains_key(AUTHORIZATION) {
        return false;
    }
    if let Some(site) = headers.get(SEC_FETCH_SITE) {
        return site != "same-origin" && site != "none";
    }
    let Some(origin) = headers.get(ORIGIN) else {
        return false;
    };
    let Ok(origin) = origin.to_str() else {
        return true;
    };
    if public_origin.is_some_and(|ours| ours.eq_ignore_ascii_case(origin)) {
        return false;
    }
    let scheme = if request
        .extensions()
        .get::<Client>()
        .is_some_and(|client| client.https)
    {
        "https"
    } else {
        "http"
    };
    let ours = host(request).map(|host| format!("{scheme}://{host}"));
    !ours.is_some_and(|ours| ours.eq_ignore_ascii_case(origin))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn foreign(method: &str, headers: &[(&str, &str)]) -> bool {
        let mut request = Request::builder()
            .method(method)
            .uri("/api/ui/exports/run")
            .header("host", "localhost:3000");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::empty()).expect("a request");
        is_foreign(&request, Some("https://waybill.example"))
    }

    #[test]
    fn what_another_site_sends_is_foreign() {
        for headers in [
            &[("sec-fetch-site", "cross-site")][..],
            &[("sec-fetch-site", "same-site")],
            &[
                ("sec-fetch-site", "cross-site"),
                ("origin", "http://localhost:3000"),
            ],
            &[("origin", "https://evil.example")],
            &[("origin", "null")],
            &[("origin", "https://localhost:3000")],
            &[("origin", "http://localhost:3001")],
        ] {
            assert!(foreign("POST", headers), "{headers:?}");
            assert!(foreign("DELETE", headers), "{headers:?}");
            assert!(!foreign("GET", headers), "{headers:?}");
        }
    }

    #[test]
    fn our_pages_programs_and_tokens_pass() {
        for headers in [
            &[][..],
            &[("sec-fetch-site", "same-origin")],
            &[("sec-fetch-site", "none")],
            &[("origin", "http://localhost:3000")],
            &[("origin", "https://waybill.example")],
            &[
                ("origin", "https://evil.example"),
                ("authorization", "Bearer x"),
            ],
        ] {
            assert!(!foreign("POST", headers), "{headers:?}");
        }
    }
}
