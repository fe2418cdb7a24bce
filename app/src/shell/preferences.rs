//! Language, theme and kind of server of this page: from the request on the server, from the
//! document in the browser, so that both draw the same.

#[cfg(feature = "ssr")]
use axum::http::{header::COOKIE, request::Parts};
#[cfg(feature = "ssr")]
use leptos::reactive::owner::with_context;

use crate::domain::{IdentityProvider, TablePreferences, Theme, TimeStyle, ZoneStyle};
use crate::i18n::Language;
#[cfg(feature = "ssr")]
use crate::ports::RequestContext;
use crate::ui::prelude::{Times, TimesZone};

/// The language of this page.
#[cfg(feature = "ssr")]
pub(super) fn language_of_page() -> Language {
    with_context::<RequestContext, _>(|request| request.language).unwrap_or_default()
}

/// The language of this page.
#[cfg(not(feature = "ssr"))]
pub(super) fn language_of_page() -> Language {
    of_document("lang")
        .as_deref()
        .and_then(Language::from_code)
        .unwrap_or_default()
}

/// The theme of this page.
pub(super) fn theme_of_page() -> Theme {
    #[cfg(feature = "ssr")]
    let code = kept_theme().or_else(|| cookie(crate::api::THEME_COOKIE));
    #[cfg(not(feature = "ssr"))]
    let code = of_document("data-theme");
    code.as_deref()
        .and_then(Theme::from_code)
        .unwrap_or_default()
}

/// The theme that the person keeps: it comes before what this browser was told.
#[cfg(feature = "ssr")]
fn kept_theme() -> Option<String> {
    let theme = |request: &RequestContext| request.actor.as_ref()?.preferences.theme;
    Some(with_context(theme)??.code().to_owned())
}

/// The direction of writing, where it is not that of the language: development builds are asked for
/// the other one with `?dir=rtl`, to see that pages bear it.
#[cfg(all(feature = "ssr", debug_assertions))]
pub(super) fn direction_of_page() -> Option<&'static str> {
    let is_asked = |parts: &Parts| {
        let mut asked = parts.uri.query().unwrap_or_default().split('&');
        asked.any(|pair| pair == "dir=rtl")
    };
    with_context(is_asked)?.then_some("rtl")
}

/// The direction of writing, where it is not that of the language: never.
#[cfg(not(all(feature = "ssr", debug_assertions)))]
pub(super) fn direction_of_page() -> Option<&'static str> {
    None
}

/// How the person likes the table of exports.
pub fn table_preferences() -> TablePreferences {
    #[cfg(feature = "ssr")]
    let text = cookie(crate::api::TABLE_COOKIE);
    #[cfg(not(feature = "ssr"))]
    let text = of_document("data-table");
    text.as_deref()
        .map(TablePreferences::parse)
        .unwrap_or_default()
}

/// The same, for the document to tell the browser, which cannot read the cookie. Nothing while all is as usual.
pub(super) fn table_of_page() -> Option<String> {
    let text = table_preferences().to_cookie();
    (!text.is_empty()).then_some(text)
}

/// How the person likes instants, on all pages.
pub(super) fn times_of_page() -> Times {
    let liked = table_preferences();
    Times {
        exact: liked.times == TimeStyle::Exact,
        zone: match liked.zone {
            ZoneStyle::Local => TimesZone::Local,
            ZoneStyle::Utc => TimesZone::Utc,
            ZoneStyle::Schedule => TimesZone::Own,
        },
    }
}

/// Whether this is a demonstration: then every page says so, before anybody has signed in too.
pub(super) fn is_demo() -> bool {
    #[cfg(feature = "ssr")]
    let demo = leptos::prelude::use_context::<super::Site>().is_some_and(|site| site.demo);
    #[cfg(not(feature = "ssr"))]
    let demo = of_document("data-demo").is_some();
    demo
}

/// Where people may sign in beside here.
pub fn identity_provider() -> Option<IdentityProvider> {
    #[cfg(feature = "ssr")]
    let provider = leptos::prelude::use_context::<super::Site>().and_then(|site| site.provider);
    #[cfg(not(feature = "ssr"))]
    let provider = of_document("data-provider").map(|name| IdentityProvider {
        name,
        only: of_document("data-provider-only").is_some(),
    });
    provider
}

#[cfg(not(feature = "ssr"))]
fn of_document(attribute: &str) -> Option<String> {
    leptos::prelude::document()
        .document_element()?
        .get_attribute(attribute)
}

#[cfg(feature = "ssr")]
fn cookie(name: &str) -> Option<String> {
    let value = |pair: &str| {
        pair.trim()
            .strip_prefix(name)?
            .strip_prefix('=')
            .map(str::to_owned)
    };
    with_context(|parts: &Parts| {
        let lines = parts.headers.get_all(COOKIE).iter();
        let mut pairs = lines
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(';'));
        pairs.find_map(value)
    })?
}
