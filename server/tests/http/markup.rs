//! What addresses say and people call their things is text on a page, never markup: not in a title either.

use app::domain::Role;
use reqwest::Method;
use serde_json::json;

use crate::support::app::{Client, TestApp, export_body, furnish, id_of};

/// Ends what it may stand in, and begins what must not run.
const MARKUP: &str = "</title></option>\"'><ScRiPt>alert(7)</sCrIpT>";
/// The part of it that stands in no page as it is.
const RAW: &str = "<ScRiPt>";

/// What addresses say anywhere, and a page that fails sends back to itself.
const PARAMETERS: [&str; 29] = [
    "__err",
    "__path",
    "action",
    "actor",
    "code",
    "connection",
    "cursor",
    "done",
    "export",
    "file",
    "from",
    "kind",
    "label",
    "limit",
    "next",
    "object",
    "owner",
    "pane",
    "permission",
    "q",
    "segment",
    "sort",
    "status",
    "tab",
    "to",
    "trigger",
    "type",
    "view",
    "without",
];

/// The text in an address.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// What of the page at an address is markup of ours no longer; nothing is right.
async fn broken(session: &Client, address: &str) -> Option<String> {
    let request = session
        .request(Method::GET, address)
        .header("accept", "text/html");
    let page = session.send(request).await;
    assert!(page.status.as_u16() < 500, "{address}: {}", page.text);
    let at = page.text.find(RAW)?;
    let before: String = page.text[..at].chars().rev().take(60).collect();
    let before: String = before.chars().rev().collect();
    Some(format!("{address}: …{before}{RAW}"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_address_says_is_text_on_every_page() {
    let app = TestApp::with(|config| config.http.requests_per_second = 0).await;
    app.add("admin@example.org", Role::Administrator).await;
    let session = app.session("admin@example.org").await;
    let mut pages = app.running.page_paths();
    pages.retain(|page| !page.contains('{'));
    let mut found = Vec::new();
    for page in pages {
        for parameter in PARAMETERS {
            let address = format!("{page}?{parameter}={}", encoded(MARKUP));
            found.extend(broken(&session, &address).await);
        }
    }
    assert!(found.is_empty(), "{found:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_people_call_their_things_is_text_on_every_page() {
    let app = TestApp::start().await;
    let administrator = app.person("admin@example.org", Role::Administrator).await;
    let furniture = furnish(&app, &administrator).await;
    let session = app.session("admin@example.org").await;
    let body = export_body(MARKUP, &furniture.shared, &furniture.table);
    let export = administrator.post("/api/v1/exports", &body).await;
    let export = id_of(&export.expect(201));
    let path = format!("/api/v1/exports/{export}/runs");
    let run = administrator.post(&path, &json!({})).await;
    let run = id_of(&run.expect(202));
    let body = json!({
        "name": MARKUP, "table_id": furniture.table,
        "where": {"test": {"field": "city", "operator": "has_value"}},
    });
    let segment = administrator.post("/api/v1/segments", &body).await;
    let segment = id_of(&segment.expect(201));
    let body = json!({
        "name": MARKUP, "type": "local_folder", "config": {"path": app.files().join("out")},
        "consent": true,
    });
    let connection = administrator.post("/api/v1/connections", &body).await;
    let connection = id_of(&connection.expect(201));
    let mut addresses = app.running.page_paths();
    addresses.retain(|page| !page.contains('{'));
    for kind in [
        "edit",
        "duplicate",
        "view",
        "schedule",
        "about",
        "history",
        "remove",
    ] {
        addresses.push(format!("/data/exports?pane={kind}/{export}"));
    }
    for kind in ["edit", "view", "exports", "remove"] {
        addresses.push(format!("/data/segments?pane={kind}/{segment}"));
    }
    for kind in ["edit", "pause", "remove"] {
        addresses.push(format!(
            "/administration/connections?pane={kind}/{connection}"
        ));
    }
    addresses.push(format!("/data/runs?pane=run/{run}"));
    addresses.push(format!("/data/exports?connection={connection}"));
    addresses.push(format!("/data/exports?segment={segment}"));
    addresses.push(format!("/administration/audit?kind=export&object={export}"));
    let mut found = Vec::new();
    for address in addresses {
        found.extend(broken(&session, &address).await);
    }
    assert!(found.is_empty(), "{found:#?}");
}
