//! Every page that can be reached by links, as the server sends it.

use std::collections::{BTreeSet, VecDeque};

use reqwest::Method;

use crate::support::app::Client;

/// More pages than there are kinds of.
const MOST: usize = 250;

/// The source of the pages from the first one on, each with its address. Of a list, its orders and further pages are the
/// same pages again.
pub(super) async fn pages(session: &Client) -> Vec<(String, String)> {
    let mut waiting = VecDeque::from(["/".to_owned(), "/data/exports".to_owned()]);
    let mut known: BTreeSet<String> = waiting.iter().cloned().collect();
    let mut pages = Vec::new();
    while let Some(address) = waiting.pop_front() {
        let request = session
            .request(Method::GET, &address)
            .header("accept", "text/html");
        let page = session.send(request).await;
        assert!(page.status.as_u16() < 500, "{address}: {}", page.text);
        for link in links(&page.text) {
            if known.len() < MOST && known.insert(link.clone()) {
                waiting.push_back(link);
            }
        }
        pages.push((address, page.text));
    }
    pages
}

fn links(page: &str) -> impl Iterator<Item = String> {
    let quoted = page.split("href=\"").skip(1);
    let links = quoted.filter_map(|rest| rest.split('"').next());
    links
        .filter(|link| link.starts_with('/') && !link.starts_with("/pkg/"))
        .filter(|link| {
            !["sort=", "cursor=", "/api/", "zone="]
                .iter()
                .any(|part| link.contains(part))
        })
        .map(|link| {
            link.split('#')
                .next()
                .unwrap_or_default()
                .replace("&amp;", "&")
        })
}
