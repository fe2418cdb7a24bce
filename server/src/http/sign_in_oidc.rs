//! Signing in at the identity provider: the browser is sent there by a link, and comes back by another. Links, since the
//! policy of the pages lets no form lead elsewhere; what another site could make of them, the cookie of the departure
//! and the services behind keep off.

use app::api::{
    OWING_COOKIE, OWING_COOKIE_SECURE, SESSION_COOKIE, SESSION_COOKIE_SECURE, code_page, local_path,
};
use app::domain::ProviderRefusal;
use app::ports::{NewSession, ProviderAnswer, RequestContext, SignedIn};
use axum::extract::{Extension, Query, State};
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{AppendHeaders, IntoResponse as _, Response};
use serde::Deserialize;

use super::client::cookie;
use super::pages::percent_encoded;
use super::problem::Fault;
use super::state::Http;

/// Name of the cookie of a departure, where the server speaks plain HTTP (loopback only).
const FLOW_COOKIE: &str = "waybill_oidc";
/// The same behind HTTPS.
const FLOW_COOKIE_SECURE: &str = "__Host-waybill_oidc";

/// What a departure may say.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Wanted {
    /// The page to go to afterwards.
    next: String,
    /// The code of a one-time link.
    invitation: Option<String>,
}

/// What the provider answers by way of the browser (OpenID Connect Core 1.0 §3.1.2.5; RFC 9207).
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Answered {
    state: String,
    code: Option<String>,
    error: Option<String>,
    iss: Option<String>,
}

/// Sends the browser to the provider.
pub(super) async fn depart(
    State(http): State<Http>,
    Extension(ctx): Extension<RequestContext>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Fault> {
    let provider = http.services.provider.as_ref();
    let provider = provider.ok_or_else(Fault::not_found)?;
    let next = local_path(&wanted.next);
    let invitation = wanted.invitation.as_deref();
    let invitation = invitation.filter(|code| !code.is_empty());
    Ok(match provider.depart(&ctx, next, invitation).await {
        Ok(departure) => redirect(&departure.url, [set_flow(&http, Some(departure.cookie))]),
        Err(refusal) => redirect(&refused(refusal, next), []),
    })
}

/// Signs in who comes back from the provider.
pub(super) async fn arrive(
    State(http): State<Http>,
    Extension(ctx): Extension<RequestContext>,
    headers: HeaderMap,
    Query(answered): Query<Answered>,
) -> Result<Response, Fault> {
    let provider = http.services.provider.as_ref();
    let provider = provider.ok_or_else(Fault::not_found)?;
    let name = named(&http, FLOW_COOKIE, FLOW_COOKIE_SECURE);
    let answer = ProviderAnswer {
        cookie: cookie(&headers, name).unwrap_or_default(),
        state: &answered.state,
        code: answered.code.as_deref(),
        error: answered.error.as_deref(),
        issuer: answered.iss.as_deref(),
    };
    let arrival = provider.arrive(&ctx, answer).await;
    let next = local_path(&arrival.next);
    // It is good for one try.
    let gone = set_flow(&http, None);
    Ok(match arrival.outcome {
        Ok(SignedIn::Whole(session)) => {
            let name = named(&http, SESSION_COOKIE, SESSION_COOKIE_SECURE);
            redirect(next, [set_cookie(&http, name, &session), gone])
        }
        Ok(SignedIn::Owing(owing)) => {
            let name = named(&http, OWING_COOKIE, OWING_COOKIE_SECURE);
            redirect(&code_page(next), [set_cookie(&http, name, &owing), gone])
        }
        Err(refusal) => redirect(&refused(refusal, next), [gone]),
    })
}

/// The sign-in page, which says why.
fn refused(refusal: ProviderRefusal, next: &str) -> String {
    let next = percent_encoded(next);
    format!("/sign-in?refused={}&next={next}", refusal.code())
}

/// Leads to another page, with cookies. An address that no header can hold leads nowhere.
fn redirect<const N: usize>(to: &str, cookies: [Option<HeaderValue>; N]) -> Response {
    let Ok(location) = HeaderValue::from_str(to) else {
        return Fault::not_found().into_response();
    };
    let cookies = cookies.into_iter().flatten();
    let cookies = AppendHeaders(
        cookies
            .map(|cookie| (SET_COOKIE, cookie))
            .collect::<Vec<_>>(),
    );
    (StatusCode::SEE_OTHER, cookies, [(LOCATION, location)]).into_response()
}

/// The name that a cookie has here.
fn named(http: &Http, plain: &'static str, secure: &'static str) -> &'static str {
    if http.config.is_https() {
        secure
    } else {
        plain
    }
}

/// Sets the cookie of a departure, or clears it.
fn set_flow(http: &Http, flow: Option<NewSession>) -> Option<HeaderValue> {
    let name = named(http, FLOW_COOKIE, FLOW_COOKIE_SECURE);
    let none = NewSession {
        token: String::new(),
        max_age_seconds: 0,
    };
    set_cookie(http, name, &flow.unwrap_or(none))
}

/// Browsers bring it along when another site leads here, as the provider does: `Lax`.
fn set_cookie(http: &Http, name: &str, value: &NewSession) -> Option<HeaderValue> {
    let secure = if http.config.is_https() {
        "; Secure"
    } else {
        ""
    };
    let NewSession {
        token,
        max_age_seconds,
    } = value;
    let cookie = format!(
        "{name}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age_seconds}{secure}"
    );
    HeaderValue::from_str(&cookie).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_leads_to_the_sign_in_page_and_keeps_where_to_go() {
        assert_eq!(
            refused(ProviderRefusal::NoRole, "/data/exports?q=a&pane=new"),
            "/sign-in?refused=no_role&next=/data/exports%3Fq%3Da%26pane%3Dnew"
        );
    }

    #[test]
    fn cookies_are_set_beside_each_other() {
        let cookie = |text: &'static str| Some(HeaderValue::from_static(text));
        let response = redirect("/data/runs", [cookie("a=1"), None, cookie("b=2")]);
        assert_eq!(response.status(), StatusCode::SEE_OTHER);
        let set: Vec<_> = response.headers().get_all(SET_COOKIE).iter().collect();
        assert_eq!(set, ["a=1", "b=2"]);
        assert_eq!(response.headers()[LOCATION], "/data/runs");
        assert_eq!(redirect("/\n", []).status(), StatusCode::NOT_FOUND);
    }
}
