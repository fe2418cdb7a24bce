//! What is believed of what a browser brings and a provider says, and how often the provider is asked.

use serde_json::{Value, json};

use super::{ADA, Away, Stage, ada, depart, let_in, refused, sign_in};
use crate::support::provider::Request;

#[tokio::test]
async fn only_the_browser_that_began_ends_it_once() {
    let stage = Stage::set().await;
    stage.provider.is_asked_by(ada(&["staff"]));
    let (one, other) = (depart(&stage.app, "").await, depart(&stage.app, "").await);
    assert_ne!(one.request.get("state"), other.request.get("state"));
    assert_ne!(one.request.get("nonce"), other.request.get("nonce"));
    let code = stage.provider.code_for(&one.request);
    let issuer = stage.provider.issuer.as_str();
    let answer = [("code", code.as_str()), ("iss", issuer)];

    // The answer of one in the browser of the other, and in one that began nothing.
    let crossed = Away {
        client: other.client.clone(),
        request: Request::of(&format!(
            "http://a.example/?state={}",
            one.request.get("state")
        )),
    };
    refused(&crossed.back(&answer).await, "expired");
    let stranger = Away {
        client: stage.app.anonymous(),
        ..crossed
    };
    refused(&stranger.back(&answer).await, "expired");
    // A code of one with the secrets of the other.
    refused(&other.back(&answer).await, "expired");

    let one = depart(&stage.app, "").await;
    let code = stage.provider.code_for(&one.request);
    let answer = [("code", code.as_str()), ("iss", issuer)];
    let_in(&one.back(&answer).await);
    refused(&one.back(&answer).await, "expired");
}

#[tokio::test]
async fn what_the_provider_did_not_say_so_is_not_believed() {
    let stage = Stage::set().await;
    let changed = |change: Value| {
        let mut claims = ada(&["operators"]);
        let members = claims.as_object_mut().expect("an object");
        members.extend(change.as_object().expect("an object").clone());
        claims
    };
    for change in [
        json!({"nonce": "of another"}),
        json!({"aud": "another"}),
        json!({"iss": "https://login.example.org"}),
        json!({"exp": 1_000_000_000}),
        json!({"iat": 1_000_000_000}),
        json!({"sub": ""}),
        json!({"at_hash": "of another"}),
    ] {
        stage.provider.is_asked_by(changed(change.clone()));
        let answer = stage.sign_in().await;
        refused(&answer, "unverified");
    }
    stage.provider.is_asked_by(ada(&["operators"]));
    let away = depart(&stage.app, "").await;
    let code = stage.provider.code_for(&away.request);
    for issuer in [None, Some("https://evil.example")] {
        let mut answer = vec![("code", code.as_str())];
        answer.extend(issuer.map(|issuer| ("iss", issuer)));
        refused(&away.back(&answer).await, "unverified");
    }
    let nothing = depart(&stage.app, "").await;
    refused(&nothing.back(&[]).await, "unverified");
    let denied = [
        ("error", "access_denied"),
        ("error_description", "<b>no</b>"),
    ];
    refused(&nothing.back(&denied).await, "denied");
    stage.provider.is_impersonated();
    refused(&stage.sign_in().await, "unverified");
    let listed = stage.admin.get("/api/v1/users").await.expect(200);
    assert_eq!(listed["items"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_key_that_is_not_known_does_not_make_the_server_ask_all_the_time() {
    let stage = Stage::set().await;
    stage.provider.is_asked_by(ada(&["staff"]));
    let_in(&stage.sign_in().await);
    stage.provider.rotate("second");
    for _ in 0..3 {
        refused(&stage.sign_in().await, "unverified");
    }
    assert_eq!(stage.provider.reads(), (1, 1), "once a minute at most");
}

#[tokio::test]
async fn a_provider_that_fails_is_left_alone_for_a_moment() {
    let stage = Stage::set().await;
    stage.provider.goes_down();
    let client = stage.app.anonymous();
    for _ in 0..3 {
        let answer = client.get("/sign-in/oidc?next=/data/runs").await;
        let location = answer.header("location");
        assert_eq!(location, "/sign-in?refused=unavailable&next=/data/runs");
    }
    assert_eq!(stage.provider.reads(), (1, 0));
}

#[tokio::test]
async fn more_is_asked_for_when_the_token_says_little() {
    let stage = Stage::set().await;
    stage.provider.is_asked_by(json!({"sub": "ada"}));
    refused(&stage.sign_in().await, "no_role");

    let stage = Stage::set().await;
    stage.provider.is_asked_by(json!({"sub": "ada"}));
    stage
        .provider
        .tells(json!({"sub": "another", "email": ADA, "groups": "operators"}));
    refused(&stage.sign_in().await, "unverified");
    stage
        .provider
        .tells(json!({"sub": "ada", "groups": "makers"}));
    refused(&stage.sign_in().await, "no_address");
    let unverified = json!({
        "sub": "ada", "groups": "makers", "email": ADA, "email_verified": false,
    });
    stage.provider.tells(unverified);
    refused(&stage.sign_in().await, "no_address");
    stage
        .provider
        .tells(json!({"sub": "ada", "groups": "makers", "email": ADA}));
    let me = stage.me(&stage.sign_in().await).await;
    assert_eq!(
        (&me["name"], &me["role"]),
        (&json!(ADA), &json!("contributor"))
    );
}

#[tokio::test]
async fn too_many_answers_that_nobody_asked_for_are_throttled() {
    let stage = Stage::set().await;
    stage.provider.is_asked_by(ada(&["staff"]));
    let client = stage.app.anonymous();
    for number in 0..50 {
        let path = format!("/sign-in/oidc/return?code=a&state={number}");
        refused(&client.get(&path).await, "expired");
    }
    refused(&stage.sign_in().await, "throttled");
}

#[tokio::test]
async fn nobody_is_sent_on_to_another_site_afterwards() {
    let stage = Stage::set().await;
    stage.provider.is_asked_by(ada(&["staff"]));
    for next in ["https://evil.example", "//evil.example", "/%0D%0Aevil"] {
        let answer = sign_in(&stage.app, &stage.provider, &format!("next={next}")).await;
        assert_eq!(answer.header("location"), "/data/exports", "{next}");
    }
}
