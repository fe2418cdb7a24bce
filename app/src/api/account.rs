//! Signing in and out, and who is looking.

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;

use super::ApiError;
use super::codec::Json;
use crate::domain::Me;

#[cfg(feature = "ssr")]
use super::{context::request, error::answer, redirect::redirect_forms};
#[cfg(feature = "ssr")]
use crate::domain::{FieldErrors, Reason};
#[cfg(feature = "ssr")]
use crate::ports::{ServiceError, SignedIn};

#[cfg(feature = "ssr")]
pub use on_the_server::{
    OWING_COOKIE, OWING_COOKIE_SECURE, SESSION_COOKIE, SESSION_COOKIE_SECURE, code_page, local_path,
};

#[cfg(feature = "ssr")]
pub(super) use on_the_server::{session_token, set_session};

#[cfg(feature = "ssr")]
mod on_the_server {
    use axum::http::HeaderValue;
    use axum::http::header::{COOKIE, SET_COOKIE};
    use axum::http::request::Parts;
    use leptos::prelude::{expect_context, use_context};
    use leptos_axum::ResponseOptions;

    /// Name of the session cookie where the server speaks plain HTTP (loopback only).
    pub const SESSION_COOKIE: &str = "waybill_session";
    /// Name of the session cookie behind HTTPS: bound to the host by its prefix.
    pub const SESSION_COOKIE_SECURE: &str = "__Host-waybill_session";

    /// Whether the cookie may be sent over HTTPS only; set by the server.
    #[derive(Clone, Copy)]
    pub struct SecureCookies(pub bool);

    /// Name of the cookie of who owes the code of a second factor, where the server speaks plain HTTP.
    pub const OWING_COOKIE: &str = "waybill_owing";
    /// The same behind HTTPS.
    pub const OWING_COOKIE_SECURE: &str = "__Host-waybill_owing";

    /// The name that a cookie has here.
    fn named(plain: &'static str, secure: &'static str) -> &'static str {
        if expect_context::<SecureCookies>().0 {
            secure
        } else {
            plain
        }
    }

    /// Sets or clears a cookie of the answer.
    fn set(name: &str, token: &str, max_age_seconds: u32) {
        let secure = if expect_context::<SecureCookies>().0 {
            "; Secure"
        } else {
            ""
        };
        let cookie = format!(
            "{name}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={max_age_seconds}{secure}"
        );
        if let Ok(value) = HeaderValue::from_str(&cookie) {
            expect_context::<ResponseOptions>().append_header(SET_COOKIE, value);
        }
    }

    /// Sets or clears the session cookie of the answer.
    pub(in crate::api) fn set_session(token: &str, max_age_seconds: u32) {
        let name = named(SESSION_COOKIE, SESSION_COOKIE_SECURE);
        set(name, token, max_age_seconds);
    }

    /// Sets or clears the cookie of who owes a code.
    pub(super) fn set_owing(token: &str, max_age_seconds: u32) {
        let name = named(OWING_COOKIE, OWING_COOKIE_SECURE);
        set(name, token, max_age_seconds);
    }

    /// The session cookie of the request.
    pub(in crate::api) fn session_token() -> Option<String> {
        token_of(named(SESSION_COOKIE, SESSION_COOKIE_SECURE))
    }

    /// The cookie of who owes a code.
    pub(super) fn owing_token() -> Option<String> {
        token_of(named(OWING_COOKIE, OWING_COOKIE_SECURE))
    }

    /// Where who owes a code goes, and from there to the page `next`.
    pub fn code_page(next: &str) -> String {
        use std::fmt::Write as _;
        let mut page = "/sign-in/code?next=".to_owned();
        for byte in local_path(next).bytes() {
            if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
                page.push(char::from(byte));
            } else {
                // Writing to a text cannot fail.
                let _ = write!(page, "%{byte:02X}");
            }
        }
        page
    }

    /// A cookie of the request.
    fn token_of(name: &str) -> Option<String> {
        let parts = use_context::<Parts>()?;
        parts
            .headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .find_map(|pair| {
                pair.trim()
                    .strip_prefix(name)?
                    .strip_prefix('=')
                    .map(str::to_owned)
            })
    }

    /// A path of this site, or the start page: where to go after signing in.
    pub fn local_path(next: &str) -> &str {
        // Only what a header may hold: the path is sent as one.
        let local = next.starts_with('/')
            && !next.starts_with("//")
            && next
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        if local { next } else { "/data/exports" }
    }

    #[cfg(test)]
    mod tests {
        use super::{code_page, local_path};

        #[test]
        fn the_page_of_the_code_knows_where_to_go_afterwards() {
            assert_eq!(
                code_page("/data/exports?q=a&pane=new"),
                "/sign-in/code?next=/data/exports%3Fq%3Da%26pane%3Dnew"
            );
            assert_eq!(
                code_page("//evil.example"),
                "/sign-in/code?next=/data/exports"
            );
        }

        #[test]
        fn only_paths_of_this_site_are_followed() {
            assert_eq!(local_path("/data/exports?q=a"), "/data/exports?q=a");
            for foreign in [
                "",
                "https://evil.example",
                "//evil.example",
                "/\\evil.example",
                "data",
                "/é",
                "/a\rb",
            ] {
                assert_eq!(local_path(foreign), "/data/exports", "{foreign}");
            }
        }
    }
}

#[cfg(feature = "ssr")]
pub use on_the_server::SecureCookies;

/// Who is looking.
#[server(name = GetMe, prefix = "/api/ui", endpoint = "account/me", input = Json, output = Json)]
pub async fn me() -> Result<Me, ApiError> {
    let (ctx, services) = request()?;
    answer(services.account.me(&ctx).await)
}

/// Signs in; the form works without script. `next` is the path to go to. Who has a second factor is sent on to the page
/// that asks for its code; `here`, over a form that is not to be left, a code that is missing is an error at `code`.
///
/// Gives the path to go to, of this site whatever `next` was. A script loads it anew: language and theme are now the
/// person's.
#[server(prefix = "/api/ui", endpoint = "account/sign-in", input = PostUrl, output = Json)]
pub async fn sign_in(
    email: String,
    password: String,
    next: String,
    #[server(default)] code: String,
    #[server(default)] here: bool,
) -> Result<String, ApiError> {
    let (ctx, services) = request()?;
    let signed_in = services
        .account
        .sign_in(&ctx, &email, password, Some(&code))
        .await;
    let path = match answer(signed_in)? {
        SignedIn::Whole(session) => {
            on_the_server::set_session(&session.token, session.max_age_seconds);
            on_the_server::local_path(&next).to_owned()
        }
        SignedIn::Owing(_) if here => {
            let fields = FieldErrors::one("code", Reason::new("code_needed"));
            return answer(Err(ServiceError::Invalid(fields)));
        }
        SignedIn::Owing(owing) => {
            on_the_server::set_owing(&owing.token, owing.max_age_seconds);
            on_the_server::code_page(&next)
        }
    };
    redirect_forms(&path);
    Ok(path)
}

/// Gives the code that is owed; the form works without script. `next` is the path to go to, which it gives as
/// [`sign_in`] does.
#[server(prefix = "/api/ui", endpoint = "account/sign-in/code", input = PostUrl, output = Json)]
pub async fn finish_sign_in(code: String, next: String) -> Result<String, ApiError> {
    let (ctx, services) = request()?;
    let owing = on_the_server::owing_token().unwrap_or_default();
    let finished = services.account.finish_sign_in(&ctx, &owing, &code).await;
    let session = answer(finished)?;
    on_the_server::set_session(&session.token, session.max_age_seconds);
    on_the_server::set_owing("", 0);
    let path = on_the_server::local_path(&next).to_owned();
    redirect_forms(&path);
    Ok(path)
}

/// Signs out; the form works without script.
#[server(prefix = "/api/ui", endpoint = "account/sign-out", input = PostUrl, output = Json)]
pub async fn sign_out() -> Result<(), ApiError> {
    let (ctx, services) = request()?;
    if let Some(token) = on_the_server::session_token() {
        answer(services.account.sign_out(&ctx, &token).await)?;
    }
    on_the_server::set_session("", 0);
    leptos_axum::redirect("/sign-in");
    Ok(())
}

/// Whether a one-time set-up link can still be used.
#[server(prefix = "/api/ui", endpoint = "account/set-up-open", input = Json, output = Json)]
pub async fn set_up_open(code: String) -> Result<bool, ApiError> {
    let (ctx, services) = request()?;
    answer(services.account.set_up_open(&ctx, &code).await)
}

/// Creates the first administrator; the form works without script. `time_zone` is that of the system
/// refresh; it may be left out.
#[server(prefix = "/api/ui", endpoint = "account/set-up", input = PostUrl, output = Json)]
pub async fn set_up(
    code: String,
    name: String,
    email: String,
    password: String,
    #[server(default)] time_zone: String,
) -> Result<(), ApiError> {
    let (ctx, services) = request()?;
    let session = answer(
        services
            .account
            .set_up(&ctx, &code, &name, &email, password, &time_zone)
            .await,
    )?;
    on_the_server::set_session(&session.token, session.max_age_seconds);
    leptos_axum::redirect("/data/exports");
    Ok(())
}
