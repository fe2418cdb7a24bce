//! The second factor at the door: set up, asked for, used once, lost, removed.

use std::sync::Arc;
use std::time::Duration;

use app::domain::Role;
use base::{Clock as _, FixedClock, SystemClock};
use reqwest::Method;
use serde_json::{Value, json};
use server::crypto::totp::{STEP, Seed};

use crate::support::app::{Answer, Client, PASSWORD, TestApp, id_of};

const ADA: &str = "ada@example.org";
const CODE: &str = "/api/ui/account/sign-in/code";

/// A server whose Ada signs in with a second factor.
struct Stage {
    app: TestApp,
    clock: Arc<FixedClock>,
    /// Ada, signed in before.
    ada: Client,
    seed: Seed,
    recovery_codes: Vec<String>,
}

async fn ask(client: &Client, function: &str, arguments: Value) -> Answer {
    let request = client
        .request(Method::POST, &format!("/api/ui/account/{function}"))
        .header("accept", "application/json");
    client.send(request.json(&arguments)).await
}

impl Stage {
    async fn set() -> Self {
        let clock = Arc::new(FixedClock::new(SystemClock.now_us()));
        let app = TestApp::at(clock.clone(), |_| {}).await;
        app.add(ADA, Role::Administrator).await;
        let ada = app.session(ADA).await;
        let wrong = ask(&ada, "factor/begin", json!({"password": "wrong"})).await;
        assert_eq!(
            wrong.expect(422)["invalid"]["fields"][0]["field"],
            "password"
        );
        let begun = ask(&ada, "factor/begin", json!({"password": PASSWORD})).await;
        let begun = begun.expect(200);
        let text = begun["seed"].as_str().expect("a seed");
        assert!(
            begun["address"]
                .as_str()
                .is_some_and(|it| it.contains(text))
        );
        let seed = Seed::parse(text).expect("a seed");
        assert!(app.signs_in().await, "it does not count yet");
        let early = ask(&ada, "factor/confirm", json!({"code": "abc"})).await;
        assert_eq!(early.expect(422)["invalid"]["fields"][0]["field"], "code");
        let code = seed.code(clock.now_us() / STEP);
        let codes = ask(&ada, "factor/confirm", json!({"code": code})).await;
        let recovery_codes = serde_json::from_value(codes.expect(200)).expect("codes");
        clock.advance(Duration::from_secs(30));
        Self {
            app,
            clock,
            ada,
            seed,
            recovery_codes,
        }
    }

    /// The code of now.
    fn code(&self) -> String {
        self.seed.code(self.clock.now_us() / STEP)
    }

    /// Gives the right password; the client then owes the code.
    async fn owing(&self) -> Client {
        let answer = self.app.password().await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(answer.json(), "/sign-in/code?next=/data/runs");
        let client = self.app.anonymous().with_cookie_of(&answer);
        let cookie = client.cookie.clone().unwrap_or_default();
        assert!(cookie.starts_with("waybill_owing="), "{cookie}");
        assert_eq!(client.get("/api/v1/me").await.status, 401);
        client
    }
}

async fn give(owing: &Client, code: &str) -> Answer {
    owing
        .form(CODE, &[("code", code), ("next", "/data/runs")])
        .await
}

impl TestApp {
    async fn password(&self) -> Answer {
        let form = [
            ("email", ADA),
            ("password", PASSWORD),
            ("next", "/data/runs"),
        ];
        self.anonymous()
            .form("/api/ui/account/sign-in", &form)
            .await
    }

    async fn signs_in(&self) -> bool {
        let answer = self.password().await;
        answer.header("set-cookie").starts_with("waybill_session=")
    }
}

#[tokio::test]
async fn the_code_is_owed_after_the_password_and_counts_once() {
    let stage = Stage::set().await;
    assert_eq!(stage.recovery_codes.len(), 10);
    let owing = stage.owing().await;
    let wrong = give(&owing, "000000").await.expect(422);
    assert_eq!(wrong["invalid"]["fields"][0]["field"], "code");
    let code = stage.code();
    let given = give(&owing, &code).await;
    assert_eq!(given.status, 200, "{}", given.text);
    assert_eq!(given.json(), "/data/runs");
    let session = stage.app.anonymous().with_cookie_of(&given);
    assert_eq!(session.get("/api/v1/me").await.status, 200);
    assert_eq!(give(&owing, &code).await.status, 409, "it is owed no more");
    let again = stage.owing().await;
    assert_eq!(give(&again, &code).await.status, 422, "it was used");
    stage.clock.advance(Duration::from_secs(30));
    assert_eq!(give(&again, &stage.code()).await.status, 200);
}

#[tokio::test]
async fn a_code_is_tried_five_times_and_for_five_minutes() {
    let stage = Stage::set().await;
    let owing = stage.owing().await;
    for _ in 0..5 {
        assert_eq!(give(&owing, "000000").await.status, 422);
    }
    let closed = give(&owing, &stage.code()).await;
    assert_eq!(
        closed.expect(409)["conflict"]["reason"]["code"],
        "sign_in_again"
    );
    let owing = stage.owing().await;
    stage.clock.advance(Duration::from_mins(5));
    assert_eq!(give(&owing, &stage.code()).await.status, 409);
    let stranger = stage.app.anonymous();
    assert_eq!(give(&stranger, &stage.code()).await.status, 409);
}

#[tokio::test]
async fn wrong_codes_of_an_account_are_counted_wherever_they_come_from() {
    let stage = Stage::set().await;
    let mut seen = Vec::new();
    for _ in 0..5 {
        let owing = stage.owing().await;
        for _ in 0..5 {
            seen.push(give(&owing, "000000").await.status.as_u16());
        }
    }
    assert_eq!(seen.iter().filter(|status| **status == 422).count(), 20);
    assert_eq!(seen.last(), Some(&429));
    stage.clock.advance(Duration::from_mins(16));
    let owing = stage.owing().await;
    assert_eq!(
        give(&owing, &stage.code()).await.status,
        200,
        "the wait ends"
    );
}

#[tokio::test]
async fn a_recovery_code_signs_in_once_however_it_is_typed() {
    let stage = Stage::set().await;
    let code = stage.recovery_codes[3].to_uppercase().replace('-', " ");
    assert_eq!(give(&stage.owing().await, &code).await.status, 200);
    assert_eq!(give(&stage.owing().await, &code).await.status, 422);
    let factor = ask(&stage.ada, "factor", json!({})).await.expect(200);
    assert_eq!(factor["recovery_codes"], 9);
    let renewed = ask(&stage.ada, "factor/codes", json!({"password": PASSWORD})).await;
    let renewed = renewed.expect(200);
    let old = &stage.recovery_codes[4];
    assert_eq!(give(&stage.owing().await, old).await.status, 422);
    let new = renewed[0].as_str().expect("a code");
    assert_eq!(give(&stage.owing().await, new).await.status, 200);
}

#[tokio::test]
async fn over_a_form_password_and_code_are_given_at_once() {
    let stage = Stage::set().await;
    let post = async |code: &str| {
        let form = [
            ("email", ADA),
            ("password", PASSWORD),
            ("next", "/data/runs"),
            ("code", code),
            ("here", "true"),
        ];
        let client = stage.app.anonymous();
        client.form("/api/ui/account/sign-in", &form).await
    };
    let asked = post("").await;
    let field = &asked.expect(422)["invalid"]["fields"][0];
    assert_eq!(
        (&field["field"], &field["reason"]["code"]),
        (&json!("code"), &json!("code_needed"))
    );
    assert_eq!(asked.header("set-cookie"), "");
    assert_eq!(post("000000").await.status, 422);
    let given = post(&stage.code()).await;
    assert!(given.header("set-cookie").starts_with("waybill_session="));
}

#[tokio::test]
async fn a_lost_factor_is_taken_away_by_its_person_or_an_administrator() {
    let stage = Stage::set().await;
    let begun = ask(&stage.ada, "factor/begin", json!({"password": PASSWORD})).await;
    assert_eq!(begun.status, 409, "one at a time");
    let removed = ask(&stage.ada, "factor/remove", json!({"password": PASSWORD})).await;
    assert_eq!(removed.status, 200);
    assert!(stage.app.signs_in().await);

    let stage = Stage::set().await;
    let admin = stage
        .app
        .person("admin@example.org", Role::Administrator)
        .await;
    let listed = admin.get("/api/v1/users").await.expect(200);
    let mut people = listed["items"].as_array().expect("a list").iter();
    let ada = people
        .find(|person| person["email"] == ADA)
        .expect("is there");
    assert_eq!(ada["has_second_factor"], true);
    let path = format!("/api/v1/users/{}/second-factor", id_of(ada));
    let removed = admin.send(admin.request(Method::DELETE, &path)).await;
    assert_eq!(removed.expect(200)["has_second_factor"], false);
    assert_eq!(stage.ada.get("/api/v1/me").await.status, 401);
    assert!(stage.app.signs_in().await);
}
