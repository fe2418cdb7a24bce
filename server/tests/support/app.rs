//! A whole server for a test: its own folder, its own port, people of each role, and clients that
//! ask as them.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use app::domain::{Disk, Role};
use base::{Clock, SystemClock};
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HeaderMap, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use server::config::{Config, KeySource, LakePlace};
use server::scheduler::DiskProbe;
use server::serve::{Running, start_on};
use server::services::people;
use tempfile::TempDir;

use super::schema;

/// The password of everybody a test adds.
pub(crate) const PASSWORD: &str = "correct horse battery";

/// The variable that puts the lakes of all servers of a test into a bucket: each has a prefix of its own there.
pub(crate) const LAKE: &str = "WAYBILL_TEST_LAKE";

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_mins(1);

/// Names the file of the key, as servers that share a database have to.
pub(crate) fn name_key(config: &mut Config) -> KeySource {
    if let KeySource::File { named, .. } = &mut config.key {
        *named = true;
    }
    config.key.clone()
}

/// A server that runs.
pub(crate) struct TestApp {
    pub(crate) running: Running,
    folder: TempDir,
}

impl TestApp {
    /// An empty server: nobody, nothing.
    pub(crate) async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// An empty server with other settings.
    pub(crate) async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::at(Arc::new(SystemClock), change).await
    }

    /// An empty server with a clock of its own.
    pub(crate) async fn at(clock: Arc<dyn Clock>, change: impl FnOnce(&mut Config)) -> Self {
        Self::begin(clock, change, None).await
    }

    /// An empty server on a disk of its own.
    pub(crate) async fn on_disk(disk: DiskProbe) -> Self {
        Self::begin(Arc::new(SystemClock), |_| {}, Some(disk)).await
    }

    async fn begin(
        clock: Arc<dyn Clock>,
        change: impl FnOnce(&mut Config),
        disk: Option<DiskProbe>,
    ) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut config = Config::local(&folder.path().join("data"));
        std::fs::create_dir(folder.path().join("files")).expect("a folder");
        config.allow_roots = vec![folder.path().join("files")];
        if let Ok(place) = std::env::var(LAKE) {
            let lake = format!("{place}/{}", uuid::Uuid::now_v7());
            config.storage.lake = LakePlace::parse(&lake).expect("a place");
        }
        change(&mut config);
        let disk = disk.unwrap_or_else(half_full);
        let running = start_on(config, clock, Some(disk))
            .await
            .expect("the server starts");
        Self { running, folder }
    }

    /// A folder that sources and destinations may be in.
    pub(crate) fn files(&self) -> PathBuf {
        self.folder.path().join("files")
    }

    /// Where the snapshots are, unless they are in a bucket.
    pub(crate) fn lake(&self) -> PathBuf {
        self.folder.path().join("data/lake")
    }

    /// Somebody without credential.
    pub(crate) fn anonymous(&self) -> Client {
        Client::new(format!("http://{}", self.running.address))
    }

    /// Adds a person and gives a client with their token.
    pub(crate) async fn person(&self, email: &str, role: Role) -> Client {
        self.add(email, role).await;
        let now = self.running.store.now();
        let token = people::create_token(&self.running.store, now, email, "test")
            .await
            .expect("a token");
        self.anonymous().with_token(&token)
    }

    /// Adds a person.
    pub(crate) async fn add(&self, email: &str, role: Role) {
        let store = &self.running.store;
        people::add(store, store.now(), email, email, role, PASSWORD.to_owned())
            .await
            .expect("the person is new");
    }

    /// Signs a person in as a page does, and gives a client with their session.
    pub(crate) async fn session(&self, email: &str) -> Client {
        let anonymous = self.anonymous();
        let form = [
            ("email", email),
            ("password", PASSWORD),
            ("next", "/data/exports"),
        ];
        let response = anonymous.form("/api/ui/account/sign-in", &form).await;
        assert_eq!(response.status, StatusCode::OK, "{}", response.text);
        anonymous.with_cookie_of(&response)
    }

    /// Stops the server and keeps its folder until the test ends.
    pub(crate) async fn stop(self) -> TempDir {
        self.running.stop().await.expect("the server stops");
        self.folder
    }
}

/// A disk with room, however it is on the machine of the test.
fn half_full() -> DiskProbe {
    DiskProbe::new(|| {
        Some(Disk {
            total: 1 << 40,
            free: 1 << 39,
        })
    })
}

/// Asks a server, as somebody.
#[derive(Clone)]
pub(crate) struct Client {
    http: reqwest::Client,
    base: String,
    pub(crate) authorization: Option<String>,
    pub(crate) cookie: Option<String>,
}

/// A whole answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    /// The JSON of the body.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// The JSON of the body, if the status is the one expected.
    pub(crate) fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        if self.text.is_empty() {
            Value::Null
        } else {
            self.json()
        }
    }

    /// The code of a problem with this status.
    pub(crate) fn problem(&self, status: u16) -> String {
        let body = self.expect(status);
        assert_eq!(
            self.header(CONTENT_TYPE.as_str()),
            "application/problem+json"
        );
        body["code"].as_str().expect("a code").to_owned()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or("")
    }
}

impl Client {
    /// Somebody without credential, at a server with this address.
    pub(crate) fn new(base: String) -> Self {
        let http = reqwest::Client::builder()
            .no_proxy()
            .redirect(Policy::none())
            .build()
            .expect("a client");
        Self::over(http, base)
    }

    /// The same, by a client of its own.
    pub(crate) fn over(http: reqwest::Client, base: String) -> Self {
        Self {
            http,
            base,
            authorization: None,
            cookie: None,
        }
    }

    /// The same with a token.
    pub(crate) fn with_token(self, token: &str) -> Self {
        Self {
            authorization: Some(format!("Bearer {token}")),
            ..self
        }
    }

    /// The same with the cookie that an answer sets.
    pub(crate) fn with_cookie_of(self, answer: &Answer) -> Self {
        let cookie = answer
            .header(SET_COOKIE.as_str())
            .split(';')
            .next()
            .filter(|pair| !pair.is_empty());
        Self {
            cookie: Some(cookie.expect("the answer sets a cookie").to_owned()),
            ..self
        }
    }

    /// A request with the credential of this client.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if let Some(authorization) = &self.authorization {
            request = request.header(AUTHORIZATION, authorization);
        }
        if let Some(cookie) = &self.cookie {
            request = request.header(COOKIE, cookie);
        }
        request
    }

    /// Sends a request and holds the answer to the OpenAPI document.
    pub(crate) async fn send(&self, request: RequestBuilder) -> Answer {
        let request = request.build().expect("a request");
        let (method, path) = (request.method().clone(), request.url().path().to_owned());
        let response = self.http.execute(request).await.expect("an answer");
        let (status, headers) = (response.status(), response.headers().clone());
        let text = response.text().await.expect("a text");
        let answer = Answer {
            status,
            headers,
            text,
        };
        if path.starts_with("/api/v1/")
            && !answer.text.is_empty()
            && answer.header("content-type").contains("json")
        {
            schema::hold(&method, &path, answer.status.as_u16(), &answer.json());
        }
        answer
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    pub(crate) async fn put(&self, path: &str, version: i64, body: &Value) -> Answer {
        self.send(
            self.request(Method::PUT, path)
                .header("if-match", format!("\"{version}\""))
                .json(body),
        )
        .await
    }

    pub(crate) async fn delete(&self, path: &str, version: i64) -> Answer {
        self.send(
            self.request(Method::DELETE, path)
                .header("if-match", format!("\"{version}\"")),
        )
        .await
    }

    /// Posts a form as script does.
    pub(crate) async fn form(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        self.send(
            self.request(Method::POST, path)
                .header("accept", "application/json")
                .form(fields),
        )
        .await
    }
}

/// What a server needs before an export can run: a table, two connections.
pub(crate) struct Furniture {
    pub(crate) table: String,
    /// Shared with contributors.
    pub(crate) shared: String,
    /// For administrators alone.
    pub(crate) private: String,
}

/// A source with one table of three rows, refreshed, and two connections.
pub(crate) async fn furnish(app: &TestApp, administrator: &Client) -> Furniture {
    let folder = app.files().join("source");
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::write(
        folder.join("people.csv"),
        "id,email,city\n1,ada@example.org,Liège\n2,,Brest\n3,c@example.org,\n",
    )
    .expect("written");
    let body = json!({"name": "Files", "kind": "folder", "config": {"path": folder}});
    let source = id_of(
        &administrator
            .post("/api/v1/sources", &body)
            .await
            .expect(201),
    );
    let path = format!("/api/v1/sources/{source}");
    eventually(async || administrator.get(&path).await.expect(200)["status"] == "successful").await;
    let tables = administrator.get("/api/v1/tables").await.expect(200);
    let table = id_of(&tables["items"][0]);
    let shared = connect(
        administrator,
        &app.files().join("out"),
        "Shared",
        "contributors",
    )
    .await;
    let private = connect(
        administrator,
        &app.files().join("kept"),
        "Private",
        "administrators",
    )
    .await;
    Furniture {
        table,
        shared,
        private,
    }
}

/// A connection to a folder that is made; its id.
pub(crate) async fn connect(
    administrator: &Client,
    folder: &Path,
    name: &str,
    audience: &str,
) -> String {
    std::fs::create_dir_all(folder).expect("a folder");
    let body = json!({
        "name": name, "type": "local_folder", "config": {"path": folder}, "audience": audience, "consent": true,
    });
    id_of(
        &administrator
            .post("/api/v1/connections", &body)
            .await
            .expect(201),
    )
}

/// The body of an export of one table.
pub(crate) fn export_body(name: &str, connection: &str, table: &str) -> Value {
    json!({"name": name, "connection_id": connection, "items": [{"table_id": table}]})
}

/// The id of an object.
pub(crate) fn id_of(object: &Value) -> String {
    object["id"]
        .as_str()
        .unwrap_or_else(|| panic!("no id: {object}"))
        .to_owned()
}

/// Waits until something holds.
pub(crate) async fn eventually(mut holds: impl AsyncFnMut() -> bool) {
    let start = Instant::now();
    while !holds().await {
        assert!(start.elapsed() < PATIENCE, "it never came to hold");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
