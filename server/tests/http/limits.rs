//! How often one person may ask, and how much they may send.

use app::domain::Role;
use leptos::server_fn::axum::server_fn_paths;
use reqwest::Method;
use serde_json::json;
use server::http::table;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::app::{Client, TestApp};

/// Most bytes of a body.
const MOST_BYTES: usize = 1 << 20;

/// Tests what is not there, which is as good for counting.
async fn test(client: &Client) -> crate::support::app::Answer {
    let path = format!("/api/v1/notice-channels/{}/test", uuid::Uuid::now_v7());
    client.post(&path, &json!({})).await
}

#[tokio::test]
async fn whoever_tests_over_and_over_has_to_wait_and_nobody_else() {
    let app = TestApp::start().await;
    let eager = app.person("eager@example.org", Role::Administrator).await;
    let other = app.person("other@example.org", Role::Administrator).await;
    let mut refused = None;
    for _ in 0..100 {
        let answer = test(&eager).await;
        if answer.status != 404 {
            refused = Some(answer);
            break;
        }
    }
    let refused = refused.expect("it is refused in the end");
    assert_eq!(refused.problem(429), "throttled");
    let wait: u32 = refused.header("retry-after").parse().expect("seconds");
    assert!((1..=2).contains(&wait), "{wait}");
    assert_eq!(test(&other).await.problem(404), "not_found");
    eager.get("/api/v1/exports").await.expect(200);

    // The other door has the same bucket; pages read what its functions answer.
    let session = app.session("eager@example.org").await;
    let body = json!({"id": uuid::Uuid::now_v7()});
    for _ in 0..20 {
        let request = session.request(Method::POST, "/api/ui/connections/test");
        let answer = session.send(request.json(&body)).await;
        if answer.status == 429 {
            let told = answer.json();
            assert!(
                told["throttled"]["retry_after_seconds"].is_number(),
                "{told}"
            );
            return;
        }
    }
    panic!("it was never refused");
}

#[tokio::test]
async fn requests_have_a_limit_that_the_machine_sets() {
    let app = TestApp::with(|config| config.http.requests_per_second = 1).await;
    let client = app.person("ada@example.org", Role::Viewer).await;
    let mut passed = 0;
    while client.get("/api/v1/me").await.status == 200 {
        passed += 1;
        assert!(passed < 1_000, "it was never refused");
    }
    assert!(passed >= 20, "{passed}");
    let app = TestApp::with(|config| config.http.requests_per_second = 0).await;
    let client = app.person("ada@example.org", Role::Viewer).await;
    for _ in 0..60 {
        client.get("/api/v1/me").await.expect(200);
    }
}

/// An administrator with a token, who may send whatever they like as fast as they can.
async fn unhurried() -> (TestApp, Client) {
    let app = TestApp::with(|config| config.http.requests_per_second = 0).await;
    let client = app.person("admin@example.org", Role::Administrator).await;
    (app, client)
}

/// The status of the answer to a request that is written out by hand: `head` is what says how long the body is.
async fn status(app: &TestApp, client: &Client, ask: &str, head: &str, body: &[u8]) -> u16 {
    let address = app.running.address;
    let authorization = client.authorization.as_deref().expect("a token");
    let request = format!(
        "{ask} HTTP/1.1\r\nhost: {address}\r\nauthorization: {authorization}\r\naccept: application/json\r\n\
         if-match: \"1\"\r\nconnection: close\r\n{head}\r\n\r\n"
    );
    let stream = TcpStream::connect(address).await.expect("a connection");
    let (mut reading, mut writing) = stream.into_split();
    let sending = async {
        writing.write_all(request.as_bytes()).await?;
        writing.write_all(body).await
    };
    let mut start = [0; 12];
    // Whoever is refused early may be cut off while sending.
    let (_sent, read) = tokio::join!(sending, reading.read_exact(&mut start));
    read.unwrap_or_else(|error| panic!("{ask}: {error}"));
    let start = String::from_utf8_lossy(&start);
    let code = start.strip_prefix("HTTP/1.1 ").unwrap_or_default();
    code.parse().unwrap_or_else(|_| panic!("{ask}: {start}"))
}

#[tokio::test]
async fn a_body_that_is_announced_as_too_large_is_read_by_no_route_and_no_function() {
    let (app, client) = unhurried().await;
    let routes = table()
        .into_iter()
        .map(|route| (route.method.to_string(), route.path.to_owned()));
    let functions = server_fn_paths().map(|(path, method)| (method.to_string(), path.to_owned()));
    let pages = app.running.page_paths().into_iter();
    let pages = pages.map(|path| ("POST".to_owned(), path));
    let mut asked = 0;
    for (method, path) in routes.chain(functions).chain(pages) {
        let path = path
            .replace("{id}", &uuid::Uuid::now_v7().to_string())
            .replace("{*any}", "no-such-page");
        let ask = format!("{method} {path}");
        let head = format!(
            "content-type: application/json\r\ncontent-length: {}",
            MOST_BYTES + 1
        );
        // Not a byte of it is sent: the announcement is enough.
        assert_eq!(status(&app, &client, &ask, &head, &[]).await, 413, "{ask}");
        asked += 1;
    }
    assert!(asked > 150, "{asked}");
}

#[tokio::test]
async fn a_body_of_unknown_length_is_read_up_to_the_limit() {
    let (app, client) = unhurried().await;
    let document = client.get("/api/v1/openapi.json").await.expect(200);
    let paths = document["paths"].as_object().expect("paths");
    let routes = paths.iter().flat_map(|(path, methods)| {
        let methods = methods.as_object().expect("methods").iter();
        let reading = methods.filter(|(_, doc)| doc["requestBody"].is_object());
        reading.map(move |(method, _)| (method.to_uppercase(), path.clone()))
    });
    // One byte more than may be, and no end.
    let mut body = format!("{:x}\r\n{{", MOST_BYTES + 1).into_bytes();
    body.resize(body.len() + MOST_BYTES, b' ');
    let json = "content-type: application/json\r\ntransfer-encoding: chunked";
    let mut asked = 0;
    for (method, path) in routes {
        let path = path.replace("{id}", &uuid::Uuid::now_v7().to_string());
        let ask = format!("{method} {path}");
        let answer = status(&app, &client, &ask, json, &body).await;
        assert_eq!(answer, 413, "{ask}");
        asked += 1;
    }
    assert!(asked > 20, "{asked}");
    let form = "content-type: application/x-www-form-urlencoded\r\ntransfer-encoding: chunked";
    for (path, method) in server_fn_paths() {
        for head in [json, form] {
            let ask = format!("{method} {path}");
            let answer = status(&app, &client, &ask, head, &body).await;
            assert!((400..500).contains(&answer), "{ask}: {answer}");
        }
    }
}
