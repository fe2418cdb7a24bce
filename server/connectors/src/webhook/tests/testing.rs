//! *Test connection*: what it asks a receiver, and how far it comes.

use base::{FolderRoots, Steps, TestStage};
use serde_json::json;

use super::super::Webhook;
use super::place::{Place, SECRET, usual};
use super::{delivered, one, plan};
use crate::conformance::servers::Canned;
use crate::destination::Destination;
use crate::error::ConnectorError;
use crate::objects::seen::{local_http, secrets};
use crate::registry::Environment;

/// The stages that a test began, and its error.
async fn failed(destination: &dyn Destination) -> (Vec<TestStage>, ConnectorError) {
    let steps = Steps::default();
    let error = destination.test(&steps).await.expect_err("the test fails");
    let taken = steps.taken();
    let well = taken.iter().filter(|step| step.millis.is_some()).count();
    assert_eq!(well + 1, taken.len(), "the last one failed: {taken:?}");
    (taken.into_iter().map(|step| step.stage).collect(), error)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_fails_at_the_sign_in_and_two_serve_while_it_is_replaced() {
    const NEW: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";
    let place = Place::new();
    let wrong = place.destination(&json!({}), &secrets(&[("signing_secret", NEW)]));
    let (stages, error) = failed(&*wrong).await;
    assert!(matches!(error, ConnectorError::Unauthenticated), "{error}");
    assert_eq!(
        stages,
        [TestStage::Name, TestStage::Address, TestStage::SignIn]
    );
    assert!(place.ids().is_empty());

    let both = secrets(&[("signing_secret", NEW), ("signing_secret_old", SECRET)]);
    let destination = place.destination(&json!({}), &both);
    let report = destination.test(&Steps::default()).await.unwrap();
    assert!(report.location.starts_with("http://127.0.0.1:"));
    assert!(!report.location.contains("token"), "{}", report.location);
    let plan = plan(&destination, "run-1", &["t"]).await;
    delivered(&destination, &plan, 1, &[1]).await.unwrap();
    assert_eq!(place.view(), one("daily/t", &[1]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_is_not_followed() {
    let elsewhere = Canned::start("200 OK", "").await;
    let location = format!("307 Temporary Redirect\r\nlocation: {}/", elsewhere.url());
    let server = Canned::start(&location, "").await;
    let environment = Environment {
        roots: FolderRoots::default(),
        http: local_http(),
        ledger: None,
    };
    let opened = Webhook::open(&json!({"url": server.url()}), &usual(), &environment);
    let (stages, error) = failed(&opened.unwrap()).await;
    assert!(
        matches!(&error, ConnectorError::InvalidConfig { field, .. } if field == "url"),
        "{error}"
    );
    assert_eq!(stages.last(), Some(&TestStage::Write));
}
