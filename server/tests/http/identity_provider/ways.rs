//! The ways in as pages and configuration have them.

use app::domain::Role;
use reqwest::{Method, StatusCode};
use server::config::Config;
use server::serve::check;

use super::{Stage, ada, beside, let_in, sign_in};
use crate::support::app::{PASSWORD, TestApp};
use crate::support::provider::Provider;

#[tokio::test]
async fn where_it_is_the_only_way_in_passwords_are_refused() {
    let (app, provider) = beside(|config| {
        let oidc = config.oidc.as_mut().expect("a provider");
        oidc.only = true;
    })
    .await;
    assert_eq!(app.running.set_up_link, None);
    app.add("grace@example.org", Role::Administrator).await;
    let form = [
        ("email", "grace@example.org"),
        ("password", PASSWORD),
        ("next", "/"),
    ];
    let client = app.anonymous();
    let tried = client.form("/api/ui/account/sign-in", &form).await;
    let reason = &tried.expect(409)["conflict"]["reason"];
    assert_eq!(reason["code"], "passwords_off");
    let page = client.get("/sign-in?next=/data/runs").await.text;
    assert!(page.contains("Sign in with Login"), "{page}");
    assert!(page.contains("/sign-in/oidc?next="), "{page}");
    assert!(!page.contains("type=\"password\""), "{page}");
    provider.is_asked_by(ada(&["staff"]));
    let_in(&sign_in(&app, &provider, "").await);
}

#[tokio::test]
async fn the_sign_in_page_offers_both_and_says_why_not_in_both_languages() {
    let stage = Stage::set().await;
    let page = async |path: &str, language: &str| {
        let client = stage.app.anonymous();
        let request = client.request(Method::GET, path);
        let request = request.header("accept", "text/html");
        let answer = client.send(request.header("accept-language", language));
        answer.await.text
    };
    let both = page("/sign-in", "en").await;
    assert!(both.contains("Sign in with Login") && both.contains("type=\"password\""));
    let french = page("/sign-in?refused=no_role", "fr").await;
    assert!(french.contains("Ouvrir la session avec Login"), "{french}");
    assert!(french.contains("aucun groupe autorisé"), "{french}");
    let english = page("/sign-in?refused=address_taken", "en").await;
    assert!(english.contains("exists here already"), "{english}");
    let strange = page("/sign-in?refused=call-0800-evil", "en").await;
    assert!(!strange.contains("Not signed in") && !strange.contains("evil<"));
}

#[tokio::test]
async fn without_a_provider_there_is_no_way_to_one() {
    let app = TestApp::start().await;
    let client = app.anonymous();
    for path in ["/sign-in/oidc", "/sign-in/oidc/return?code=a&state=b"] {
        assert_eq!(client.get(path).await.status, StatusCode::NOT_FOUND);
    }
    let page = client.get("/sign-in").await.text;
    assert!(!page.contains("/sign-in/oidc"));
}

#[tokio::test]
async fn the_check_of_a_configuration_asks_the_provider() {
    let folder = tempfile::tempdir().expect("a folder");
    let found = async |provider: &Provider, issuer: &str| {
        let mut config = Config::local(folder.path());
        let mut oidc = provider.config();
        issuer.clone_into(&mut oidc.issuer);
        config.oidc = Some(oidc);
        let findings = check(&config).await;
        let mut parts = findings.into_iter();
        let found = parts.find(|(part, _)| part.starts_with("identity provider http"));
        found.expect("it was looked at").1
    };
    let provider = Provider::open().await;
    assert_eq!(found(&provider, &provider.issuer).await, Ok(()));
    let slash = format!("{}/", provider.issuer);
    let error = found(&provider, &slash).await.expect_err("another issuer");
    assert!(error.contains("--oidc-issuer") && error.contains(&provider.issuer));
    // Where the configuration leads may be anywhere; where that leads may not.
    provider.keeps_keys_at("http://127.0.0.2:9/keys");
    let error = found(&provider, &provider.issuer)
        .await
        .expect_err("refused");
    assert!(error.contains("--allow-address 127.0.0.2"), "{error}");
    provider.goes_down();
    let error = found(&provider, &provider.issuer).await.expect_err("down");
    assert!(error.contains("503"), "{error}");
}
