//! What a browser is told to remember: language, theme, and how the table of exports is liked. Forms without
//! script; no account needed. Who keeps a language or a theme in their account changes it there, too.

use leptos::prelude::*;
use leptos::server_fn::codec::PostUrl;

use super::ApiError;
use super::codec::Json;
use crate::domain::{Density, Theme, TimeStyle, ZoneStyle};
use crate::i18n::Language;

#[cfg(feature = "ssr")]
use super::error::answer;
#[cfg(feature = "ssr")]
use crate::domain::TablePreferences;

/// Name of the cookie with the code of the language.
pub const LANGUAGE_COOKIE: &str = "lang";
/// Name of the cookie with the code of the theme.
pub const THEME_COOKIE: &str = "theme";
/// Name of the cookie with how the table of exports is liked (`TablePreferences`).
pub const TABLE_COOKIE: &str = "table";

/// Remembers the language, and goes back to the page `next`.
#[server(name = SetLanguage, prefix = "/api/ui", endpoint = "preferences/language", input = PostUrl, output = Json)]
pub async fn set_language(language: Language, next: String) -> Result<(), ApiError> {
    if let Some((ctx, services)) = on_the_server::of_somebody() {
        answer(services.profile.prefer_language(&ctx, language).await)?;
    }
    on_the_server::remember(LANGUAGE_COOKIE, language.code(), &next);
    Ok(())
}

/// Remembers the theme, and goes back to the page `next`.
#[server(name = SetTheme, prefix = "/api/ui", endpoint = "preferences/theme", input = PostUrl, output = Json)]
pub async fn set_theme(theme: Theme, next: String) -> Result<(), ApiError> {
    if let Some((ctx, services)) = on_the_server::of_somebody() {
        answer(services.profile.prefer_theme(&ctx, theme).await)?;
    }
    on_the_server::remember(THEME_COOKIE, theme.code(), &next);
    Ok(())
}

/// Remembers how the table of exports is liked, and goes back to the page `next`. `columns`: the codes of those that are
/// shown beside those that always are, as check boxes send them.
#[server(name = SetTable, prefix = "/api/ui", endpoint = "preferences/table", input = PostUrl, output = Json)]
pub async fn set_table(
    #[server(default)] columns: Vec<String>,
    density: Density,
    times: TimeStyle,
    zone: ZoneStyle,
    #[server(default)] shortcuts: bool,
    next: String,
) -> Result<(), ApiError> {
    let liked = TablePreferences {
        columns: TablePreferences::columns_of(columns.iter().map(String::as_str)),
        density,
        times,
        zone,
        shortcuts,
    };
    on_the_server::remember(TABLE_COOKIE, &liked.to_cookie(), &next);
    Ok(())
}

#[cfg(feature = "ssr")]
mod on_the_server {
    use axum::http::HeaderValue;
    use axum::http::header::SET_COOKIE;
    use leptos::prelude::{expect_context, use_context};
    use leptos_axum::ResponseOptions;

    use crate::api::account::{SecureCookies, local_path};
    use crate::api::context::request;
    use crate::ports::{RequestContext, Services};

    /// A year: as long as browsers keep what a page sets.
    const MAX_AGE_SECONDS: u32 = 31_536_000;

    /// The request, if somebody who is signed in makes it.
    pub(super) fn of_somebody() -> Option<(RequestContext, Services)> {
        request().ok().filter(|(ctx, _)| ctx.actor.is_some())
    }

    /// Sets the cookie and goes to the page. The script does not need to read the cookie.
    pub(super) fn remember(name: &str, code: &str, next: &str) {
        let secure = use_context::<SecureCookies>().is_some_and(|secure| secure.0);
        let secure = if secure { "; Secure" } else { "" };
        let cookie = format!(
            "{name}={code}; Path=/; HttpOnly; SameSite=Lax; Max-Age={MAX_AGE_SECONDS}{secure}"
        );
        if let Ok(value) = HeaderValue::from_str(&cookie) {
            expect_context::<ResponseOptions>().append_header(SET_COOKIE, value);
        }
        // What cannot stand in a header is not followed.
        let next = if next.bytes().all(|byte| byte.is_ascii_graphic()) {
            next
        } else {
            ""
        };
        leptos_axum::redirect(local_path(next));
    }
}

#[cfg(test)]
mod tests {
    use super::Theme;

    #[test]
    fn themes_are_read_back() {
        for theme in Theme::ALL {
            assert_eq!(Theme::from_code(theme.code()), Some(theme));
        }
        assert_eq!(Theme::from_code("sepia"), None);
    }
}
