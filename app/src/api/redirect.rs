//! Where a form leads that was posted without script; script gets the answer itself.

use std::fmt::Display;

use axum::http::header::{ACCEPT, HeaderName, REFERER};
use axum::http::request::Parts;
use leptos::prelude::use_context;

/// The page whose panes have forms that are posted.
const LIST: &str = "/data/exports";
/// What an address says about one pane alone.
const OF_PANE: [&str; 3] = ["pane=", "__path=", "__err="];

/// Sends it to a page.
pub(super) fn redirect_forms(path: &str) {
    if header(&ACCEPT).is_some_and(|accept| accept.contains("text/html")) {
        leptos_axum::redirect(path);
    }
}

/// Sends it to a pane of the list of exports. If it was posted there, what the list was searched for and filtered by stays.
pub(super) fn redirect_forms_to_pane(pane: impl Display) {
    redirect_forms(&list_with(pane, header(&REFERER).as_deref()));
}

fn header(name: &HeaderName) -> Option<String> {
    let parts = use_context::<Parts>()?;
    let value = parts.headers.get(name)?.to_str().ok()?;
    Some(value.to_owned())
}

fn list_with(pane: impl Display, came_from: Option<&str>) -> String {
    let query = came_from.and_then(|address| address.split_once(LIST)?.1.strip_prefix('?'));
    let is_kept = |part: &&str| {
        let is_of_pane = OF_PANE.iter().any(|own| part.starts_with(own));
        !part.is_empty() && !is_of_pane
    };
    let kept = query.unwrap_or_default().split('&').filter(is_kept);
    let kept: String = kept.flat_map(|part| [part, "&"]).collect();
    format!("{LIST}?{kept}pane={pane}")
}

#[cfg(test)]
mod tests {
    use super::list_with;

    #[test]
    fn the_list_stays_as_it_was_under_another_pane() {
        for (came_from, leads_to) in [
            (None, "/data/exports?pane=run/7"),
            (Some("http://x/data/exports"), "/data/exports?pane=run/7"),
            (Some("http://x/data/runs?q=a"), "/data/exports?pane=run/7"),
            (
                Some("https://x/data/exports?q=a%20b&pane=view/1&sort=name&__err=e"),
                "/data/exports?q=a%20b&sort=name&pane=run/7",
            ),
        ] {
            assert_eq!(list_with("run/7", came_from), leads_to);
        }
    }
}
