//! Headers of answers: policy with nonce, nothing kept by caches, HTTPS where it is.

use app::domain::Role;
use reqwest::Method;
use server::config::PublicUrl;

use crate::support::app::{Answer, Client, TestApp, export_body, furnish, id_of};

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

/// Holds a page to the strict policy; gives its nonce.
fn nonce_of(page: &Answer, path: &str) -> String {
    let policy = page.header("content-security-policy");
    let nonce = policy
        .split("'nonce-")
        .nth(1)
        .and_then(|rest| rest.split('\'').next())
        .unwrap_or_else(|| panic!("{path} has no nonce: {policy}"))
        .to_owned();
    assert!(
        nonce.len() >= 22,
        "{path}: 128 bits at least, found {nonce}"
    );
    assert_eq!(
        policy,
        format!(
            "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self'; \
             base-uri 'none'; object-src 'none'; frame-ancestors 'none'; form-action 'self'"
        ),
        "{path}"
    );
    nonce
}

/// Tags of a page, without what stands in scripts: there are the data of the page, with people's own texts.
fn tags(page: &str) -> Vec<&str> {
    let mut tags = Vec::new();
    let mut rest = page;
    while let Some(start) = rest.find('<') {
        let end = rest[start..]
            .find('>')
            .map_or(rest.len(), |end| start + end);
        let tag = &rest[start + 1..end];
        tags.push(tag);
        rest = &rest[end..];
        if tag.starts_with("script") {
            rest = &rest[rest.find("</script").unwrap_or(rest.len())..];
        }
    }
    tags
}

/// Names of a tag's attributes.
fn attributes(tag: &str) -> Vec<&str> {
    // Every other piece stands in quotation marks.
    let unquoted = tag.split('"').step_by(2).flat_map(str::split_whitespace);
    unquoted
        .skip(1)
        .map(|name| name.trim_end_matches('='))
        .collect()
}

/// Holds that a page needs nothing which the policy forbids, and shows its nonce to scripts alone.
fn is_strict(page: &Answer, path: &str) {
    let nonce = nonce_of(page, path);
    let with_nonce = format!("nonce=\"{nonce}\"");
    for tag in tags(&page.text) {
        let name = tag.split([' ', '/']).next().unwrap_or_default();
        assert_ne!(name, "style", "{path}: <{tag}>");
        if name == "script" {
            assert!(tag.contains(&with_nonce), "{path}: <{tag}>");
        }
        for attribute in attributes(tag) {
            assert_ne!(attribute, "style", "{path}: <{tag}>");
            assert!(!attribute.starts_with("on"), "{path}: <{tag}>");
        }
        assert!(!tag.contains("javascript:"), "{path}: <{tag}>");
        assert!(
            !tag.contains(&format!("crossorigin=\"{nonce}")),
            "{path}: the nonce leaks: <{tag}>"
        );
    }
}

#[test]
fn attributes_are_told_from_what_they_say() {
    let page =
        "<a href=\"/one?on=1\" style=\"x\"><script nonce=\"n\">\"<b onload=1>\"</script><i hidden>";
    assert_eq!(tags(page).len(), 4);
    assert_eq!(attributes(tags(page)[0]), ["href", "style"]);
    assert_eq!(attributes("i hidden"), ["hidden"]);
}

#[tokio::test]
async fn a_page_brings_a_policy_with_a_nonce_of_its_own() {
    let app = TestApp::start().await;
    let client = app.anonymous();
    let first = page(&client, "/sign-in").await;
    let second = page(&client, "/sign-in").await;
    assert_ne!(
        nonce_of(&first, "the first"),
        nonce_of(&second, "the second"),
        "a nonce is used once"
    );
}

#[tokio::test]
async fn no_page_needs_what_the_strict_policy_forbids() {
    let app = TestApp::start().await;
    let administrator = app.person("admin@example.org", Role::Administrator).await;
    let furniture = furnish(&app, &administrator).await;
    let body = export_body("<b onclick=\"x\">", &furniture.shared, &furniture.table);
    let export = administrator.post("/api/v1/exports", &body).await;
    let export = id_of(&export.expect(201));
    let connection = &furniture.shared;
    let signed_in = app.session("admin@example.org").await;
    let anonymous = app.anonymous();
    for path in ["/sign-in", "/invitation?code=x"] {
        is_strict(&page(&anonymous, path).await, path);
    }
    let paths = app.running.page_paths().into_iter();
    let paths = paths.map(|path| path.replace("{*any}", "no-such-page"));
    let panes = [
        "/data/exports?pane=new".to_owned(),
        format!("/data/exports?pane=edit/{export}"),
        format!("/data/exports?pane=view/{export}"),
        format!("/data/exports?pane=about/{export}"),
        "/data/segments?pane=new".to_owned(),
        "/data/segments?tab=removed".to_owned(),
        "/administration/connections?view=discover".to_owned(),
        "/administration/connections?view=removed".to_owned(),
        "/administration/connections?pane=new/sftp".to_owned(),
        "/administration/connections?pane=new/s3".to_owned(),
        format!("/administration/connections?pane=edit/{connection}"),
        "/administration/people?pane=new".to_owned(),
        "/administration/people?pane=service".to_owned(),
        "/administration/audit?q=connection".to_owned(),
        "/administration/audit?pane=retention".to_owned(),
        "/no-such-page".to_owned(),
    ];
    let mut looked_at = 0;
    for path in paths.chain(panes) {
        let answer = page(&signed_in, &path).await;
        if answer.status.is_redirection() {
            continue;
        }
        is_strict(&answer, &path);
        looked_at += 1;
    }
    assert!(looked_at > 20, "{looked_at}");
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
    assert_eq!(
        answer.header("strict-transport-security"),
        "max-age=63072000",
        "names below this one are not ours to decide about"
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
