//! Pages as the server sends them: whole, and with each of their questions asked once.

use std::collections::BTreeMap;

use app::domain::Role;
use futures::StreamExt as _;
use futures::stream;
use serde_json::json;

use crate::support::app::{Client, TestApp, export_body, furnish, id_of};

/// Enough at once that an answer and what waits for it meet on different threads.
const AT_ONCE: usize = 16;
const TIMES: usize = 160;

/// Asks for a page many times at once; every answer must hold all of `wanted`. Nothing is judged before all have come:
/// who leaves while pages are drawn makes these panic, and that would be taken for the fault.
async fn is_always_whole(client: &Client, path: &str, wanted: &[&str]) {
    let answers = stream::iter(0..TIMES).map(|_| client.get(path));
    let answers: Vec<_> = answers.buffer_unordered(AT_ONCE).collect().await;
    let mut lacking = BTreeMap::<&str, usize>::new();
    for answer in &answers {
        assert_eq!(answer.status.as_u16(), 200, "{path}: {}", answer.text);
        let (body, _data) = answer.text.split_once("</html>").expect("a document");
        for &wanted in wanted {
            if !body.contains(wanted) {
                *lacking.entry(wanted).or_default() += 1;
            }
        }
    }
    assert!(lacking.is_empty(), "{path}, of {TIMES}: {lacking:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn pages_and_panes_are_sent_with_what_they_show_however_busy_the_server_is() {
    let app = TestApp::start().await;
    let administrator = app.person("admin@example.org", Role::Administrator).await;
    let furniture = furnish(&app, &administrator).await;
    let body = export_body("Loyal customers", &furniture.shared, &furniture.table);
    let export = administrator
        .post("/api/v1/exports", &body)
        .await
        .expect(201);
    let id = id_of(&export);
    let run = administrator
        .post(&format!("/api/v1/exports/{id}/runs"), &json!({}))
        .await
        .expect(202);
    let run = id_of(&run);

    let page = app.session("admin@example.org").await;
    let list = "Loyal customers";
    let at = |pane: &str| format!("/data/exports?pane={pane}");
    is_always_whole(&page, "/data/exports", &[list]).await;
    is_always_whole(&page, &at("new"), &[list, "name=\"folder\""]).await;
    let edit = at(&format!("edit/{id}"));
    is_always_whole(&page, &edit, &[list, "name=\"folder\""]).await;
    let details = at(&format!("view/{id}"));
    is_always_whole(&page, &details, &[list, "key-values"]).await;
    let about = at(&format!("about/{id}"));
    is_always_whole(&page, &about, &[list, "name=\"labels\""]).await;
    is_always_whole(&page, "/data/runs", &[list]).await;
    let over_runs = format!("/data/runs?export={id}&pane=run/{run}");
    is_always_whole(&page, &over_runs, &[list, "key-values"]).await;
    let run = at(&format!("run/{run}"));
    is_always_whole(&page, &run, &[list, "key-values"]).await;
    let segment = "/data/segments?pane=new";
    is_always_whole(&page, segment, &["name=\"table_id\"", "condition-test"]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_asks_each_of_its_questions_once() {
    let app = TestApp::start().await;
    let administrator = app.person("admin@example.org", Role::Administrator).await;
    furnish(&app, &administrator).await;
    let page = app.session("admin@example.org").await;
    // What the server found out while it drew: who is looking, and the list; with exports also how many
    // there are by facet.
    for (path, questions) in [
        ("/data/exports", "[0,1,2,]"),
        ("/data/runs", "[0,1,]"),
        ("/data/segments", "[0,1,]"),
        ("/data/tables", "[0,1,]"),
        ("/data/sources", "[0,1,]"),
        ("/notices", "[0,1,]"),
        ("/administration/connections", "[0,1,]"),
        ("/administration/system", "[0,1,]"),
    ] {
        let text = page.get(path).await.text;
        let asked = text.split("__PENDING_RESOURCES=").nth(1).expect("data");
        assert!(asked.starts_with(questions), "{path}: {asked}");
    }
}
