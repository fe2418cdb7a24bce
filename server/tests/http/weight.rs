//! How heavy the page of exports is, as `design/ui.md` allows it.

use std::fmt::Write as _;

use app::domain::Role;
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::{Connection as _, SqliteConnection};

use crate::support::app::{Client, TestApp, connect, eventually, export_body, furnish, id_of};

/// Bytes of the page, and of what is sent to a browser.
const MOST: usize = 90_000;
const MOST_SENT: usize = 12_000;
const EXPORTS: usize = 50;
/// Runs of each that its strip shows.
const RUNS: usize = 20;

/// Runs of all sorts, most of them successful; no two exports have the same.
fn strip(seed: &mut u32) -> String {
    let mut mark = || {
        *seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        match *seed >> 27 {
            0..=15 => "s6",
            16..=20 => "s5",
            21..=22 => "s4",
            23..=25 => "w6",
            26..=28 => "f0",
            29 => "c0",
            30 => "k0",
            _ => "m0",
        }
    };
    (0..RUNS).map(|_| mark()).collect()
}

/// Fifty exports, each with a connection of its own, that have run.
async fn fill(app: &TestApp, administrator: &Client) {
    let table = furnish(app, administrator).await.table;
    let mut sql = String::new();
    let mut seed = 7;
    for place in 0..EXPORTS {
        let name = format!("Contacts of region {place:02}");
        let folder = app.files().join(&name);
        let connection = connect(administrator, &folder, &name, "contributors").await;
        let body = export_body(&name, &connection, &table);
        let export = administrator
            .post("/api/v1/exports", &body)
            .await
            .expect(201);
        let export = id_of(&export);
        administrator
            .post(&format!("/api/v1/exports/{export}/runs"), &json!({}))
            .await
            .expect(202);
        let strip = strip(&mut seed);
        writeln!(
            sql,
            "UPDATE exports SET strip = '{strip}' WHERE id = '{export}';"
        )
        .expect("a text takes all");
    }
    let list = "/api/v1/exports?limit=200&status=successful";
    let ended = |answer: &Value| answer["items"].as_array().map(Vec::len) == Some(EXPORTS);
    eventually(async || ended(&administrator.get(list).await.expect(200))).await;
    let path = app.lake().with_file_name("waybill.db");
    let url = format!("sqlite://{}", path.display());
    let mut database = SqliteConnection::connect(&url).await.expect("opens");
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql))
        .execute(&mut database)
        .await
        .expect("writes");
    database.close().await.expect("closes");
}

/// The page as it is sent to whoever takes this encoding.
async fn sent(page: &Client, language: &str, encoding: &str) -> Vec<u8> {
    let answer = page
        .request(Method::GET, "/data/exports")
        .header("accept", "text/html")
        .header("accept-language", language)
        .header("accept-encoding", encoding)
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.status(), 200);
    answer.bytes().await.expect("a body").to_vec()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_of_fifty_exports_that_have_run_often_is_small_and_smaller_when_sent() {
    let app = TestApp::start().await;
    let administrator = app.person("admin@example.org", Role::Administrator).await;
    fill(&app, &administrator).await;
    let page = app.session("admin@example.org").await;
    for language in ["en", "fr"] {
        let plain = sent(&page, language, "identity").await;
        let html = String::from_utf8(plain).expect("text");
        assert_eq!(
            html.matches("type=\"checkbox\" autocomplete").count(),
            EXPORTS
        );
        let compressed = sent(&page, language, "br").await.len();
        println!("{language}: {} bytes, {compressed} sent", html.len());
        assert!(html.len() <= MOST, "{language}: {} bytes", html.len());
        assert!(
            compressed <= MOST_SENT,
            "{language}: {compressed} bytes are sent"
        );
    }
}
