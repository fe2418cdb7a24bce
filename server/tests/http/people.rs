//! People, service accounts, invitations and tokens over REST, and what they come to at the door.

use std::sync::Arc;
use std::time::Duration;

use app::domain::Role;
use base::{Clock as _, FixedClock, Secret, SystemClock};
use reqwest::Method;
use serde_json::{Value, json};
use server::config::MailConfig;

use crate::support::app::{Answer, Client, PASSWORD, TestApp, id_of};
use crate::support::receivers::MailSink;

const ACCEPT: &str = "/api/ui/account/invitation/accept";

async fn administrator(app: &TestApp) -> Client {
    app.person("admin@example.org", Role::Administrator).await
}

fn grace() -> Value {
    json!({"email": "Grace@Example.org", "name": "Grace", "role": "contributor"})
}

fn code_of(link: &Value) -> String {
    let link = link["link"].as_str().expect("the link is shown");
    link.split("code=").nth(1).expect("a code").to_owned()
}

async fn accept(app: &TestApp, code: &str, password: &str) -> Answer {
    let form = [("code", code), ("name", "Grace H."), ("password", password)];
    app.anonymous().form(ACCEPT, &form).await
}

async fn sign_in(app: &TestApp, email: &str, password: &str) -> Answer {
    let form = [("email", email), ("password", password), ("next", "/")];
    app.anonymous().form("/api/ui/account/sign-in", &form).await
}

/// The person with this address, as administrators see them.
async fn found(administrator: &Client, email: &str) -> Value {
    let listed = administrator.get("/api/v1/users").await.expect(200);
    let people = listed["items"].as_array().expect("a list");
    people
        .iter()
        .find(|person| person["email"] == email)
        .expect("is there")
        .clone()
}

#[tokio::test]
async fn who_is_invited_joins_with_the_link_once() {
    let app = TestApp::start().await;
    let admin = administrator(&app).await;
    let made = admin
        .post("/api/v1/invitations", &grace())
        .await
        .expect(201);
    assert_eq!(made["problem"], Value::Null);
    let code = code_of(&made);
    let weak = accept(&app, &code, "short").await.expect(422);
    assert_eq!(weak["invalid"]["fields"][0]["field"], "password");
    let joined = accept(&app, &code, PASSWORD).await;
    assert_eq!(joined.status, 200, "{}", joined.text);
    let me = app.anonymous().with_cookie_of(&joined);
    let me = me.get("/api/v1/me").await.expect(200);
    assert_eq!(
        (
            me["email"].as_str(),
            me["role"].as_str(),
            me["name"].as_str()
        ),
        (
            Some("grace@example.org"),
            Some("contributor"),
            Some("Grace H.")
        )
    );
    assert_eq!(accept(&app, &code, PASSWORD).await.status, 409, "once");
    let person = found(&admin, "grace@example.org").await;
    assert_eq!(person["created_by"], "admin@example.org");
    assert_eq!(person["sessions"], 1);
    let left = admin.get("/api/v1/invitations").await.expect(200);
    assert_eq!(left["items"], json!([]));
    let taken = admin
        .post("/api/v1/invitations", &grace())
        .await
        .expect(422);
    assert_eq!(taken["errors"][0]["code"], "email_taken");
}

#[tokio::test]
async fn an_invitation_ends_is_replaced_and_can_be_withdrawn() {
    let clock = Arc::new(FixedClock::new(SystemClock.now_us()));
    let app = TestApp::at(clock.clone(), |_| {}).await;
    let admin = administrator(&app).await;
    let first = admin
        .post("/api/v1/invitations", &grace())
        .await
        .expect(201);
    let second = admin
        .post("/api/v1/invitations", &grace())
        .await
        .expect(201);
    let listed = admin.get("/api/v1/invitations").await.expect(200);
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(accept(&app, &code_of(&first), PASSWORD).await.status, 409);
    let path = format!("/api/v1/invitations/{}", id_of(&second["invitation"]));
    let left = admin.send(admin.request(Method::DELETE, &path)).await;
    assert_eq!(left.expect(200)["items"], json!([]));
    assert_eq!(accept(&app, &code_of(&second), PASSWORD).await.status, 409);
    let third = admin
        .post("/api/v1/invitations", &grace())
        .await
        .expect(201);
    clock.advance(Duration::from_hours(7 * 24));
    assert_eq!(accept(&app, &code_of(&third), PASSWORD).await.status, 409);
}

#[tokio::test]
async fn an_invitation_goes_by_mail_where_there_is_mail_and_its_link_nowhere_else() {
    let sink = MailSink::open().await;
    let url = format!("smtp://{}?tls=opportunistic", sink.address);
    let app = TestApp::with(|config| {
        config.notices.mail = Some(MailConfig {
            url: Secret::new(url),
            from: "Waybill <waybill@example.org>".parse().expect("a mailbox"),
        });
    })
    .await;
    let admin = administrator(&app).await;
    let made = admin
        .post("/api/v1/invitations", &grace())
        .await
        .expect(201);
    assert_eq!(
        (&made["link"], &made["problem"]),
        (&Value::Null, &Value::Null)
    );
    let mails = sink.mails();
    assert_eq!(mails[0].to, "grace@example.org");
    let body = mails[0].body();
    let code = body.split("/invitation?code=").nth(1).expect("a link");
    let code = code.split_whitespace().next().expect("a code");
    assert_eq!(accept(&app, code, PASSWORD).await.status, 200);
}

#[tokio::test]
async fn somebody_who_may_everything_is_always_left() {
    let app = TestApp::start().await;
    let admin = administrator(&app).await;
    let me = found(&admin, "admin@example.org").await;
    let path = format!("/api/v1/users/{}", id_of(&me));
    for body in [
        json!({"name": "Ada", "role": "viewer"}),
        json!({"name": "Ada", "role": "administrator", "disabled": true}),
    ] {
        assert_eq!(
            admin.put(&path, 1, &body).await.problem(409),
            "last_administrator"
        );
    }
    // A service account does not count: nobody signs in with it.
    let robot = json!({"name": "robot", "role": "administrator"});
    admin.post("/api/v1/users", &robot).await.expect(201);
    let demoted = json!({"name": "Ada", "role": "viewer"});
    assert_eq!(
        admin.put(&path, 1, &demoted).await.problem(409),
        "last_administrator"
    );
    app.add("other@example.org", Role::Administrator).await;
    let changed = admin.put(&path, 1, &demoted).await.expect(200);
    assert_eq!(
        (&changed["role"], &changed["version"]),
        (&json!("viewer"), &json!(2))
    );
    assert_eq!(
        admin.get("/api/v1/users").await.problem(403),
        "administrators_only"
    );
}

#[tokio::test]
async fn who_is_disabled_is_out_at_once_and_comes_back_when_enabled() {
    let app = TestApp::start().await;
    let admin = administrator(&app).await;
    let token = app.person("grace@example.org", Role::Viewer).await;
    let session = app.session("grace@example.org").await;
    let person = found(&admin, "grace@example.org").await;
    let path = format!("/api/v1/users/{}", id_of(&person));
    let disabled = json!({"name": "Grace", "role": "viewer", "disabled": true});
    admin.put(&path, 1, &disabled).await.expect(200);
    assert_eq!(session.get("/api/v1/me").await.status, 401);
    assert_eq!(token.get("/api/v1/me").await.status, 401);
    assert_eq!(
        sign_in(&app, "grace@example.org", PASSWORD).await.status,
        422
    );
    let link = format!("{path}/password-link");
    assert_eq!(
        admin.post(&link, &json!({})).await.problem(409),
        "person_disabled"
    );
    assert_eq!(admin.put(&path, 1, &disabled).await.problem(412), "stale");
    let enabled = json!({"name": "Grace", "role": "viewer"});
    admin.put(&path, 2, &enabled).await.expect(200);
    assert_eq!(
        session.get("/api/v1/me").await.status,
        401,
        "sessions have ended"
    );
    assert_eq!(token.get("/api/v1/me").await.status, 200);
}

#[tokio::test]
async fn a_link_to_a_new_password_ends_what_was_open_under_the_old_one() {
    let clock = Arc::new(FixedClock::new(SystemClock.now_us()));
    let app = TestApp::at(clock.clone(), |_| {}).await;
    let admin = administrator(&app).await;
    let token = app.person("grace@example.org", Role::Viewer).await;
    let session = app.session("grace@example.org").await;
    let person = found(&admin, "grace@example.org").await;
    let path = format!("/api/v1/users/{}/password-link", id_of(&person));
    let old = code_of(&admin.post(&path, &json!({})).await.expect(201));
    let code = code_of(&admin.post(&path, &json!({})).await.expect(201));
    let new = "another horse battery";
    assert_eq!(
        accept(&app, &old, new).await.status,
        409,
        "only the last one counts"
    );
    let accepted = accept(&app, &code, new).await;
    assert_eq!(accepted.status, 200, "{}", accepted.text);
    assert_eq!(
        accepted.header("set-cookie"),
        "",
        "signing in is left to the person"
    );
    assert_eq!(session.get("/api/v1/me").await.status, 401);
    assert_eq!(token.get("/api/v1/me").await.status, 401, "tokens end, too");
    assert_eq!(
        sign_in(&app, "grace@example.org", PASSWORD).await.status,
        422
    );
    assert_eq!(sign_in(&app, "grace@example.org", new).await.status, 200);
    let person = found(&admin, "grace@example.org").await;
    assert_ne!(person["name"], "Grace H.", "the name is the person's");
    let late = code_of(&admin.post(&path, &json!({})).await.expect(201));
    clock.advance(Duration::from_mins(61));
    assert_eq!(accept(&app, &late, PASSWORD).await.status, 409);
}

#[tokio::test]
async fn a_service_account_holds_tokens_and_cannot_sign_in() {
    let app = TestApp::start().await;
    let admin = administrator(&app).await;
    let robot = json!({"name": "robot", "role": "contributor"});
    let robot = id_of(&admin.post("/api/v1/users", &robot).await.expect(201));
    let link = format!("/api/v1/users/{robot}/password-link");
    assert_eq!(
        admin.post(&link, &json!({})).await.problem(409),
        "service_cannot_sign_in"
    );
    let path = format!("/api/v1/users/{robot}/tokens");
    let above = json!({"name": "a", "role": "administrator"});
    let refused = admin.post(&path, &above).await.expect(422);
    assert_eq!(refused["errors"][0]["code"], "role_too_high");
    let made = json!({"name": "a", "role": "viewer", "days": 30});
    let made = admin.post(&path, &made).await.expect(201);
    let text = made["token"].as_str().expect("the token").to_owned();
    let client = app.anonymous().with_token(&text);
    let me = client.get("/api/v1/me").await.expect(200);
    assert_eq!(
        (&me["name"], &me["role"]),
        (&json!("robot"), &json!("viewer"))
    );
    let listed = admin.get(&path).await.expect(200);
    assert!(!listed.to_string().contains(&text));
    assert_eq!(listed["items"][0]["created_by"], "admin@example.org");
    let person = found(&admin, "admin@example.org").await;
    let own = format!("/api/v1/users/{}/tokens", id_of(&person));
    let refused = admin.post(&own, &json!({"name": "a"})).await;
    assert_eq!(refused.problem(409), "tokens_are_ones_own");
    let path = format!("/api/v1/tokens/{}", id_of(&made));
    admin
        .send(admin.request(Method::DELETE, &path))
        .await
        .expect(200);
    assert_eq!(client.get("/api/v1/me").await.status, 401);
}

#[tokio::test]
async fn what_is_told_once_is_not_kept_for_a_repetition() {
    let app = TestApp::start().await;
    administrator(&app).await;
    let admin = app.session("admin@example.org").await;
    let make = async || {
        let request = admin
            .request(Method::POST, "/api/v1/tokens")
            .header("idempotency-key", "again")
            .json(&json!({"name": "robot"}));
        admin.send(request).await
    };
    let (one, two) = (make().await, make().await);
    assert_ne!(one.expect(201)["token"], two.expect(201)["token"]);
    assert_eq!(two.header("idempotency-replayed"), "");
}

#[tokio::test]
async fn a_role_counts_from_the_next_request() {
    let app = TestApp::start().await;
    let admin = administrator(&app).await;
    let grace = app.person("grace@example.org", Role::Administrator).await;
    assert_eq!(grace.get("/api/v1/users").await.status, 200);
    let person = found(&admin, "grace@example.org").await;
    let path = format!("/api/v1/users/{}", id_of(&person));
    let demoted = json!({"name": "Grace", "role": "viewer"});
    admin.put(&path, 1, &demoted).await.expect(200);
    assert_eq!(grace.get("/api/v1/users").await.status, 403);
}

#[tokio::test]
async fn who_may_invite_no_more_has_no_links_left_and_what_stays_of_them_is_named() {
    for after in [
        json!({"name": "Eve", "role": "contributor"}),
        json!({"name": "Eve", "role": "administrator", "disabled": true}),
    ] {
        let app = TestApp::start().await;
        let admin = administrator(&app).await;
        let eve = app.person("eve@example.org", Role::Administrator).await;
        app.add("bob@example.org", Role::Viewer).await;
        let invited = code_of(&eve.post("/api/v1/invitations", &grace()).await.expect(201));
        let bob = found(&admin, "bob@example.org").await;
        let path = format!("/api/v1/users/{}/password-link", id_of(&bob));
        let link = code_of(&eve.post(&path, &json!({})).await.expect(201));
        let robot = json!({"name": "robot", "role": "viewer"});
        let robot = id_of(&eve.post("/api/v1/users", &robot).await.expect(201));
        let path = format!("/api/v1/users/{robot}/tokens");
        let token = eve.post(&path, &json!({"name": "nightly"})).await;
        let robot = app
            .anonymous()
            .with_token(token.expect(201)["token"].as_str().expect("the token"));
        let mut others = grace();
        others["email"] = json!("ada@example.org");
        let open = admin.post("/api/v1/invitations", &others).await.expect(201);

        let path = format!(
            "/api/v1/users/{}",
            id_of(&found(&admin, "eve@example.org").await)
        );
        admin.put(&path, 1, &after).await.expect(200);
        for code in [&invited, &link] {
            assert_eq!(accept(&app, code, PASSWORD).await.status, 409, "{after}");
        }
        assert_eq!(robot.get("/api/v1/me").await.status, 200);
        let listed = admin.get("/api/v1/invitations").await.expect(200);
        assert_eq!(listed["items"].as_array().map(Vec::len), Some(1));
        assert_eq!(accept(&app, &code_of(&open), PASSWORD).await.status, 200);

        let listed = admin.get("/api/v1/audit?limit=20").await.expect(200);
        let entries = listed["items"].as_array().expect("a list");
        let of = |action: &str| {
            let entries = entries.iter().filter(move |one| one["action"] == action);
            entries.cloned().collect::<Vec<_>>()
        };
        assert_eq!(of("invitation.revoke").len(), 2);
        let path = format!("/api/v1/audit/{}", id_of(&of("user.update")[0]));
        let told = admin.get(&path).await.expect(200);
        let named = json!({"field": "service_tokens", "before": null, "after": "robot: nightly"});
        let differences = told["differences"].as_array().expect("a list");
        assert!(differences.contains(&named), "{told}");
    }
}
