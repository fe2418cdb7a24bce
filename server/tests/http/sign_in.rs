//! Signing in and out at the door.

use std::sync::Arc;
use std::time::Duration;

use app::domain::Role;
use base::{Clock as _, FixedClock, SystemClock};
use futures::future::join_all;
use reqwest::Method;

use crate::support::app::{Answer, Client, PASSWORD, TestApp};

const SIGN_IN: &str = "/api/ui/account/sign-in";

async fn sign_in(client: &Client, email: &str, password: &str) -> Answer {
    client
        .form(
            SIGN_IN,
            &[
                ("email", email),
                ("password", password),
                ("next", "/data/exports"),
            ],
        )
        .await
}

#[tokio::test]
async fn a_session_is_a_cookie_that_scripts_cannot_read() {
    let app = TestApp::start().await;
    app.add("ada@example.org", Role::Viewer).await;
    let answer = sign_in(&app.anonymous(), "ada@example.org", PASSWORD).await;
    let cookie = answer.header("set-cookie").to_owned();
    assert!(
        cookie.starts_with("waybill_session=")
            && cookie.contains("HttpOnly")
            && cookie.contains("SameSite=Lax"),
        "{cookie}"
    );
    let first = app.session("ada@example.org").await;
    let second = app.session("ada@example.org").await;
    assert_ne!(first.cookie, second.cookie, "every sign-in makes a new one");
    assert_eq!(
        first.get("/api/v1/me").await.expect(200)["email"],
        "ada@example.org"
    );
}

#[tokio::test]
async fn a_form_without_script_is_sent_on_and_an_error_goes_back_to_it() {
    let app = TestApp::start().await;
    app.add("ada@example.org", Role::Viewer).await;
    let client = app.anonymous();
    let page = format!("http://{}/sign-in?next=x", app.running.address);
    let post = async |password: &str, referer: &str| {
        let form = [
            ("email", "ada@example.org"),
            ("password", password),
            ("next", "/data/exports?q=a"),
        ];
        let request = client
            .request(Method::POST, SIGN_IN)
            .header("accept", "text/html")
            .header("referer", referer);
        client.send(request.form(&form)).await
    };
    let right = post(PASSWORD, &page).await;
    assert_eq!(
        (right.status.as_u16(), right.header("location")),
        (303, "/data/exports?q=a")
    );
    let wrong = post("wrong", &page).await;
    assert_eq!(wrong.status.as_u16(), 303);
    assert!(
        wrong.header("location").contains("/sign-in?next=x"),
        "{}",
        wrong.header("location")
    );
    assert_eq!(wrong.header("set-cookie"), "");

    // Each failure comes from where the last one led to, and says no more than that one.
    let again = post("wrong", wrong.header("location")).await;
    assert_eq!(again.header("location"), wrong.header("location"));
    for part in ["__path=", "__err=", "next=x"] {
        let address = again.header("location");
        assert_eq!(address.matches(part).count(), 1, "{part}: {address}");
    }
}

#[tokio::test]
async fn a_script_is_told_where_on_this_site_to_go() {
    let app = TestApp::start().await;
    app.add("ada@example.org", Role::Viewer).await;
    for (next, path) in [
        ("/data/tables?q=a", "/data/tables?q=a"),
        ("//evil.example", "/data/exports"),
        ("/\\evil.example", "/data/exports"),
        ("https://evil.example/", "/data/exports"),
        ("javascript:alert(1)", "/data/exports"),
        ("", "/data/exports"),
    ] {
        let form = [
            ("email", "ada@example.org"),
            ("password", PASSWORD),
            ("next", next),
        ];
        let answer = app.anonymous().form(SIGN_IN, &form).await;
        assert_eq!(answer.json(), path, "{next}");
        assert_eq!(answer.header("location"), "", "the page loads it itself");
    }
}

#[tokio::test]
async fn wrong_addresses_and_wrong_passwords_look_the_same() {
    let app = TestApp::start().await;
    app.add("ada@example.org", Role::Viewer).await;
    let unknown = sign_in(&app.anonymous(), "nobody@example.org", PASSWORD).await;
    let wrong = sign_in(&app.anonymous(), "ada@example.org", "wrong").await;
    assert_eq!((unknown.status, unknown.text), (wrong.status, wrong.text));
}

#[tokio::test]
async fn trying_passwords_is_throttled_and_does_not_lock_out_another_network() {
    let clock = Arc::new(FixedClock::new(SystemClock.now_us()));
    let proxied = |config: &mut server::config::Config| {
        config.http.trusted_proxies = vec!["127.0.0.1".parse().expect("a range")];
    };
    let app = TestApp::at(clock.clone(), proxied).await;
    app.add("ada@example.org", Role::Viewer).await;
    let client = app.anonymous();
    let attempt = async |network: &str, password: &str| {
        let form = [
            ("email", "ada@example.org"),
            ("password", password),
            ("next", "/"),
        ];
        let request = client
            .request(Method::POST, SIGN_IN)
            .header("x-forwarded-for", network)
            .form(&form);
        client
            .send(request.header("accept", "application/json"))
            .await
            .status
            .as_u16()
    };
    let mut last = 0;
    for _ in 0..8 {
        last = attempt("203.0.113.1", "wrong").await;
    }
    assert_eq!(last, 429);
    assert_eq!(
        attempt("203.0.113.1", PASSWORD).await,
        429,
        "not even the right password"
    );
    assert_eq!(
        attempt("203.0.113.2", PASSWORD).await,
        200,
        "from elsewhere the account is open"
    );
    clock.advance(Duration::from_hours(1));
    assert_eq!(attempt("203.0.113.1", PASSWORD).await, 200, "the wait ends");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_guesses_at_once_no_more_are_judged_than_of_as_many_in_turn() {
    let app = TestApp::start().await;
    app.add("ada@example.org", Role::Viewer).await;
    let client = app.anonymous();
    let guesses = (0..30).map(|_| sign_in(&client, "ada@example.org", "wrong"));
    let answers = join_all(guesses).await;
    let statuses: Vec<_> = answers.iter().map(|one| one.status.as_u16()).collect();
    let with = |status: u16| statuses.iter().filter(|one| **one == status).count();
    assert_eq!((with(422), with(429)), (5, 25), "{statuses:?}");
}

#[tokio::test]
async fn signing_in_often_is_no_guessing() {
    let app = TestApp::start().await;
    app.add("ada@example.org", Role::Viewer).await;
    for _ in 0..8 {
        app.session("ada@example.org").await;
    }
    for _ in 0..4 {
        let wrong = sign_in(&app.anonymous(), "ada@example.org", "wrong").await;
        assert_eq!(wrong.status, 422);
    }
    app.session("ada@example.org").await;
}

#[tokio::test]
async fn guessing_tokens_is_slowed_down() {
    let app = TestApp::start().await;
    let client = app.anonymous().with_token("wb_guess");
    let mut seen = Vec::new();
    for _ in 0..300 {
        let answer = client.get("/api/v1/me").await;
        seen.push(answer.status.as_u16());
        if answer.status == 429 {
            assert_eq!(answer.problem(429), "throttled");
            assert!(
                answer
                    .header("retry-after")
                    .parse::<u32>()
                    .is_ok_and(|seconds| seconds > 0)
            );
            return;
        }
    }
    panic!("never throttled: {seen:?}");
}

#[tokio::test]
async fn signing_out_ends_the_session_on_the_server() {
    let app = TestApp::start().await;
    app.add("ada@example.org", Role::Viewer).await;
    let session = app.session("ada@example.org").await;
    let other = app.session("ada@example.org").await;
    let answer = session.form("/api/ui/account/sign-out", &[]).await;
    assert!(
        answer.header("set-cookie").contains("Max-Age=0"),
        "{}",
        answer.header("set-cookie")
    );
    assert_eq!(
        session.get("/api/v1/me").await.problem(401),
        "not_signed_in"
    );
    assert_eq!(other.get("/api/v1/me").await.status, 200);
}

#[tokio::test]
async fn a_session_ends_when_nobody_uses_it() {
    let clock = Arc::new(FixedClock::new(SystemClock.now_us()));
    let app = TestApp::at(clock.clone(), |_| {}).await;
    app.add("ada@example.org", Role::Viewer).await;
    let session = app.session("ada@example.org").await;
    clock.advance(Duration::from_hours(11));
    assert_eq!(session.get("/api/v1/me").await.status, 200);
    clock.advance(Duration::from_hours(11));
    assert_eq!(
        session.get("/api/v1/me").await.status,
        200,
        "using it keeps it"
    );
    clock.advance(Duration::from_hours(13));
    assert_eq!(session.get("/api/v1/me").await.status, 401);
}

#[tokio::test]
async fn the_first_administrator_is_made_with_the_printed_link_once() {
    let app = TestApp::start().await;
    let link = app.running.set_up_link.clone().expect("nobody exists");
    let code = link.split("code=").nth(1).expect("a code").to_owned();
    let client = app.anonymous();
    let set_up = async |code: &str, email: &str| {
        let form = [
            ("code", code),
            ("name", "Ada"),
            ("email", email),
            ("password", PASSWORD),
        ];
        client.form("/api/ui/account/set-up", &form).await
    };
    assert_ne!(set_up("guessed", "eve@example.org").await.status, 200);
    let lost = [
        ("code", code.as_str()),
        ("name", "Ada"),
        ("email", "ada@example.org"),
        ("password", PASSWORD),
        ("time_zone", "Mars/Olympus"),
    ];
    let refused = client.form("/api/ui/account/set-up", &lost).await;
    assert_eq!(
        refused.expect(422)["invalid"]["fields"][0]["field"],
        "time_zone"
    );
    let made = set_up(&code, "ada@example.org").await;
    assert_eq!(made.status, 200, "{}", made.text);
    let ada = app.anonymous().with_cookie_of(&made);
    assert_eq!(
        ada.get("/api/v1/me").await.expect(200)["role"],
        "administrator"
    );
    assert_ne!(set_up(&code, "eve@example.org").await.status, 200, "once");
}

#[tokio::test]
async fn setting_up_switches_the_system_refresh_on_in_the_zone_of_the_form() {
    for (given, expected) in [(Some("Europe/Paris"), "Europe/Paris"), (None, "UTC")] {
        let app = TestApp::start().await;
        let link = app.running.set_up_link.clone().expect("nobody exists");
        let code = link.split("code=").nth(1).expect("a code").to_owned();
        let mut form = vec![
            ("code", code.as_str()),
            ("name", "Ada"),
            ("email", "ada@example.org"),
            ("password", PASSWORD),
        ];
        form.extend(given.map(|zone| ("time_zone", zone)));
        let made = app.anonymous().form("/api/ui/account/set-up", &form).await;
        let ada = app.anonymous().with_cookie_of(&made);
        let system = ada.get("/api/v1/system/schedule").await.expect(200);
        assert_eq!(system["enabled"], true);
        assert_eq!(system["updated_by"], "Ada");
        let schedule = &system["schedule"];
        assert_eq!(schedule["recurrence"], "daily");
        assert_eq!(schedule["times"], serde_json::json!(["02:00"]));
        assert_eq!(schedule["time_zone"], expected);
    }
}
