//! Live events: hints arrive, and a stream ends with the right to it.

use std::time::Duration;

use app::domain::Role;
use reqwest::{Method, Response};
use serde_json::{Value, json};

use crate::support::app::{Client, TestApp, furnish};

/// The longest silence of a stream that proxies let pass for certain.
const SILENCE: Duration = Duration::from_secs(15);

/// The live events of somebody.
pub(super) struct Stream {
    response: Response,
    text: String,
}

impl Stream {
    pub(super) async fn open(client: &Client) -> Self {
        Self::with(client, &[]).await
    }

    async fn with(client: &Client, headers: &[(&str, &str)]) -> Self {
        let mut request = client.request(Method::GET, "/events");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await.expect("an answer");
        assert_eq!(response.status(), 200);
        let mut stream = Self {
            response,
            text: String::new(),
        };
        // First of all, which pages the server has.
        let (name, build) = stream.next().await.expect("an event");
        assert_eq!(name, "build");
        assert!(build.as_str().is_some_and(|build| build.len() == 24));
        stream
    }

    /// The next event with data, as its name and data; none when the stream has ended.
    pub(super) async fn next(&mut self) -> Option<(String, Value)> {
        loop {
            while let Some((block, rest)) = self.text.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.text = rest;
                let field = |name: &str| {
                    block
                        .lines()
                        .find_map(|line| line.strip_prefix(name))
                        .map(str::trim)
                };
                if let Some(data) = field("data:") {
                    let name = field("event:").unwrap_or("message").to_owned();
                    let value = match name.as_str() {
                        "build" => Value::from(data),
                        _ => serde_json::from_str(data).expect("JSON"),
                    };
                    return Some((name, value));
                }
            }
            self.more().await?;
        }
    }

    /// Reads on; none when the stream has ended.
    async fn more(&mut self) -> Option<()> {
        let chunk = self.response.chunk().await.ok().flatten()?;
        self.text
            .push_str(std::str::from_utf8(&chunk).expect("text"));
        Some(())
    }

    async fn ends(mut self) {
        while self.next().await.is_some() {}
    }
}

#[tokio::test]
async fn a_change_is_a_hint_for_those_who_may_know() {
    let app = TestApp::start().await;
    let administrator = app.person("admin@example.org", Role::Administrator).await;
    let viewer = app.person("viewer@example.org", Role::Viewer).await;
    let furniture = furnish(&app, &administrator).await;
    let (mut all, mut some) = (
        Stream::open(&administrator).await,
        Stream::open(&viewer).await,
    );
    let headers = all.response.headers();
    assert_eq!(headers["content-type"], "text/event-stream");
    assert_eq!(headers["x-accel-buffering"], "no");
    assert!(!headers.contains_key("content-encoding"));
    let path = format!("/api/v1/connections/{}", furniture.shared);
    let folder = app.files().join("out");
    let body = json!({"name": "Renamed", "type": "local_folder", "config": {"path": folder}, "audience": "contributors", "consent": true});
    administrator.put(&path, 1, &body).await.expect(200);
    let export = crate::support::app::export_body("A", &furniture.shared, &furniture.table);
    let export = administrator
        .post("/api/v1/exports", &export)
        .await
        .expect(201);
    let (_, first) = all.next().await.expect("a hint");
    assert_eq!(
        (first["kind"].as_str(), first["id"].as_str()),
        (Some("connection"), Some(furniture.shared.as_str()))
    );
    // Which one it was, others do not hear: only that their choice may be another.
    let (_, first) = some.next().await.expect("a hint");
    assert_eq!(first, json!({"kind": "connection", "id": "", "version": 0}));
    let (name, hint) = some.next().await.expect("a hint");
    assert_eq!(
        (name.as_str(), &hint["kind"], &hint["id"]),
        ("message", &json!("export"), &export["id"])
    );
    assert_eq!(
        hint.as_object().map(serde_json::Map::len),
        Some(3),
        "hints carry no data: {hint}"
    );
}

#[tokio::test]
async fn a_stream_on_which_nothing_happens_is_never_silent_for_long() {
    let app = TestApp::start().await;
    let viewer = app.person("viewer@example.org", Role::Viewer).await;
    let mut stream = Stream::open(&viewer).await;
    // A comment, which no page hears.
    while !stream.text.lines().any(|line| line.starts_with(':')) {
        let more = tokio::time::timeout(SILENCE, stream.more()).await;
        more.expect("no longer silence").expect("it goes on");
    }
}

#[tokio::test]
async fn a_stream_ends_when_its_session_does() {
    let app = TestApp::start().await;
    app.add("ada@example.org", Role::Viewer).await;
    let session = app.session("ada@example.org").await;
    let stream = Stream::open(&session).await;
    session.form("/api/ui/account/sign-out", &[]).await;
    stream.ends().await;
}

#[tokio::test]
async fn a_stream_ends_before_the_first_hint_that_its_person_may_no_longer_hear() {
    let app = TestApp::start().await;
    let administrator = app.person("admin@example.org", Role::Administrator).await;
    app.add("ada@example.org", Role::Viewer).await;
    let furniture = furnish(&app, &administrator).await;
    let session = app.session("ada@example.org").await;
    let mut stream = Stream::open(&session).await;
    session.form("/api/ui/account/sign-out", &[]).await;
    let export = crate::support::app::export_body("A", &furniture.shared, &furniture.table);
    administrator
        .post("/api/v1/exports", &export)
        .await
        .expect(201);
    assert_eq!(stream.next().await, None);
}

#[tokio::test]
async fn a_stream_ends_when_the_server_stops() {
    let app = TestApp::start().await;
    let viewer = app.person("viewer@example.org", Role::Viewer).await;
    let stream = Stream::open(&viewer).await;
    let ((), _folder) = tokio::join!(stream.ends(), app.stop());
}

#[tokio::test]
async fn who_comes_back_is_told_to_fetch_everything() {
    let app = TestApp::start().await;
    let viewer = app.person("viewer@example.org", Role::Viewer).await;
    let mut stream = Stream::with(&viewer, &[("last-event-id", "7")]).await;
    assert_eq!(stream.next().await, Some(("resync".to_owned(), json!({}))));
}

#[tokio::test]
async fn nobody_listens_without_signing_in() {
    let app = TestApp::start().await;
    assert_eq!(
        app.anonymous().get("/events").await.problem(401),
        "not_signed_in"
    );
}
