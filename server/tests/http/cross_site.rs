//! What another site makes a browser send changes nothing.

use app::domain::Role;
use leptos::server_fn::axum::server_fn_paths;
use reqwest::Method;
use serde_json::json;
use server::http::table;

use crate::support::app::TestApp;

const FOREIGN: [(&str, &str); 4] = [
    ("sec-fetch-site", "cross-site"),
    ("sec-fetch-site", "same-site"),
    ("origin", "https://evil.example"),
    ("origin", "null"),
];

#[tokio::test]
async fn no_server_function_and_no_route_takes_a_request_of_another_site() {
    let app = TestApp::start().await;
    app.add("admin@example.org", Role::Administrator).await;
    let session = app.session("admin@example.org").await;
    let id = "00000000-0000-7000-8000-000000000000";
    let functions = server_fn_paths().map(|(path, _)| (Method::POST, path.to_owned()));
    let routes = table()
        .into_iter()
        .filter(|route| route.method != Method::GET);
    let routes = routes.map(|route| (route.method, route.path.replace("{id}", id)));
    for (method, path) in functions.chain(routes) {
        for (name, value) in FOREIGN {
            for kind in [
                "text/plain",
                "application/x-www-form-urlencoded",
                "application/json",
            ] {
                let request = session
                    .request(method.clone(), &path)
                    .header(name, value)
                    .header("content-type", kind)
                    .body("{}");
                let answer = session.send(request).await;
                assert_eq!(
                    answer.problem(403),
                    "cross_site",
                    "{method} {path} with {name}: {value}"
                );
            }
        }
    }
    assert_eq!(
        session.get("/api/v1/me").await.status,
        200,
        "the session was not ended by any of them"
    );
}

#[tokio::test]
async fn a_form_of_our_own_page_and_a_token_pass() {
    let app = TestApp::start().await;
    let token = app.person("admin@example.org", Role::Administrator).await;
    let session = app.session("admin@example.org").await;
    let own = format!("http://{}", app.running.address);
    for (name, value) in [("sec-fetch-site", "same-origin"), ("origin", own.as_str())] {
        let request = session
            .request(Method::POST, "/api/ui/account/me")
            .header(name, value)
            .json(&json!({}));
        assert_eq!(session.send(request).await.status, 200, "{name}");
    }
    let request = token
        .request(Method::POST, "/api/ui/account/me")
        .header("origin", "https://evil.example")
        .json(&json!({}));
    assert_eq!(
        token.send(request).await.status,
        200,
        "no site can make a browser send a token"
    );
}

#[tokio::test]
async fn a_token_that_is_none_does_not_open_the_door_for_a_cookie() {
    let app = TestApp::start().await;
    app.add("admin@example.org", Role::Administrator).await;
    let session = app.session("admin@example.org").await;
    for header in ["Bearer nonsense", "Basic YWRtaW46eA==", "Bearer"] {
        let request = session
            .request(Method::POST, "/api/v1/connections")
            .header("authorization", header)
            .header("origin", "https://evil.example")
            .json(&json!({}));
        assert_eq!(
            session.send(request).await.problem(401),
            "not_signed_in",
            "{header}"
        );
    }
}
