//! One's own account at the door: name, preferences, password, sessions, tokens.

use std::sync::Arc;
use std::time::Duration;

use app::domain::Role;
use base::{Clock as _, FixedClock, SystemClock};
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};

use crate::support::app::{Answer, Client, PASSWORD, TestApp, id_of};

const NEW: &str = "another horse battery";

async fn ask(client: &Client, function: &str, arguments: Value) -> Answer {
    let request = client
        .request(Method::POST, &format!("/api/ui/account/{function}"))
        .header("accept", "application/json");
    client.send(request.json(&arguments)).await
}

async fn change(client: &Client, old: &str, new: &str) -> Answer {
    client
        .form("/api/ui/account/password", &[("old", old), ("new", new)])
        .await
}

async fn signs_in_with(app: &TestApp, password: &str) -> bool {
    let form = [
        ("email", "ada@example.org"),
        ("password", password),
        ("next", "/"),
    ];
    let answer = app.anonymous().form("/api/ui/account/sign-in", &form).await;
    answer.status == 200
}

#[tokio::test]
async fn a_new_password_needs_the_old_one_and_ends_the_other_sessions() {
    let app = TestApp::start().await;
    app.add("ada@example.org", Role::Viewer).await;
    let (here, there) = (
        app.session("ada@example.org").await,
        app.session("ada@example.org").await,
    );
    let wrong = change(&here, "wrong", NEW).await.expect(422);
    assert_eq!(wrong["invalid"]["fields"][0]["field"], "old");
    let weak = change(&here, PASSWORD, "short").await.expect(422);
    assert_eq!(weak["invalid"]["fields"][0]["field"], "new");
    assert_eq!(change(&here, PASSWORD, NEW).await.status, 200);
    assert_eq!(here.get("/api/v1/me").await.status, 200, "this one stays");
    assert_eq!(there.get("/api/v1/me").await.status, 401);
    assert!(signs_in_with(&app, NEW).await && !signs_in_with(&app, PASSWORD).await);
}

#[tokio::test]
async fn trying_the_old_password_is_throttled_as_signing_in_is() {
    let app = TestApp::start().await;
    app.add("ada@example.org", Role::Viewer).await;
    let session = app.session("ada@example.org").await;
    let mut last = 0;
    for _ in 0..6 {
        last = change(&session, "wrong", NEW).await.status.as_u16();
    }
    assert_eq!(last, 429);
    assert_eq!(change(&session, PASSWORD, NEW).await.status, 429);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_old_password_is_not_guessed_by_asking_many_times_at_once() {
    let app = TestApp::start().await;
    app.add("ada@example.org", Role::Viewer).await;
    let session = app.session("ada@example.org").await;
    let changes = join_all((0..15).map(|_| change(&session, "wrong", NEW)));
    let wrong = json!({"password": "wrong"});
    let factors = join_all((0..15).map(|_| ask(&session, "factor/begin", wrong.clone())));
    let (changes, factors) = tokio::join!(changes, factors);
    let answers = changes.iter().chain(&factors);
    let judged = answers.filter(|answer| answer.status == 422).count();
    assert_eq!(judged, 5, "both count together");
}

#[tokio::test]
async fn sessions_are_seen_and_ended_one_or_all_others() {
    let app = TestApp::start().await;
    app.add("ada@example.org", Role::Viewer).await;
    let here = app.session("ada@example.org").await;
    let there = app.session("ada@example.org").await;
    let elsewhere = app.session("ada@example.org").await;
    let sessions = ask(&here, "sessions", json!({})).await.expect(200);
    let sessions = sessions.as_array().expect("a list").clone();
    assert_eq!(sessions.len(), 3);
    let current: Vec<_> = sessions
        .iter()
        .filter(|one| one["is_current"] == true)
        .collect();
    assert_eq!(current.len(), 1);
    let of_there = ask(&there, "sessions", json!({})).await.expect(200);
    let mut listed = of_there.as_array().expect("a list").iter();
    let id = id_of(listed.find(|one| one["is_current"] == true).expect("one"));
    let end = "/api/ui/account/sessions/end";
    assert_eq!(here.form(end, &[("id", &id)]).await.status, 200);
    assert_eq!(there.get("/api/v1/me").await.status, 401);
    assert_eq!(elsewhere.get("/api/v1/me").await.status, 200);
    app.add("eve@example.org", Role::Administrator).await;
    let eve = app.session("eve@example.org").await;
    let foreign = id_of(current[0]);
    assert_eq!(
        eve.form(end, &[("id", &foreign)]).await.status,
        404,
        "not hers"
    );
    let ended = here.form("/api/ui/account/sessions/end-others", &[]).await;
    assert_eq!(ended.expect(200), json!(1));
    assert_eq!(elsewhere.get("/api/v1/me").await.status, 401);
    assert_eq!(here.get("/api/v1/me").await.status, 200);
}

#[tokio::test]
async fn a_token_does_not_manage_the_account_that_it_is_of() {
    let app = TestApp::start().await;
    let token = app.person("ada@example.org", Role::Administrator).await;
    let ada = app.session("ada@example.org").await;
    let of_account = token.get("/api/v1/tokens").await;
    assert_eq!(of_account.problem(403), "session_needed");
    let more = token.post("/api/v1/tokens", &json!({"name": "more"})).await;
    assert_eq!(more.problem(403), "session_needed");
    for function in ["profile", "sessions", "tokens", "factor"] {
        let refused = ask(&token, function, json!({})).await.expect(403);
        let code = &refused["forbidden"]["reason"]["code"];
        assert_eq!(code, "session_needed", "{function}");
    }
    let others = "/api/ui/account/sessions/end-others";
    assert_eq!(token.form(others, &[]).await.status, 403);
    assert_eq!(change(&token, PASSWORD, NEW).await.status, 403);
    let begin = ask(&token, "factor/begin", json!({"password": PASSWORD})).await;
    assert_eq!(begin.status, 403);
    let own = ada.get("/api/v1/tokens").await.expect(200);
    let path = format!("/api/v1/tokens/{}", id_of(&own["items"][0]));
    let itself = token.send(token.request(Method::DELETE, &path)).await;
    assert_eq!(itself.problem(403), "session_needed");
    assert_eq!(ada.get("/api/v1/me").await.status, 200);
    assert_eq!(token.get("/api/v1/users").await.status, 200);
}

#[tokio::test]
async fn a_token_may_no_more_than_it_says_and_ends() {
    let clock = Arc::new(FixedClock::new(SystemClock.now_us()));
    let app = TestApp::at(clock.clone(), |_| {}).await;
    let admin = app.person("ada@example.org", Role::Administrator).await;
    let ada = app.session("ada@example.org").await;
    let low = json!({"name": "low", "role": "viewer", "days": 2});
    let low = ada.post("/api/v1/tokens", &low).await.expect(201);
    let low = app
        .anonymous()
        .with_token(low["token"].as_str().expect("the token"));
    assert_eq!(low.get("/api/v1/me").await.expect(200)["role"], "viewer");
    assert_eq!(low.get("/api/v1/users").await.status, 403);
    clock.advance(Duration::from_hours(48));
    assert_eq!(low.get("/api/v1/me").await.status, 401);
    assert_eq!(
        admin.get("/api/v1/me").await.status,
        200,
        "of the command line: no end"
    );
}

#[tokio::test]
async fn a_token_of_somebody_else_is_none_to_whoever_is_no_administrator() {
    let app = TestApp::start().await;
    let admin = app.person("ada@example.org", Role::Administrator).await;
    app.add("bob@example.org", Role::Contributor).await;
    app.add("eve@example.org", Role::Contributor).await;
    let bob = app.session("bob@example.org").await;
    let eve = app.session("eve@example.org").await;
    let made = bob
        .post("/api/v1/tokens", &json!({"name": "robot"}))
        .await
        .expect(201);
    let path = format!("/api/v1/tokens/{}", id_of(&made));
    let revoke = async |client: &Client| client.send(client.request(Method::DELETE, &path)).await;
    assert_eq!(revoke(&eve).await.problem(404), "not_found");
    let left = revoke(&admin).await.expect(200);
    assert_eq!(left["items"], json!([]), "bob's");
    let robot = app
        .anonymous()
        .with_token(made["token"].as_str().expect("the token"));
    assert_eq!(robot.get("/api/v1/me").await.status, 401);
    let days = json!({"name": "robot", "days": 366});
    let refused = bob.post("/api/v1/tokens", &days).await.expect(422);
    assert_eq!(refused["errors"][0]["field"], "days");
}

#[tokio::test]
async fn what_a_person_keeps_comes_before_what_the_browser_was_told() {
    let app = TestApp::start().await;
    app.add("ada@example.org", Role::Viewer).await;
    let ada = app.session("ada@example.org").await;
    let page = async || {
        let cookie = format!(
            "{}; lang=en; theme=light",
            ada.cookie.clone().expect("a session")
        );
        let mut client = ada.clone();
        client.cookie = Some(cookie);
        let request = client
            .request(Method::GET, "/data/exports")
            .header("accept", "text/html");
        client.send(request).await.text
    };
    let first = page().await;
    assert!(first.contains("lang=\"en\"") && first.contains("data-theme=\"light\""));
    let unknown = [("name", "Ada"), ("time_zone", "Mars/Olympus")];
    let update = "/api/ui/account/profile/update";
    let refused = ada.form(update, &unknown).await.expect(422);
    assert_eq!(refused["invalid"]["fields"][0]["field"], "time_zone");
    let liked = [("name", "Ada L."), ("language", "fr"), ("theme", "dark")];
    assert_eq!(ada.form(update, &liked).await.expect(200)["name"], "Ada L.");
    let second = page().await;
    assert!(second.contains("lang=\"fr\"") && second.contains("data-theme=\"dark\""));
    let menu = [("language", "en"), ("next", "/")];
    ada.form("/api/ui/preferences/language", &menu).await;
    assert!(
        page().await.contains("lang=\"en\""),
        "the menu changes what is kept"
    );
}
