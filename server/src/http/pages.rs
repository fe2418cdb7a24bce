//! Pages and their server functions: what Leptos renders and runs, in the context of the request.

use app::api::{ApiError, SecureCookies};
use app::ports::RequestContext;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, CONTENT_SECURITY_POLICY, LOCATION, REFERER};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use leptos::nonce::use_nonce;
use leptos::prelude::{FromServerFnError as _, provide_context, use_context};
use leptos::reactive::owner::with_context;
use leptos::server_fn::error::ServerFnUrlError;
use leptos_axum::ResponseOptions;

use super::headers::page_policy;
use super::idempotency::MOST_BYTES;
use super::problem::Fault;
use super::state::{Http, nobody};

/// Pages for people who are not signed in.
const PUBLIC: [&str; 4] = ["/sign-in", "/sign-in/code", "/set-up", "/invitation"];

/// Puts what components and server functions expect into the reactive context of a request.
pub(super) fn provide(http: &Http) {
    let context = with_context(|parts: &Parts| parts.extensions.get::<RequestContext>().cloned());
    provide_context(context.flatten().unwrap_or_else(nobody));
    provide_context(http.services.clone());
    provide_context(SecureCookies(http.config.is_https()));
    provide_context(http.assets.clone());
    provide_context(app::shell::Site {
        demo: http.demo,
        provider: http.provider.clone(),
    });
    if let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>())
        && let Some(policy) = page_policy(&nonce, http.reload_port)
    {
        response.insert_header(CONTENT_SECURITY_POLICY, policy);
    }
}

async fn render(http: Http, request: Request) -> Response {
    let options = http.leptos.clone();
    let me = match request.extensions().get::<RequestContext>() {
        Some(asks) if asks.actor.is_some() => http.services.account.me(asks).await.ok(),
        _ => None,
    };
    let context = move || {
        provide(&http);
        if let Some(me) = me.clone() {
            provide_context(me);
        }
    };
    leptos_axum::render_app_async_with_context(context, move || app::shell(options.clone()))(
        request,
    )
    .await
}

/// A page; who is not signed in is sent to the sign-in, and back afterwards.
pub(super) async fn page(State(http): State<Http>, request: Request) -> Response {
    let signed_in = request
        .extensions()
        .get::<RequestContext>()
        .is_some_and(|context| context.actor.is_some());
    if !signed_in && !PUBLIC.contains(&request.uri().path()) {
        let wanted = request
            .uri()
            .path_and_query()
            .map_or("/", axum::http::uri::PathAndQuery::as_str);
        return Redirect::to(&format!("/sign-in?next={}", percent_encoded(wanted))).into_response();
    }
    render(http, request).await
}

/// What no route answers: a file of the pages, or a page that says so.
pub(super) async fn other(State(http): State<Http>, request: Request) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let path = request.uri().path();
    if reads && let Some(file) = http.site.answer(path, request.headers()) {
        return file;
    }
    if !reads
        || path.starts_with("/api/")
        || path.starts_with("/pkg/")
        || !wants_html(request.headers())
    {
        return Fault::not_found().into_response();
    }
    let mut response = render(http, request).await;
    if response.status() == StatusCode::OK {
        *response.status_mut() = StatusCode::NOT_FOUND;
    }
    response
}

/// A server function, called by script or posted by a form.
pub(super) async fn server_function(State(http): State<Http>, mut request: Request) -> Response {
    let form = wants_html(request.headers());
    forget_old_error(request.headers_mut());
    let context = move || provide(&http);
    let mut response = leptos_axum::handle_server_fns_with_context(context, request)
        .await
        .into_response();
    response.headers_mut().remove(CONTENT_SECURITY_POLICY);
    if form && response.headers().contains_key(LOCATION) {
        // The status of an error must not hide from a browser that it is to go back to the form.
        *response.status_mut() = StatusCode::SEE_OTHER;
        return response;
    }
    if response.status() == StatusCode::INTERNAL_SERVER_ERROR {
        return with_status_of_error(response).await;
    }
    response
}

/// A form goes back to the address that it came from, with its error added: one that was there before goes.
fn forget_old_error(headers: &mut HeaderMap) {
    let from = headers.get(REFERER).and_then(|value| value.to_str().ok());
    let Some(from) = from.filter(|from| from.contains("__err=")) else {
        return;
    };
    let mut address = from.to_owned();
    ServerFnUrlError::<ApiError>::strip_error_info(&mut address);
    if let Ok(address) = HeaderValue::try_from(address) {
        headers.insert(REFERER, address);
    }
}

/// Arguments that cannot be read never reach a function, so none sets the status of that error.
async fn with_status_of_error(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let Ok(body) = to_bytes(body, MOST_BYTES).await else {
        return Fault::internal(&anyhow::anyhow!(
            "the answer of a server function cannot be read"
        ))
        .into_response();
    };
    if let error @ ApiError::Invalid { .. } = ApiError::de(body.clone()) {
        parts.status = error.status();
    }
    Response::from_parts(parts, Body::from(body))
}

fn wants_html(headers: &HeaderMap) -> bool {
    headers
        .get(ACCEPT)
        .and_then(|value| value.to_str().ok())
        .is_some_and(|accepted| accepted.contains("text/html"))
}

/// A text as the value of a query parameter (RFC 3986, unreserved characters and `/` as they are).
pub(super) fn percent_encoded(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes()
        .fold(String::with_capacity(text.len()), |mut encoded, byte| {
            if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
                encoded.push(char::from(byte));
            } else {
                // Writing to a text cannot fail.
                let _ = write!(encoded, "%{byte:02X}");
            }
            encoded
        })
}

#[cfg(test)]
mod tests {
    use super::percent_encoded;

    #[test]
    fn an_address_survives_as_a_parameter() {
        assert_eq!(
            percent_encoded("/data/exports?q=a&pane=run/1"),
            "/data/exports%3Fq%3Da%26pane%3Drun/1"
        );
        assert_eq!(percent_encoded("/é"), "/%C3%A9");
    }
}
