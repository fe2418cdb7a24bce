//! Signing in at an identity provider: a server, its provider, and browsers that are sent from one to the other.

mod belief;
mod people;
mod ways;

use app::domain::Role;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use server::config::Config;

use crate::support::app::{Answer, Client, TestApp, id_of};
use crate::support::provider::{Provider, Request};

const ADA: &str = "ada@example.org";

/// A server, its provider, and an administrator who signs in with a password.
struct Stage {
    app: TestApp,
    provider: Provider,
    admin: Client,
}

/// A browser that was sent to the provider.
struct Away {
    client: Client,
    request: Request,
}

/// What the provider says of Ada, as a member of these groups.
fn ada(groups: &[&str]) -> Value {
    json!({"sub": "ada", "email": "Ada@Example.org", "name": "Ada L.", "groups": groups})
}

impl Stage {
    async fn set() -> Self {
        Self::with(|_| {}).await
    }

    async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let (app, provider) = beside(change).await;
        let admin = app.person("admin@example.org", Role::Administrator).await;
        Self {
            app,
            provider,
            admin,
        }
    }

    /// A whole sign-in.
    async fn sign_in(&self) -> Answer {
        sign_in(&self.app, &self.provider, "").await
    }

    async fn me(&self, answer: &Answer) -> Value {
        let client = self.app.anonymous().with_cookie_of(answer);
        client.get("/api/v1/me").await.expect(200)
    }

    async fn found(&self, email: &str) -> Value {
        let listed = self.admin.get("/api/v1/users").await.expect(200);
        let people = listed["items"].as_array().expect("a list");
        let found = people.iter().find(|person| person["email"] == email);
        found.expect("is there").clone()
    }

    /// What was done last, newest first.
    async fn done(&self) -> Vec<String> {
        let listed = self.admin.get("/api/v1/audit?limit=5").await.expect(200);
        let entries = listed["items"].as_array().expect("a list").iter();
        let action = |entry: &Value| entry["action"].as_str().expect("a text").to_owned();
        entries.map(action).collect()
    }

    /// The code of a one-time link for somebody who is there.
    async fn link_for(&self, email: &str) -> String {
        let person = id_of(&self.found(email).await);
        let path = format!("/api/v1/users/{person}/password-link");
        code_of(&self.admin.post(&path, &json!({})).await)
    }
}

/// A server whose people may sign in at a provider.
async fn beside(change: impl FnOnce(&mut Config)) -> (TestApp, Provider) {
    let provider = Provider::open().await;
    let oidc = provider.config();
    let app = TestApp::with(|config| {
        config.oidc = Some(oidc);
        change(config);
    })
    .await;
    (app, provider)
}

fn code_of(answer: &Answer) -> String {
    let link = answer.json()["link"].as_str().expect("a link").to_owned();
    link.split("code=").nth(1).expect("a code").to_owned()
}

/// Sends a browser away: with what is asked for, such as `next=/data/runs`.
async fn depart(app: &TestApp, query: &str) -> Away {
    let answer = app.anonymous().get(&format!("/sign-in/oidc?{query}")).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let cookie = answer.header("set-cookie");
    for part in [
        "waybill_oidc=wb1.",
        "HttpOnly",
        "SameSite=Lax",
        "Max-Age=600",
    ] {
        assert!(cookie.contains(part), "{cookie}");
    }
    let request = Request::of(answer.header("location"));
    let client = app.anonymous().with_cookie_of(&answer);
    Away { client, request }
}

impl Away {
    /// Comes back with these parameters beside the state.
    async fn back(&self, parameters: &[(&str, &str)]) -> Answer {
        let state = [("state", self.request.get("state"))];
        let request = self.client.request(Method::GET, "/sign-in/oidc/return");
        self.client
            .send(request.query(&state).query(parameters))
            .await
    }

    /// Signs in there and comes back.
    async fn back_from(&self, provider: &Provider) -> Answer {
        let code = provider.code_for(&self.request);
        self.back(&[("code", &code), ("iss", &provider.issuer)])
            .await
    }
}

async fn sign_in(app: &TestApp, provider: &Provider, query: &str) -> Answer {
    depart(app, query).await.back_from(provider).await
}

#[track_caller]
fn let_in(answer: &Answer) {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let cookie = answer.header("set-cookie");
    assert!(
        cookie.starts_with("waybill_session="),
        "{cookie} {}",
        answer.header("location")
    );
}

#[track_caller]
fn refused(answer: &Answer, code: &str) {
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let expected = format!("/sign-in?refused={code}&next=");
    let location = answer.header("location");
    assert!(location.starts_with(&expected), "{location}");
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("waybill_oidc=;"), "{cookie}");
}
