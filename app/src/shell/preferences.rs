//! Language, theme and kind of server of this page: from the request on the server, from the
//! document in the browser, so that both draw the same.

use crate::domain::Theme;
use crate::i18n::Language;

/// The language of this page.
#[cfg(feature = "ssr")]
pub(super) fn language_of_page() -> Language {
    let request = leptos::prelude::use_context::<crate::ports::RequestContext>();
    request.map(|request| request.language).unwrap_or_default()
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
    let code = cookie(crate::api::THEME_COOKIE);
    #[cfg(not(feature = "ssr"))]
    let code = of_document("data-theme");
    code.as_deref()
        .and_then(Theme::from_code)
        .unwrap_or_default()
}

/// Whether this is a demonstration: then every page says so, before anybody has signed in too.
pub(super) fn is_demo() -> bool {
    #[cfg(feature = "ssr")]
    let demo = leptos::prelude::use_context::<super::Site>().is_some_and(|site| site.demo);
    #[cfg(not(feature = "ssr"))]
    let demo = of_document("data-demo").is_some();
    demo
}

#[cfg(not(feature = "ssr"))]
fn of_document(attribute: &str) -> Option<String> {
    leptos::prelude::document()
        .document_element()?
        .get_attribute(attribute)
}

#[cfg(feature = "ssr")]
fn cookie(name: &str) -> Option<String> {
    use axum::http::{header::COOKIE, request::Parts};

    let parts = leptos::prelude::use_context::<Parts>()?;
    let lines = parts
        .headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok());
    let value = |pair: &str| {
        pair.trim()
            .strip_prefix(name)?
            .strip_prefix('=')
            .map(str::to_owned)
    };
    lines.flat_map(|line| line.split(';')).find_map(value)
}
