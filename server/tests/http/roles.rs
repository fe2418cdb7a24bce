//! Who may do what, at the door: anonymous and the three roles × every route, server function and
//! page. A new one without a row here fails.

use app::domain::Role;
use leptos::server_fn::axum::server_fn_paths;
use reqwest::Method;
use serde_json::{Value, json};
use server::http::{Access, table};

use crate::support::app::{Client, Furniture, TestApp, export_body, furnish, id_of};

/// Somebody, and the least access they have.
struct Caller {
    client: Client,
    access: Access,
    name: &'static str,
}

struct Stage {
    app: TestApp,
    callers: Vec<Caller>,
    furniture: Furniture,
    made: std::cell::Cell<u32>,
}

impl Stage {
    async fn set() -> Self {
        let app = TestApp::start().await;
        let administrator = app.person("admin@example.org", Role::Administrator).await;
        let contributor = app
            .person("contributor@example.org", Role::Contributor)
            .await;
        let viewer = app.person("viewer@example.org", Role::Viewer).await;
        let furniture = furnish(&app, &administrator).await;
        let callers = vec![
            Caller {
                client: app.anonymous(),
                access: Access::Anyone,
                name: "anonymous",
            },
            Caller {
                client: viewer,
                access: Access::SignedIn,
                name: "viewer",
            },
            Caller {
                client: contributor,
                access: Access::Contributor,
                name: "contributor",
            },
            Caller {
                client: administrator,
                access: Access::Administrator,
                name: "administrator",
            },
        ];
        Self {
            app,
            callers,
            furniture,
            made: std::cell::Cell::new(0),
        }
    }

    fn administrator(&self) -> &Client {
        &self.callers[3].client
    }

    fn new_name(&self) -> String {
        self.made.set(self.made.get() + 1);
        format!("Thing {}", self.made.get())
    }

    /// An export of its own for the next request, so that no request depends on another.
    async fn export(&self) -> Value {
        let body = export_body(
            &self.new_name(),
            &self.furniture.shared,
            &self.furniture.table,
        );
        self.administrator()
            .post("/api/v1/exports", &body)
            .await
            .expect(201)
    }

    async fn run(&self) -> String {
        let export = id_of(&self.export().await);
        id_of(
            &self
                .administrator()
                .post(&format!("/api/v1/exports/{export}/runs"), &json!({}))
                .await
                .expect(202),
        )
    }

    fn connection_body(&self) -> Value {
        let folder = self.app.files().join("out");
        json!({"name": self.new_name(), "type": "local_folder", "config": {"path": folder}, "consent": true})
    }

    async fn connection(&self) -> Value {
        self.administrator()
            .post("/api/v1/connections", &self.connection_body())
            .await
            .expect(201)
    }

    fn source_body(&self) -> Value {
        json!({"name": self.new_name(), "kind": "folder", "config": {"path": self.app.files().join("source")}})
    }

    async fn source(&self) -> Value {
        self.administrator()
            .post("/api/v1/sources", &self.source_body())
            .await
            .expect(201)
    }
}

fn judge(what: &str, needed: Access, caller: &Caller, status: u16) {
    let (least, name) = (caller.access, caller.name);
    if least >= needed {
        assert!(
            !matches!(status, 401 | 403 | 405 | 415 | 500..),
            "{what}: {name} may, and got {status}"
        );
    } else if least == Access::Anyone {
        assert_eq!(status, 401, "{what}: {name}");
    } else {
        assert_eq!(status, 403, "{what}: {name}");
    }
}

/// Path, version and body of a request that the right person may make.
async fn request(stage: &Stage, action: &str) -> (String, Option<i64>, Option<Value>) {
    let version = |object: &Value| object["version"].as_i64();
    let at =
        |kind: &str, object: &Value, rest: &str| format!("/api/v1/{kind}/{}{rest}", id_of(object));
    match action {
        "alive" => ("/healthz".into(), None, None),
        "ready" => ("/readyz".into(), None, None),
        "figures" => ("/metrics".into(), None, None),
        "events" => ("/events".into(), None, None),
        "openapi" => ("/api/v1/openapi.json".into(), None, None),
        "me" => ("/api/v1/me".into(), None, None),
        "exports.list" => ("/api/v1/exports".into(), None, None),
        "exports.create" => {
            let body = export_body(
                &stage.new_name(),
                &stage.furniture.shared,
                &stage.furniture.table,
            );
            ("/api/v1/exports".into(), None, Some(body))
        }
        "exports.get" => (at("exports", &stage.export().await, ""), None, None),
        "exports.update" => {
            let export = stage.export().await;
            let body = export_body(
                &stage.new_name(),
                &stage.furniture.shared,
                &stage.furniture.table,
            );
            (at("exports", &export, ""), version(&export), Some(body))
        }
        "exports.remove" => {
            let export = stage.export().await;
            (at("exports", &export, ""), version(&export), None)
        }
        "exports.duplicate" => (
            at("exports", &stage.export().await, "/duplicate"),
            None,
            None,
        ),
        "exports.detach" => (at("exports", &stage.export().await, "/detach"), None, None),
        "exports.run" => (at("exports", &stage.export().await, "/runs"), None, None),
        "runs.list" => ("/api/v1/runs".into(), None, None),
        "runs.get" => (format!("/api/v1/runs/{}", stage.run().await), None, None),
        "runs.waybill" => (
            format!("/api/v1/runs/{}/waybill", stage.run().await),
            None,
            None,
        ),
        "runs.cancel" => (
            format!("/api/v1/runs/{}/cancel", stage.run().await),
            None,
            None,
        ),
        "runs.release" => (
            format!("/api/v1/runs/{}/release", stage.run().await),
            None,
            None,
        ),
        "runs.discard" => (
            format!("/api/v1/runs/{}/discard", stage.run().await),
            None,
            None,
        ),
        "connection_types.list" => ("/api/v1/connection-types".into(), None, None),
        "connections.list" => ("/api/v1/connections".into(), None, None),
        "connections.create" => (
            "/api/v1/connections".into(),
            None,
            Some(stage.connection_body()),
        ),
        "connections.get" => (at("connections", &stage.connection().await, ""), None, None),
        "connections.update" => {
            let connection = stage.connection().await;
            (
                at("connections", &connection, ""),
                version(&connection),
                Some(stage.connection_body()),
            )
        }
        "connections.remove" => {
            let connection = stage.connection().await;
            (
                at("connections", &connection, ""),
                version(&connection),
                None,
            )
        }
        "connections.test" => (
            at("connections", &stage.connection().await, "/test"),
            None,
            None,
        ),
        "sources.list" => ("/api/v1/sources".into(), None, None),
        "sources.create" => ("/api/v1/sources".into(), None, Some(stage.source_body())),
        "sources.get" => (at("sources", &stage.source().await, ""), None, None),
        "sources.update" => {
            let source = stage.source().await;
            (
                at("sources", &source, ""),
                version(&source),
                Some(stage.source_body()),
            )
        }
        "sources.remove" => {
            let source = stage.source().await;
            (at("sources", &source, ""), version(&source), None)
        }
        "sources.refresh" => (at("sources", &stage.source().await, "/refresh"), None, None),
        "tables.list" => ("/api/v1/tables".into(), None, None),
        "tables.get" => (
            format!("/api/v1/tables/{}", stage.furniture.table),
            None,
            None,
        ),
        "tables.update" => {
            let path = format!("/api/v1/tables/{}", stage.furniture.table);
            let table = stage.administrator().get(&path).await.expect(200);
            (
                path,
                version(&table),
                Some(json!({"schema": table["schema"]})),
            )
        }
        "tables.preview" => (
            format!("/api/v1/tables/{}/preview", stage.furniture.table),
            None,
            None,
        ),
        other => panic!("the action `{other}` has no row in the role matrix"),
    }
}

#[tokio::test]
async fn every_route_lets_in_whom_it_says() {
    let stage = Stage::set().await;
    for route in table() {
        for caller in &stage.callers {
            let (path, version, body) = request(&stage, route.action).await;
            let mut request = caller.client.request(route.method.clone(), &path);
            if let Some(version) = version {
                request = request.header("if-match", format!("\"{version}\""));
            }
            if let Some(body) = body {
                request = request.json(&body);
            }
            // The head is enough: live events never end.
            let status = request.send().await.expect("an answer").status().as_u16();
            judge(
                &format!("{} {path}", route.method),
                route.access,
                caller,
                status,
            );
        }
    }
}

#[tokio::test]
async fn permission_is_checked_before_the_form_of_a_request() {
    let stage = Stage::set().await;
    for route in table()
        .into_iter()
        .filter(|route| matches!(route.method, Method::PUT | Method::DELETE))
    {
        let viewer = &stage.callers[1];
        let (path, _, _) = request(&stage, route.action).await;
        let bare = viewer
            .client
            .request(route.method.clone(), &path)
            .json(&json!({"nonsense": true}));
        let answer = viewer.client.send(bare).await;
        assert_eq!(
            answer.status.as_u16(),
            403,
            "{} {path}: {}",
            route.method,
            answer.text
        );
    }
}

/// Who may call a server function, and with which arguments.
async fn arguments(stage: &Stage, path: &str) -> (Access, Arguments) {
    use Access::{Administrator, Anyone, Contributor, SignedIn};
    use Arguments::{Form, Json};
    let table = &stage.furniture.table;
    let id = |object: Value| id_of(&object);
    let export_draft = || export_body(&stage.new_name(), &stage.furniture.shared, table);
    match path.trim_start_matches("/api/ui/") {
        "account/me" => (SignedIn, Json(json!({}))),
        "account/sign-in" => {
            let fields = [
                ("email", "nobody@example.org"),
                ("password", "wrong"),
                ("next", "/"),
            ];
            (
                Anyone,
                Form(
                    fields
                        .map(|(name, value)| (name, value.to_owned()))
                        .to_vec(),
                ),
            )
        }
        "account/sign-out" => (Anyone, Form(vec![])),
        "account/set-up-open" => (Anyone, Json(json!({"code": "x"}))),
        "account/set-up" => {
            let fields = [
                ("code", "x"),
                ("name", "A"),
                ("email", "a@example.org"),
                ("password", "long enough"),
            ];
            (
                Anyone,
                Form(
                    fields
                        .map(|(name, value)| (name, value.to_owned()))
                        .to_vec(),
                ),
            )
        }
        "exports/list" => (SignedIn, Json(json!({"query": {}}))),
        "exports/get" => (SignedIn, Json(json!({"id": id(stage.export().await)}))),
        "exports/create" => (Contributor, Json(json!({"draft": export_draft()}))),
        "exports/update" => {
            let export = stage.export().await;
            (
                Contributor,
                Json(
                    json!({"id": export["id"], "version": export["version"], "draft": export_draft()}),
                ),
            )
        }
        "exports/detach" => (Administrator, Json(json!({"id": id(stage.export().await)}))),
        "exports/copy-name" => (SignedIn, Json(json!({"name": "A"}))),
        "exports/run" | "exports/remove" => {
            (Contributor, Form(vec![("id", id(stage.export().await))]))
        }
        "runs/list" => (SignedIn, Json(json!({"query": {}}))),
        "runs/get" => (SignedIn, Json(json!({"id": stage.run().await}))),
        "runs/cancel" | "runs/release" | "runs/discard" => {
            (Contributor, Form(vec![("id", stage.run().await)]))
        }
        "connections/list" => (Administrator, Json(json!({}))),
        "connections/choices" | "connections/types" => (SignedIn, Json(json!({}))),
        "connections/get" | "connections/test" => (
            Administrator,
            Json(json!({"id": id(stage.connection().await)})),
        ),
        "connections/create" => (
            Administrator,
            Json(json!({"draft": stage.connection_body()})),
        ),
        "connections/update" => {
            let connection = stage.connection().await;
            let draft = stage.connection_body();
            (
                Administrator,
                Json(
                    json!({"id": connection["id"], "version": connection["version"], "draft": draft}),
                ),
            )
        }
        "connections/remove" => {
            let connection = stage.connection().await;
            (
                Administrator,
                Json(json!({"id": connection["id"], "version": connection["version"]})),
            )
        }
        "data/sources" => (SignedIn, Json(json!({}))),
        "data/sources/create" => (Administrator, Json(json!({"draft": stage.source_body()}))),
        "data/sources/update" => {
            let source = stage.source().await;
            let draft = stage.source_body();
            (
                Administrator,
                Json(json!({"id": source["id"], "version": source["version"], "draft": draft})),
            )
        }
        "data/sources/remove" => {
            let source = stage.source().await;
            (
                Administrator,
                Json(json!({"id": source["id"], "version": source["version"]})),
            )
        }
        "data/sources/refresh" => (Administrator, Json(json!({"id": id(stage.source().await)}))),
        "data/tables" => (SignedIn, Json(json!({"source": null}))),
        "data/tables/get" | "data/tables/preview" => (SignedIn, Json(json!({"id": table}))),
        "data/tables/update" => {
            let found = stage
                .administrator()
                .get(&format!("/api/v1/tables/{table}"))
                .await
                .expect(200);
            let update = json!({"schema": found["schema"]});
            (
                Administrator,
                Json(json!({"id": table, "version": found["version"], "update": update})),
            )
        }
        other => panic!("the server function `{other}` has no row in the role matrix"),
    }
}

enum Arguments {
    Json(Value),
    Form(Vec<(&'static str, String)>),
}

#[tokio::test]
async fn every_server_function_lets_in_whom_it_says() {
    let stage = Stage::set().await;
    let paths: Vec<_> = server_fn_paths().collect();
    assert!(paths.len() > 20, "the server functions are linked");
    for (path, method) in paths {
        assert_eq!(
            method,
            Method::POST,
            "{path} must not be callable by a link"
        );
        for caller in &stage.callers {
            let (needed, arguments) = arguments(&stage, path).await;
            let request = caller
                .client
                .request(Method::POST, path)
                .header("accept", "application/json");
            let request = match arguments {
                Arguments::Json(value) => request.json(&value),
                Arguments::Form(fields) => request.form(&fields),
            };
            let answer = caller.client.send(request).await;
            let status = answer.status.as_u16();
            if path.starts_with("/api/ui/account/") && needed == Access::Anyone {
                assert!(status < 500, "{path}: {}", answer.text);
                continue;
            }
            judge(path, needed, caller, status);
        }
    }
}

#[tokio::test]
async fn pages_are_for_people_who_are_signed_in() {
    let stage = Stage::set().await;
    let pages = stage.app.running.page_paths();
    assert!(
        pages.iter().any(|page| page == "/data/exports"),
        "{pages:?}"
    );
    for page in pages {
        let page = page.replace("{*any}", "no-such-page");
        for caller in &stage.callers {
            let request = caller
                .client
                .request(Method::GET, &page)
                .header("accept", "text/html");
            let answer = caller.client.send(request).await;
            let status = answer.status.as_u16();
            if caller.access == Access::Anyone && !matches!(page.as_str(), "/sign-in" | "/set-up") {
                assert_eq!(status, 303, "{page}");
                assert!(
                    answer.header("location").starts_with("/sign-in?next="),
                    "{}",
                    answer.header("location")
                );
            } else {
                assert!(
                    status < 500 && status != 401,
                    "{page}: {} got {status}",
                    caller.name
                );
            }
        }
    }
}
