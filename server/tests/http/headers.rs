//! Headers of answers: policy with nonce, nothing kept by caches, HTTPS where it is.

use app::domain::Role;
use reqwest::Method;
use server::config::PublicUrl;

use crate::support::app::{Answer, Client, TestApp};

async fn page(client: &Client, path: &str) -> Answer {
    client
        .send(
            client
                .request(Method::GET, path)
                .header("accept", "text/html"),
        )
        .await
}

#[tokio::test]
async fn every_answer_carries_the_headers_of_security() {
    let app = TestApp::start().await;
    let client = app.anonymous();
    for path in [
        "/sign-in",
        "/data/exports",
        "/healthz",
        "/api/v1/me",
        "/api/v1/nothing",
        "/no-such-page",
        "/pkg/none.js",
    ] {
        let answer = page(&client, path).await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(
            answer.header("cross-origin-opener-policy"),
            "same-origin",
            "{path}"
        );
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        assert!(
            answer
                .header("content-security-policy")
                .contains("frame-ancestors 'none'"),
            "{path}"
        );
        assert_eq!(answer.header("x-request-id").len(), 32, "{path}");
        assert_eq!(
            answer.header("strict-transport-security"),
            "",
            "{path}: plain HTTP on loopback"
        );
    }
}

#[tokio::test]
async fn a_page_brings_a_policy_with_a_nonce_of_its_own() {
    let app = TestApp::start().await;
    let client = app.anonymous();
    let first = page(&client, "/sign-in").await;
    let policy = first.header("content-security-policy");
    let nonce = policy
        .split("'nonce-")
        .nth(1)
        .and_then(|rest| rest.split('\'').next())
        .expect("a nonce")
        .to_owned();
    assert_eq!(
        policy,
        format!(
            "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; \
             base-uri 'none'; object-src 'none'; frame-ancestors 'none'; form-action 'self'"
        ),
    );
    for script in first.text.split("<script").skip(1) {
        let tag = script.split('>').next().unwrap_or(script);
        assert!(
            tag.contains(&format!("nonce=\"{nonce}\"")),
            "an inline script without the nonce: {tag}"
        );
    }
    assert!(
        !first.text.contains(&format!("crossorigin=\"{nonce}")),
        "the nonce leaks"
    );
    assert!(
        !first.text.contains(" style=\""),
        "the policy forbids inline styles"
    );
    let second = page(&client, "/sign-in").await;
    assert!(
        !second.header("content-security-policy").contains(&nonce),
        "the nonce is used once"
    );
}

#[tokio::test]
async fn behind_https_cookies_are_bound_to_the_host_and_transport_is_strict() {
    let app = TestApp::with(|config| {
        config.http.public_url = PublicUrl::parse("https://waybill.example").ok();
        config.http.trusted_proxies = vec!["127.0.0.1".parse().expect("a range")];
    })
    .await;
    app.add("admin@example.org", Role::Administrator).await;
    let client = app.anonymous();
    let form = [
        ("email", "admin@example.org"),
        ("password", crate::support::app::PASSWORD),
        ("next", "/"),
    ];
    let request = client.request(Method::POST, "/api/ui/account/sign-in");
    let request = request
        .header("x-forwarded-proto", "https")
        .header("host", "waybill.example");
    let request = request
        .header("origin", "https://waybill.example")
        .form(&form);
    let answer = client.send(request).await;
    let cookie = answer.header("set-cookie").to_owned();
    assert!(cookie.starts_with("__Host-waybill_session="), "{cookie}");
    for flag in ["HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(flag), "{flag} is missing: {cookie}");
    }
    assert!(
        answer
            .header("strict-transport-security")
            .starts_with("max-age=")
    );
}

#[tokio::test]
async fn a_foreign_host_is_not_answered() {
    let app = TestApp::start().await;
    let client = app.anonymous();
    for host in ["evil.example", "evil.example:3000", "192.0.2.1"] {
        let answer = client
            .send(client.request(Method::GET, "/sign-in").header("host", host))
            .await;
        assert_eq!(answer.problem(421), "unknown_host", "{host}");
    }
    let probe = client
        .send(
            client
                .request(Method::GET, "/healthz")
                .header("host", "10.0.0.3:8080"),
        )
        .await;
    assert_eq!(probe.status, 200, "probes ask by address");
}

#[tokio::test]
async fn answers_are_compressed_when_asked() {
    let app = TestApp::start().await;
    let client = app.anonymous();
    let answer = client
        .request(Method::GET, "/api/v1/openapi.json")
        .header("accept-encoding", "br")
        .send()
        .await
        .expect("an answer");
    assert_eq!(answer.headers()["content-encoding"], "br");
}
